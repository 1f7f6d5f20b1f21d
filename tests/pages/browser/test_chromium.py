"""Where Chromium, its fonts or poppler are missing, the tests say what to run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages.chromium import program

CHECKOUT = Path(__file__).parents[3]


def test_without_chromium_the_tests_fail_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="chromium is missing: run `make browser`"):
        program("chromium", "google-chrome")


def test_without_japanese_fonts_the_tests_fail_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig/>", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from tests.pages.chromium import chromium\nwith chromium(): pass"],
        env=os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "no Japanese font: run `make browser`" in done.stderr


def test_one_command_installs_all_of_it() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    command = makefile.partition("\nbrowser:")[2].partition("\n\n")[0]
    for package in ("chromium", "fonts-noto-cjk", "poppler-utils"):
        assert package in command
    assert "make browser" in (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
