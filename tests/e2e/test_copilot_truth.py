"""Copilot from the ward's plan over HTTP to the figures: a ward that reads the report every morning but two.

What the reports can tell is worked out from the plan: of each day whose report came the truth, of another only who did
not use it again until the next one. Over weeks that is the truth, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

import duckdb
import polars as pl
import pytest

from pipelines.ingest import ingest_graph_snapshot, ingest_period_reports
from pipelines.ingest.workspace import Workspace
from pipelines.simulator.ward.copilot import copilot_days, licence_holders
from pipelines.simulator.world import WorldConfig
from pipelines.sources.graph.reports import PERIOD_REPORTS
from tests.crash.morning import run_morning
from tests.differential.plain_book import KEY, Book
from tests.differential.plain_copilot import copilot_metrics
from tests.differential.plain_counted import PERIODS
from tests.differential.plain_metrics import rated
from tests.differential.plain_raw import calendar_of
from tests.differential.plain_truth import read_truth
from tests.e2e.conftest import Ward, morning, served
from tests.e2e.metric_truth import differences

FIRST, LAST = date(2026, 3, 23), date(2026, 4, 5)
LICENCES = 40
LAG = 2
SLEPT_IN = (date(2026, 3, 28), date(2026, 4, 4))  # mornings without a run
# Periods stand in the long table, days in the mart of days, where a department without a licence has zeros.
TOLD = """
    select department_key, period_kind, period_start, segment_kind, segment, metric_id,
        numerator, denominator, rate, value
    from marts.rpt_department_metrics
    where metric_id = 'copilot_reach' and segment_kind = 'all'
    union all by name
    select department_key, 'day' as period_kind, activity_date as period_start, 'all' as segment_kind, 'all' as segment,
        'copilot_reach' as metric_id, copilot_active_people as numerator, copilot_licensed_people as denominator,
        copilot_active_people / nullif(copilot_licensed_people, 0) as rate, rate as value
    from marts.fct_department_days
    where copilot_licensed_people > 0 or copilot_status = 'missing'
"""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Read:
    ward: Ward
    told_days: frozenset[date]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    config = WorldConfig(seed=11, staff=120, first_day=FIRST, last_day=LAST)
    with served(tmp_path_factory.mktemp("copilot"), config) as ward:
        ward.simulator.configure(copilot_licences=LICENCES)
        ingest_graph_snapshot(Workspace(ward.settings_at(morning(FIRST + timedelta(1)))), "users").raise_if_failed()
        told = set()
        for day in [FIRST + timedelta(n) for n in range(LAG + 1, (LAST - FIRST).days + LAG + 2)]:
            if day not in SLEPT_IN:
                now = morning(day)
                (report,) = ingest_period_reports(Workspace(ward.settings_at(now)), [PERIOD_REPORTS["copilot_usage"]])
                report.raise_if_failed()
                told.add(now.astimezone(UTC).date() - timedelta(LAG))
        window = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
        run_morning(ward.settings_at(morning(LAST + timedelta(9))), [FIRST - timedelta(1), *window])
        yield Read(ward, frozenset(told))


@pytest.fixture(scope="module")
def cells(read: Read) -> pl.DataFrame:
    """Each cell of copilot_reach, and of the facts of days, as the marts say and as the plan says (`_true`)."""
    with duckdb.connect(str(read.ward.home / "warehouse.duckdb"), read_only=True) as con:
        told = con.sql(TOLD).pl()
        calendar = calendar_of(con)
    told = told.filter(_is_whole())
    facts = read_truth(read.ward.root / "ward" / "truth.duckdb", calendar, FIRST, LAST)
    status = pl.when(pl.col("activity_date").is_in(read.told_days)).then(pl.lit("final")).otherwise(pl.lit("missing"))
    facts = replace(
        facts,
        days=facts.days.with_columns(copilot=status),
        acts=facts.acts.drop("is_copilot_licensed", "is_copilot_active").join(
            _knowable(read), on=["person_key", "activity_date"], how="left"
        ),
    )
    true = rated(pl.concat(part for kind in PERIODS for part in copilot_metrics(Book(facts, kind))))
    true = true.filter(_is_whole(), pl.col("segment_kind") == "all")
    return told.with_columns(is_told=True).join(
        true.with_columns(is_true=True), on=KEY, how="full", suffix="_true", coalesce=True
    )


def _is_whole() -> pl.Expr:
    """The day before the first belongs to no day of the plan."""
    return (pl.col("period_start") >= FIRST) | (pl.col("period_kind") != "day")


def _knowable(read: Read) -> pl.DataFrame:
    """person_key, activity_date, is_copilot_licensed, is_copilot_active."""
    world = read.ward.world
    used: dict[int, list[date]] = {}
    for person, _, day in copilot_days(world.config.seed, world.graph_days, world.people).sort("activity_date").rows():
        used.setdefault(person, []).append(day)
    known: dict[tuple[str, date], tuple[bool, bool]] = {}
    for newest in sorted(read.told_days):
        for row in licence_holders(world.people, newest, LICENCES).iter_rows(named=True):
            known.setdefault((row["employee_number"], newest), (True, False))
            days = [day for day in used.get(row["person_no"], []) if day <= newest]
            if days and (newest - days[-1]).days <= 21:
                key = row["employee_number"], days[-1]
                known[key] = known.get(key, (False, False))[0], True
    rows = [
        (person, day, is_listed if day in read.told_days else None, is_active)
        for (person, day), (is_listed, is_active) in known.items()
    ]
    names = ["person_key", "activity_date", "is_copilot_licensed", "is_copilot_active"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_every_cell_is_what_the_reports_can_tell_of_the_plan(cells: pl.DataFrame) -> None:
    wrong = differences(cells)
    assert wrong.is_empty(), f"{len(wrong)} of {len(cells)} cells differ: {wrong.head(10)}"
    assert cells.select(pl.col("rate").is_between(0.1, 0.9).sum()).item() > 20


def test_a_morning_without_a_report_is_a_day_without_a_figure(read: Read, cells: pl.DataFrame) -> None:
    days = cells.filter(pl.col("period_kind") == "day", pl.col("department_key") == "ALL")
    lost = days.filter(pl.col("value").is_null())["period_start"].sort().to_list()
    assert lost == [day for day in days["period_start"].sort() if day not in read.told_days]
    assert len(lost) == len(SLEPT_IN)


def test_months_are_true_all_the_same(read: Read, cells: pl.DataFrame) -> None:
    """Who used it on the lost day and not again is known; who used it again is in the month anyhow."""
    world = read.ward.world
    used = copilot_days(world.config.seed, world.graph_days, world.people)
    span = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        days = [day for day in span if day.month == month.month]
        holders = {
            row["employee_number"]
            for day in days if day in read.told_days
            for row in licence_holders(world.people, day, LICENCES).iter_rows(named=True)
        }  # fmt: skip
        active = holders & set(used.filter(pl.col("activity_date").is_in(days))["employee_number"])
        told = cells.filter(
            pl.col("period_kind") == "month", pl.col("period_start") == month, pl.col("department_key") == "ALL"
        )
        assert told["denominator"].item() == len(holders)
        assert told["numerator"].item() == len(active)
