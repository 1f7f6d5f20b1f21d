"""Reads the published file, read-only, into polars frames and small lookups.

What does not belong here: comparisons (verdicts.py), targets (targets.py), dates and months to show (periods.py),
wording, drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import KatsuyoError
from pipelines.pages.figures.cells import WHOLE_SEGMENT, Cell, Metric
from pipelines.pages.figures.measures import Dataset, Measures
from pipelines.pages.figures.subjects import HABIT, OF_ALL_STAFF
from pipelines.pages.figures.targets import Targets, read_targets
from pipelines.pages.figures.verdicts import REQUIRED_COLUMNS as VERDICT_COLUMNS
from pipelines.pages.figures.verdicts import Verdicts, read_verdicts

ROOT = "ALL"
SECTION_LEVEL = "部"
UNIT_LEVEL = "課"
# dim_metric says everything in each of these.
METRIC_LANGUAGES = ("ja", "en")

_FIGURES = (
    *("department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"),
    *("numerator", "denominator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "n"),
    *("left_out_people", "coverage_share", "is_final", "is_hidden", "hidden_reason"),
)
# What the pages need of each table: a published file without one of these was written by another release.
REQUIRED_COLUMNS = {
    "publication": (
        *("organisation_name", "as_of_date", "first_date", "last_date", "is_simulated", "simulated_note"),
        *("min_group", "mail_limit_bytes", "telework_pc_ceiling", "release"),
    ),
    "dim_date": ("date_day", "iso_week_start", "month_start", "holiday_name_ja", "is_working_day"),
    "dim_department": (
        *("department_key", "department_name", "parent_key", "department_level", "sort_order"),
        *("valid_from", "valid_to"),
    ),
    "dim_metric": (
        *("metric_id", "measure", "name_ja", "unit_ja", "value_kind", "formula_ja", "numerator_ja", "denominator_ja"),
        *("source_ja", "caveat_ja", "name_en", "unit_en", "formula_en", "numerator_en", "denominator_en"),
        *("source_en", "caveat_en"),
    ),
    "dim_measure_dataset": ("measure", "source", "dataset", "is_needed"),
    "dim_segment_measure": ("segment_kind", "segment", "measure"),
    "department_metrics": _FIGURES,
    "department_metrics_today": _FIGURES,
    "people_basis": ("department_source", "time_correct_since", "is_assumed_before"),
    "datasets": ("source", "dataset", "name_ja", "name_en", "absent_from"),
    "report_status": ("source", "dataset", "activity_date", "report_status"),
    **VERDICT_COLUMNS,
}

# Days are drawn for people per day only; everything else is shown by week and month.
DAILY_METRICS = ("telework_reach",)
SEGMENT_KINDS = (
    *("telework_class", "weekday", "weekday_class", "place", "size_band", "tool", "tier"),
    *("employment_type", "rollout_wave"),
)


@dataclass(frozen=True, slots=True)
class Publication:
    """The one row that says what the file is: whose figures, of which days, real or simulated."""

    organisation_name: str
    as_of_date: date
    first_date: date
    last_date: date
    is_simulated: bool
    simulated_note: str
    min_group: int
    mail_limit_bytes: int
    telework_pc_ceiling: int
    release: str


@dataclass(frozen=True, slots=True)
class PeopleBasis:
    """What the departments of people rest on: `personnel` files, or the snapshots of the `directory` since a day."""

    department_source: str
    time_correct_since: date
    is_assumed_before: bool


@dataclass(frozen=True, slots=True)
class Department:
    """A node of the organisation in its newest version; `first_day` and `last_day` span all its versions."""

    key: str
    name: str
    parent_key: str | None
    level: str
    first_day: date
    last_day: date | None

    def existed_between(self, first: date, last: date) -> bool:
        """Whether the department existed on any day from `first` to `last`, both included."""
        return self.first_day <= last and (self.last_day is None or self.last_day >= first)


# Whole departments: department, kind of period, its start, metric.
Cells = dict[tuple[str, str, date, str], Cell]


@dataclass(frozen=True)
class Published:
    """Everything the pages may show."""

    publication: Publication
    dates: pl.DataFrame
    departments: tuple[Department, ...]
    basis: PeopleBasis | None
    metrics: dict[str, Metric]
    measures: Measures
    status: pl.DataFrame
    hidden_counts: pl.DataFrame
    cells: Cells
    today_cells: Cells
    parts: dict[tuple[str, str, date, str, str, str], Cell]
    targets: Targets
    verdicts: Verdicts
    dataset_names: dict[tuple[str, str], dict[str, str]]
    metrics_by_language: dict[str, dict[str, Metric]]
    # From which day on nothing is asked of them.
    switched_off: dict[Dataset, date] = field(default_factory=dict)

    def in_language(self, code: str) -> Published:
        """The same figures, the metrics named and defined in another language."""
        return replace(self, metrics=self.metrics_by_language[code])

    def dataset_name(self, source: str, dataset: str, language: str) -> str:
        """What people call a dataset; its own name where nothing is said of it."""
        return self.dataset_names.get((source, dataset), {}).get(language) or f"{source} {dataset}"

    @cached_property
    def whole_metrics(self) -> frozenset[str]:
        """The metrics published of whole departments; the others are told of parts only."""
        return frozenset(metric_id for _, _, _, metric_id in self.cells)

    def cell(self, department_key: str, period_kind: str, period_start: date, metric_id: str) -> Cell:
        """The published figure, or an empty cell in the state `missing`."""
        key = (department_key, period_kind, period_start, metric_id)
        found = self.cells.get(key)
        if found and found.value is not None:
            return found
        # Known of all staff, but no row of those who can telework: nobody there can.
        has_no_one = (*key[:3], OF_ALL_STAFF.get(metric_id)) in self.cells
        cell = found or Cell(*key, denominator=0.0 if has_no_one else None)
        return replace(cell, is_switched_off=True) if self.measures.is_switched_off(cell) else cell

    def part(self, key: tuple[str, str, date, str], segment_kind: str, segment: str) -> Cell:
        """The same figure of one part of the people, days or files: one weekday, one size, one tool."""
        found = self.parts.get((*key, segment_kind, segment))
        cell = found or Cell(*key, segment_kind=segment_kind, segment=segment)
        if cell.state != "missing":
            return cell
        if self.measures.is_switched_off(cell):
            return replace(cell, is_switched_off=True)
        first = self._first_told.get((cell.period_kind, cell.metric_id, segment_kind, segment))
        return replace(cell, is_too_early=first is not None and cell.period_start < first)

    @cached_property
    def _first_told(self) -> dict[tuple[str, str, str, str], date]:
        """The first period of which a part of the whole organisation is told."""
        first: dict[tuple[str, str, str, str], date] = {}
        for (department_key, kind, start, metric_id, segment_kind, segment), cell in self.parts.items():
            if department_key == ROOT and cell.state == "shown":
                key = (kind, metric_id, segment_kind, segment)
                first[key] = min(start, first.get(key, start))
        return first

    def parts_of(self, key: tuple[str, str, date, str], segment_kind: str) -> list[Cell]:
        """All parts of one kind, in the order of their names."""
        found = [cell for at, cell in self.parts.items() if at[:5] == (*key, segment_kind)]
        return sorted(found, key=lambda cell: cell.segment)

    def sections(self) -> list[Department]:
        """Every 部 that existed on a day of the published span, in the order of the organisation."""
        return [unit for unit in self.departments if unit.level == SECTION_LEVEL and self._existed(unit)]

    def units(self, section: Department) -> list[Department]:
        """The 課 of a 部 that existed on a day of the published span, in the order of the organisation."""
        return [
            unit
            for unit in self.departments
            if unit.level == UNIT_LEVEL and unit.parent_key == section.key and self._existed(unit)
        ]

    def root(self) -> Department:
        return next(unit for unit in self.departments if unit.key == ROOT)

    def _existed(self, unit: Department) -> bool:
        return unit.existed_between(self.publication.first_date, self.publication.last_date)


def read_published(published_file: Path) -> Published:
    """Read the file whole. Raises KatsuyoError if it is missing, is no such file or was written by another release."""
    if not published_file.is_file():
        raise KatsuyoError(
            f"The published file {published_file} does not exist: run `katsuyo publish`, then render again."
        )
    try:
        with duckdb.connect(str(published_file), read_only=True) as connection:
            _check_columns(connection, published_file)
            return _read(connection, published_file)
    except duckdb.Error as error:
        raise KatsuyoError(
            f"The published file {published_file} cannot be read ({type(error).__name__}): "
            "run `katsuyo publish` to write it anew."
        ) from None


def _check_columns(connection: duckdb.DuckDBPyConnection, published_file: Path) -> None:
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    ).fetchall()
    present = set(rows)
    for table, columns in REQUIRED_COLUMNS.items():
        for column in columns:
            if (table, column) not in present:
                raise KatsuyoError(
                    f"The published file {published_file} has no {table}.{column}, so another release wrote it: "
                    "run `katsuyo publish` with this release, then render again."
                )


def _read(connection: duckdb.DuckDBPyConnection, published_file: Path) -> Published:
    columns = ", ".join(REQUIRED_COLUMNS["publication"])
    rows = connection.execute(f"select {columns} from publication").fetchall()  # noqa: S608 - our own constants
    departments = _departments(connection)
    if len(rows) != 1 or not any(unit.key == ROOT for unit in departments):
        raise KatsuyoError(
            f"The published file {published_file} is empty: fetch at least one day with `katsuyo run`, "
            "then publish and render again."
        )
    metrics = {code: _metrics(connection, code) for code in METRIC_LANGUAGES}
    publication = _publication(rows[0])
    return Published(
        publication=publication,
        dates=connection.sql("select * from dim_date order by date_day").pl(),
        departments=departments,
        basis=_basis(connection),
        metrics=metrics[METRIC_LANGUAGES[0]],
        measures=_measures(connection),
        status=connection.sql(
            "select source, dataset, activity_date, report_status from report_status order by all"
        ).pl(),
        hidden_counts=connection.sql(
            "select metric_id, period_kind, coalesce(hidden_reason, '') as hidden_reason, count(*) as cell_count, "
            "from department_metrics where is_hidden and segment_kind = 'all' group by all order by all"
        ).pl(),
        cells=_cells(connection),
        today_cells=_today_cells(connection),
        metrics_by_language=metrics,
        parts=_parts(connection),
        targets=read_targets(connection, publication.as_of_date),
        verdicts=read_verdicts(connection),
        dataset_names=_dataset_names(connection),
        switched_off={
            (source, dataset): day
            for source, dataset, day in connection.execute(
                "select source, dataset, absent_from from datasets where absent_from is not null order by all"
            ).fetchall()
        },
    )


def _publication(row: tuple) -> Publication:
    publication = Publication(*row)
    return replace(publication, simulated_note=publication.simulated_note or "")


def _basis(connection: duckdb.DuckDBPyConnection) -> PeopleBasis | None:
    """None where nothing at all is known of people's departments."""
    columns = ", ".join(REQUIRED_COLUMNS["people_basis"])
    rows = connection.execute(f"select {columns} from people_basis").fetchall()  # noqa: S608 - our own constants
    return PeopleBasis(*rows[0]) if rows else None


