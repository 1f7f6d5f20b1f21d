"""Where the files lie that belong to the code but are no Python: models, seeds, notebooks, dagster.yaml.

In a checkout they stand beside pipelines/; the wheel carries them below it, as hatch_build.py says. This module alone
knows which of the two it is. What a room reads beside its own code (texts, templates, styles) is that room's affair.
"""

from __future__ import annotations

from pathlib import Path

CODE_DIR = Path(__file__).resolve().parents[2]
"""The folder that holds the package: the checkout, or site-packages. No data may ever lie in it."""

_CARRIED = CODE_DIR / "pipelines" / "shipped"
# A wheel that lacks its files is none the less no checkout: it must not take site-packages for a place to work in.
IS_CHECKOUT = (CODE_DIR / "pyproject.toml").is_file() and not _CARRIED.is_dir()
SHIPPED_DIR = CODE_DIR if IS_CHECKOUT else _CARRIED

SQL_DIR = SHIPPED_DIR / "sql"
NOTEBOOKS_DIR = SHIPPED_DIR / "notebooks"
DAGSTER_FILE = SHIPPED_DIR / "dagster.yaml"


def missing(what: str, folder: Path) -> str:
    """The sentence about shipped files that are not there."""
    return f"There is no {what} in {folder}: the installation is not whole, so install Katsuyo again."
