"""The calendar against dates that anybody can look up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import duckdb
import pytest

from pipelines.common.calendar import calendar_rows
from pipelines.common.eras import TOKYO, era_date, era_label
from pipelines.common.periods import fiscal_year
from pipelines.errors import KatsuyoError
from pipelines.warehouse.raw.calendar import refresh_calendar, write_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables


def row(day: date) -> dict[str, object]:
    return calendar_rows(day, day).row(0, named=True)


@pytest.mark.parametrize(
    ("day", "holiday", "is_working"),
    [
        (date(2026, 4, 1), None, True),
        (date(2026, 4, 4), None, False),  # Saturday
        (date(2026, 4, 29), "昭和の日", False),
        (date(2026, 5, 6), "振替休日", False),  # 3 May 2026 is a Sunday
        (date(2026, 9, 22), "国民の休日", False),  # between 21 and 23 September
        (date(2025, 12, 28), None, False),  # Sunday
        (date(2025, 12, 29), "年末年始の休日", False),
        (date(2026, 1, 1), "元日", False),
        (date(2026, 1, 3), "年末年始の休日", False),
        (date(2026, 1, 5), None, True),
    ],
)
def test_working_days_and_holidays(day: date, holiday: str | None, is_working: bool) -> None:
    assert (row(day)["holiday_name_ja"], row(day)["is_working_day"]) == (holiday, is_working)


def test_bounds_week_month_and_fiscal_year() -> None:
    assert row(date(2026, 4, 1)) == {
        "date_day": date(2026, 4, 1),
        "utc_starts_at": datetime.fromisoformat("2026-03-31T15:00"),
        "utc_ends_at": datetime.fromisoformat("2026-04-01T15:00"),
        "iso_weekday": 3,
        "iso_week_start": date(2026, 3, 30),
        "month_start": date(2026, 4, 1),
        "fiscal_year": 2026,
        "fiscal_quarter": 1,
        "era_label_ja": "令和8年度",
        "era_date_ja": "令和8年4月1日",
        "holiday_name_ja": None,
        "is_working_day": True,
    }
    assert [row(date(2026, month, 1))["fiscal_quarter"] for month in (1, 3, 4, 7, 10, 12)] == [4, 4, 1, 2, 3, 3]


def test_days_begin_when_they_begin_in_tokyo() -> None:
    """For the calendar and, as hours, for the models that cut instants into days."""
    for day in (date(1952, 7, 1), date(2026, 1, 1), date(2026, 7, 1), date(2049, 7, 1)):
        starts_at = datetime.combine(day, time.min, tzinfo=TOKYO).astimezone(UTC).replace(tzinfo=None)
        assert row(day)["utc_starts_at"] == starts_at
        with duckdb.connect() as con:
            ensure_raw_tables(con)
            ahead = "(select hours_ahead_of_utc from raw.clock) * interval 1 hour"
            assert con.execute(f"select ?::timestamp + {ahead}", [starts_at]).fetchall() == [
                (datetime.combine(day, time.min),)
            ]


def test_eras_and_fiscal_years() -> None:
    assert [era_label(year) for year in (2018, 2019, 2020, 2026)] == [
        "平成30年度",
        "令和元年度",
        "令和2年度",
        "令和8年度",
    ]
    assert [fiscal_year(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2025, 2026]


def test_eras_of_the_past() -> None:
    """A year of change has two eras; the fiscal year bears that of most of its months."""
    assert [era_label(year) for year in (1925, 1926, 1927, 1988, 1989)] == [
        "大正14年度",
        "大正15年度",
        "昭和2年度",
        "昭和63年度",
        "平成元年度",
    ]
    changes = [date(2019, 5, 1), date(2019, 4, 30), date(1989, 1, 8), date(1989, 1, 7), date(1926, 12, 25)]
    assert [era_date(day) for day in changes] == [
        "令和元年5月1日",
        "平成31年4月30日",
        "平成元年1月8日",
        "昭和64年1月7日",
        "昭和元年12月25日",
    ]
    with pytest.raises(KatsuyoError, match="too early"):
        era_date(date(1700, 1, 1))


def test_any_span_can_be_written() -> None:
    rows = calendar_rows(date(1948, 1, 1), date(2050, 12, 31))
    assert rows.height == (date(2050, 12, 31) - date(1948, 1, 1)).days + 1
    assert rows.null_count().select("era_label_ja", "era_date_ja", "is_working_day").row(0) == (0, 0, 0)
    assert row(date(2028, 2, 29))["is_working_day"] is True


def test_holidays_of_the_organisation_close_its_days() -> None:
    """A national holiday and the year-end keep their own names."""
    own = {date(2026, 10, 1): "開庁記念日", date(2026, 4, 29): "祭り"}
    rows = calendar_rows(date(2026, 4, 1), date(2026, 10, 1), own)
    found = {
        day: (name, works) for day, name, works in rows.select("date_day", "holiday_name_ja", "is_working_day").rows()
    }
    assert found[date(2026, 10, 1)] == ("開庁記念日", False)
    assert found[date(2026, 4, 29)] == ("昭和の日", False)
    assert found[date(2026, 9, 30)] == (None, True)


def test_the_written_calendar_holds_whole_fiscal_years_and_weeks() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        for _ in range(2):  # writing again replaces
            write_calendar(con, date(2026, 1, 2), date(2026, 7, 3))
        first, last, days = con.execute("select min(date_day), max(date_day), count(*) from raw.calendar").fetchall()[0]
    assert first <= date(2025, 4, 1)
    assert first.weekday() == 0
    assert last >= date(2027, 3, 31)
    assert last.weekday() == 6
    assert days == (last - first).days + 1


def test_the_calendar_follows_what_was_loaded() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        with pytest.raises(KatsuyoError, match="No day has been loaded yet"):
            refresh_calendar(con)
        con.execute("insert into raw.landing_days (_day) values (date '2024-02-29')")
        refresh_calendar(con)
        assert con.execute("select count(*) from raw.calendar where date_day = date '2024-02-29'").fetchall() == [(1,)]
