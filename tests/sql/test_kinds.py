"""Every model has a case of every kind that can apply to it; which cannot, and why, stands in not_applicable.yaml."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
import yaml

from pipelines.common.calendar import calendar_rows
from tests.project import PROJECT
from tests.sql.test_models import CASES, spread

KINDS = ("empty_input", "zero_day", "missing_day", "late_revision", "transfer", "two_posts", "holiday", "half_day",
         "unknown_place")  # fmt: skip
OTHER = "other"
LISTED = yaml.safe_load((CASES[0].parent.parent / "not_applicable.yaml").read_text(encoding="utf-8"))
READ = {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES}
CLOSED = {day for day, is_open in calendar_rows(date(2025, 1, 1), date(2027, 12, 31)).select(
    "date_day", "is_working_day").iter_rows() if not is_open}  # fmt: skip


def _shown() -> dict[str, set[str]]:
    """Model -> kinds of its cases."""
    shown: dict[str, set[str]] = defaultdict(set)
    for path, case in READ.items():
        shown[path.parent.name] |= {*case["kinds"]} - {OTHER}
    return shown


def _usual(model: str) -> list[str]:
    return next((reasons for prefix, reasons in LISTED["usual"].items() if model.startswith(prefix)), [])


def _reasons(model: str) -> list[str]:
    return LISTED["models"].get(model, _usual(model))


def _excluded(model: str) -> set[str]:
    return {kind for reason in _reasons(model) for kind in LISTED["reasons"][reason]["excludes"]}


@pytest.mark.parametrize("model", PROJECT.models)
def test_a_model_has_every_kind_of_case_that_can_apply(model: str) -> None:
    shown, excluded = _shown()[model], _excluded(model)
    without = [kind for kind in KINDS[1:] if kind not in shown | excluded]
    assert not without, "write a case, or say in not_applicable.yaml why there cannot be one"
    impossible = sorted(shown & excluded)
    assert not impossible, "there is a case of a kind that is said to be impossible"


def test_every_reason_is_worded_used_and_about_known_models() -> None:
    assert LISTED["models"].keys() <= PROJECT.models.keys()
    assert not [name for name, reasons in LISTED["models"].items() if reasons and reasons == _usual(name)]
    used = {reason for model in PROJECT.models for reason in _reasons(model)}
    assert used == LISTED["reasons"].keys()
    for reason in LISTED["reasons"].values():
        assert reason["words"].endswith(".")
        assert {*reason["excludes"]} <= {*KINDS} - {"empty_input"}


def test_no_reason_is_idle() -> None:
    """Each takes away something that the others of the model leave."""
    for model in PROJECT.models:
        reasons = _reasons(model)
        for reason in reasons:
            others = {kind for one in reasons if one != reason for kind in LISTED["reasons"][one]["excludes"]}
            assert not {*LISTED["reasons"][reason]["excludes"]} <= others, (model, reason)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_case_is_of_the_kind_it_declares(path: Any) -> None:
    """As far as rows can show it: emptiness, closed days, zeros, another department, shares of a person."""
    case = READ[path]
    kinds = {*case["kinds"]}
    assert kinds
    assert kinds <= {*KINDS, OTHER}
    assert kinds == {OTHER} or OTHER not in kinds
    given = [row for rows in (case.get("given") or {}).values() for row in spread(rows)]
    values = [(name, value) for row in given for name, value in row.items()]
    expected = [value for row in case.get("expect", ()) for value in row.values()]
    if "empty_input" in kinds:
        assert case["expect"] == []
    if "holiday" in kinds:
        days = [value for value in (*expected, *(value for _, value in values)) if _is_day(value)]
        assert ("is_working_day", False) in values or any(day in CLOSED for day in days)
    if "zero_day" in kinds:
        assert any(value == 0 or value is False for value in expected)
    if "transfer" in kinds:
        assert len({value for name, value in values if name in MOVES}) > 1
    if "two_posts" in kinds:
        assert any(name in SHARES and value is not None and 0 < float(value) < 1 for name, value in values) or (
            "fails" in case
        )


# A transfer is another department, or another span or home where departments stand behind them.
MOVES = {"home_key", "department_key", "department_code", "department_text", "department", "span_from", "valid_from"}
SHARES = {"weight", "stated_share", "share"}


def _is_day(value: object) -> bool:
    return type(value) is date


# What is there before anything landed: the rules and the calendar themselves, and the organisation as a whole.
THERE_WITHOUT_DATA = {
    "stg_run__box_event_types": 20,
    "stg_run__calendar": 365,
    "stg_run__dataset_windows": 8,
    "stg_run__equal_days": 400,
    "stg_run__external_size_bands": 4,
    "stg_run__habit_rules": 1,
    "stg_run__judging_rules": 5,
    "stg_run__measure_datasets": 16,
    "stg_run__metrics": 40,
    "stg_run__segment_measures": 7,
    "stg_run__t_quantiles": 100,
    "stg_run__telework_rules": 10,
    "stg_run__tool_metrics": 20,
    "stg_run__tools": 15,
    "stg_run__parameters": 1,
    "int_department_homes": 1,
    "int_department_today": 1,
    "int_periods": 365,
    "int_department_tree": 1,
    "int_departments": 1,
    "int_home_ancestors": 2,
    "dim_date": 365,
    "dim_measure_dataset": 16,
    "dim_segment_measure": 7,
    "dim_department": 1,
    "dim_department_history": 1,
    "dim_department_today": 1,
    "dim_metric": 40,
}


@pytest.mark.parametrize("model", PROJECT.models)
def test_of_nothing_comes_nothing(model: str, template: dict[str, Any]) -> None:
    """Empty input: no row, no failure, but for what is there before any data."""
    rows = template[PROJECT.models[model].full_name][1]
    least = THERE_WITHOUT_DATA.get(model, 0)
    assert rows.height >= least
    assert (rows.height > 0) == (least > 0), rows
