"""What telework_rules.csv may say: which things a rule can be about, and what it can make of them.

The usual rules are sql/seeds/telework_rules.csv; this file only changes them, so it may name nothing that is not there.
"""

from __future__ import annotations

import polars as pl

from pipelines.sources.org.examination import Examination
from pipelines.sources.org.schema import FILES
from pipelines.sources.org.spans import overlapping

_FILE = "telework_rules"
_PLACES = ("office", "remote")


def _choices(dataset: str, name: str) -> tuple[str, ...]:
    return tuple(next(column for column in FILES[dataset].fields if column.name == name).choices)


# Kind of rule -> what it may be about.
SUBJECTS = {
    "network": (*_choices("networks", "network_kind"), "outside", "unknown"),
    "declared": _choices("telework_declarations", "work_place"),
    "vpn": ("session",),
    "evidence": ("sign_in", "token_sign_in", "token_summary", "box", "vpn", "declaration"),
    "telework_days": ("office", "remote", "mixed", "mobile", "unknown"),
}


def examine_telework_rules(found: Examination) -> None:
    """Known subjects, meanings that can be understood, one meaning a day."""
    if _FILE not in found:
        return
    known = {f"{kind} {said}" for kind, subjects in SUBJECTS.items() for said in subjects}
    subject = pl.concat_str("rule_kind", pl.lit(" "), "said")
    found.refuse(
        _FILE, "unknown_subject", found[_FILE].filter(~subject.is_in(known)),
        "is about something that this kind of rule does not know", "see the table in docs/sources/other-files.md",
    )  # fmt: skip
    means, kind = pl.col("means"), pl.col("rule_kind")
    days = means.cast(pl.Float64, strict=False)
    is_understood = (
        pl.when(kind == "telework_days")
        .then(days.is_between(0, 1))
        .when(kind == "evidence")
        .then(means.is_null() | (means == "used"))
        .otherwise(means.is_null() | means.is_in(_PLACES))
    )
    found.refuse(
        _FILE, "wrong_meaning", found[_FILE].filter(~is_understood.fill_null(value=False)),
        "does not say what its kind of rule can say", "write office, remote, used, 0 to 1, or leave it blank",
    )  # fmt: skip
    lines = found[_FILE].with_columns(subject.alias("subject"))
    found.refuse(
        _FILE, "overlap", overlapping(lines, "subject", "valid_from", "valid_to"),
        "gives a rule for days that another line gives already", "correct the dates of one of the two",
    )  # fmt: skip
