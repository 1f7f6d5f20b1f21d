"""Numbers, flags and days as programs write them; and every cast of the staging models has a rule before it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from pipelines.common.shipped import SQL_DIR
from pipelines.errors import RejectedAnswerError
from pipelines.privacy.fields import FIELDS, KEEP
from pipelines.sources.box.records import READERS as BOX_READERS
from pipelines.sources.cells import COUNT, DATE, FLAG, INSTANT, LABEL, count_of, day_of, flag_of, instant_of, normalised
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.records import READERS
from pipelines.sources.graph.report_cells import NOT_READ, kind_of
from pipelines.sources.graph.reports import CATALOGUE, REPORTS
from tests.sources.csv_bodies import TEAMS_HEADER, answer, report, teams_row

WIDE = str.maketrans("0123456789,./:-", "０１２３４５６７８９，．／：－")
NUMBER_FORMS = (
    str, "{:,}".format, "{}.0".format, "{}.".format, "{:,}.00".format, "{:E}".format, " {} ".format,
    lambda n: f"{n:,}".replace(",", " "), lambda n: f"{n:,}".replace(",", "\u00a0"), lambda n: f"{n:,}".translate(WIDE),
)  # fmt: skip
DAY_FORMS = (
    "{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%Y-%m-%d}T00:00:00Z", "{0:%Y-%m-%d} 00:00:00", "{0:%Y-%m-%d}T00:00:00.0000000",
    "{0:%Y-%m-%d}T00:00:00+09:00", "{0:%Y-%m-%d}T09:00:00+09:00", "{0.year}/{0.month}/{0.day} 0:00", "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日", "{0:%d-%b-%Y}",
)  # fmt: skip


@given(st.integers(0, 999_999), st.sampled_from(NUMBER_FORMS))
def test_a_count_is_the_number_however_it_is_written(number: int, form: object) -> None:
    assert callable(form)
    assert count_of(form(number)) == str(number)


@pytest.mark.parametrize("text", ["-1", "1.5", "1,23", "12,34,567", "1.234", "abc", "n/a", "1e99", "1 2", "", "PT5M"])
def test_what_is_no_count_is_none(text: str) -> None:
    assert count_of(text) is None


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.sampled_from(DAY_FORMS))
def test_a_day_is_the_day_however_it_is_written(day: date, form: str) -> None:
    assert day_of(form.format(day)) == day.isoformat()
    assert day_of(form.format(day).translate(WIDE)) == day.isoformat()


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
def test_a_day_with_the_year_last_counts_only_where_it_is_unmistakable(day: date) -> None:
    expected = day.isoformat() if day.day > 12 or day.day == day.month else None
    assert day_of(f"{day.month}/{day.day}/{day.year}") == expected
    assert day_of(f"{day.day}.{day.month}.{day.year}") == expected


@pytest.mark.parametrize("text", ["46227", "2026-07-23T15:00:00Z", "2026-02-30", "26/07/24", "soon", "1026-07-24"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


def test_a_label_is_any_word_but_one_that_means_no_or_nothing() -> None:
    found = normalised(pl.Series("x", ["ProPlus", "2016, ProPlus", "False", "0", "", None, "N/A", "None"]), LABEL)
    assert found.column.to_list() == ["ProPlus", "2016, ProPlus", None, None, None, None, None, None]
    assert found.unreadable == [6, 7]


def test_flags_and_instants() -> None:
    assert [flag_of(text) for text in ("TRUE", "はい", "1", "ＹＥＳ", "No", "0", "いいえ", "perhaps", "2")] == [
        *("true", "true", "true", "true", "false", "false", "false", None, None)
    ]
    assert instant_of("2026-07-24t08:59:59.5+09:00") == "2026-07-23T23:59:59.500Z"
    assert instant_of("2026-07-24T08:59:59") is None


@pytest.mark.parametrize(
    ("column", "odd"),
    [
        ("private_chat_message_count", "-3"),
        ("call_count", "many"),
        ("is_licensed", "perhaps"),
        ("has_other_action", "2"),
        ("last_activity_date", "7/6/2026"),
    ],
)
def test_an_unreadable_cell_rejects_a_report_with_column_and_line(column: str, odd: str) -> None:
    place = [name.lower().replace(" ", "_").replace("-", "_") for name in TEAMS_HEADER.split(",")].index(column)
    cells = teams_row(2).split(",")
    cells[place] = odd
    body = report(TEAMS_HEADER, teams_row(1, tenant='"A,\r\nB"'), ",".join(cells))
    with pytest.raises(RejectedAnswerError, match=rf"under {column} that is not .*, in line 4, so nobody") as caught:
        parse_report(REPORTS["teams_user_activity"])(answer(body))
    assert odd not in str(caught.value).replace("2026-06-01", "").replace("2026-07-24", "").replace("line 4", "")


def _casts(path: Path) -> set[tuple[str, str]]:
    """(raw table, column) of everything a staging model reads as a number, a day or a truth value."""
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="duckdb")
    assert tree is not None
    tables = {table.name for table in tree.find_all(exp.Table) if table.db == "raw"}
    read = list(tree.find_all(exp.Cast, exp.TryCast))
    read += [one for one in tree.find_all(exp.In, exp.EQ) if isinstance(one.this, exp.Lower | exp.Trim)]
    return {
        (table, column.name)
        for one in read
        for column in one.find_all(exp.Column)
        for table in tables
        if not column.name.startswith("_")
    }


REPORT_TABLES = {f"graph_{dataset}": dataset for dataset in CATALOGUE}
RECORD_TABLES = {f"graph_{dataset}": READERS[dataset] for dataset in READERS} | {
    f"box_{dataset}": reader for dataset, reader in BOX_READERS.items()
}
# Words, of which each is itself, and columns that are made here and not taken from an answer.
WORDS = {"action", "agent_type", "user_type", "service_name", "hours_ahead_of_utc", "row_key", "status", "account_kind"}


def test_every_cast_of_staging_has_a_rule() -> None:
    """A new cast of a column without a rule fails here: what cannot be read must never become 0."""
    found: set[tuple[str, str]] = set()
    for path in sorted((SQL_DIR / "staging").glob("*/*.sql")):
        for table, column in _casts(path):
            if table in REPORT_TABLES and column in FIELDS["graph", REPORT_TABLES[table]]:
                assert kind_of(column) in (COUNT, FLAG, DATE, LABEL), (path.name, column)
                assert column not in NOT_READ, (path.name, column)
                found.add((table, column))
            elif table in RECORD_TABLES and column not in WORDS and table != "box_events":
                assert column in RECORD_TABLES[table].cells, (path.name, column)
                found.add((table, column))
    assert len(found) > 60


def test_every_kept_column_of_a_report_is_a_count_a_flag_a_day_or_text_on_purpose() -> None:
    text = {"assigned_products", "tenant_display_name", "audio_duration", "video_duration", "screen_share_duration"}
    for dataset in CATALOGUE:
        for column, rule in FIELDS["graph", dataset].items():
            assert rule is not KEEP or (kind_of(column) is None) == (column in text), (dataset, column)
    # The raw table of Box events has types of its own; its columns are checked before.
    assert BOX_READERS["events"].cells == {"size_bytes": COUNT, "is_performed_by_admin": FLAG}
    assert READERS["sign_ins"].cells["created_date_time"] is INSTANT
