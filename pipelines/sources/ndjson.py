"""Newline-delimited JSON: pages of records to one record a line, and lines back to columns. Source-independent.

What the fields mean belongs to each source's records.py.
"""

from __future__ import annotations

import functools
import operator
import re
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
from pipelines.sources.cells import Kind
from pipelines.sources.odd_records import Odd, checked, salvaged

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

# Records take several times the room of their text. Pieces that stay in the processor's cache until their columns are
# made take half the time of pieces ten times as large.
_PIECE_BYTES = 1 << 20
# So many records may be odd in the field that says whose they are, however few there are.
A_FEW = 5
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


# Half of a surrogate pair, as it stays when a name is cut in the middle of an emoji; escaped backslashes come first.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


def mended(body: bytes) -> bytes:
    """JSON text with every character that is none (half an emoji, a byte that is no UTF-8) replaced by U+FFFD."""
    text = body.decode("utf-8", "replace").encode()
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], text)


def decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    """What `decode` makes of a body, mended if need be: names are cut anywhere, and nobody needs them whole."""
    try:
        return decode(body)
    except MALFORMED as error:
        better = mended(body)
        if better == body or isinstance(error, msgspec.ValidationError):
            raise
    return decode(better)


Dropped = msgspec.Raw | msgspec.UnsetType
NOT_KEPT = msgspec.UNSET
"""Type and default of a field that is known but not wanted: its bytes are skipped, its name is not reported."""

_BULK_TYPES = {frozenset({int}): pl.Int64, frozenset({bool}): pl.Boolean}
_keys_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_any = msgspec.json.Decoder()


def _note(odd: Odd, place: int, name: str) -> None:
    odd.note(name, [place])


class RecordReader(Generic[S]):
    """Reads lines of one kind of record into text columns, counts the fields nobody has declared and what is odd.

    `kind` declares every known field; `nested` names the types of its attributes that are records themselves. At first
    undeclared fields are refused, because that is fast; a piece that holds some is read again with them skipped, and
    record by record where one of them is not as declared. `to_frame` makes text columns of the records of one piece;
    `finish` derives the wanted columns from all of them. `cells` says what columns hold that are read as numbers, flags
    or instants later; a record without one of the columns `required` is set aside. `who` names fields that say whose a
    record is: unreadable in many, they are no odd value but a service that has changed.
    """

    def __init__(
        self,
        kind: type[S],
        *,
        to_frame: Callable[[list[S]], pl.DataFrame],
        required: tuple[str, ...],
        finish: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
        nested: Mapping[str, type[msgspec.Struct]] | None = None,
        cells: Mapping[str, Kind] | None = None,
        who: tuple[str, ...] = (),
    ) -> None:
        self._kind, self._nested = kind, nested or {}
        self._lenient = msgspec.json.Decoder(kind)
        self._strict = msgspec.json.Decoder(_forbidding(kind, self._nested))
        self._known = _json_names(kind)
        self._known_inside = {_json_name(kind, name): _json_names(inner) for name, inner in self._nested.items()}
        self._to_frame = to_frame
        self._finish = finish
        self._required = required
        self._who = who
        self.cells = cells or {}

    def read(self, answer: Answer, what: str) -> Parsed:
        """Columns of all records, empty text as null; zero lines give zero rows.

        Raises RejectedAnswerError for lines that are no JSON, and when most records cannot be read.
        """
        unknown: Counter[str] = Counter()
        frames, odd, places, count = [self._to_frame([])], Odd(), list[int](), 0
        try:
            for piece in _pieces(answer.body):
                records, read = self._decode(piece, unknown, odd, count)
                places += read
                count += piece.count(b"\n")
                frames.append(self._to_frame(records))
            frame = pl.concat(frames, rechunk=True).with_columns(pl.col(pl.String).replace("", None))
            frame = frame if self._finish is None else self._finish(frame)
            frame = checked(frame, self.cells, self._required, places.__getitem__, odd)
        except (*MALFORMED, pl.exceptions.PolarsError):
            # The cause may quote a value of the record, so neither it nor its text goes on.
            raise RejectedAnswerError(
                f"The answer {what} on {answer.day} holds a line that is not JSON, so it is not whole: "
                "it was kept aside, and the day is fetched again on the next run."
            ) from None
        if len(odd.set_aside) > frame.height:
            raise RejectedAnswerError(
                f"The answer {what} on {answer.day} has {len(odd.set_aside)} of {frame.height + len(odd.set_aside)} "
                "records without a readable id, time or type: it was kept aside, look whether the service has changed "
                "its records."
            )
        for name in self._who:
            if len(odd.fields.get(name, ())) > max(A_FEW, frame.height // 10):
                raise RejectedAnswerError(
                    f"The answer {what} on {answer.day} has something else than before under {name} in many records, "
                    "so nobody could be told from them: it was kept aside, look whether the service has changed it."
                )
        return Parsed(frame, dict(unknown), odd)

    def _decode(self, piece: bytes, unknown: Counter[str], odd: Odd, before: int) -> tuple[list[S], list[int]]:
        """The records of a piece, and the place of each among all (from 1; `before` came before)."""
        try:
            records = self._strict.decode_lines(piece)
        except MALFORMED:
            return self._one_by_one(piece, unknown, odd, before)
        return records, list(range(before + 1, before + 1 + len(records)))

    def _one_by_one(self, piece: bytes, unknown: Counter[str], odd: Odd, before: int) -> tuple[list[S], list[int]]:
        records: list[S] = []
        places: list[int] = []
        for place, line in enumerate(piece.split(b"\n"), start=before + 1):
            if not line.strip():
                continue
            record, read = self._one(line, functools.partial(_note, odd, place))
            if record is None:
                odd.set_aside.append(place)
                continue
            unknown.update(self._undeclared(read))
            records.append(record)
            places.append(place)
        return records, places

    def _one(self, line: bytes, note: Callable[[str], None]) -> tuple[S | None, bytes]:
        """A record as it is, else mended, else what can be read of it; and the line that was read."""
        try:
            return self._lenient.decode(line), line
        except msgspec.ValidationError:
            pass
        except MALFORMED:
            line = mended(line)
            with suppress(msgspec.ValidationError):
                return self._lenient.decode(line), line
        if not line.lstrip().startswith(b"{"):
            _any.decode(line)  # no object, but JSON it must be
            return None, line
        return salvaged(self._kind, line, self._nested, note), line

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
