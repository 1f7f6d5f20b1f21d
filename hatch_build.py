"""Puts the files that are no Python into the wheel, below pipelines/shipped/, where common/shipped.py looks for them.

An editable installation finds them in the checkout: a second copy would only grow old.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Patterns, not folders: what an editor or Jupyter leaves beside the files (.ipynb_checkpoints) may hold figures.
SHIPPED = (
    *(f"sql/**/*.{kind}" for kind in ("sql", "csv", "yml", "md")),
    "notebooks/*.ipynb",
    "docs/**/*.md",
    "dagster.yaml",
)


class ShippedFiles(BuildHookInterface):
    """Called by hatchling for every build; pyproject.toml names this file."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a wheel. Raises FileNotFoundError where a pattern finds none: better no wheel than half."""
        if version != "standard":
            return
        root = Path(self.root)
        for pattern in SHIPPED:
            found = [path.relative_to(root).as_posix() for path in root.glob(pattern)]
            if not found:
                raise FileNotFoundError(f"There is no {pattern} to put into the wheel: build from a whole checkout.")
            build_data["force_include"] |= {name: f"pipelines/shipped/{name}" for name in found}
