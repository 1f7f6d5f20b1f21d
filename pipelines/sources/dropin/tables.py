"""The header of a dropped-in CSV file, or one sentence about why the file is not CSV as it was downloaded.

Opened and saved again by a spreadsheet, a file changes its encoding, its separators or its dates. That is told here, by
the look of the bytes alone; which report a header belongs to is recognise.py.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from pipelines.errors import InputFileError
from pipelines.sources.dropin import kinds

AS_DOWNLOADED = "take the file as downloaded, not opened and saved by a spreadsheet"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What a service never separates by, and spreadsheets do in some languages or as "Unicode text".
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}
_TYPE_LINE = re.compile(rb'"?(?:#TYPE [^,]*|sep=,)"?')


def text_of(file: Path, body: bytes) -> str:
    """The text of a file. Raises InputFileError for anything but UTF-8."""
    if (what := kinds.of_bytes(body)) is not None:
        raise InputFileError(f"{file} {what}.")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:200]:
        raise InputFileError(f"{file} is UTF-16 or binary, not UTF-8 text: {AS_DOWNLOADED}.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        kind = "CP932, as a Japanese spreadsheet saves it" if _is_cp932(body) else "in no encoding known here"
        raise InputFileError(f"{file} is not UTF-8 text but {kind}: {AS_DOWNLOADED}.") from None


def header_of(file: Path, text: str) -> list[str]:
    """The cells of the first row as written. Raises InputFileError for other separators or no row at all."""
    start = text[:200].lstrip()
    if not start or start[0] in "{[<":
        kind = {"<": "HTML", "{": "JSON", "[": "JSON"}.get(start[:1], "empty")
        raise InputFileError(f"{file} is not CSV but {kind}: download it again.")
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (csv.Error, StopIteration):
        raise InputFileError(f"{file} has no readable header row: download it again.") from None
    line = ",".join(header)
    for separator, name in _OTHER_SEPARATORS.items():
        if line.count(separator) > line.count(","):
            raise InputFileError(f"{file} is separated by {name}, not by commas: {AS_DOWNLOADED}.")
    return header


def without_type_line(body: bytes) -> bytes:
    """A file without the line that a script or a spreadsheet puts above the header: `#TYPE ...` or `sep=,`."""
    start = body.removeprefix(BYTE_ORDER_MARK)
    first, newline, rest = start.partition(b"\n")
    return rest if newline and _TYPE_LINE.fullmatch(first.rstrip(b"\r")) else body


def _is_cp932(body: bytes) -> bool:
    try:
        body.decode("cp932")
    except UnicodeDecodeError:
        return False
    return True
