"""What is said of a setting that is wrong: by its kind of fault, never in the words of the library or with its value.

Which settings there are is pipelines/settings.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

PREFIX = "KATSUYO_"
# A name in a settings file that is so close to one of ours is meant to be it.
MEANT = 0.85
# By kind of fault; the first that the kind begins with.
_MUST_BE: tuple[tuple[str, str], ...] = (
    ("int", "a whole number, such as 10"),
    ("float", "a number, such as 0.5"),
    ("bool", "true or false"),
    ("datetime", "an instant with its time zone, such as 2026-07-06T06:00:00+09:00"),
    ("date", "a day, such as 2026-04-01"),
    ("path", "the path of a file or folder"),
    ("tuple", "a list with commas"),
    ("string", "a text"),
)
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


def wrong_value(fault: Mapping[str, Any], purpose: str) -> str:
    """The sentence about a value that does not fit. `fault` is one of pydantic's, `purpose` the field's description."""
    name = f"{PREFIX}{str(fault['loc'][0]).upper()}"
    place = [str(part + 1) for part in fault["loc"][1:2] if isinstance(part, int)]
    where = f" (value {place[0]} of the list)" if place else ""
    kind, context = str(fault["type"]), fault.get("ctx", {})
    if kind == "value_error":
        return f"The setting {name} is wrong{where}: {context['error']}."
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        rule = f"{words} {context[key]:g}"
    elif kind in ("literal_error", "enum"):
        rule = f"one of {context['expected']}"
    else:
        rule = next((words for start, words in _MUST_BE if kind.startswith(start)), "of another form")
    return f"The setting {name} is wrong{where}: it must be {rule} ({purpose.rstrip('.')})."


def unknown_name(
    given: Iterable[str], in_file: Iterable[str], known: Collection[str], retired: Mapping[str, str]
) -> str | None:
    """The sentence about the first name that is no setting: of the environment, or of the settings file."""
    names = {name for name in (*given, *in_file) if name.upper().startswith(PREFIX)}
    # In our own file another beginning is a slip of the pen, if the rest is one of ours.
    names |= {name for name in in_file if difflib.get_close_matches(name.upper(), known, n=1, cutoff=MEANT)}
    for name in sorted(names):
        if name.upper() in known:
            continue
        if remedy := retired.get(name.upper()):
            return f"There is no setting {name} any more: {remedy}."
        near = _nearest(name.upper(), known)
        advice = f"{near} is the nearest one, correct the name" if near else "remove it (katsuyo init lists them all)"
        return f"There is no setting {name}: {advice}."
    return None


def _nearest(name: str, known: Collection[str]) -> str | None:
    """By what follows the prefix, which alone would make any two names alike; else with it, if it is misspelt."""
    ours = {one.removeprefix(PREFIX): one for one in known}
    if near := difflib.get_close_matches(name.removeprefix(PREFIX), ours, n=1):
        return ours[near[0]]
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=MEANT)), None)