def _dataset_names(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, str]]:
    rows = connection.execute("select source, dataset, name_ja, name_en from datasets").fetchall()
    return {(source, dataset): {"ja": ja, "en": en} for source, dataset, ja, en in rows}


def _departments(connection: duckdb.DuckDBPyConnection) -> tuple[Department, ...]:
    """One row per key: newest name and parent, first and last day over all versions."""
    rows = connection.execute(
        """
        select department_key, arg_max(department_name, version_from), arg_max(parent_key, version_from),
            arg_max(department_level, version_from), min(version_from),
            case when bool_or(valid_to is null) then null else max(valid_to) end
        from (select *, coalesce(valid_from, date '1900-01-01') as version_from from dim_department)
        group by department_key
        order by arg_max(sort_order, version_from), department_key
        """
    ).fetchall()
    return tuple(Department(*row) for row in rows)


def _metrics(connection: duckdb.DuckDBPyConnection, language: str) -> dict[str, Metric]:
    names = ("name", "unit", "formula", "numerator", "denominator", "source", "caveat")
    texts = ", ".join(f"coalesce({name}_{language}, '')" for name in names)
    query = f"select metric_id, value_kind, {texts} from dim_metric"  # noqa: S608 - names from our own constants
    rows = connection.execute(query).fetchall()
    return {
        metric_id: Metric(metric_id=metric_id, value_kind=kind, **dict(zip(names, rest, strict=True)))
        for metric_id, kind, *rest in rows
    }


