"""`python -m bench.pages`: render all pages of the demo ward, open them in Chromium, say how long and how large.

Needs the published file of `make demo` and Chromium (`make browser`). `--shots FOLDER` also writes pictures of every
page: on a desk, on a phone, in the dark and on A4. Aims: all pages rendered under 20 s, the index usable within 1.5 s
on two cores and under 400 kB besides the scripts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from bench.pages.shots import write_shots
from pipelines.pages.site.single_file import write_single_file
from pipelines.pages.site.write import render_site
from tests.pages.chromium import DRAWN_PAGE, chromium

# Milliseconds after the page was asked for: first text or picture painted, last chart drawn.
PAINTED = 'performance.getEntriesByName("first-contentful-paint")[0].startTime'
DRAWN = 'performance.getEntriesByName("charts-drawn")[0].startTime'


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    options.add_argument("--published", type=Path, default=Path("var/published/katsuyo.duckdb"))
    options.add_argument("--opened", type=int, default=9, help="how often each page is opened (default: %(default)s)")
    options.add_argument("--shots", type=Path, metavar="FOLDER", help="write pictures of every page there")
    asked = options.parse_args()
    if not asked.published.is_file():
        options.error(f"{asked.published} does not exist: run `make demo`, or name another file with --published")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        site = Path(folder) / "site"
        _say_rendering(asked.published, site)
        _say_opening(browser, site, asked.opened)
        if asked.shots:
            shutil.rmtree(asked.shots, ignore_errors=True)
            print(f"{write_shots(browser, site, asked.shots)} pictures in {asked.shots}")


def _say_rendering(published: Path, site: Path) -> None:
    started, processor = time.perf_counter(), time.process_time()
    pages = render_site(published, site)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor
    print(f"{len(pages)} pages in both languages: {seconds:.1f} s, {processor_seconds:.1f} s of processor time")


def _say_opening(browser: Browser, site: Path, times: int) -> None:
    department = next(iter(sorted(page.name for page in site.glob("dept-*.html"))))
    others = sorted(page.name for page in site.glob("*.html") if "dept-" not in page.name and page.name != "index.html")
    alone = write_single_file(site, "index.html", site.parent / "index-alone.html")
    table = Table("page", "kB", "painted", "charts drawn, median", "slowest", "processor time")
    for page in [site / "index.html", *(site / name for name in (department, *others)), alone]:
        painted, drawn, busy = zip(*(_opened(browser, page) for _ in range(times)), strict=True)
        row = (statistics.median(painted), statistics.median(drawn), max(drawn), statistics.median(busy))
        table.add_row(page.name, f"{page.stat().st_size / 1000:.0f}", *(f"{value / 1000:.2f} s" for value in row))
    Console().print(table)


def _opened(browser: Browser, file: Path) -> tuple[float, float, float]:
    """In a context of its own, so that nothing is left from the time before. The last is processor time."""
    context = browser.new_context(offline=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    page.wait_for_selector(DRAWN_PAGE, state="attached")
    spent = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    painted, drawn = page.evaluate(PAINTED), page.evaluate(DRAWN)
    context.close()
    return painted, drawn, spent["TaskDuration"] * 1000


if __name__ == "__main__":
    main()
