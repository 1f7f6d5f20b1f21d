"""Making the rows of one model: all of them, or only those of the days that are stale.

Both ways give the same table; the second costs what the stale days cost. What does not belong here: which days are
stale (change_log.py), how two states of a table differ (changed_range.py), checks, transactions and order (runner.py).
"""

from __future__ import annotations

from datetime import date

from duckdb import DuckDBPyConnection as Connection

from pipelines.warehouse.comments import write_comments
from pipelines.warehouse.increment.change_log import BEGINNING
from pipelines.warehouse.increment.changed_range import first_difference, since_condition
from pipelines.warehouse.models.model import START, Model

_FRESH = "temp.fresh_rows"


def build_full(con: Connection, model: Model) -> None:
    """Make the table or view anew, with its comments."""
    con.execute(f"create schema if not exists {model.schema}")
    kind = "view" if model.kind == "view" else "table"
    other = "table" if kind == "view" else "view"
    where = f"schema_name = '{model.schema}' and {other}_name = '{model.name}' and not internal"
    if con.execute(f"select 1 from duckdb_{other}s() where {where}").fetchall():  # the kind was changed since
        con.execute(f"drop {other} {model.full_name}")
    _create(con, f"{kind} {model.full_name}", model, BEGINNING)
    write_comments(con, {target: text for target, text in _comments(model).items() if text})


def build_incremental(con: Connection, model: Model, since: date) -> date | None:
    """Replace the rows that changed, which lie on `since` or later; returns the first day that did, None if none.

    Of a by_day model only the days from `since` on are computed, of a table all.
    """
    condition = "true"
    if model.kind == "by_day" and model.time_column:
        condition = since_condition(model.time_column, since)
    _create(con, "temp table fresh_rows", model, since)
    former = f"(select * from {model.full_name} where {condition})"
    changed_from = first_difference(
        con, former, _FRESH, columns=list(model.columns), time_column=model.time_column, since=since
    )
    if changed_from is not None:
        if model.kind == "by_day" and model.time_column:
            condition = since_condition(model.time_column, changed_from)
        con.execute(f"delete from {model.full_name} where {condition}")
        con.execute(f"insert into {model.full_name} by name select * from {_FRESH} where {condition}")
    con.execute(f"drop table {_FRESH}")
    return changed_from


def _create(con: Connection, what: str, model: Model, since: date) -> None:
    """Make the table or view `what` of the rows of `model`, of a by_day model of those on `since` or later."""
    if model.kind != "by_day" or model.time_column is None:
        con.execute(f"create or replace {what} as {model.sql}", _bound(model, since))
        return
    rows = f"select * from ({model.sql}\n)"
    starts = _quarters_after(con, since) if model.header.by_quarter else []
    first, *others = [since, *starts]
    ends = [f" and {model.time_column} < date '{start}'" for start in starts] + [""]
    con.execute(
        f"create or replace {what} as {rows} where {since_condition(model.time_column, first)}{ends[0]}",
        _bound(model, first),
    )
    for start, end in zip(others, ends[1:], strict=True):
        con.execute(
            f"insert into {what.rsplit(maxsplit=1)[-1]} {rows} where {model.time_column} >= date '{start}'{end}",
            _bound(model, start),
        )


def _quarters_after(con: Connection, day: date) -> list[date]:
    """First day of every quarter of the calendar that begins after `day`; without a calendar all is one."""
    calendar = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'calendar'"
    if not con.execute(calendar).fetchall():
        return []
    starts = "select distinct cast(date_trunc('quarter', date_day) as date) as start from raw.calendar"
    return [row[0] for row in con.execute(f"from ({starts}) where start > ? order by all", [day]).fetchall()]


def rows_since(model: Model, day: date) -> str | None:
    """The rows of `model` on `day` or later, as a subquery; None where that is all of them."""
    if model.time_column is None or day == BEGINNING:
        return None
    return f"(select * from {model.full_name} where {since_condition(model.time_column, day)})"


def _bound(model: Model, since: date) -> dict[str, date]:
    return {START: since} if START in model.parameters else {}


def rewrite_comments(con: Connection, model: Model) -> None:
    """Write the comments of a table or view that stands; one that the model has no more is taken away."""
    write_comments(con, _comments(model))


def _comments(model: Model) -> dict[str, str]:
    columns = {f"column {model.full_name}.{column}": text for column, text in model.columns.items()}
    return {f"{'view' if model.kind == 'view' else 'table'} {model.full_name}": model.description, **columns}
