"""Newline-delimited JSON: pages of records to one record a line, and lines back to columns. Source-independent.

What the fields mean belongs to each source's records.py.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, TypeVar, cast, get_args

import msgspec
import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed

S = TypeVar("S", bound=msgspec.Struct)

# Records take several times the room of their text. Pieces that stay in the processor's cache until their columns are
# made take half the time of pieces ten times as large.
_PIECE_BYTES = 1 << 20
MALFORMED = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises for bytes that are not the expected JSON."""


def to_lines(records: Sequence[msgspec.Raw]) -> bytes:
    """Each record as the service wrote it, one a line; a record that itself spans lines is written compactly."""
    if not records:
        return b""
    lines = b"\n".join(records) + b"\n"
    if lines.count(b"\n") == len(records):
        return lines
    return b"\n".join(msgspec.json.format(bytes(record), indent=-1) for record in records) + b"\n"


Dropped = msgspec.Raw | msgspec.UnsetType
NOT_KEPT = msgspec.UNSET
"""Type and default of a field that is known but not wanted: its bytes are skipped, its name is not reported."""

_BULK_TYPES = {frozenset({int}): pl.Int64, frozenset({bool}): pl.Boolean}
_keys_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class RecordReader(Generic[S]):
    """Reads lines of one kind of record into text columns and counts the fields nobody has declared.

    `kind` declares every known field; `nested` names the types of its attributes that are records themselves. At first
    undeclared fields are refused, because that is fast; a piece that holds some is read again with them skipped.
    `to_frame` makes text columns of the records of one piece; `finish` derives the wanted columns from all of them.
    """

    def __init__(
        self,
        kind: type[S],
        *,
        to_frame: Callable[[list[S]], pl.DataFrame],
        finish: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
        nested: Mapping[str, type[msgspec.Struct]] | None = None,
    ) -> None:
        nested = nested or {}
        self._lenient = msgspec.json.Decoder(kind)
        self._strict = msgspec.json.Decoder(_forbidding(kind, nested))
        self._known = _json_names(kind)
        self._known_inside = {_json_name(kind, name): _json_names(inner) for name, inner in nested.items()}
        self._to_frame = to_frame
        self._finish = finish

    def read(self, answer: Answer, what: str) -> Parsed:
        """Columns of all records, empty text as null; zero lines give zero rows.

        Raises RejectedAnswerError for any malformed record.
        """
        unknown: Counter[str] = Counter()
        frames = [self._to_frame([])]
        try:
            for piece in _pieces(answer.body):
                frames.append(self._to_frame(self._decode(piece, unknown)))  # noqa: PERF401  the try spans more
            frame = pl.concat(frames, rechunk=True).with_columns(pl.col(pl.String).replace("", None))
            frame = frame if self._finish is None else self._finish(frame)
        except (*MALFORMED, pl.exceptions.PolarsError):
            # The cause may quote a value of the record, so neither it nor its text goes on.
            raise RejectedAnswerError(
                f"The answer {what} on {answer.day} holds a record that is not the documented JSON: "
                "the stored answer has to be looked at before the day is fetched again."
            ) from None
        return Parsed(frame, dict(unknown))

    def _decode(self, piece: bytes, unknown: Counter[str]) -> list[S]:
        try:
            return self._strict.decode_lines(piece)
        except msgspec.ValidationError:
            records = self._lenient.decode_lines(piece)
        for line in piece.split(b"\n"):
            if line.strip():
                unknown.update(self._undeclared(line))
        return records

    def _undeclared(self, line: bytes) -> Iterator[str]:
        """Names of the undeclared fields of one record, those of a nested record as `parent.child`."""
        record = _keys_of(line)
        yield from record.keys() - self._known
        for parent, known in self._known_inside.items():
            if bytes(record.get(parent, b"")).startswith(b"{"):
                yield from (f"{parent}.{name}" for name in _keys_of(record[parent]).keys() - known)


def text_columns(records: Sequence[object], attributes: Iterable[str], prefix: str = "") -> pl.DataFrame:
    """One text column for each attribute of the records: numbers in digits, truth values as true and false."""
    return pl.DataFrame([text_column(prefix + name, list(map(attrgetter(name), records))) for name in attributes])


def text_column(name: str, values: list[Any]) -> pl.Series:
    """A text column of values of any type. A column of one type is taken over at once, a mixed one value by value."""
    try:
        return pl.Series(name, values, dtype=pl.String)
    except TypeError:
        dtype = _BULK_TYPES.get(frozenset(map(type, values)) - {NoneType})
    if dtype is not None:
        with suppress(TypeError, OverflowError):  # numbers beyond 64 bits
            return pl.Series(name, values, dtype=dtype).cast(pl.String)
    return pl.Series(name, values, dtype=pl.String, strict=False)


def _forbidding(kind: type[S], nested: Mapping[str, type[msgspec.Struct]]) -> type[S]:
    """A subtype of `kind` that refuses undeclared fields, in its nested records too."""
    types = {item.name: item for item in msgspec.structs.fields(kind)}
    fields = [
        (name, _with_forbidding(types[name].type, inner), msgspec.field(name=types[name].encode_name, default=None))
        for name, inner in nested.items()
    ]
    name = f"Strict{kind.__name__}"
    made = msgspec.defstruct(name, fields, bases=(kind,), forbid_unknown_fields=True, kw_only=True, gc=False)
    return cast("type[S]", made)


def _with_forbidding(annotation: Any, inner: type[msgspec.Struct]) -> Any:
    """The union `annotation` with `inner` exchanged for its refusing subtype."""
    members = (_forbidding(inner, {}) if member is inner else member for member in get_args(annotation))
    return functools.reduce(operator.or_, members)


def _json_names(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(item.encode_name for item in msgspec.structs.fields(kind))


def _json_name(kind: type[msgspec.Struct], attribute: str) -> str:
    return next(item.encode_name for item in msgspec.structs.fields(kind) if item.name == attribute)


def _pieces(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start + _PIECE_BYTES)
        end = len(body) if end < 0 else end + 1
        yield body[start:end]
        start = end