def _measures(connection: duckdb.DuckDBPyConnection) -> Measures:
    """What each metric and segment hangs on. An organisation without Box need not be told that its days are not in."""
    datasets: dict[str, list[Dataset]] = {}
    rows = connection.execute(
        """
        select measure, source, dataset from dim_measure_dataset
        where is_needed or (source, dataset) in (
            select (source, dataset) from report_status where report_status <> 'missing'
        )
        order by all
        """
    ).fetchall()
    for measure, *dataset in rows:
        datasets.setdefault(measure, []).append(tuple(dataset))
    ends = connection.execute(
        "select measure, min(absent_from) from dim_measure_dataset join datasets using (source, dataset) "
        "where is_needed and absent_from is not null group by all"
    ).fetchall()
    segments = connection.execute("select segment_kind, segment, measure from dim_segment_measure").fetchall()
    return Measures(
        of_metrics=dict(connection.execute("select metric_id, measure from dim_metric").fetchall()),
        of_segments={(kind, segment): measure for kind, segment, measure in segments},
        datasets={measure: tuple(found) for measure, found in datasets.items()},
        absent_from=dict(ends),
    )


def _cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    """Months of 全庁, 部 and 課; weeks and fiscal years of 全庁 and 部; days of the daily metrics of 全庁 and 部."""
    rows = _figures(
        connection,
        f"""
        m.segment_kind = '{WHOLE_SEGMENT}'
        and (m.period_kind = 'month' or d.department_level <> '{UNIT_LEVEL}')
        and (m.period_kind <> 'day' or m.metric_id in (select unnest($daily)))
        """,
        {"daily": list(DAILY_METRICS)},
    )
    return _by_key(rows)


