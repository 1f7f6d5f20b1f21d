"""The published comparisons: their words, what of them is hidden with a figure, and how many were examined."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.increment.change_log import BEGINNING
from pipelines.warehouse.publish.comparisons import CHANGES, EXPECTED, FAMILIES, write_comparisons
from tests.project import PROJECT

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
DEPARTMENTS = {"ALL": "全庁", "0100": "部", "0200": "部", "0101": "課", "NONE": "部"}
FIGURE = {"period_kind": "month", "segment_kind": "all", "segment": "all", "metric_id": "chat_day_rate"}
RULES = [
    *(("change_margin", "share", 0.02), ("change_margin", "amount", 0.05), ("difference_margin", "share", 0.05)),
    *(("difference_margin", "amount", 0.15), ("least_people_for_word", "people", 30.0)),
    *(("least_acting_people_for_word", "people", 10.0), ("false_discovery_share", "1", 0.05)),
]


def change(**values: Any) -> dict[str, Any]:
    """A sure rise of five points of the chat day rate of 0100 from May to June, changed by `values`."""
    base = FIGURE | {
        "department_key": "0100", "period_start": JUNE, "comparison": "previous", "other_start": MAY,
        "other_rate": 0.4321, "change": 0.05, "standard_error": 0.01, "change_low": 0.0302, "change_high": 0.0698,
        "change_detectable": 0.0284, "people_count": 110, "least_people_count": 101, "acting_people_count": 80,
        "known_share": 1.0, "other_known_share": 0.9, "not_comparable_because": None, "is_final": True,
    }  # fmt: skip
    return base | values


def difference(**values: Any) -> dict[str, Any]:
    """A chat day rate of 0100 that is surely ten points below what the staffing would give, changed by `values`."""
    base = FIGURE | {
        "department_key": "0100", "period_start": JUNE, "expected_rate": 0.5, "difference": -0.1,
        "standard_error": 0.01, "difference_low": -0.12, "difference_high": -0.08, "difference_detectable": 0.03,
        "people_count": 101, "acting_people_count": 80, "is_final": True,
    }  # fmt: skip
    return base | values


def cell(**values: Any) -> dict[str, Any]:
    return FIGURE | {"department_key": "0100", "period_start": JUNE, "is_hidden": False} | values


class Warehouse:
    """The tables that publishing reads, by hand, and an empty published file."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("create schema marts; create schema staging; attach ':memory:' as published")
        self.con.execute("create table published.made_from (tag text, warehouse_id text, table_name text, "
                         "change_number bigint)")  # fmt: skip
        levels = [{"department_key": key, "department_level": level} for key, level in DEPARTMENTS.items()]
        self.fill("marts.dim_department", levels)
        kinds = {"chat_day_rate": "share", "habit_share": "share", "meeting_minutes": "ratio",
                 "chat_reach_equal_days": "share"}  # fmt: skip
        self.fill("marts.dim_metric", [{"metric_id": name, "value_kind": kind} for name, kind in kinds.items()])
        self.fill("staging.stg_run__tool_metrics", [{"metric_id": "chat_reach_equal_days", "family": "equal_days"},
                                                    {"metric_id": "chat_day_rate", "family": "day_rate"}])  # fmt: skip
        rules = pl.DataFrame(RULES, schema=["rule", "unit", "rule_value"], orient="row")
        self.fill("staging.stg_run__judging_rules", rules.to_dicts())

    def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        empty = [name for name, kind in frame.schema.items() if kind == pl.Null]
        frame = frame.with_columns(pl.col(empty).cast(pl.String if "not_comparable_because" in empty else pl.Float64))
        self.con.register("rows", frame)
        self.con.execute(f"create or replace table {table} as from rows")
        self.con.unregister("rows")

    def publish(
        self,
        changes: list[dict[str, Any]],
        differences: list[dict[str, Any]] | None = None,
        cells: list[dict[str, Any]] | None = None,
        since: date = BEGINNING,
    ) -> dict[str, pl.DataFrame]:
        """The three tables; without `cells` every figure of both months is shown."""
        self.fill("marts.rpt_department_changes", changes)
        self.fill("marts.rpt_department_expected", differences or [difference(department_key="NONE")])
        if cells is None:
            compared = [*changes, *(differences or [])]
            figures = {tuple(row[name] for name in ("department_key", *FIGURE)) for row in compared}
            cells = [
                dict(zip(("department_key", *FIGURE), key, strict=True)) | {"period_start": start, "is_hidden": False}
                for key in sorted(figures)
                for start in (MAY, JUNE)
            ]
        self.fill("published.department_metrics", cells)
        write_comparisons(self.con, "published", since, "tag")
        return {name: self.con.sql(f"from published.{name}").pl() for name in (CHANGES, EXPECTED, FAMILIES)}


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


