"""WCAG 2.2 AA as far as a machine can tell, by somebody who has opened everything or has only a keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.axe import WITHOUT_COLOURS, violations
from tests.pages.chromium import Visit


@pytest.mark.parametrize(
    ("name", "options"), [("index.html", {}), ("dept-0500.html", WITHOUT_COLOURS), ("data.html", WITHOUT_COLOURS)]
)
def test_axe_finds_nothing_on_a_phone_with_everything_open(
    browser: Browser, site: Path, name: str, options: dict[str, object]
) -> None:
    with Visit(browser, site / name, viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        assert violations(page, **options) == []


# The element in focus: its name for messages, whether it can be seen, and the ring around it.
FOCUS = """() => {
  const item = document.activeElement;
  const box = item.getBoundingClientRect();
  const style = getComputedStyle(item);
  return {
    name: `${item.tagName} ${item.className} ${item.textContent.trim().slice(0, 20)}`,
    isBody: item === document.body,
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    size: [box.width, box.height],
  };
}"""


@pytest.mark.parametrize(("name", "width"), [("index.html", 360), ("dept-0500.html", 1440)])
def test_every_stop_of_the_keyboard_is_seen_with_a_ring(browser: Browser, site: Path, name: str, width: int) -> None:
    with Visit(browser, site / name, viewport={"width": width, "height": 800}) as visit:
        page = visit.drawn()
        stops = []
        for _ in range(400):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if stop["isBody"]:
                break
            stops.append(stop)
        # Every link, switch, table and scrolling field there is to reach, in the order of the page, and no trap.
        reachable = page.evaluate(
            "[...document.querySelectorAll('a[href], summary, input, button, select, [tabindex=\"0\"]')].filter("
            "(item) => item.checkVisibility() && (item.type !== 'radio' || item.checked)).length"
        )
        assert len(stops) == reachable > 20
        assert [stop for stop in stops if not stop["isSeen"] or stop["ring"] < 2] == []


def test_the_switches_are_worked_by_arrow_keys(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        page.get_by_role("radio", name="チャット", exact=True).focus()
        page.keyboard.press("ArrowRight")
        assert page.locator('.mix td[data-tool="meeting"]').first.is_visible()
        assert not page.locator('.mix td[data-tool="chat"]').first.is_visible()
        assert page.evaluate("document.activeElement.value") == "meeting"
