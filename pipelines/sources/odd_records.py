"""What could not be read of an event list: single fields that become unknown, and records that are set aside.

One odd value costs itself only. A field that is not of its kind becomes null, never 0; a record is set aside only when
it lacks what makes it a record: its id, its time or its type. Both are counted and named by their place, never by
their content. How the rest of a record is read is ndjson.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, TypeVar, get_args

import msgspec
import polars as pl
from msgspec import Raw

from pipelines.sources.cells import Kind, count_of, flag_of, normalised

S = TypeVar("S", bound=msgspec.Struct)
PLACES_SHOWN = 5
_MALFORMED = (msgspec.DecodeError, UnicodeError, RecursionError)
_keys_of = msgspec.json.Decoder(dict[str, Raw]).decode
_text_of = msgspec.json.Decoder(str | int | float | bool | None).decode


@dataclass(slots=True)
class Odd:
    """Places of records (from 1): per field those whose value is not of its kind, and those that are set aside."""

    fields: dict[str, list[int]] = field(default_factory=dict)
    set_aside: list[int] = field(default_factory=list)

    def note(self, name: str, places: Iterable[int]) -> None:
        """Count these records for a field, each once."""
        known = self.fields.setdefault(name, [])
        known += [place for place in places if place not in known[-1:]]

    def __bool__(self) -> bool:
        return bool(self.fields or self.set_aside)

    @property
    def counts(self) -> dict[str, int]:
        """Records per field, for the manifest."""
        return {name: len(places) for name, places in sorted(self.fields.items())}

    def __str__(self) -> str:
        """The predicate of a sentence: counts and places only."""
        parts = [
            f"an unusual value under {name} in {_records(places)}, of which was taken what can be read"
            for name, places in sorted(self.fields.items())
        ]
        if self.set_aside:
            parts.append(f"{_records(self.set_aside)} without a readable id, time or type, which were set aside")
        return "; ".join(parts)


def _records(places: list[int]) -> str:
    shown, more = ", ".join(map(str, places[:PLACES_SHOWN])), len(places) - PLACES_SHOWN
    return f"record {shown}" if len(places) == 1 else f"records {shown}" + (f" and {more} more" if more > 0 else "")


Note = Callable[[str], None]
"""Told the name of a field whose value is not of its kind."""


def salvaged(kind: type[S], line: bytes, nested: Mapping[str, type[msgspec.Struct]], note: Note) -> S | None:
    """A record of which one field at least is not of its type: with the others, or None without what it must have.

    Raises what msgspec raises for a line that is no JSON object at all.
    """
    found = _keys_of(line)
    values: dict[str, Any] = {}
    for item in msgspec.structs.fields(kind):
        raw = found.get(item.encode_name)
        if raw is None or item.default is msgspec.UNSET:  # known and not wanted
            continue
        try:
            values[item.name] = msgspec.json.decode(raw, type=item.type)
        except _MALFORMED:
            inner = nested.get(item.name)
            if inner is not None and bytes(raw).lstrip().startswith(b"{"):
                values[item.name] = salvaged(inner, bytes(raw), {}, _within(item.encode_name, note))
                continue
            values[item.name] = _what_is_left(raw, item)
            if values[item.name] is None and item.required:
                return None
            note(item.encode_name)
    try:
        return kind(**values)
    except TypeError:  # a field it must have is not there
        return None


def _within(parent: str, note: Note) -> Note:
    return lambda name: note(f"{parent}.{name}")


def _what_is_left(raw: Raw, item: Any) -> Any:
    """A number or a flag written in another way, or None."""
    try:
        value = _text_of(raw)
    except _MALFORMED:
        return None
    types = set(get_args(item.type) or (item.type,)) - {NoneType}
    if isinstance(value, str | float) and int in types:
        number = count_of(str(value))
        return None if number is None else int(number)
    if isinstance(value, str | int) and not isinstance(value, bool) and bool in types and str not in types:
        flag = flag_of(str(value))
        return None if flag is None else flag == "true"
    return None


def checked(
    frame: pl.DataFrame, cells: Mapping[str, Kind], required: tuple[str, ...], place_of: Callable[[int], int], odd: Odd
) -> pl.DataFrame:
    """The columns of `cells` in their plain form, null where they cannot be read; without rows that lack a `required`.

    `place_of` says for a row of `frame` which record it was.
    """
    for name, kind in cells.items():
        made = normalised(frame[name], kind)
        if made.unreadable and name not in required:
            odd.note(name, (place_of(row) for row in made.unreadable))
        frame = frame.with_columns(made.column)
    lacking = frame.select(pl.any_horizontal(pl.col(name).is_null() for name in required)).to_series()
    if not lacking.any():
        return frame
    odd.set_aside += [place_of(row) for row in lacking.arg_true()]
    return frame.filter(~lacking)
