"""Days of the Teams user activity report as Graph writes it: byte-order mark, CRLF, every user on every day."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

HEADER = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Meetings Organized Count,"
    "Meetings Attended Count,Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,Audio Duration,"
    "Video Duration,Screen Share Duration,Audio Duration In Seconds,Video Duration In Seconds,"
    "Screen Share Duration In Seconds,Has Other Action,Urgent Messages,Post Messages,Tenant Display Name,"
    "Shared Channel Tenant Display Names,Reply Messages,Is Licensed,Report Period"
)
_COUNTS = 12
_SECONDS = ("audio", "video", "share")


def teams_day(day: date, staff: int, seed: int = 1) -> bytes:
    """The report of one day, the same for the same day."""
    random = np.random.default_rng((seed, day.toordinal()))
    counts = {f"count{n}": random.poisson(3, staff) for n in range(_COUNTS)}
    seconds = {name: random.integers(0, 14_400, staff) for name in _SECONDS}
    n = pl.col("n")
    durations = [pl.format("PT{}H{}M{}S", pl.col(s) // 3600, pl.col(s) % 3600 // 60, pl.col(s) % 60) for s in _SECONDS]
    cells: list[pl.Expr] = [
        pl.lit(day.isoformat()),
        pl.format("00000000-0000-4000-8000-{}", n + 100_000_000_000),
        pl.format("person{}@mirai-ku.example", n),
        pl.lit(day.isoformat()),
        pl.lit("False,,MICROSOFT 365 E3+MICROSOFT TEAMS"),
        *(pl.col(name) for name in counts),
        *durations,
        *(pl.col(name) for name in _SECONDS),
        *(pl.lit(text) for text in ("Yes,0,0,WARD OFFICE,", "0", "Yes", "1")),
    ]
    frame = pl.DataFrame({"n": np.arange(staff), **counts, **seconds})
    lines = frame.select(line=pl.concat_str(*cells, separator=",") + "\r\n")["line"]
    return "".join(["\ufeff", HEADER, "\r\n", *lines]).encode()
