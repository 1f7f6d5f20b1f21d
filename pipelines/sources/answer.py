"""What every source hands on: the exact bytes of one answer, and the text table read from them.

No parsing here (each source has its own) and no storing (see landing/).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import polars as pl

from pipelines.sources.odd_records import Odd

Channel = Literal["day", "stream", "import"]
"""How records came: asked for by day, followed in a stream, or taken from a file somebody exported."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer of one source about one day (or one snapshot, then `day` is the day it was taken).

    `body` holds the exact bytes: CSV as downloaded, or one JSON record a line when the service pages.
    `fetched_at` is UTC. `origin` is what the service says of itself in the header X-Simulated-Data, if anything.
    `refused_lines` counts, per rule, the lines of an organisation's file that are left out (ingest/org.py).
    """

    source: str
    dataset: str
    day: date
    body: bytes = field(repr=False)
    fetched_at: datetime
    request_id: str | None = None
    origin: str | None = None
    refused_lines: dict[str, int] = field(default_factory=dict)
    channel: Channel = "day"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text table (every column VARCHAR, header names normalised) and the fields nobody has classified.

    `frame` still holds raw identifiers: it lives in memory only, until privacy/minimise.py has keyed or dropped them.
    `unknown_fields` counts the records in which an unclassified field occurred; its values are already gone. `odd` says
    what of an event list could not be read.
    """

    frame: pl.DataFrame = field(repr=False)
    unknown_fields: dict[str, int] = field(default_factory=dict)
    odd: Odd = field(default_factory=Odd)


Parser = Callable[[Answer], Parsed]
"""Reads an answer or raises RejectedAnswerError; any bytes at all must end in one of the two."""
