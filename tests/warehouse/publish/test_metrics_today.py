"""The published figures in today's organisation: a function of the published table, hidden where a part of it is.

A ward in which on 1 April one 課 became part of one in another 部, and a 係 of its 課; 0100 and 0200 stayed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.metrics_today import NOT_ADDITIVE, TODAY_TABLE
from pipelines.warehouse.publish.published_file import PUBLISHED_FILE, PublishOptions, publish
from tests.project import PROJECT
from tests.warehouse import small_ward

OPTIONS = PublishOptions("みらい区（架空）", date(2026, 4, 17), 5, 7_300_000, 200, "0.1.0")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
KEY = ["department_key", "period_kind", "period_start", "metric_id"]
MERGED, TAKEN_IN = "0102", "020101"
SUCCESSION = [(MERGED, "0201", "1"), (TAKEN_IN, "0201", "1")]
SPLIT = [(MERGED, "0101", "0.6"), (MERGED, "0201", "0.4"), (TAKEN_IN, "0201", "1")]


def write_warehouse(path: Path, succession: list[tuple[str, str, str]]) -> Path:
    ward = small_ward.make(seed=3)
    heirs = {former: heir for former, heir, _ in reversed(succession)}
    posts = []
    for person, leaf, weight, capable, first, last in ward.posts:
        if leaf in heirs and last >= APRIL:
            posts += [(person, leaf, weight, capable, first, APRIL - timedelta(days=1))] * (first < APRIL)
            posts.append((person, heirs[leaf], weight, capable, max(first, APRIL), last))
        else:
            posts.append((person, leaf, weight, capable, first, last))
    ward.posts = posts
    # Nowhere everybody: a share of 100 % would be hidden for that.
    ward.chat = {key: count for key, count in ward.chat.items() if int(key[0][1:]) % 3}
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, ward)
        if succession:
            con.execute(
                "update raw.org_departments set valid_to = '2026-03-31' where department_code in (?, ?)",
                [MERGED, TAKEN_IN],
            )
            con.executemany(
                "insert into raw.org_department_succession "
                "(from_department_code, to_department_code, share, changed_on, _day) "
                f"values (?, ?, ?, '{APRIL}', date '2026-04-16')",
                succession,
            )
        run_all(con, PROJECT)
    return path


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_warehouse(tmp_path_factory.mktemp("today") / "warehouse.duckdb", SUCCESSION)


def tables(warehouse: Path, folder: Path, min_group: int = 5) -> dict[str, pl.DataFrame]:
    publish(warehouse, folder, replace(OPTIONS, min_group=min_group))
    names = ("department_metrics", TODAY_TABLE, "dim_department", "dim_department_routes", "dim_metric")
    with duckdb.connect(str(folder / PUBLISHED_FILE), read_only=True) as con:
        found = {name: con.sql(f"from {name}").pl() for name in names}
    found["was"] = found["department_metrics"].filter(
        pl.col("segment_kind") == "all", pl.col("period_kind").is_in(["month", "week"])
    )
    return found


def cells(frame: pl.DataFrame, department: str, start: date, metric: str = "chat_reach") -> dict[str, object]:
    return frame.filter(
        department_key=department, period_start=start, period_kind="month", metric_id=metric
    ).row(0, named=True)  # fmt: skip


def test_an_unchanged_department_and_the_whole_are_the_same_in_both_views(warehouse: Path, tmp_path: Path) -> None:
    found = tables(warehouse, tmp_path)
    today, was = found[TODAY_TABLE], found["was"]
    assert set(today["department_key"]) == {"ALL", "0100", "0101", "0200", "0201"}
    same = ((pl.col("department_key") == "ALL") | (pl.col("period_start") >= APRIL)) & pl.col("department_key").is_in(
        today["department_key"].implode()
    )
    assert today.filter(same).height > 100
    assert today.filter(same).sort(KEY).equals(was.filter(same).sort(KEY))


def test_the_parts_of_the_whole_add_up_to_it_in_both_views(warehouse: Path, tmp_path: Path) -> None:
    found = tables(warehouse, tmp_path)
    for frame in (found["was"], found[TODAY_TABLE]):
        parts = [cells(frame, department, MARCH) for department in ("0100", "0200")]
        whole = cells(frame, "ALL", MARCH)
        for figure in ("numerator", "denominator"):
            assert sum(part[figure] for part in parts) == pytest.approx(whole[figure])
    before, after = (cells(frame, "0200", MARCH)["denominator"] for frame in (found["was"], found[TODAY_TABLE]))
    merged = cells(found["was"], MERGED, MARCH)["denominator"]
    assert (after, merged > 0) == (before + merged, True)


def test_it_is_what_counting_the_people_anew_gives(warehouse: Path, tmp_path: Path) -> None:
    today = tables(warehouse, tmp_path)[TODAY_TABLE]
    carried = {former: heir for former, heir, _ in SUCCESSION}
    people: dict[str, list[bool]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for home, is_active in con.execute(
            "select home_key, is_active from intermediate.int_person_tool_totals "
            "where tool = 'chat' and period_kind = 'month' and period_start = ? and is_known", [MARCH]
        ).fetchall():  # fmt: skip
            leaf = home.split(">")[-1]
            leaf = carried.get(leaf, leaf)
            for department in (leaf, f"{leaf[:2]}00", "ALL"):
                people.setdefault(department, []).append(is_active)
    assert people.keys() == {"ALL", "0100", "0101", "0200", "0201"}
    for department, acting in people.items():
        cell = cells(today, department, MARCH)
        assert (cell["numerator"], cell["denominator"]) == (sum(acting), len(acting)), department


@pytest.mark.parametrize("min_group", [5, 7])
def test_it_is_a_function_of_the_published_table_and_the_routes(
    warehouse: Path, tmp_path: Path, min_group: int
) -> None:
    found = tables(warehouse, tmp_path, min_group)
    kinds = dict(found["dim_metric"].select("metric_id", "value_kind").iter_rows())
    was = {tuple(row[name] for name in KEY): row for row in found["was"].iter_rows(named=True)}
    routes = found["dim_department_routes"].filter(pl.col("valid_from") <= MARCH).to_dicts()
    reasons = set()
    for cell in found[TODAY_TABLE].filter(period_kind="month", period_start=MARCH).iter_rows(named=True):
        paths = [
            (route["factor"], row)
            for route in routes
            if route["target_key"] == cell["department_key"]
            and (row := was.get((route["source_key"], "month", MARCH, cell["metric_id"])))
        ]
        kind = kinds[cell["metric_id"]]
        if [(1.0, cell["department_key"])] == [(factor, row["department_key"]) for factor, row in paths]:
            assert cell == paths[0][1]
            continue
        assert kind != "quantile"
        assert cell["metric_id"] not in NOT_ADDITIVE
        assert not cell["metric_id"].endswith("equal_days")
        # The sums that an interval rests on are not published, so it could not be told by anybody else either.
        assert (cell["interval_low"], cell["interval_high"], cell["bound_low"]) == (None, None, None)
        reasons.add(cell["hidden_reason"])
        if any(row["is_hidden"] for _, row in paths):
            assert cell["hidden_reason"] == "part_is_hidden"
        if cell["is_hidden"]:
            told = ("numerator", "denominator", "rate", "value", "n", "coverage_share")
            assert [cell[name] for name in told] == [None] * len(told)
            continue
        assert cell["n"] >= min_group
        if any(row["numerator"] is None for _, row in paths):
            assert cell["value"] is None
            continue
        for figure in ("numerator", "denominator"):
            if kind != "count" or figure == "numerator":
                assert cell[figure] == pytest.approx(sum(factor * row[figure] for factor, row in paths), abs=2e-6)
        assert cell["is_final"] == all(row["is_final"] for _, row in paths)
    assert "part_is_hidden" in reasons
    assert None in reasons or min_group == 7


def test_a_hidden_part_hides_every_department_it_went_to(warehouse: Path, tmp_path: Path) -> None:
    found = tables(warehouse, tmp_path, 7)
    assert cells(found["was"], MERGED, MARCH)["is_hidden"]
    assert not cells(found["was"], "0200", MARCH)["is_hidden"]
    for department in ("0100", "0200", "0201"):
        assert cells(found[TODAY_TABLE], department, MARCH)["hidden_reason"] == "part_is_hidden"
    assert not cells(found[TODAY_TABLE], "ALL", MARCH)["is_hidden"]


def test_what_a_split_department_leads_into_is_not_told(tmp_path: Path) -> None:
    """Which of its people went where is not known of a former month, and nobody is cut into shares."""
    found = tables(write_warehouse(tmp_path / "warehouse.duckdb", SPLIT), tmp_path / "published")
    march = found[TODAY_TABLE].filter(period_kind="month", period_start=MARCH, metric_id="chat_reach")
    reasons = dict(march.select("department_key", "hidden_reason").iter_rows())
    assert reasons == {"ALL": None} | dict.fromkeys(("0100", "0101", "0200", "0201"), "split")
    assert march.filter("is_hidden").select("value", "numerator", "n").null_count().row(0) == (4, 4, 4)
    assert not cells(found[TODAY_TABLE], "0101", APRIL)["is_hidden"]


def test_a_sum_too_small_to_be_shown_is_not_shown(warehouse: Path, tmp_path: Path) -> None:
    """A target that rests on fewer people than are shown says nothing."""
    found = tables(warehouse, tmp_path, 5)
    for cell in found[TODAY_TABLE].filter(pl.col("department_key") != "ALL").iter_rows(named=True):
        assert cell["is_hidden"] or cell["n"] is None or cell["n"] >= 5


def test_a_change_within_the_month_hides_what_it_would_have_to_cut(tmp_path: Path) -> None:
    """From 8 April 020101 stands below 0100: of the figures of its April nobody can say which belong to which half."""
    path = write_warehouse(tmp_path / "warehouse.duckdb", [])
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(
            "insert into raw.org_departments by name select * "
            "replace ('0102' as parent_code, '2026-04-08' as valid_from) "
            "from raw.org_departments where department_code = '020101'"
        )
        con.execute(
            "update raw.org_departments set valid_to = '2026-04-07' "
            "where department_code = '020101' and parent_code = '0201'"
        )
        run_all(con, PROJECT)
    found = tables(path, tmp_path / "published")
    for department in ("0100", "0102", "0200", "0201"):
        assert cells(found[TODAY_TABLE], department, APRIL)["hidden_reason"] == "changed_within"
        assert cells(found[TODAY_TABLE], department, MARCH)["hidden_reason"] != "changed_within"
    for department in ("020101", "0101", "ALL"):
        assert cells(found[TODAY_TABLE], department, APRIL) == cells(found["was"], department, APRIL)
