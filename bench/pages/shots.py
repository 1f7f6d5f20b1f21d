"""Pictures of every page, to be looked at: on a desk, on a phone, in the dark, and each sheet of A4 both ways.

What does not belong here: judging them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.pages.chromium import Visit, program

DESK = {"viewport": {"width": 1440, "height": 900}}
KINDS: dict[str, dict[str, Any]] = {
    "desk": DESK,
    "phone": {"viewport": {"width": 360, "height": 740}},
    "dark": {**DESK, "color_scheme": "dark"},
}
SHEET_DPI = 75


def write_shots(browser: Browser, site: Path, folder: Path) -> int:
    """Write the pictures as PAGE.KIND.png and return how many there are."""
    folder.mkdir(parents=True)
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).with_suffix("").as_posix().replace("/", "-")
        for kind, options in KINDS.items():
            with Visit(browser, page, **options) as visit:
                visit.drawn().screenshot(path=folder / f"{name}.{kind}.png", full_page=True)
        with Visit(browser, page, **DESK) as visit:
            for way, is_landscape in (("portrait", False), ("landscape", True)):
                file = folder / f"{name}.{way}.pdf"
                visit.drawn().pdf(path=file, format="A4", landscape=is_landscape)
                command = [program("pdftoppm"), "-png", "-r", str(SHEET_DPI), str(file), str(file.with_suffix(""))]
                subprocess.run(command, check=True)
                file.unlink()
    return len(list(folder.glob("*.png")))
