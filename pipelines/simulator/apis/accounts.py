"""Who has an account on a day, and in what state: the common ground of users, reports and Box users.

An account exists from the day its owner joins; it is disabled the day after the owner leaves and gone 30 days later.
Rendering belongs to the services; behaviour (who did what) to the world.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pipelines.simulator.world import World

GRACE_DAYS = 30


class Accounts:
    """The world's people and other accounts, with the states the directory would show."""

    def __init__(self, world: World) -> None:
        self._world = world
        salt = str(world.config.seed)
        # Who returns to the same account takes it over: until then it stays there, disabled.
        returns_on = pl.col("joined_on").shift(-1).over("entra_id", order_by="joined_on")
        self.people = (
            world.people.sort("person_no")
            .with_columns(concealed=_concealed(world.people.sort("person_no")["upn"], salt), returns_on=returns_on)
            .with_columns(
                gone_on=pl.when(pl.col("returns_on").is_null()).then(  # first day without the account
                    pl.col("left_on") + pl.duration(days=GRACE_DAYS + 1)
                )
            )
        )
        others = world.other_accounts
        self.others = others.with_columns(concealed=_concealed(others["upn"].fill_null(""), salt))

    def between(self, first: date, last: date, seen_on: date) -> pl.DataFrame:
        """People whose account existed on at least one day from first to last, with their names of `seen_on`."""
        present = self.people.filter(
            pl.col("joined_on") <= last,
            pl.col("gone_on").is_null() | (pl.col("gone_on") > first),
            pl.col("returns_on").is_null() | (pl.col("returns_on") > last),
        )
        return self._world.named_on(present, seen_on).with_columns(display_name=_display_name())

    def on(self, day: date) -> pl.DataFrame:
        """Accounts of people on a day, with `is_enabled` and `department_name` (the last one for leavers)."""
        present = self.between(day, day, day).with_columns(
            is_enabled=pl.col("left_on").is_null() | (pl.col("left_on") >= day)
        )
        return present.join(self._departments(present, day), on="person_no", how="left", maintain_order="left")

    def _departments(self, present: pl.DataFrame, day: date) -> pl.DataFrame:
        """Main post that day, or on the last day in office. Before and after the world its first and last day count."""
        config = self._world.config
        last_post = pl.when("is_enabled").then(pl.lit(day)).otherwise("left_on")
        wanted = present.select("person_no", on_day=last_post.clip(config.first_day, config.last_day))
        frames = [
            group.select("person_no").join(self._world.directory_on(on_day), on="person_no")
            for (on_day,), group in wanted.group_by("on_day")
        ]
        return pl.concat(frames).select("person_no", "department_name")


def _display_name() -> pl.Expr:
    """A few names as directories hold them that were filled in by hand: with a comma, or with quotes."""
    name, dice = pl.col("display_name"), pl.col("person_no") % 47
    with_comma = pl.concat_str("family_name", pl.lit(", "), "given_name")
    with_quotes = pl.concat_str(name, pl.lit(' "'), "employment_type", pl.lit('"'))
    return pl.when(dice == 11).then(with_comma).when(dice == 13).then(with_quotes).otherwise(name)


def _concealed(names: pl.Series, salt: str) -> pl.Series:
    """32 upper-case hexadecimal digits, the same for a name in every report and on every day."""
    return pl.Series(
        "concealed",
        [hashlib.md5(f"{salt}/{name}".encode(), usedforsecurity=False).hexdigest().upper() for name in names],
        dtype=pl.String,
    )
