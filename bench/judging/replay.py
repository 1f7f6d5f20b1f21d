"""The product's own models on made-up days and groups: whatever is proved is proved of the SQL that runs every day.

Every model is built on nothing; then the tables of days, periods and groups are filled, and the models from the days of
people to the figures and their changes are run. A person has a home of its own, so that any group can be a department.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import polars as pl

from bench.judging.ward import HAPPENED
from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.models.model import Project, load_project
from pipelines.warehouse.models.runner import run_all, run_model
from pipelines.warehouse.raw.calendar import write_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables

# Months with 21 and 18 working days; how many of them the facts hold is the caller's.
BEFORE, AFTER = date(2026, 4, 1), date(2026, 5, 1)
_RUN = (
    *("int_days", "int_periods", "int_fact_periods", "int_compared_periods", "int_period_status"),
    "int_known_working_days",
    *("int_person_tool_months", "int_person_tool_totals", "int_department_people", "int_department_tool_periods"),
    *("int_department_tool_pairs", "int_metrics_tools", "int_metric_changes", "rpt_department_metrics"),
)


class Replay:
    """A warehouse in memory of which the days of people and their groups can be exchanged."""

    def __init__(self, project: Project | None = None) -> None:
        self._project = project or load_project(SQL_DIR)
        self._con = duckdb.connect()
        self._con.execute("set timezone = 'UTC'")
        ensure_raw_tables(self._con)
        write_calendar(self._con, BEFORE, date(2026, 6, 1))
        run_all(self._con, self._project)
        dates = self._con.sql(
            "select date_day, is_working_day, iso_week_start, month_start, fiscal_year_start "
            "from staging.stg_run__calendar where is_working_day order by date_day"
        ).pl()
        self._dates = {start: dates.filter(pl.col("month_start") == start) for start in (BEFORE, AFTER)}

    def run(self, days: pl.DataFrame, groups: pl.DataFrame, before: int, after: int) -> None:
        """Make the figures of `groups` (person, group) of two months that know `before` and `after` working days.

        The first `before` days of `days` are those of the former month, the next `after` those of the later one.
        """
        dates = pl.concat([self._dates[BEFORE].head(before), self._dates[AFTER].head(after)])
        facts = days.filter(pl.col("day") < before + after).join(
            dates.with_columns(day=pl.int_range(before + after, dtype=pl.Int64)), on="day"
        )
        first = pl.lit(BEFORE).alias("span_from")
        activity = facts.select(
            "is_working_day", "iso_week_start", "month_start", "fiscal_year_start", *HAPPENED[:-1], first,
            person_key="person", activity_date="date_day",
        )  # fmt: skip
        person = {"person_key": "person", "home_key": "person", "is_telework_capable": "is_capable"}
        people = facts.unique("person").select(first, employment_type=pl.lit("-"), **person)
        present = facts.unique(["person", "month_start"]).select(
            first, employment_type=pl.lit("-"), spans_count=pl.lit(1), period_kind=pl.lit("month"),
            period_start="month_start", **person,
        )  # fmt: skip
        cells = groups.join(facts.unique("person").select("person", "is_capable"), on="person").select(
            home_key="person", employment_type=pl.lit("-"), is_telework_capable="is_capable", department_key="group",
            segment_kind=pl.lit("all"), segment=pl.lit("all"),
        )  # fmt: skip
        capable = cells.filter("is_telework_capable").with_columns(
            segment_kind=pl.lit("telework_capable"), segment=pl.lit("yes")
        )
        measures = self._con.sql("select distinct measure from staging.stg_run__measure_datasets").pl()
        self._fill("int_measure_days", measures.join(dates, how="cross").rename({"date_day": "activity_date"})
                   .with_columns(day_status=pl.lit("final")))  # fmt: skip
        self._fill("int_person_day_activity", activity)
        self._fill("int_person_homes", people.with_columns(span_to=pl.lit(date(2999, 12, 31))))
        self._fill("int_person_periods", present)
        self._fill("int_home_cells", pl.concat([cells, capable]))
        self._fill("int_home_ancestors", cells.select("home_key", "department_key", is_upper_level=pl.lit(value=True)))
        for model in self._models():
            run_model(self._con, model)

    def changes(self) -> pl.DataFrame:
        """Every change of a group from the former month to the later one, with its interval (int_metric_changes)."""
        return self._con.sql(
            f"from intermediate.int_metric_changes where comparison = 'previous' and period_start = date '{AFTER}'"
        ).pl()

    def figures(self) -> pl.DataFrame:
        """Every figure of a group in the former month (rpt_department_metrics)."""
        return self._con.sql(
            "from marts.rpt_department_metrics where period_kind = 'month' "
            f"and segment_kind = 'all' and period_start = date '{BEFORE}'"
        ).pl()

    def _models(self) -> Iterable:
        return (self._project.models[name] for name in self._project.order if name.split(".")[-1] in _RUN)

    def _fill(self, table: str, frame: pl.DataFrame) -> None:
        self._con.execute(f"delete from intermediate.{table}")
        self._con.register("frame", frame)
        self._con.execute(f"insert into intermediate.{table} by name select * from frame")
        self._con.unregister("frame")
