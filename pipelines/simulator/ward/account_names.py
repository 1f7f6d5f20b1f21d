"""Accounts in time: people who change their name, and with it their addresses, while the account stays the same.

The frame of people holds the names of the last day; what was different before is kept here. The directory changes on
one day, Box some days later. The address given up stays an alias of the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.simulator.ward.names import FAMILY_NAMES
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

RENAMED_SHARE = 0.006
BOX_DAYS = (3, 15)  # how long Box keeps the former login
DIRECTORY = ("display_name", "family_name", "upn", "mail")
SCHEMA = {
    "person_no": pl.Int32,
    "until": pl.Date,  # last day of the former names in the directory
    "box_until": pl.Date,  # the same in Box
    "display_name": pl.String,
    "family_name": pl.String,
    "upn": pl.String,
    "mail": pl.String,
    "box_login": pl.String,
    "is_told": pl.Boolean,  # whether the personnel office took up the new address
}


@dataclass(frozen=True)
class AccountNames:
    """`former` has one row per change; its columns are those of people as they were before."""

    former: pl.DataFrame

    def on(self, people: pl.DataFrame, day: date) -> pl.DataFrame:
        """The people's frame as the directory and Box have it on a day, with `alias`, the address given up."""
        before = self.former.filter(pl.col("until") >= day).select("person_no", *DIRECTORY)
        in_box = self.former.filter(pl.col("box_until") >= day).select("person_no", "box_login")
        given_up = self.former.filter(pl.col("until") < day).select("person_no", pl.col("upn").alias("alias"))
        return (
            people.update(before, on="person_no", how="left")
            .update(in_box, on="person_no", how="left")
            .join(given_up, on="person_no", how="left", maintain_order="left")
        )


def nobody_renamed() -> AccountNames:
    return AccountNames(pl.DataFrame(schema=SCHEMA))


def build_account_names(seed: int, people: pl.DataFrame, calendar: Calendar) -> AccountNames:
    """A few people take another family name; one address changes in its capitals only."""
    rng = stream(seed, Purpose.NAMES)
    steady = people.filter(
        pl.col("joined_on") <= calendar.first_day,
        pl.col("left_on").is_null(),
        pl.col("is_licensed"),
        pl.col("mail") == pl.col("upn"),
        ~pl.col("employee_number").is_duplicated(),
    )
    wanted = min(len(steady), max(4, round(RENAMED_SHARE * len(people))))
    if wanted == 0 or calendar.count < 2:
        return nobody_renamed()
    chosen = np.sort(rng.choice(len(steady), size=wanted, replace=False))
    until = np.sort(rng.integers(0, calendar.count - 1, wanted))
    box_until = until + rng.integers(*BOX_DAYS, wanted)
    families = rng.integers(0, len(FAMILY_NAMES), wanted)
    rows = []
    for position, row in enumerate(steady[chosen].iter_rows(named=True)):
        family, romaji = FAMILY_NAMES[int(families[position])]
        if family == row["family_name"]:
            family, romaji = FAMILY_NAMES[(int(families[position]) + 1) % len(FAMILY_NAMES)]
        upn = _former_address(row["upn"], romaji)
        if position == wanted - 1:
            family, upn = row["family_name"], _capitalised(row["upn"])
        is_capital = position % 3 == 0
        rows.append(
            {
                "person_no": row["person_no"],
                "until": calendar.day(int(until[position])),
                "box_until": calendar.day(int(box_until[position])),
                "display_name": f"{family} {row['given_name']}",
                "family_name": family,
                "upn": upn,
                "mail": upn,
                "box_login": _capitalised(upn) if is_capital else upn,
                "is_told": position % 3 != 1,
            }
        )
    return AccountNames(pl.DataFrame(rows, schema=SCHEMA))


def _former_address(address: str, family_romaji: str) -> str:
    """hanako.sato0412@..., ito -> hanako.ito0412@..."""
    local, _, domain = address.partition("@")
    given, _, rest = local.partition(".")
    return f"{given}.{family_romaji}{rest.lstrip('abcdefghijklmnopqrstuvwxyz')}@{domain}"


def _capitalised(address: str) -> str:
    """Hanako.Sato0412@City.Mirai-Ku.Example: the same address, as some systems write it."""
    return address.title()
