"""Copilot reports for the people of a small ward, with every oddity that their definition speaks about.

Half of the people hold a licence. Reports come two or three days late, some mornings bring none, some bring the day of
the morning before again with other dates; use shows late; licences come and go; one report is far too old to count.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import duckdb
import polars as pl

from tests.warehouse.small_ward import DAYS

TOO_OLD = 11  # days between the newest day of a report and the asking


def write_copilot(con: duckdb.DuckDBPyConnection, rng: random.Random, addresses: Sequence[str]) -> None:
    """`addresses`: the sign-in names of the ward, a person's second ones among them."""
    holders = [address for n, address in enumerate(addresses) if n % 2 == 0] + ["a-nobody"]
    uses = {
        address: [day for day in DAYS if rng.random() < (0.02, 0.1, 0.4)[n % 3]] for n, address in enumerate(holders)
    }
    rows = []
    for asked in [day + timedelta(days=3) for day in DAYS]:
        if rng.random() < 0.2 and asked < DAYS[-7]:
            continue
        as_of = asked - timedelta(days=TOO_OLD if asked == DAYS[12] else rng.choice([2, 2, 2, 3]))
        for n, address in enumerate(holders):
            if (n % 7 == 3 and as_of < DAYS[8]) or (n % 7 == 5 and as_of > DAYS[14]):
                continue  # a licence that comes, one that goes
            shown = [day for day in uses[address] if day < as_of or (day == as_of and rng.random() < 0.8)]
            rows.append({
                "_day": asked, "report_refresh_date": as_of.isoformat(), "user_principal_name_key": address,
                "last_activity_date": shown[-1].isoformat() if shown else rng.choice(["", None, "2026-03-01"]),
            })  # fmt: skip
    con.register("rows", pl.DataFrame(rows, infer_schema_length=None))
    con.execute("insert into raw.graph_copilot_usage by name select * from rows")
    con.unregister("rows")
