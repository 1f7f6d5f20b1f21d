"""The primary rule: who is hidden, what is left of a hidden cell, and what never is hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.privacy.disclosure import (
    EVERYONE_OR_NOBODY,
    PROTECTS_ANOTHER,
    SMALL_GROUP,
    hide_small_cells,
    safe_cells_condition,
)

MIN_GROUP = 10
FIGURES = (
    *("numerator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "left_out_people", "n"),
)
SUMS = ("people_count", "acting_people_count", "largest_share", "sum_nn", "sum_nd", "sum_dd")


def cell(**values: Any) -> dict[str, Any]:
    """A share of 15 in 30 people of a 課, changed by `values`."""
    base = {
        "department_key": "0101", "period_kind": "month", "period_start": date(2026, 4, 1), "segment_kind": "all",
        "segment": "all", "metric_id": "chat_reach", "numerator": 15.0, "denominator": 30.0, "rate": 0.5,
        "interval_low": 0.3, "interval_high": 0.7, "value": 0.5, "bound_low": 0.4, "bound_high": 0.6, "n": 30,
        "left_out_people": 1, "people_count": 30, "acting_people_count": 15, "largest_share": 0.1, "sum_nn": 15.0,
        "sum_nd": 15.0, "sum_dd": 30.0, "coverage_share": 1.0, "is_final": True,
        "value_kind": "share", "measure": "teams", "group_people": 30.0,
    }  # fmt: skip
    return base | values


def share(numerator: float, people: float, **values: Any) -> dict[str, Any]:
    return cell(
        numerator=numerator,
        denominator=people,
        group_people=people,
        rate=numerator / people if people else None,
        **values,
    )


def judge(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    numbers = ("denominator", "coverage_share", "group_people", *FIGURES[:-1])
    frame = pl.DataFrame(list(cells), schema_overrides=dict.fromkeys(numbers, pl.Float64))
    return hide_small_cells(frame, MIN_GROUP).to_dicts()


def reason(one: dict[str, Any]) -> str | None:
    return judge(one)[0]["hidden_reason"]


def test_small_groups_are_hidden_at_the_limit() -> None:
    assert reason(share(5, 9.999999)) == SMALL_GROUP
    assert reason(share(5, 10)) is None
    assert reason(share(0, 0)) == SMALL_GROUP


def test_everyone_and_nobody_are_hidden_below_twice_the_limit() -> None:
    assert reason(share(0, 19)) == EVERYONE_OR_NOBODY
    assert reason(share(19, 19)) == EVERYONE_OR_NOBODY
    assert reason(share(18, 19)) is None
    assert reason(share(20, 20)) is None
    assert reason(share(0, 20)) is None
    assert reason(cell(value_kind="ratio", rate=0.0, group_people=12.0)) is None


def test_the_few_with_a_licence_are_no_whole_organisation() -> None:
    everybody = {"department_key": "ALL", "metric_id": "copilot_reach", "measure": "copilot"}
    assert reason(share(3, 5, **everybody)) == SMALL_GROUP
    assert reason(share(15, 15, **everybody)) == EVERYONE_OR_NOBODY
    assert reason(share(12, 40, **everybody)) is None


def test_a_hidden_cell_keeps_nothing_but_a_large_denominator() -> None:
    small, extreme, shown = judge(share(3, 6, metric_id="a"), share(0, 15, metric_id="b"), share(8, 15, metric_id="c"))
    for one in (small, extreme):
        assert one["is_hidden"]
        assert [one[name] for name in FIGURES] == [None] * len(FIGURES)
    assert small["denominator"] is None
    assert extreme["denominator"] == 15.0
    assert None not in [shown[name] for name in FIGURES]
    assert not {*shown} & {*SUMS}


def test_person_days_of_a_small_group_do_not_show_its_size() -> None:
    """Six people over twenty days are 120 person-days: dividing by the working days would give the six back."""
    (one,) = judge(cell(metric_id="chat_day_rate", numerator=30.0, denominator=120.0, group_people=6.0))
    assert one["is_hidden"]
    assert one["denominator"] is None


def test_counts_go_by_the_headcount() -> None:
    count = {"metric_id": "external_outbound_files", "value_kind": "count", "denominator": None, "rate": None}
    assert reason(cell(**count, numerator=3.0, group_people=9.0)) == SMALL_GROUP
    assert reason(cell(**count, numerator=0.0, group_people=10.0)) is None


def test_the_whole_organisation_is_never_hidden() -> None:
    (one,) = judge(share(0, 4, department_key="ALL"))
    assert (one["is_hidden"], one["numerator"], one["denominator"]) == (False, 0.0, 4.0)


def test_missing_is_not_hidden() -> None:
    (one,) = judge(
        cell(numerator=None, denominator=None, rate=None, interval_low=None, interval_high=None, group_people=None)
    )
    assert not one["is_hidden"]
    assert one["numerator"] is None


def test_a_hidden_coverage_hides_its_copies() -> None:
    """coverage_share of the telework metrics repeats the rate of telework_coverage."""
    coverage = share(15, 15, metric_id="telework_coverage", measure="telework", coverage_share=1.0)
    reach = share(5, 15, metric_id="telework_reach", measure="telework", coverage_share=1.0)
    elsewhere = reach | {"department_key": "0102"}
    chat = share(5, 15)
    found = {(row["department_key"], row["metric_id"]): row for row in judge(coverage, reach, elsewhere, chat)}
    assert found["0101", "telework_coverage"]["is_hidden"]
    assert not found["0101", "telework_reach"]["is_hidden"]
    assert found["0101", "telework_reach"]["coverage_share"] is None
    assert found["0102", "telework_reach"]["coverage_share"] == 1.0
    assert found["0101", "chat_reach"]["coverage_share"] == 1.0


def test_the_helper_columns_are_gone() -> None:
    (one,) = judge(cell())
    assert not {"group_people", "value_kind", "measure"} & one.keys()
    assert list(one)[-2:] == ["is_hidden", "hidden_reason"]


@given(st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45), st.sampled_from(["ALL", "0101"])), min_size=1))
def test_no_small_or_extreme_share_is_ever_shown(triples: list[tuple[int, int, str]]) -> None:
    cells = [
        share(min(one, other), max(one, other), department_key=department, metric_id=str(n))
        for n, (one, other, department) in enumerate(triples)
    ]
    for before, after in zip(cells, judge(*cells), strict=True):
        people, rate = before["group_people"], before["rate"]
        must_hide = people < MIN_GROUP or (people < 2 * MIN_GROUP and rate in (0.0, 1.0))
        assert after["is_hidden"] == (must_hide and before["department_key"] != "ALL")
        if after["is_hidden"]:
            assert after["numerator"] is after["rate"] is None


def test_a_segment_is_judged_for_itself_even_of_the_whole_organisation() -> None:
    whole = share(0, 300, department_key="ALL")
    few = share(3, 6, department_key="ALL", segment_kind="employment_type", segment="再任用")
    shown, hidden = judge(whole, few)
    assert (shown["is_hidden"], shown["n"]) == (False, 30)
    assert (hidden["hidden_reason"], hidden["value"], hidden["n"]) == (SMALL_GROUP, None, None)


def test_a_quantile_of_a_few_is_hidden() -> None:
    quantile = {"value_kind": "quantile", "numerator": None, "denominator": None, "rate": None, "value": 12.0}
    assert reason(cell(**quantile, group_people=9.0)) == SMALL_GROUP
    assert judge(cell(**quantile, group_people=10.0))[0]["value"] == 12.0


def test_a_small_segment_is_not_the_whole_less_the_others() -> None:
    """34 people less 20 and 10 would be the four that are hidden."""
    kinds = {"segment_kind": "employment_type"}
    cells = [
        share(17, 34),
        share(1, 4, segment="再任用", **kinds),
        share(6, 10, segment="会計年度任用", **kinds),
        share(10, 20, segment="常勤", **kinds),
    ]
    reasons = [row["hidden_reason"] for row in judge(*cells)]
    assert reasons == [None, SMALL_GROUP, PROTECTS_ANOTHER, None]
    assert [row["hidden_reason"] for row in judge(*cells[2:])] == [None, None]


def test_hidden_segments_that_hide_each_other_need_no_third() -> None:
    kinds = {"segment_kind": "rollout_wave"}
    cells = [share(3, 6, segment="1", **kinds), share(2, 7, segment="2", **kinds), share(9, 30, segment="3", **kinds)]
    assert [row["hidden_reason"] for row in judge(*cells)] == [SMALL_GROUP, SMALL_GROUP, None]


def test_of_two_segments_of_one_size_the_same_is_hidden_whatever_their_order() -> None:
    kinds = {"segment_kind": "employment_type"}
    small, first, second = (share(1, 4, segment="c", **kinds), share(6, 10, segment="a", **kinds),
                            share(6, 10, segment="b", **kinds))  # fmt: skip
    for cells in ([small, first, second], [second, first, small]):
        hidden = {row["segment"]: row["hidden_reason"] for row in judge(*cells)}
        assert hidden == {"c": SMALL_GROUP, "a": PROTECTS_ANOTHER, "b": None}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 45),
            st.integers(0, 45),
            st.sampled_from(["ALL", "0101"]),
            st.sampled_from(["all", "常勤", "再任用"]),
            st.sampled_from(["telework_coverage", "telework_day_rate", "chat_reach"]),
        ),
        min_size=1,
        unique_by=lambda one: one[2:],
    )
)
def test_cells_that_need_no_judgement_are_shown_and_change_none(
    told: list[tuple[int, int, str, str, str]],
) -> None:
    cells = [
        share(
            min(numerator, people), people, department_key=department, segment=segment, metric_id=metric,
            segment_kind="all" if segment == "all" else "employment_type",
            measure="telework" if metric.startswith("telework") else "teams",
        )
        for numerator, people, department, segment, metric in told
    ]  # fmt: skip
    with pl.SQLContext(cells=pl.DataFrame(cells), eager=True) as context:
        flags = context.execute(f"select {safe_cells_condition(MIN_GROUP)} as is_safe from cells")
    is_safe = flags["is_safe"].to_list()
    shown = judge(*cells)
    for cell_before, cell_after, safe in zip(cells, shown, is_safe, strict=True):
        if safe:
            assert {name: cell_before[name] for name in FIGURES} == {name: cell_after[name] for name in FIGURES}
            assert (cell_after["is_hidden"], cell_after["denominator"]) == (False, cell_before["denominator"])
    others = [one for one, safe in zip(cells, is_safe, strict=True) if not safe]
    if others:
        assert judge(*others) == [row for row, safe in zip(shown, is_safe, strict=True) if not safe]
