"""The truth in numbers: what the reports must add up to, and each exchange with its size."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from pipelines.simulator.world import World, WorldConfig
from tests.simulator.world_reading import Reading, read_world

FIRST, LAST = date(2026, 3, 30), date(2026, 4, 8)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(WorldConfig(seed=5, staff=150, first_day=FIRST, last_day=LAST))


@pytest.fixture(scope="module")
def reading(world: World) -> Reading:
    return read_world(world, DAYS)


@pytest.fixture(scope="module")
def truth(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    path = tmp_path_factory.mktemp("truth") / "truth.duckdb"
    world.write_truth(path)
    with duckdb.connect(str(path), read_only=True) as con:
        names = ("truth_report_days", "truth_exchanges", "truth_person_days")
        return {name: con.sql(f"select * from {name}").pl() for name in names}


def test_report_days_are_the_sums_of_a_persons_accounts(world: World, truth: dict[str, pl.DataFrame]) -> None:
    numbers = dict(world.people.select("person_no", "employee_number").iter_rows())
    expected: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in world.graph_days.iter_rows(named=True):
        sums = expected[numbers[row["person_no"]], row["activity_date"]]
        for place, name in enumerate(("team_chat", "private_chat", "calls", "mail_sent")):
            sums[place] += row[name]
    columns = ("team_chat_messages_count", "private_chat_messages_count", "calls_count", "mail_sent_count")
    told = {row[:2]: list(row[2:]) for row in truth["truth_report_days"].select(
        "employee_number", "activity_date", *columns).iter_rows()}  # fmt: skip
    assert told == dict(expected)
    assert truth["truth_report_days"].select((pl.col("onedrive_files_count") > 0).sum()).item() > 100
    assert 0 < truth["truth_report_days"]["is_desktop_app_active"].mean() < 1


def test_exchanges_are_what_crossed_the_border(world: World, reading: Reading, truth: dict[str, pl.DataFrame]) -> None:
    expected = Counter(
        (owner, day, direction, is_large)
        for (owner, day), crossed in reading.exchange.items()
        for direction, _, _, is_large in crossed
        if day in DAYS
    )
    rows = truth["truth_exchanges"].select(
        "employee_number", "activity_date", "direction", pl.col("size_bytes") > 7_300_000
    )
    assert Counter(rows.iter_rows()) == expected
    domains = truth["truth_exchanges"].filter(~pl.col("is_file_request"))["partner_domain"].drop_nulls()
    assert set(domains) <= set(world.partners["domain"])
    assert len(domains) > 0


def test_evidence_of_a_place_is_never_against_the_place(truth: dict[str, pl.DataFrame]) -> None:
    """Who left a trace worked there that day; who was at one place only never shows at the other."""
    days = truth["truth_person_days"]
    seen = days.filter(pl.col("telework_class").is_in(["office", "remote", "mixed"]))
    assert seen.filter(pl.col("place") == "none").is_empty()
    assert seen.filter(pl.col("place") != "mixed", pl.col("telework_class") != pl.col("place")).is_empty()
    assert not days.filter(pl.col("telework_class") == "unknown", pl.col("place") != "none").is_empty()
