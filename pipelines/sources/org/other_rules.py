"""Rules every file obeys (order of dates, shares, repeated lines), and those of the files that only list things."""

from __future__ import annotations

import polars as pl

from pipelines.sources.org import schema
from pipelines.sources.org.examination import Examination
from pipelines.sources.org.networks import AddressRange, range_of
from pipelines.sources.org.people_rules import WHO
from pipelines.sources.org.schema import FILES, LINE
from pipelines.sources.org.spans import FAR, overlapping

# What a line may say only once. A gateway may write two equal lines, so vpn_sessions is not among these.
ONCE = {
    "department_succession": ["from_department_code", "to_department_code", "changed_on"],
    # The numbers of sessions and of tickets begin anew with the year.
    "training": ["session_id", WHO, "held_on"],
    "rollout": ["department_code", "wave"],
    "helpdesk_tickets": ["ticket_id", "opened_on"],
    "telework_declarations": [WHO, "work_date", "work_place"],
}
_SHARE_TOLERANCE = 1e-6


def examine_lines(found: Examination) -> None:
    """What can be said of a line by itself, and of equal lines."""
    for dataset, table in found.tables.items():
        spec = FILES[dataset]
        if spec.starts and spec.ends:
            backwards = table.filter(pl.col(spec.ends) < pl.col(spec.starts))
            found.refuse(dataset, "backwards", backwards, "ends before it begins", "correct the dates")
        for column in (column.name for column in spec.fields if column.kind == schema.SHARE):
            wrong = found[dataset].filter((pl.col(column) <= 0) | (pl.col(column) > 1))
            found.refuse(
                dataset, "wrong_share", wrong, f"has a {column} that is not above 0 and up to 1", "correct the share"
            )
        if dataset != "vpn_sessions":
            key = ONCE.get(dataset, list(spec.columns))
            repeated = (
                found[dataset]
                .filter(pl.struct(key).is_duplicated())
                .filter(pl.col(LINE) > pl.col(LINE).min().over(key))
            )
            found.refuse(dataset, "repeated", repeated, "says again what a line above it says", "keep one of them")


def examine_networks(found: Examination) -> None:
    """Ranges that can be read and from which people can come, each with one meaning a day."""
    networks = found["networks"]
    ranges = {line: _range(text) for line, text in networks.select(LINE, "cidr").iter_rows()}
    unread = [line for line, one in ranges.items() if one is None]
    found.refuse(
        "networks", "wrong_network", networks.filter(pl.col(LINE).is_in(unread)), "holds no network",
        "write it as 192.0.2.0/24, 192.0.2.10-192.0.2.20 or 2001:db8::/48",
    )  # fmt: skip
    read = {line: one for line, one in ranges.items() if one is not None}
    for doubt in sorted({one.doubt for one in read.values() if one.doubt is not None}):
        lines = [line for line, one in read.items() if one.doubt == doubt]
        found.refuse(
            "networks", "doubtful_network", networks.filter(pl.col(LINE).is_in(lines)), doubt,
            "write the range that the organisation's own sign-ins come from",
        )  # fmt: skip
    left = found["networks"]
    same = pl.Series([str(read[line]) for line in left[LINE]], dtype=pl.String)
    found.refuse(
        "networks", "overlap", overlapping(left.with_columns(same.alias("cidr")), "cidr", "valid_from", "valid_to"),
        "describes a network for days that another line describes already", "correct the dates of one of the two",
    )  # fmt: skip
    left = found["networks"].sort(LINE)
    rows = left.select(LINE, "valid_from", pl.col("valid_to").fill_null(FAR)).rows()
    crossing = [
        line
        for place, (line, begins, ends) in enumerate(rows)
        if any(
            _cross(read[line], read[other]) and begins <= others_end and others_begin <= ends
            for other, others_begin, others_end in rows[:place]
        )
    ]
    found.refuse(
        "networks", "crossing", left.filter(pl.col(LINE).is_in(crossing)),
        "shares some addresses with a line above it, and neither lies within the other",
        "end one range where the other begins",
    )  # fmt: skip


def _range(text: str) -> AddressRange | None:
    try:
        return range_of(text)
    except ValueError:
        return None


def _cross(one: AddressRange, other: AddressRange) -> bool:
    """Whether two ranges overlap without one holding the other: then no line is the more specific one."""
    if one.first.version != other.first.version:
        return False
    a, b, c, d = int(one.first), int(one.last), int(other.first), int(other.last)
    return a < c <= b < d or c < a <= d < b


def examine_others(found: Examination) -> None:
    """Departments and people named in the other files exist; nobody declares more than a day a day."""
    for dataset in ("rollout", "helpdesk_tickets"):
        if dataset in found:
            found.refuse_unknown(dataset, "department_code", "departments", "department_code", "department")
    for dataset in ("training", "telework_declarations"):
        if dataset in found and "staff" in found:
            found.refuse_unknown(dataset, WHO, "staff", WHO, "person")
    if "telework_declarations" in found:
        declared = found["telework_declarations"]
        total = pl.col("day_share").fill_null(1.0).sum().over(WHO, "work_date")
        found.refuse(
            "telework_declarations", "shares_over_one", declared.filter(total > 1 + _SHARE_TOLERANCE),
            "belongs to a day for which a person declared more than one day", "correct day_share",
        )  # fmt: skip
