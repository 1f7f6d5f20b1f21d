"""Files that people brought (01, 05, 06, 07, 08, 09, 11, 12) and personnel files that know time (10)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import InputFileError
from pipelines.sources.org import checks, files
from tests.cases.conftest import CASES, NOW, Office

DAY = date(2026, 7, 24)


def test_01_dates_as_instants_are_the_day(office: Callable[..., Office]) -> None:
    desk = office()
    assert desk.take_in(CASES / "01" / "teams-day.csv").refused == []
    table = desk.table("teams_user_activity", DAY)
    assert table["report_refresh_date"].unique().to_list() == ["2026-07-24"]
    assert set(table["last_activity_date"].drop_nulls()) == {"2026-07-24"}


def test_05_copilot_with_the_headings_of_the_admin_centre(office: Callable[..., Office], tmp_path: Path) -> None:
    desk = office()
    text = (CASES / "05" / "copilot-7-days.csv").read_text(encoding="utf-8")
    (tmp_path / "copilot.csv").write_text(text.replace("date of Edge", "date of Paint"), encoding="utf-8")
    (day,) = desk.take_in(tmp_path / "copilot.csv").days
    table = desk.table("copilot_usage", day.day)
    assert table.height == 12
    assert table.filter(pl.col("last_activity_date") == "2026-07-23").height == 6
    assert table.filter(pl.col("microsoft_teams_copilot_last_activity_date") == "2026-07-23").height == 6
    (landed,) = desk.workspace.landing.accepted("graph", "copilot_usage", day.day)
    assert landed.revision.dropped_fields == {"paint_last_activity_date": 12}


def test_06_counts_with_separators_are_the_number(office: Callable[..., Office]) -> None:
    desk = office()
    desk.take_in(CASES / "06" / "teams-day.csv")
    counts = desk.table("teams_user_activity", DAY)["private_chat_message_count"].to_list()
    assert counts.count("1234") == 10
    assert desk.chatted(DAY) == 36


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("teams-day.json", "is the Teams user activity report in JSON: take it as CSV"),
        ("error.csv", "is an error of the service, not a report"),
    ],
)
def test_07_json_is_told_for_what_it_is(office: Callable[..., Office], name: str, words: str) -> None:
    with pytest.raises(InputFileError, match=f"{name} {words}"):
        office().take_in(CASES / "07" / name)


def test_08_half_an_emoji_stops_no_event(office: Callable[..., Office]) -> None:
    imported = office().take_in(CASES / "08" / "events.json")
    assert sum(day.row_count for day in imported.days) == 20


def test_09_one_odd_value_costs_itself_and_is_named(office: Callable[..., Office]) -> None:
    desk = office()
    (day,) = desk.take_in(CASES / "09" / "events.json").days
    table = desk.table("events", day.day, "box")
    assert table.height == 20
    assert "15000000" in table["size_bytes"].to_list()
    (landed,) = desk.workspace.landing.accepted("box", "events", day.day)
    assert landed.revision.odd_fields == {"additional_details.service_name": 1, "additional_details.size": 1}
    (sentence,) = (one for one in desk.said if "unusual" in one)
    assert "events.json has an unusual value under additional_details.service_name in record " in sentence


def test_10_an_address_may_change_hands(office: Callable[..., Office], tmp_path: Path) -> None:
    """Accepted while the dates do not meet; two people with one address on one day stay an error."""
    assert office(CASES / "10" / "org").workspace.org_files.complaints == []
    together = tmp_path / "org"
    shutil.copytree(CASES / "10" / "org", together)
    staff = (together / "staff.csv").read_text(encoding="utf-8")
    (together / "staff.csv").write_text(staff.replace("2026-03-31", "2026-06-01"), encoding="utf-8")
    with pytest.raises(InputFileError, match=r"staff\.csv lines 2, .*: each gives an address"):
        checks.check(files.read_answers(together, NOW.date(), NOW))


def test_11_a_type_line_is_passed_over_and_any_other_line_named(office: Callable[..., Office], tmp_path: Path) -> None:
    desk = office()
    assert desk.take_in(CASES / "11" / "type-line.csv").days[0].day == DAY
    body = (CASES / "11" / "type-line.csv").read_bytes().replace(b"#TYPE System", b"Report of System")
    (tmp_path / "other.csv").write_bytes(body)
    with pytest.raises(InputFileError, match=r"other.csv .* line 1 stands above its header: delete"):
        desk.take_in(tmp_path / "other.csv")


def test_12_two_exports_of_one_day_are_refused_by_name_and_cost_themselves_only(
    office: Callable[..., Office], tmp_path: Path
) -> None:
    desk = office()
    exports = tmp_path / "exports"
    shutil.copytree(CASES / "12" / "exports", exports)
    with pytest.raises(InputFileError) as caught:
        desk.take_in(exports)
    pairs = str(caught.value).splitlines()
    assert [("report (1).csv" in one, "report.csv" in one, "z-old.csv" in one) for one in pairs] == [
        (False, False, True),
        (True, True, False),
    ] or len(pairs) == 2
    shutil.copy(CASES / "06" / "teams-day.csv", exports / "good.csv")
    shutil.copy(CASES / "12" / "exports" / "report.csv", exports / "the same again.csv")
    imported = desk.take_in(exports)
    assert [day.day for day in imported.days] == [DAY]
    assert len(imported.refused) == 2


def test_12_of_two_snapshots_the_one_that_says_it_is_newer_counts(
    office: Callable[..., Office], tmp_path: Path
) -> None:
    """Both would land under the same day; the names and the bytes decide nothing."""
    desk = office()
    text = (CASES / "05" / "copilot-7-days.csv").read_text(encoding="utf-8")
    for name, day in (("a", "2026-07-27"), ("b", "2026-07-26")):
        (tmp_path / f"{name}.csv").write_text(text.replace("2026-07-24,7", f"{day},7"), encoding="utf-8")
    (taken,) = desk.take_in(tmp_path / "a.csv", tmp_path / "b.csv").days
    assert desk.table("copilot_usage", taken.day)["report_refresh_date"].unique().to_list() == ["2026-07-27"]
    assert any("b.csv is as of 2026-07-26, older than" in one for one in desk.said)


def test_12_what_counts_already_is_replaced_only_on_purpose(office: Callable[..., Office]) -> None:
    """The same bytes again change nothing, nor does another way of writing the same; what was said last counts."""
    desk, day, exports = office(), date(2026, 7, 21), CASES / "12" / "exports"
    desk.take_in(exports / "report.csv")
    desk.take_in(exports / "report.csv")
    assert desk.chatted(day) == 40
    with pytest.raises(InputFileError, match=r"of 2026-07-21 differs from the one that counts .* --replace"):
        desk.take_in(exports / "report (1).csv")
    assert desk.chatted(day) == 40
    desk.take_in(exports / "report (1).csv", replace=True)
    assert desk.chatted(day) == 20
    desk.take_in(exports / "report.csv", replace=True)
    assert desk.chatted(day) == 40
