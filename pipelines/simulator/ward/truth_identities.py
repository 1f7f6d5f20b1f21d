"""Truth of identity: which accounts, logins and addresses belong to which employee number, and who was here when.

Matching in the pipeline is compared with it. How accounts change belongs to account_names.py and tenures.py.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from pipelines.simulator.ward.account_names import AccountNames

COLUMNS = ("employee_number", "identifier_kind", "identifier", "valid_from", "valid_to")
FORMER_KINDS = {"upn": "until", "mail": "until", "box_login": "box_until"}


def identity_frame(people: pl.DataFrame, names: AccountNames, staff: pl.DataFrame) -> pl.DataFrame:
    """One row per identifier and stretch of days, as written (with capitals).

    Kinds: entra_id, box_id, upn, mail, box_login (from joining on; null valid_to: still in use), alias (an address
    given up in the directory, which still reaches the account) and staff_address (as the personnel files have it).
    """
    parts = [_lasting(people, kind) for kind in ("entra_id", "box_id")]
    for kind, until in FORMER_KINDS.items():
        parts += _changing(people, names.former, kind, until)
    given_up = people.join(names.former.select("person_no", "until", former="upn"), on="person_no")
    parts.append(
        given_up.select(
            "employee_number",
            identifier_kind=pl.lit("alias"),
            identifier="former",
            valid_from=pl.col("until") + timedelta(days=1),
            valid_to="left_on",
        )
    )
    parts.append(
        staff.select(
            "employee_number",
            identifier_kind=pl.lit("staff_address"),
            identifier="address",
            valid_from="joined_on",
            valid_to="left_on",
        )
    )
    return pl.concat([part.select(COLUMNS) for part in parts]).sort(COLUMNS)


def tenure_frame(people: pl.DataFrame) -> pl.DataFrame:
    """Columns of truth_tenures: since when and until when somebody is on the rolls, and with what."""
    return people.select(
        "employee_number", "joined_on", "left_on", "is_licensed", has_box=pl.col("box_id").is_not_null()
    ).sort("employee_number", "joined_on")


def _lasting(people: pl.DataFrame, kind: str) -> pl.DataFrame:
    return people.select(
        "employee_number",
        identifier_kind=pl.lit(kind),
        identifier=kind,
        valid_from="joined_on",
        valid_to="left_on",
    )


def _changing(people: pl.DataFrame, former: pl.DataFrame, kind: str, until: str) -> list[pl.DataFrame]:
    """The value of the last day, and before it the former one of those who changed."""
    known = people.join(
        former.select("person_no", pl.col(until).alias("ends"), former=kind), on="person_no", how="left"
    )
    now = known.with_columns(
        identifier=kind, valid_from=pl.coalesce(pl.col("ends") + timedelta(days=1), "joined_on"), valid_to="left_on"
    )
    before = known.filter(pl.col("former").is_not_null()).with_columns(
        identifier="former", valid_from="joined_on", valid_to="ends"
    )
    return [frame.with_columns(identifier_kind=pl.lit(kind)) for frame in (now, before)]
