"""An organisation without Box: no setting of Box, nothing asked of it, its figures absent, all others the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from pipelines.simulator.world import WorldConfig
from tests.e2e.conftest import Ward, morning, served
from tests.e2e.metric_truth import differences, told_and_true

pytestmark = pytest.mark.slow

CONFIG = WorldConfig(seed=11, staff=40, first_day=date(2026, 5, 25), last_day=date(2026, 5, 31))


@pytest.fixture(scope="module")
def boxless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """After a first morning, by the command of an administrator."""
    with served(tmp_path_factory.mktemp("boxless"), CONFIG) as ward:
        for name in [name for name in ward.environment if name.startswith("KATSUYO_BOX_")]:
            del ward.environment[name]
        ward.environment["KATSUYO_SOURCES_OFF"] = " Box, named_locations"
        now = morning(CONFIG.last_day + timedelta(days=9))
        days = ("--from", str(CONFIG.first_day), "--to", str(CONFIG.last_day))
        done = ward.katsuyo("run", *days, now=now)
        assert done.returncode == 0, done.stderr[-600:]
        ward.environment["KATSUYO_AS_OF"] = now.isoformat()
        yield ward


def test_figures_of_box_are_absent_and_chat_is_the_truth(boxless: Ward) -> None:
    cells = told_and_true(
        boxless.home / "warehouse.duckdb", boxless.root / "ward" / "truth.duckdb", CONFIG.first_day, CONFIG.last_day
    )
    chat = cells.filter(pl.col("metric_id").str.starts_with("chat") & (pl.col("segment_kind") == "all"))
    assert differences(chat).is_empty(), differences(chat)
    assert chat.filter(pl.col("value") > 0).height
    with duckdb.connect(str(boxless.published), read_only=True) as con:
        told = con.execute(
            "select metric_id, numerator, rate, value, is_hidden from department_metrics join dim_metric "
            "using (metric_id) where measure = 'box' or segment = 'box'"
        ).fetchall()
        assert [row for row in told if row[1:] != (None, None, None, False)] == []
        assert con.execute("select * from report_status where source = 'box'").fetchall() == []
        off = con.execute("select dataset from datasets where absent_from is not null").fetchall()
    assert off == [("events",)]


def test_nobody_was_asked_and_nobody_misses_it(boxless: Ward) -> None:
    assert not (boxless.home / "landing" / "box").exists()
    assert not (boxless.home / "landing" / "graph" / "named_locations").exists()
    status = json.loads(boxless.katsuyo("status", "--json").stdout)
    assert [one["dataset"] for one in status["datasets"] if one["source"] == "box"] == []
    assert [one["sentence"] for one in status["troubles"] if "box" in one["sentence"]] == []
    doctor = boxless.katsuyo("doctor")
    assert "KATSUYO_BOX" not in doctor.stdout
    assert doctor.stdout.count("switched off") == 3


def test_the_pages_say_so_in_both_languages(boxless: Ward) -> None:
    for folder, sentence in (
        ("", "Box イベントは取得を止めているため"),
        ("en", "Switched off, so without figures: Box events"),
    ):
        for page in ("index.html", "data.html"):
            text = (boxless.site / folder / page).read_text(encoding="utf-8")
            assert sentence in text, (folder, page)


def test_an_unknown_name_is_refused(boxless: Ward) -> None:
    done = boxless.katsuyo("status", KATSUYO_SOURCES_OFF="box,mail")
    assert done.returncode == 1
    assert "KATSUYO_SOURCES_OFF" in done.stderr
    assert "sign_ins" in done.stderr
    assert "Traceback" not in done.stderr
