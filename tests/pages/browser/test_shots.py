"""The pictures of bench/pages: every way of looking at a page gives one, every sheet of paper its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser

from bench.pages.shots import write_shots


def test_a_page_is_pictured_on_screens_and_on_every_sheet(browser: Browser, site: Path, tmp_path: Path) -> None:
    (tmp_path / "site" / "en").mkdir(parents=True)
    shutil.copytree(site / "assets", tmp_path / "site" / "assets")
    shutil.copy(site / "en" / "data.html", tmp_path / "site" / "en" / "data.html")
    count = write_shots(browser, tmp_path / "site", tmp_path / "shots")
    names = {picture.name for picture in (tmp_path / "shots").iterdir()}
    assert {f"en-data.{kind}.png" for kind in ("desk", "phone", "dark", "portrait-1", "landscape-1")} <= names
    assert count == len(names) > 6
    assert all(picture.stat().st_size > 5_000 for picture in (tmp_path / "shots").iterdir())
