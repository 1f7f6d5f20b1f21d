"""The changed range: the first day on which the rows of two states of a table differ, and the rows from a day on.

A table says by its `time_column` how its rows lie in time: one day (`activity_date`), a week or a month by its first
day, a period by `period_kind` and `period_start`, or a span by its first and last day. What does not belong here: how
changes are recorded and what is stale because of them (change_log.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from duckdb import DuckDBPyConnection as Connection

from pipelines.common.periods import first_reached, month_start, week_start
from pipelines.warehouse.increment.change_log import BEGINNING, record_change


def _literal(day: date) -> str:
    return f"date '{day}'"


def _period(day: date) -> str:
    first = {kind: _literal(start) for kind, start in first_reached(day).items()}
    cases = " ".join(f"when '{kind}' then {start}" for kind, start in first.items())
    return f"case period_kind {cases} end"


# Name of the column -> the first value of it that a change on a day can reach.
TIME_COLUMNS: dict[str, Callable[[date], str]] = {
    "activity_date": _literal,
    "date_day": _literal,
    "source_date": _literal,
    "seen_on": _literal,
    "first_named_on": _literal,
    "week_start": lambda day: _literal(week_start(day)),
    "month_start": lambda day: _literal(month_start(day)),
    "period_start": _period,
}
# First day of a span -> its last day.
SPANS = {"valid_from": "valid_to", "span_from": "span_to"}


def since_condition(time_column: str, day: date) -> str:
    """The condition that a row speaks of `day` or of a later one."""
    if time_column in SPANS:
        return f"{SPANS[time_column]} >= date '{day}'"
    return f"{time_column} >= {TIME_COLUMNS[time_column](day)}"


def first_difference(
    con: Connection, old: str, new: str, *, columns: Sequence[str], time_column: str | None, since: date
) -> date | None:
    """The first day on which the rows of `old` and `new` (tables or subqueries) are not the same; None when they are.

    `since`: the day on which the input changed; a week or a year that it lies in differs from then on, not from its
    first day. A table without a time holds for every day, so it differs from the beginning.
    """
    listed = ", ".join(columns)
    if time_column in SPANS:
        query = _spans_differ(old, new, columns, time_column)
    elif time_column:
        group = f"{time_column}, period_kind" if time_column == "period_start" else time_column
        first = f"case when {since_condition(time_column, since)} then greatest({time_column}, date '{since}')"
        query = f"select min({first} else {time_column} end) from {_apart(old, new, listed, group)}"
    else:
        query = f"select min(date '{BEGINNING}') from {_apart(old, new, listed, '1')}"
    return con.execute(query).fetchall()[0][0]


def replace_rows(con: Connection, table: str, new: str, time_column: str | None = None) -> None:
    """Put the rows of `new` (a relation with the columns of `table`) in the place of all of `table`, and note it.

    Nothing happens when they are the same. The caller has begun a transaction.
    """
    columns = [row[0] for row in con.execute(f"describe {table}").fetchall()]
    changed_from = first_difference(con, table, new, columns=columns, time_column=time_column, since=BEGINNING)
    if changed_from is not None:
        con.execute(f"delete from {table}")
        con.execute(f"insert into {table} by name select * from {new}")
        record_change(con, table, changed_from)


def _apart(old: str, new: str, columns: str, group: str) -> str:
    """Groups of rows that are not the same: the hash of the rows is added up, so their order does not matter."""
    both = " union all ".join(
        f"(select {group}, {sign} * hash({columns})::hugeint as content, {sign} as rows_count from {table})"
        for sign, table in ((1, old), (-1, new))
    )
    having = "having sum(content) <> 0 or sum(rows_count) <> 0"
    return f"(select {group} from ({both}) group by {group} {having})"


def _spans_differ(old: str, new: str, columns: Sequence[str], span_from: str) -> str:
    """A span that only ends on another day is the same up to the earlier of its two ends."""
    span_to = SPANS[span_from]
    rest = ", ".join(column for column in columns if column != span_to)
    sides = [f"(select hash({rest}) as content, {span_from}, {span_to} from {table})" for table in (old, new)]
    return f"""
        select min(case
            when o.content is null then n.{span_from}
            when n.content is null then o.{span_from}
            else (least(o.{span_to}, n.{span_to}) + interval 1 day)::date
        end)
        from {sides[0]} as o full join {sides[1]} as n on o.content = n.content
        where o.content is null or n.content is null or o.{span_to} is distinct from n.{span_to}
    """
