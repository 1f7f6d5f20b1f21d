"""What each file of the organisation holds: its columns, their kinds, and the header names a clerk may write.

The catalogue itself is files.toml: one entry is one CSV file and one raw table `org_<dataset>`. How values are written
is values.py, reading is files.py, rules between lines and files are checks.py.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LINE = "line_number"

# What a column holds. CODE and PERSON are compared without regard to full or half width, PERSON also without regard to
# case; CHOICE is one of a few values.
TEXT, CODE, PERSON, DATE, INSTANT = "text", "code", "person", "date", "instant"
SHARE, AMOUNT, COUNT, TRUTH, CHOICE = "share", "amount", "count", "truth", "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `japanese` are header names that mean it, `choices` are the values with what else means them."""

    name: str
    kind: str
    japanese: tuple[str, ...] = ()
    en: str = ""
    ja: str = ""
    is_optional: bool = False  # the header may lack it
    may_be_blank: bool = False  # a line may lack it
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrgFile:
    """One file. `starts` and `ends` name the columns between which a line is valid, where it is so."""

    dataset: str
    japanese: str
    en: str
    ja: str
    fields: tuple[Column, ...]
    is_required: bool = False
    starts: str | None = None
    ends: str | None = None

    @property
    def file_name(self) -> str:
        return f"{self.dataset}.csv"

    @property
    def columns(self) -> dict[str, str]:
        """Column name -> kind, in the order of the raw table."""
        return {column.name: column.kind for column in self.fields}


def _column(entry: dict[str, Any]) -> Column:
    choices = {value: tuple(others.split()) for value, others in entry.pop("choices", {}).items()}
    return Column(japanese=tuple(entry.pop("japanese").split()), choices=choices, **entry)


def _load() -> dict[str, OrgFile]:
    entries = tomllib.loads(Path(__file__).with_name("files.toml").read_text(encoding="utf-8"))
    files = {}
    for dataset, entry in entries.items():
        columns = tuple(_column(column) for column in entry.pop("columns"))
        files[dataset] = OrgFile(dataset=dataset, fields=columns, **entry)
    return files


FILES = _load()
