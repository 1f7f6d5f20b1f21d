"""Reading the published file: what is there is read exactly, what is not gives one sentence that helps."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import KatsuyoError
from pipelines.pages.figures.periods import Periods, ranges
from pipelines.pages.figures.queries import Published, read_published
from tests.pages.published_fixture import (
    ABOLISHED_KEY,
    MISSING_DAYS,
    MISSING_WEEK,
    PROVISIONAL_FROM,
    SMALL_UNIT,
    FixtureOptions,
    write_published,
)

TEAMS = ("graph", "teams_user_activity")


def test_a_figure_nobody_published_is_missing_and_not_zero(published: Published) -> None:
    cell = published.cell("ALL", "month", date(1999, 1, 1), "chat_reach")
    assert (cell.state, cell.value) == ("missing", None)


def test_a_hidden_figure_is_hidden_and_has_no_value(published: Published) -> None:
    cell = published.cell(SMALL_UNIT, "month", date(2026, 6, 1), "chat_reach")
    assert (cell.state, cell.value, cell.hidden_reason) == ("hidden", None, "small_group")


def test_a_missing_week_is_missing(published: Published) -> None:
    assert published.cell("ALL", "week", MISSING_WEEK, "chat_reach").state == "missing"
    assert published.cell("ALL", "week", MISSING_WEEK, "box_reach").state == "shown"


def test_departments_come_in_the_order_of_the_organisation(published: Published) -> None:
    sections = published.sections()
    assert [section.key for section in sections] == [f"{number:02d}00" for number in range(1, 21)]
    assert len(published.units(sections[0])) == 5


def test_a_department_abolished_before_the_span_has_no_page(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(first=date(2026, 5, 1)))
    assert ABOLISHED_KEY not in [section.key for section in read_published(path).sections()]


def test_a_department_renamed_goes_under_its_newest_name(published_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(published_file, tmp_path / "p.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update dim_department set valid_to = date '2026-03-31' where department_key = '0100'")
        connection.execute(
            "insert into dim_department values ('0100', '企画部', 'ALL', '部', 100, date '2026-04-01', null)"
        )
    first = read_published(path).sections()[0]
    assert (first.name, first.first_day, first.last_day) == ("企画部", date(2020, 4, 1), None)


def test_no_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KatsuyoError, match=r"does not exist: run `katsuyo publish`"):
        read_published(tmp_path / "none.duckdb")


def test_a_file_that_is_no_database_says_what_to_run(tmp_path: Path) -> None:
    path = tmp_path / "p.duckdb"
    path.write_bytes(b"no database" * 999)
    with pytest.raises(KatsuyoError, match=r"cannot be read \(\w+\): run `katsuyo publish`"):
        read_published(path)


def test_a_file_of_another_release_names_the_column(published_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(published_file, tmp_path / "p.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table department_metrics drop column coverage_share")
    with pytest.raises(KatsuyoError, match=r"has no department_metrics\.coverage_share, so another release"):
        read_published(path)


def test_an_empty_publication_says_so(published_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(published_file, tmp_path / "p.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from publication")
    with pytest.raises(KatsuyoError, match="is empty: fetch at least one day"):
        read_published(path)


def test_months_are_whole_and_weeks_have_working_days(periods: Periods) -> None:
    assert periods.months == [date(2026, month, 1) for month in range(1, 7)]
    assert periods.latest_month == date(2026, 6, 1)
    assert (periods.weeks[0], periods.weeks[-1], len(periods.weeks)) == (date(2026, 1, 5), date(2026, 6, 29), 26)


def test_january_is_whole_although_the_data_begin_on_the_second(periods: Periods) -> None:
    assert periods.is_whole("month", date(2026, 1, 1))
    assert not periods.is_whole("month", date(2026, 7, 1))


def test_missing_days_are_working_days_of_the_datasets_asked_for(periods: Periods) -> None:
    june = date(2026, 6, 1)
    assert periods.gap_days("month", june, (TEAMS,)) == [MISSING_DAYS[1]]
    assert periods.gap_days("week", MISSING_WEEK, (TEAMS,)) == [date(2026, 2, day) for day in range(16, 21)]
    assert periods.gap_days("week", MISSING_WEEK, (("box", "events"),)) == []
    assert periods.provisional_since("month", june, TEAMS) == PROVISIONAL_FROM
    assert periods.provisional_since("month", date(2026, 5, 1), TEAMS) is None


def test_days_at_the_end_that_have_not_arrived_are_pending_and_no_gap(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=1))
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update report_status set report_status = 'missing' "
            "where dataset = 'teams_user_activity' and activity_date >= date '2026-07-02'"
        )
    periods = Periods.of(read_published(path))
    week = date(2026, 6, 29)
    assert periods.pending_days("week", week, (TEAMS,)) == [date(2026, 7, 2), date(2026, 7, 3)]
    assert periods.gap_days("week", week, (TEAMS,)) == []
    assert date(2026, 7, 2) not in periods.gaps(TEAMS)


def test_a_short_span_shows_its_unfinished_months(tmp_path: Path) -> None:
    options = FixtureOptions(first=date(2026, 3, 16), last=date(2026, 4, 19), has_gaps=False)
    periods = Periods.of(read_published(write_published(tmp_path / "p.duckdb", options)))
    assert periods.latest_month == date(2026, 4, 1)
    assert len(periods.weeks) == 5


def test_of_unfinished_months_the_fullest_speaks(tmp_path: Path) -> None:
    options = FixtureOptions(sections=1, first=date(2026, 6, 10), last=date(2026, 7, 3), has_gaps=False)
    periods = Periods.of(read_published(write_published(tmp_path / "p.duckdb", options)))
    assert periods.months == [date(2026, 6, 1), date(2026, 7, 1)]
    assert periods.latest_month == date(2026, 6, 1)


def test_runs_of_days() -> None:
    days = [date(2026, 2, 17), date(2026, 2, 16), date(2026, 2, 20)]
    assert ranges(days) == [(date(2026, 2, 16), date(2026, 2, 17)), (date(2026, 2, 20), date(2026, 2, 20))]


def test_targets_are_read_where_they_are_published_the_next_date_first(published_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(published_file, tmp_path / "p.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into department_targets by name select * replace (date '2026-12-31' as target_date, 0.8 as "
            "target_value, 'before' as verdict) from department_targets where metric_id = 'habit_share'"
        )
        connection.execute(
            "insert into department_targets by name select * replace (unnest([date '2026-05-01', date '2026-07-01']) "
            "as period_start, 0.9 as value) from department_targets where target_date = date '2026-12-31'"
        )
    target = read_published(path).targets["ALL", "habit_share", "chat"]
    # Of the month before and of one that is not over yet nothing is said.
    assert (target.period_start, target.value) == (date(2026, 6, 1), 0.45)
    assert (target.target_date, target.target_value, target.verdict) == (date(2026, 12, 31), 0.8, "before")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table department_targets")
    assert read_published(path).targets == {}


def test_a_comparison_is_found_by_the_figure_it_is_of(published: Published) -> None:
    june = published.cell("ALL", "month", date(2026, 6, 1), "chat_day_rate")
    change, april = (published.verdicts.change(june, name) for name in ("previous", "april"))
    assert change is not None
    assert april is not None
    assert (change.other_start, april.other_start) == (date(2026, 5, 1), date(2026, 4, 1))
    assert published.verdicts.change(published.cell("ALL", "month", date(2026, 1, 1), "chat_day_rate")) is None
    assert published.verdicts.margin("change_margin") == 0.02


def test_a_habit_before_enough_weeks_of_data_is_too_early_and_later_missing(
    published_file: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(published_file, tmp_path / "p.duckdb"))
    chat = "metric_id = 'habit_share' and segment = 'chat' and period_kind = 'month'"
    with duckdb.connect(str(path)) as connection:
        months = connection.execute(
            f"select distinct period_start from department_metrics where {chat} and department_key = 'ALL' order by all"
        ).fetchall()
        early, (told,), (lost,) = months[:-2], months[-2], months[-1]
        assert early
        connection.execute(
            f"update department_metrics set rate = null, value = null, numerator = null, denominator = null "
            f"where {chat} and period_start <> $told",
            {"told": told},
        )
    published = read_published(path)
    states = {
        start: published.part(("ALL", "month", start, "habit_share"), "tool", "chat").state for (start,) in months
    }
    assert states == {**{start: "too_early" for (start,) in early}, told: "shown", lost: "missing"}