def test_a_change_and_a_difference_have_their_words(warehouse: Warehouse) -> None:
    found = warehouse.publish([change()], [difference()])
    (told,) = found[CHANGES].to_dicts()
    assert (told["verdict"], told["change"], told["other_rate"], told["is_hidden"]) == ("rose", 0.05, 0.4321, False)
    assert told["adjusted_p"] == pytest.approx(2.5e-6, rel=0.1)  # t = 5 with 100 degrees
    (other,) = found[EXPECTED].to_dicts()
    assert (other["verdict"], other["difference"], other["is_hidden"]) == ("lower", -0.1, False)
    rows = found[FAMILIES].select("department_level", "comparison", "family", "examined_count", "found_count").rows()
    assert sorted(rows) == [("部", "expected", "headline", 1, 1), ("部", "previous", "headline", 1, 1)]


def test_the_columns_are_those_that_pages_read_and_no_sum_over_people_is_among_them(warehouse: Warehouse) -> None:
    found = warehouse.publish([change()], [difference()])
    grain = ["department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"]
    assert found[CHANGES].columns == [
        *grain, "comparison", "other_start", "other_rate", "change", "change_low", "change_high", "change_detectable",
        "verdict", "adjusted_p", "known_share", "other_known_share", "not_comparable_because", "is_final", "is_hidden",
    ]  # fmt: skip
    assert found[EXPECTED].columns == [
        *grain, "expected_rate", "difference", "difference_low", "difference_high", "difference_detectable", "verdict",
        "adjusted_p", "is_final", "is_hidden",
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [
    [cell(is_hidden=True), cell(period_start=MAY)],
    [cell(), cell(period_start=MAY, is_hidden=True)],
    [cell()],  # the figure of May is not told at all
    [cell(), cell(period_start=MAY, segment_kind="tool", segment="chat")],
])  # fmt: skip
def test_a_change_is_hidden_with_either_of_its_figures(warehouse: Warehouse, cells: list[dict[str, Any]]) -> None:
    found = warehouse.publish([change(), change(department_key="0200")], cells=[*cells, *(
        one | {"department_key": "0200"} for one in (cell(), cell(period_start=MAY)))])  # fmt: skip
    hidden, shown = found[CHANGES].sort("department_key").to_dicts()
    assert hidden["is_hidden"]
    nothing = ("other_rate", "change", "change_low", "change_high", "change_detectable", "verdict", "adjusted_p")
    assert [hidden[name] for name in nothing] == [None] * len(nothing)
    assert (shown["verdict"], shown["is_hidden"]) == ("rose", False)
    assert found[FAMILIES]["examined_count"].to_list() == [1]  # a hidden figure is not told by counting it


def test_a_difference_is_hidden_with_its_figure(warehouse: Warehouse) -> None:
    found = warehouse.publish([change()], [difference()], cells=[cell(is_hidden=True), cell(period_start=MAY)])
    (told,) = found[EXPECTED].to_dicts()
    nothing = ("expected_rate", "difference", "difference_low", "difference_high", "difference_detectable", "verdict")
    assert [told[name] for name in nothing] == [None] * len(nothing)
    assert told["is_hidden"]


def test_what_does_not_compare_shows_no_change(warehouse: Warehouse) -> None:
    (told,) = warehouse.publish([change(not_comparable_because="places_known_unequally")])[CHANGES].to_dicts()
    assert (told["verdict"], told["not_comparable_because"]) == ("not_comparable", "places_known_unequally")
    assert (told["change"], told["change_low"], told["change_detectable"], told["adjusted_p"]) == (None,) * 4
    assert told["other_rate"] == 0.4321


