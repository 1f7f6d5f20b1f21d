"""One language of the pages: texts (texts/<code>.toml), forms of numbers and dates (format_<code>.py), its folder.

What does not belong here: any text itself. Another language is another toml file and another format module.
"""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Any

from pipelines.pages.wording import format_en, format_ja

_FORMATS = {"ja": format_ja, "en": format_en}
# The first one is written into the site itself, the others into folders of their names.
LANGUAGES = tuple(_FORMATS)


class _Filler(string.Formatter):
    """Fills in {fields}. {count:|day|days} is the first word for exactly one, the second for every other number."""

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec.startswith("|"):
            return super().format_field(value, format_spec)
        one, others = format_spec[1:].split("|")
        return one if str(value) == "1" else others


_FILLER = _Filler()


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
        return _FILLER.format(found, **values)

    def find(self, key: str, otherwise: str) -> str:
        """The text at a dotted key, or `otherwise` for names that come from data (datasets of a later release)."""
        try:
            return self.say(key)
        except KeyError:
            return otherwise

    def sentences(self, parts: list[str]) -> str:
        """Whole sentences one after the other: with a blank between them where the language puts one."""
        return self.texts["site"]["gap"].join(parts)

    @property
    def folder(self) -> str:
        """Where its pages lie within the site."""
        return "" if self.code == LANGUAGES[0] else f"{self.code}/"

    @property
    def way_up(self) -> str:
        """The way from its pages to the site folder."""
        return "../" if self.folder else ""


@cache
def language(code: str = "ja") -> Language:
    text = resources.files("pipelines.pages.wording").joinpath("texts", f"{code}.toml").read_text(encoding="utf-8")
    return Language(code=code, texts=tomllib.loads(text), form=_FORMATS[code])
