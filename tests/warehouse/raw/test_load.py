"""Loading puts each accepted day into the raw table exactly once, whatever came before, however often it is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import msgspec
import polars as pl
import pytest

from pipelines.common.shipped import SQL_DIR
from pipelines.errors import UnusableWarehouseError
from pipelines.landing.intake import Intake
from pipelines.landing.key_ring import KeyRing, write_key_ring
from pipelines.landing.store import Landed, Landing
from pipelines.sources.answer import Answer, Parsed
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.model import load_project
from pipelines.warehouse.raw.load import load_dataset
from pipelines.warehouse.raw.loaded import days_not_loaded
from tests.conftest import NOON

DAY = date(2026, 7, 1)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(tmp_path / "warehouse.duckdb") as connection:
        yield connection


def _mail(answer: Answer) -> Parsed:
    rows = [line.split("=") for line in answer.body.decode().split()]
    return Parsed(
        pl.DataFrame(
            {
                "user_principal_name": [f"{who}@x.jp" for who, _ in rows],
                "send_count": [sent for _, sent in rows],
                "a_column_of_tomorrow": ["?" for _ in rows],
            }
        )
    )


def _events(answer: Answer) -> Parsed:
    ids = answer.body.decode().split()
    return Parsed(
        pl.DataFrame(
            {"event_id": ids, "created_at": [f"{answer.day}T01:02:03.004Z"] * len(ids), "size_bytes": ["7"] * len(ids)},
            schema={"event_id": pl.String, "created_at": pl.String, "size_bytes": pl.String},
        )
    )


def _land(intake: Intake, body: str, *, day: date = DAY, hours: int = 0, dataset: str = "email_activity") -> None:
    source = "box" if dataset == "events" else "graph"
    parse = _events if dataset == "events" else _mail
    assert intake.take(Answer(source, dataset, day, body.encode(), NOON + timedelta(hours=hours)), parse).is_accepted


def _sent(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute("select _day, send_count from raw.graph_email_activity order by all").fetchall()


def test_loading_twice_changes_nothing(con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing) -> None:
    _land(intake, "a=1 b=2")
    first = load_dataset(con, landing, "graph", "email_activity")
    again = load_dataset(con, landing, "graph", "email_activity")
    assert (first.days, first.row_count, again.days) == ((DAY,), 2, ())
    assert _sent(con) == [(DAY, "1"), (DAY, "2")]


def test_a_restated_day_replaces_itself_and_no_other(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing
) -> None:
    other = DAY + timedelta(days=1)
    _land(intake, "a=1 b=2")
    _land(intake, "a=5", day=other)
    load_dataset(con, landing, "graph", "email_activity")
    _land(intake, "a=1 b=9", hours=24)
    loaded = load_dataset(con, landing, "graph", "email_activity")
    assert loaded.days == (DAY,)
    assert _sent(con) == [(DAY, "1"), (DAY, "9"), (other, "5")]


def test_a_copilot_report_changes_no_more_than_its_models_look_back(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing
) -> None:
    """Another snapshot may speak of any day; this one is bounded by what the models that read it take from it."""
    for day in (DAY, DAY + timedelta(days=1)):
        _land(intake, "a=1", day=day, dataset="copilot_usage")
        load_dataset(con, landing, "graph", "copilot_usage")
    changed = "select changed_from from run.changes where table_name = 'raw.graph_copilot_usage' order by all"
    _created, *later = con.execute(changed).fetchall()
    assert later == [(DAY,), (DAY + timedelta(days=1),)]
    models = load_project(SQL_DIR).models.values()
    for model in models:
        if "raw.graph_copilot_usage" in model.inputs and model.kind != "view":
            assert model.header.looks_ahead_days > 0, model.name


def test_an_account_that_an_answer_names_twice_is_loaded_once(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing
) -> None:
    other = DAY + timedelta(days=1)
    _land(intake, "a=1 b=2 a=1")
    _land(intake, "a=3", day=other)
    assert load_dataset(con, landing, "graph", "email_activity").row_count == 3
    assert _sent(con) == [(DAY, "1"), (DAY, "2"), (other, "3")]


def test_more_days_than_fit_one_transaction(con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing) -> None:
    days = [DAY + timedelta(days=offset) for offset in range(40)]
    for day in days:
        _land(intake, "a=1 b=2", day=day)
    loaded = load_dataset(con, landing, "graph", "email_activity")
    assert (len(loaded.days), loaded.row_count) == (40, 80)
    assert con.execute("select count(distinct _day), count(*) from raw.graph_email_activity").fetchall() == [(40, 80)]


def test_events_are_kept_once_over_days_pages_and_repeated_reads(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing
) -> None:
    _land(intake, "e1 e2 e2", dataset="events")
    load_dataset(con, landing, "box", "events")
    _land(intake, "e1 e2 e3", dataset="events", hours=24)  # one came late
    _land(intake, "e3 e4", dataset="events", day=DAY + timedelta(days=1))  # a part dropped in by hand overlaps
    loaded = load_dataset(con, landing, "box", "events")
    ids = con.execute("select event_id from raw.box_events order by all").fetchall()
    assert [row[0] for row in ids] == ["e1", "e2", "e3", "e4"]
    assert loaded.row_count == 2
    types = con.execute("select created_at, size_bytes from raw.box_events limit 1").fetchall()[0]
    assert (types[0].microsecond, types[1]) == (4000, 7)


def test_a_day_without_events_is_known_and_not_missing(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing
) -> None:
    _land(intake, "", dataset="events")
    load_dataset(con, landing, "box", "events")
    assert con.execute("select status, row_count from raw.landing_days").fetchall() == [("accepted", 0)]


@pytest.mark.parametrize("with_hash", [True, False])
def test_a_damaged_file_costs_its_day_alone_and_is_named(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing, with_hash: bool
) -> None:
    """One flipped bit; or, of a release that wrote no hash, half a file. What counted before stays."""
    other = DAY + timedelta(days=1)
    _land(intake, "a=1")
    load_dataset(con, landing, "graph", "email_activity")
    _land(intake, "a=2", hours=24)
    _land(intake, "a=3", day=other)
    current = landing.current("graph", "email_activity", DAY)
    assert current is not None
    whole = current.table.read_bytes()
    if with_hash:
        middle = len(whole) // 2
        current.table.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    else:
        current.table.with_suffix(".json").write_bytes(
            msgspec.json.encode(msgspec.structs.replace(current.revision, table_sha256=None))
        )
        current.table.write_bytes(whole[: len(whole) // 2])
    load_dataset(con, landing, "graph", "email_activity")
    (damaged,) = landing.take_damaged()
    assert str(damaged).startswith(f"graph email_activity {DAY}")
    assert _sent(con) == [(DAY, "1"), (other, "3")]
    _land(intake, "a=2", hours=24)  # the service gives it again
    load_dataset(con, landing, "graph", "email_activity")
    assert _sent(con) == [(DAY, "2"), (other, "3")]


@pytest.mark.parametrize("dataset", ["email_activity", "events"])
def test_a_column_that_a_release_adds_is_filled_from_the_landing(
    con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing, dataset: str
) -> None:
    """A warehouse of the release before has neither the column nor the declaration that names it."""
    source, column = ("box", "size_bytes") if dataset == "events" else ("graph", "send_count")
    _land(intake, "a=1 b=2", dataset=dataset)
    load_dataset(con, landing, source, dataset)
    select = f"select {column} from raw.{source}_{dataset} order by all"
    before = con.execute(select).fetchall()
    assert (None,) not in before
    con.execute(f"alter table raw.{source}_{dataset} drop column {column}")
    con.execute("update raw.declaration set declaration = 'of the release before'")
    load_dataset(con, landing, source, dataset)
    assert con.execute(select).fetchall() == before


def test_a_warehouse_of_other_keys_is_refused(con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing) -> None:
    write_key_ring(landing.root, KeyRing(pseudonym_key="one", vault_key="v"))
    _land(intake, "a=1")
    load_dataset(con, landing, "graph", "email_activity")
    write_key_ring(landing.root, KeyRing(pseudonym_key="another", vault_key="v"))
    with pytest.raises(UnusableWarehouseError, match="katsuyo rebuild"):
        load_dataset(con, landing, "graph", "email_activity")


def test_a_day_is_loaded_whoever_landed_it(con: duckdb.DuckDBPyConnection, intake: Intake, landing: Landing) -> None:
    """A run that failed after landing leaves days that no later run asks for again."""
    load_dataset(con, landing, "graph", "email_activity")
    for offset in range(3):
        _land(intake, "a=1", day=DAY + timedelta(days=offset))
    assert days_not_loaded(con, landing) == {("graph", "email_activity"): [DAY + timedelta(days=n) for n in range(3)]}
    load_dataset(con, landing, "graph", "email_activity")
    assert days_not_loaded(con, landing) == {}
    _land(intake, "a=2", day=DAY, hours=24)
    assert days_not_loaded(con, landing) == {("graph", "email_activity"): [DAY]}


class _Dying(Landing):
    """A landing whose reader dies when it has looked at the revisions of so many days."""

    looks_left = 0

    def revisions(self, source: str, dataset: str, day: date) -> list[Landed]:
        self.looks_left -= 1
        if not self.looks_left:
            raise KeyboardInterrupt
        return super().revisions(source, dataset, day)


def test_a_day_that_is_loaded_is_known_as_landed_wherever_the_load_stops(
    tmp_path: Path, intake: Intake, landing: Landing
) -> None:
    """Otherwise the next run, for which the day is loaded already, would leave it out for ever."""
    for offset in range(3):
        _land(intake, f"{offset} x{offset}", day=DAY + timedelta(days=offset), dataset="events")
    stopped = 0
    for look in range(1, 100):
        dying = _Dying(landing.root)
        dying.looks_left = look
        with connect(tmp_path / f"{look}.duckdb") as con:
            try:
                load_dataset(con, dying, "box", "events")
            except KeyboardInterrupt:
                stopped += 1
            loaded, known = (
                con.execute(f"select _day from raw.{table} order by all").fetchall()
                for table in ("loaded_days", "landing_days")
            )
        assert loaded == known
        if stopped < look:
            break
    assert stopped > 5
    assert len(loaded) == 3