@pytest.mark.parametrize(
    ("reason", "told"),
    [("too_few_known_days", "too_few_known_days"), ("weeks_unequal", "weeks_unequal"), ("too_many_left_out", None),
     ("places_known_unequally", None)],
)  # fmt: skip
def test_of_a_hidden_change_only_a_reason_that_holds_for_everybody_is_told(
    warehouse: Warehouse, reason: str, told: str | None
) -> None:
    (row,) = warehouse.publish([change(not_comparable_because=reason)], cells=[cell()])[CHANGES].to_dicts()
    assert (row["is_hidden"], row["other_rate"]) == (True, None)
    assert row["not_comparable_because"] == told
    assert row["verdict"] == ("not_comparable" if told else None)


def test_reach_at_equal_days_is_told_to_a_tenth_of_a_point(warehouse: Warehouse) -> None:
    rounded, exact = (
        warehouse.publish([change(metric_id=metric_id, change=0.04996)])[CHANGES].row(0, named=True)
        for metric_id in ("chat_reach_equal_days", "chat_day_rate")
    )
    assert (rounded["other_rate"], rounded["change"], rounded["change_low"]) == (0.432, 0.05, 0.03)
    assert (exact["other_rate"], exact["change"], exact["change_low"]) == (0.4321, 0.04996, 0.0302)


def test_words_rest_on_the_smaller_of_the_two_periods(warehouse: Warehouse) -> None:
    (told,) = warehouse.publish([change(least_people_count=29)])[CHANGES].to_dicts()
    assert told["verdict"] == "cannot_tell"


def test_who_has_no_department_is_none_to_compare(warehouse: Warehouse) -> None:
    found = warehouse.publish([change(), change(department_key="NONE")], [difference(department_key="NONE")])
    assert found[CHANGES]["department_key"].to_list() == ["0100"]
    assert found[EXPECTED].is_empty()


def test_levels_and_metrics_outside_the_headline_are_families_of_their_own(warehouse: Warehouse) -> None:
    minutes = {"metric_id": "meeting_minutes", "other_rate": 80.0, "change_low": -1.0, "change_high": 3.0}
    habit = {"segment_kind": "tool", "metric_id": "habit_share"}
    found = warehouse.publish(
        [change(), change(department_key="ALL"), change(department_key="0101"), change(**minutes),
         change(**habit, segment="chat")],
        [difference(), difference(**habit, segment="chat"), difference(**habit, segment="files")],
    )  # fmt: skip
    rows = found[FAMILIES].select("department_level", "comparison", "family", "examined_count").rows()
    assert sorted(rows) == sorted([
        ("全庁", "previous", "headline", 1), ("部", "previous", "headline", 1), ("課", "previous", "headline", 1),
        ("部", "previous", "meeting_minutes", 1), ("部", "previous", "habit_share", 1),
        ("部", "expected", "headline", 2), ("部", "expected", "habit_share", 1),
    ])  # fmt: skip
    words = dict(found[CHANGES].filter(department_key="0100").select("metric_id", "verdict").iter_rows())
    assert words["meeting_minutes"] == "flat"  # inside 5 % of 80 minutes


def test_years_that_did_not_change_are_not_judged_again(warehouse: Warehouse) -> None:
    march, february = date(2026, 3, 1), date(2026, 2, 1)
    earlier = {"period_start": march, "other_start": february}
    cells = [cell(period_start=start) for start in (february, march, MAY, JUNE)]
    former = warehouse.publish([change(**earlier), change()], cells=cells)
    unsure = {"change_low": -0.5, "change_high": 0.5}
    new = warehouse.publish([change(**earlier, **unsure), change(**unsure)], cells=cells, since=date(2026, 6, 3))
    words = [one[CHANGES].sort("period_start")["verdict"].to_list() for one in (former, new)]
    assert words == [["rose", "rose"], ["rose", "cannot_tell"]]
    assert new[FAMILIES].sort("period_start")["found_count"].to_list() == [1, 0]


def test_every_column_that_judging_reads_is_one_of_the_marts() -> None:
    marts = {name: PROJECT.models[f"rpt_{name}"].columns for name in (CHANGES, EXPECTED)}
    assert set(change()) == set(marts[CHANGES])
    assert set(difference()) == set(marts[EXPECTED])
