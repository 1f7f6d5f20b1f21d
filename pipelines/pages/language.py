"""One language of the pages: its texts (texts/<code>.toml) and its forms of numbers and dates (format_<code>.py).

What does not belong here: any text itself. Another language is another toml file and another format module.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Any

from pipelines.pages import format_ja

_FORMATS = {"ja": format_ja}


@dataclass(frozen=True)
class Language:
    code: str
    texts: dict[str, Any]
    form: ModuleType

    def say(self, key: str, **values: object) -> str:
        """The text at a dotted key, its {fields} filled in. A missing key or field is a mistake of ours: KeyError."""
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        return found.format(**values)

    def find(self, key: str, otherwise: str) -> str:
        """The text at a dotted key, or `otherwise` for names that come from data (datasets of a later release)."""
        try:
            return self.say(key)
        except KeyError:
            return otherwise


@cache
def language(code: str = "ja") -> Language:
    text = resources.files("pipelines.pages").joinpath("texts", f"{code}.toml").read_text(encoding="utf-8")
    return Language(code=code, texts=tomllib.loads(text), form=_FORMATS[code])
