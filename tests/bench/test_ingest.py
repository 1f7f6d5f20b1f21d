"""The made bytes are what the services send; the steps do the work whose time they tell. No time is judged here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from bench.ingest import history, own
from bench.ingest.box_bytes import BoxBytes
from bench.ingest.teams_bytes import teams_day
from pipelines.sources.answer import Answer
from pipelines.sources.box.records import parse_events
from tests.conftest import NOON

DAY = date(2026, 6, 30)
STAFF = 20


@pytest.fixture(scope="module")
def events() -> BoxBytes:
    return BoxBytes()


def test_made_events_are_like_those_of_the_service(events: BoxBytes) -> None:
    body = events.day(DAY, 3000)
    assert body == events.day(DAY, 3000)
    assert 700 < len(body) / 3000 < 840
    parsed = parse_events(Answer("box", "events", DAY, body, NOON))
    assert parsed.unknown_fields == {}
    assert parsed.frame["event_id"].n_unique() == 3000
    assert set(parsed.frame["source_kind"]) == {"item", "user", "collab_folder", "group", "none"}
    assert {text[:10] for text in parsed.frame["created_at"]} == {DAY.isoformat()}


@pytest.mark.parametrize("dataset", [own.BOX, own.GRAPH])
def test_every_step_handles_every_row(dataset: tuple[str, str], events: BoxBytes, tmp_path: Path) -> None:
    make: Callable[[date], bytes] = (
        (lambda day: events.day(day, 50)) if dataset == own.BOX else (lambda day: teams_day(day, STAFF))
    )
    paths = [tmp_path / f"2026-06-{number}.raw" for number in (28, 29, 30)]
    for path in paths:
        path.write_bytes(make(own.day_of(str(path))))
    rows = make(DAY).count(b"\n") - (dataset == own.GRAPH)
    texts = [str(path) for path in paths]
    plain = tmp_path / "plain"
    plain.mkdir()
    assert own.land(str(plain), *dataset, texts) == 3 * rows
    assert own.load(str(plain), *dataset) == 3 * rows
    limits = (own.limit_box, own.limit_box_columns) if dataset == own.BOX else (own.limit_csv,)
    for limit in limits:
        assert limit(str(plain), texts) == 3 * rows
    past = tmp_path / "past"
    past.mkdir()
    assert history.build(str(past), *dataset, texts[0], days=40) == 40 * rows
    added, costs = own.one_more_day(str(past), *dataset, texts[1:])
    assert added == 2 * rows
    assert {len(values) for values in costs.values()} == {2}
    with duckdb.connect(str(past / "warehouse.duckdb"), read_only=True) as con:
        table = "_".join(dataset)
        assert con.execute(f"select count(*), count(distinct _day) from raw.{table}").fetchall() == [(42 * rows, 42)]
        assert con.execute("select count(*) from raw.landing_days").fetchall() == [(42,)]
