"""Where the files that belong to the code but are no Python lie: models, seeds."""

from __future__ import annotations

from pathlib import Path

SQL_DIR = Path(__file__).resolve().parents[2] / "sql"
