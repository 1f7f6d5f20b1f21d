"""A page as Chromium prints it and poppler reads it: its sheets, its words with their places, what it should say."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from playwright.sync_api import Page

from tests.pages.chromium import program, two_frames

# The text area of A4 with the margins of the style sheet, in CSS pixels.
AREA_WIDTH = {False: 702, True: 1031}
# Every text that a reader of the print sees: not what is hidden, and not plotly's tester outside the page.
PRINTED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("script, style, noscript, .visually-hidden, .skip, #js-plotly-tester, .hoverlayer")) continue;
    if (parent.checkVisibility({ visibilityProperty: true })) texts.push(walker.currentNode.textContent);
  }
  return texts;
}"""


@dataclass
class Print:
    """One page printed: its sheets as plain text, its size, its words with their places, and what it should say."""

    sheets: list[str]
    sizes: set[tuple[int, int]]
    words: list[tuple[float, float, str]]
    expected: list[str]


def plain(text: str) -> str:
    """Letters alone: ligatures and wide forms as the plain ones, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@contextmanager
def printed(page: Page, folder: Path, *, landscape: bool) -> Generator[Print]:
    """The print, and inside the page as it is laid out on paper; afterwards it is on the screen again."""
    file = folder / "page.pdf"
    page.pdf(path=file, format="A4", landscape=landscape)
    poppler = program("pdftotext")
    text = subprocess.run([poppler, "-raw", str(file), "-"], capture_output=True, text=True, check=True).stdout
    boxes = subprocess.run([poppler, "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    sizes, words = set(), []
    for element in ET.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", boxes)).iter():
        if element.tag.endswith("}page"):
            sizes.add((int(float(element.attrib["width"])), int(float(element.attrib["height"]))))
        elif element.tag.endswith("}word"):
            words.append((float(element.attrib["xMin"]), float(element.attrib["xMax"]), element.text or ""))
    screen = page.viewport_size
    page.set_viewport_size({"width": AREA_WIDTH[landscape], "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    try:
        yield Print(text.removesuffix("\f").split("\f"), sizes, words, page.evaluate(PRINTED))
    finally:
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        assert screen is not None
        page.set_viewport_size(screen)
        two_frames(page)


def is_printed(text: str, whole: str) -> bool:
    """Whether the text stands on the sheets; one that runs on to the next sheet stands there in two pieces."""
    wanted = plain(text)
    if wanted in whole:
        return True
    longest = next((end for end in range(len(wanted), 0, -1) if wanted[:end] in whole), 0)
    return len(wanted) > 40 and longest > 0 and wanted[longest:] in whole
