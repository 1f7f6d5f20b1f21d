/* Draws the figures of the page, fits them to width, theme and paper. Reads nothing but this page; asks no server for anything. */
(() => {
  "use strict";

  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // The figures hold the light colours; in the dark each is exchanged for the value of its property in the style sheet.
  const COLOURS = {
    "#1a1a1a": "--ink",
    "#595959": "--quiet",
    "#767676": "--mid",
    "#12436d": "--main",
    "#ac3e00": "--limit",
    "#e9e9e9": "--field",
    "#d9d9d9": "--grid",
    "#ffffff": "--paper",
  };
  // Widths in CSS pixels on A4 portrait: two columns or the whole line.
  const PAPER_WIDTH = { half: 336, wide: 696 };
  // How far a drawing may be enlarged to fill its column, and the height in CSS pixels that A4 landscape has room for.
  const MOST_ENLARGED = 1.25;
  const TALLEST_ON_PAPER = 560;
  const CONFIG = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false, scrollZoom: false };

  const charts = [...document.querySelectorAll("[data-figure]")];
  const drawnWidth = new WeakMap();
  let onPaper = false;

  root.classList.add("has-script");

  function figureOf(chart) {
    let text = document.getElementById(chart.dataset.figure).textContent;
    if (dark.matches && !onPaper) {
      const style = getComputedStyle(root);
      for (const [light, name] of Object.entries(COLOURS)) {
        text = text.replaceAll(`"${light}"`, `"${style.getPropertyValue(name).trim()}"`);
      }
    }
    return JSON.parse(text);
  }

  function paperWidth(chart) {
    return chart.closest(".half") ? PAPER_WIDTH.half : PAPER_WIDTH.wide;
  }

  function draw(chart, force) {
    const width = onPaper ? paperWidth(chart) : chart.clientWidth;
    if (!width || (!force && drawnWidth.get(chart) === width)) return;
    drawnWidth.set(chart, width);
    const figure = figureOf(chart);
    figure.layout.width = width;
    chart.style.height = onPaper ? "auto" : `${figure.layout.height}px`;
    chart.style.aspectRatio = onPaper ? `${width} / ${figure.layout.height}` : "";
    window.Plotly.react(chart, figure.data, figure.layout, CONFIG);
    chart.style.maxWidth = onPaper ? `${Math.min(MOST_ENLARGED, TALLEST_ON_PAPER / figure.layout.height) * width}px` : "";
    fitToColumn(chart, width, figure.layout.height);
  }

  /* Nobody tells a script how wide a sheet is: a drawing for paper is enlarged or reduced to its column by the style sheet. */
  function fitToColumn(chart, width, height) {
    chart.querySelectorAll(".main-svg").forEach((drawing) => {
      if (onPaper) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      else drawing.removeAttribute("viewBox");
    });
  }

  function drawAll(force) {
    if (!window.Plotly) return;
    charts.forEach((chart) => draw(chart, force));
  }

  /* One chart per frame, so that the headline is readable and scrollable while the rest is drawn. */
  function drawInTurn(queue) {
    const chart = queue.shift();
    if (!chart) {
      root.dataset.charts = "drawn";
      performance.mark("charts-drawn");
      return;
    }
    draw(chart, false);
    window.requestAnimationFrame(() => drawInTurn(queue));
  }

  /* On paper the tables behind the charts stand open, together at the end, each under its own caption. */
  const places = new Map();
  function layOutPaper() {
    if (onPaper) return;
    onPaper = true;
    const appendix = document.getElementById("appendix");
    const holder = document.createElement("div");
    holder.className = "appendix-tables";
    document.querySelectorAll("details.behind:not(.screen)").forEach((table) => {
      if (table.closest(".view.is-off")) return;
      const place = document.createComment("table");
      table.replaceWith(place);
      places.set(table, { place, wasOpen: table.open });
      table.open = true;
      holder.append(table);
    });
    if (places.size) {
      appendix.append(holder);
      appendix.classList.add("is-filled");
    }
    drawAll(true);
  }

  function layOutScreen() {
    if (!onPaper) return;
    onPaper = false;
    places.forEach(({ place, wasOpen }, table) => {
      table.open = wasOpen;
      place.replaceWith(table);
    });
    places.clear();
    const appendix = document.getElementById("appendix");
    appendix.classList.remove("is-filled");
    appendix.querySelector(".appendix-tables")?.remove();
    drawAll(true);
  }

  const address = () => new URLSearchParams(window.location.hash.slice(1));

  /* Month, week or fiscal year; the organisation as it was or of today: the choice shows its parts of the page, stands in
     the address and is what is printed. */
  function connectViews(name, part) {
    const choices = [...document.querySelectorAll(`.views-switch input[name="${name}"]`)];
    if (!choices.length) return;
    const apply = (kind) => {
      choices.forEach((choice) => { choice.checked = choice.value === kind; });
      document.querySelectorAll(`.${part}`).forEach((view) => {
        view.classList.toggle("is-off", !view.dataset[part].split(" ").includes(kind));
      });
    };
    const applyAddress = () => {
      const kind = address().get(name);
      if (!choices.some((choice) => choice.value === kind)) return;
      apply(kind);
      // What an address asks for is not left folded away.
      const folded = choices[0].closest("details");
      if (folded) folded.open = true;
    };
    choices.forEach((choice) => choice.addEventListener("change", () => {
      apply(choice.value);
      const chosen = address();
      chosen.set(name, choice.value);
      // An anchor that stood there is no choice.
      [...chosen].forEach(([key, value]) => { if (!value) chosen.delete(key); });
      window.history.replaceState(null, "", `#${chosen}`);
    }));
    window.addEventListener("hashchange", applyAddress);
    choices[0].closest("fieldset").hidden = false;
    applyAddress();
  }

  /* The list of departments closes when the reader goes elsewhere. */
  function connectMenu() {
    const menu = document.querySelector("details.menu");
    if (!menu) return;
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  connectViews("period", "view");
  connectViews("org", "organisation");
  connectMenu();

  window.addEventListener("beforeprint", layOutPaper);
  window.addEventListener("afterprint", layOutScreen);
  if (charts.length && !window.Plotly) {
    charts.forEach((chart) => {
      const message = document.createElement("p");
      message.className = "message";
      message.textContent = document.body.dataset.noCharts;
      chart.style.height = "auto";
      chart.replaceChildren(message);
    });
    return;
  }

  drawInTurn([...charts]);
  let waiting = 0;
  const observer = new ResizeObserver(() => {
    if (onPaper) return;
    window.cancelAnimationFrame(waiting);
    waiting = window.requestAnimationFrame(() => drawAll(false));
  });
  charts.forEach((chart) => observer.observe(chart));
  dark.addEventListener("change", () => drawAll(true));
})();
