"""Who of staff.csv has an account in the directory, and which accounts belong to nobody there: counts and lines.

The directory may hold addresses as they are (katsuyo doctor) or only their keys (a daily run): only equality matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipelines.sources.org.complaints import Complaint
from pipelines.sources.org.schema import LINE


@dataclass(frozen=True, slots=True)
class AccountMatch:
    """`without_account` are people of today without an account, `without_person` enabled member accounts of nobody."""

    people: int
    without_account: int
    without_person: int
    lines: list[int] = field(default_factory=list)

    def complaint(self) -> Complaint | None:
        """The lines of staff.csv whose address is no account, if any."""
        if not self.lines:
            return None
        return Complaint(
            "staff", "without_account", "gives an address that no account of the directory has",
            "correct the address, or leave it if the person has no account", self.lines, is_refused=False,
        )  # fmt: skip


def match_accounts(staff: pl.DataFrame, users: pl.DataFrame, suffix: str = "") -> AccountMatch:
    """Compare today's lines of staff with a directory snapshot; with `suffix` `_key` both hold keys."""
    address, names = f"address{suffix}", (f"user_principal_name{suffix}", f"mail{suffix}")
    known = pl.concat([users[name].str.to_lowercase() for name in names]).drop_nulls().unique()
    of_staff = staff[address].str.to_lowercase()
    missing = staff.filter(~of_staff.is_in(known.implode()))
    members = users.filter(
        pl.col("user_type").fill_null("Member").str.to_lowercase() == "member",
        pl.col("account_enabled").fill_null("true").str.to_lowercase() == "true",
    )
    is_known = pl.any_horizontal(
        pl.col(name).str.to_lowercase().is_in(of_staff.drop_nulls().implode()).fill_null(value=False) for name in names
    )
    lines = missing[LINE].to_list() if LINE in missing.columns else []
    return AccountMatch(staff.height, missing.height, members.filter(~is_known).height, lines)