def _today_cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    """Months of 全庁 and 部 in today's organisation."""
    is_shown = f"m.period_kind = 'month' and d.department_level <> '{UNIT_LEVEL}'"
    return _by_key(_figures(connection, is_shown, {}, table="department_metrics_today"))


def _by_key(rows: list[tuple]) -> Cells:
    cells = (Cell(*row) for row in rows)
    return {(cell.department_key, cell.period_kind, cell.period_start, cell.metric_id): cell for cell in cells}


def _parts(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, date, str, str, str], Cell]:
    """Months, weeks and fiscal years of 全庁 and 部 by the segments that the pages show; of 課 their habits."""
    rows = _figures(
        connection,
        f"""
        m.segment_kind in (select unnest($kinds)) and m.period_kind <> 'day'
        and (d.department_level <> '{UNIT_LEVEL}' or (m.metric_id = '{HABIT}' and m.period_kind = 'month'))
        """,
        {"kinds": list(SEGMENT_KINDS)},
    )
    cells = (Cell(*row) for row in rows)
    return {
        (
            *(cell.department_key, cell.period_kind, cell.period_start, cell.metric_id),
            *(cell.segment_kind, cell.segment),
        ): cell
        for cell in cells
    }


def _figures(
    connection: duckdb.DuckDBPyConnection,
    which: str,
    values: dict[str, list[str]],
    table: str = "department_metrics",
) -> list[tuple]:
    columns = ", ".join(f"m.{column}" for column in _CELL_COLUMNS)
    query = f"""
        select {columns}
        from {table} as m
        join (select distinct department_key, department_level from dim_department) as d using (department_key)
        where (d.department_key = '{ROOT}' or d.department_level in ('{SECTION_LEVEL}', '{UNIT_LEVEL}')) and {which}
    """  # noqa: S608 - names from our own constants
    return connection.execute(query, values).fetchall()


# In the order of the fields of Cell.
_CELL_COLUMNS = (
    *("department_key", "period_kind", "period_start", "metric_id", "numerator", "denominator", "rate"),
    *("interval_low", "interval_high", "coverage_share", "is_final", "is_hidden", "hidden_reason"),
    *("value", "bound_low", "bound_high", "segment_kind", "segment", "n", "left_out_people"),
)
