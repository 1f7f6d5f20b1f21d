"""Chromium for the tests of this room: found, checked for Japanese fonts, and one offline visit of a page.

Nothing is skipped where it is missing: the tests fail with the command that installs it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# What a page becomes as soon as all its charts are drawn.
DRAWN_PAGE = "html[data-charts=drawn]"
JAPANESE_FONTS = re.compile(r"CJK|Gothic|Hiragino|Meiryo|Noto Sans JP")


def program(*names: str) -> str:
    """The path of the first of these programs that is installed."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"{names[0]} is missing: run `make browser`, then the tests again.")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium with fonts for Japanese."""
    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            names = fonts_used(browser)
            if not any(JAPANESE_FONTS.search(name) for name in names):
                pytest.fail(f"Japanese is set in {names}, no Japanese font: run `make browser`, then the tests again.")
            yield browser
        finally:
            browser.close()


def fonts_used(browser: Browser) -> list[str]:
    """The fonts in which Japanese is set where a page names none."""
    page = browser.new_page()
    page.set_content("<p lang=ja style='font-family: sans-serif'>区役所の利用状況</p>")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    page.context.close()
    return [font["familyName"] for font in fonts]


def two_frames(page: Page) -> None:
    """One in which the observers of a page are told of its new width or colours, one in which they draw."""
    page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go())))")


class Visit:
    """A page opened offline, with everything it said and asked for."""

    def __init__(self, browser: Browser, address: Path, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(offline=True, **options)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address.as_uri())

    def drawn(self) -> Page:
        self.page.wait_for_selector(DRAWN_PAGE, state="attached")
        return self.page

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
