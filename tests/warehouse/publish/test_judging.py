"""The words: hand-worked p-values and corrections, the order of the questions, and what must hold for any figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.publish.judging import (
    CHANGE_WORDS,
    DIFFERENCE_WORDS,
    Rules,
    adjusted,
    families,
    judge_changes,
    judge_differences,
    p_values,
)

RULES = Rules(
    change_margins={"share": 0.02, "amount": 0.05},
    difference_margins={"share": 0.05, "amount": 0.15},
    least_people=30,
    least_acting_people=10,
    false_discovery_share=0.05,
)


def figure(low: float, high: float, **values: Any) -> dict[str, Any]:
    """A change of a share among 101 people with the 95 % interval `low` to `high`, changed by `values`."""
    t_975 = 1.98397  # 100 degrees of freedom
    base = {
        "department_level": "部", "period_kind": "month", "period_start": date(2026, 6, 1), "comparison": "previous",
        "family": "headline", "estimate": (low + high) / 2, "low": low, "high": high,
        "standard_error": (high - low) / (2 * t_975), "compared_with": 0.4, "unit": "share", "people": 101,
        "acting_people": 50, "not_comparable_because": None, "is_hidden": False, "is_final": True,
    }  # fmt: skip
    return base | values


def frame(*figures: dict[str, Any]) -> pl.DataFrame:
    types = {"not_comparable_because": pl.String} | dict.fromkeys(("standard_error", "low", "high"), pl.Float64)
    return pl.DataFrame(list(figures), schema_overrides=types)


def words(*figures: dict[str, Any]) -> list[str | None]:
    return judge_changes(frame(*figures), RULES)["verdict"].to_list()


def p_of(estimate: float, error: float, degrees: int) -> float:
    row = pl.DataFrame({"estimate": [estimate], "error": [error], "degrees": [degrees]})
    return row.select(p_values(pl.col("estimate"), pl.col("error"), pl.col("degrees"))).item()


def corrected(ps: list[float | None]) -> list[float | None]:
    rows = pl.DataFrame({"p": ps, "one": ["a"] * len(ps)}, schema={"p": pl.Float64, "one": pl.String})
    return rows.select(adjusted("p", ("one",)))["p"].to_list()


def test_p_values_are_those_of_printed_tables_of_t() -> None:
    """95 % and 99 % points of Student's t, as every textbook prints them."""
    for degrees, t_975, t_995 in ((9, 2.262157, 3.249836), (29, 2.045230, 2.756386), (120, 1.979930, 2.617421)):
        assert p_of(-t_975, 1, degrees) == pytest.approx(0.05, abs=1e-6)
        assert p_of(t_995 / 2, 0.5, degrees) == pytest.approx(0.01, abs=1e-6)
    # With one degree t is Cauchy's: p = 1 - 2 / pi x atan(t).
    assert p_of(1, 1, 1) == pytest.approx(0.5)


def test_far_out_the_tail_is_still_a_number() -> None:
    assert 0 < p_of(0.2, 0.01, 5999) < 1e-80


def test_without_any_error_there_is_nothing_or_a_certain_change() -> None:
    assert (p_of(0, 0, 99), p_of(0.1, 0, 99)) == (1, 0)


def test_the_correction_of_a_worked_example() -> None:
    """Of 0.01, 0.02, 0.03, 0.04, 0.5: 5 x p / rank gives 0.05, 0.05, 0.05, 0.05, 0.5."""
    assert corrected([0.04, 0.01, 0.5, 0.02, 0.03]) == pytest.approx([0.05, 0.05, 0.5, 0.05, 0.05])
    # 0.001 x 3 / 1, 0.02 x 3 / 2, 0.9; what has no p has no place in the family.
    assert corrected([0.02, None, 0.9, 0.001]) == [pytest.approx(0.03), None, pytest.approx(0.9), pytest.approx(0.003)]


@given(
    st.lists(st.sampled_from([0.0, 1e-9, 0.01, 0.02, 0.02000001, 0.3, 1.0]) | st.floats(0, 1), min_size=1, max_size=40)
)
def test_the_correction_is_that_of_the_textbooks_in_whatever_order(ps: list[float]) -> None:
    """Equal p, of which a family of habits has many, are told alike: else a rebuild would tell others."""
    assert corrected(ps) == pytest.approx(false_discovery_control(ps).tolist(), abs=1e-12)
    assert corrected(ps[::-1]) == corrected(ps)[::-1]


def test_the_four_words_of_a_change() -> None:
    assert words(figure(-0.001, 0.005)) == ["flat"]
    assert words(figure(0.01, 0.05)) == ["rose"]
    assert words(figure(-0.05, -0.01)) == ["fell"]
    assert words(figure(-0.03, 0.05)) == ["cannot_tell"]


def test_flat_is_asked_first_a_sure_change_that_matters_little_is_flat() -> None:
    assert words(figure(0.008, 0.015)) == ["flat"]
    assert words(figure(0.008, 0.0201)) == ["rose"]


def test_the_four_words_of_a_difference() -> None:
    figures = [figure(-0.04, 0.05), figure(0.01, 0.06), figure(-0.2, -0.1), figure(-0.06, 0.06)]
    judged = [judge_differences(frame(one), RULES)["verdict"].item() for one in figures]
    assert judged == ["same", "higher", "lower", "cannot_tell"]


def test_the_margin_of_an_amount_is_a_part_of_what_it_is_compared_with() -> None:
    minutes = {"unit": "amount", "compared_with": 80.0}
    assert words(figure(-3.9, 3.9, **minutes)) == ["flat"]
    assert words(figure(-3.9, 4.1, **minutes)) == ["cannot_tell"]
    assert judge_differences(frame(figure(-11.9, 11.9, **minutes)), RULES)["verdict"].item() == "same"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"people": 30, "acting_people": 10}, "rose"),
        ({"people": 29, "acting_people": 20}, "cannot_tell"),
        ({"people": 30, "acting_people": 9}, "cannot_tell"),
        ({"standard_error": None, "low": None, "high": None, "people": 9}, None),
        ({"not_comparable_because": "weeks_unequal"}, "not_comparable"),
        ({"is_hidden": True}, None),
    ],
)
def test_of_few_people_nothing_and_of_what_does_not_compare_no_word_is_told(
    values: dict[str, Any], word: str | None
) -> None:
    judged = judge_changes(frame(figure(0.1, 0.2) | values), RULES)
    assert judged["verdict"].item() == word
    assert (judged["adjusted_p"].item() is not None) == (word == "rose")


def test_one_sure_change_among_many_looks_is_told_and_an_unsure_one_is_not() -> None:
    """p = 0.03 alone is a find; beside nineteen that show nothing it is not, and p = 0.0001 still is."""
    nothing = [figure(-0.1, 0.1)] * 19
    assert words(figure(0.002, 0.0422)) == ["rose"]
    assert words(figure(0.002, 0.0422), *nothing)[0] == "cannot_tell"
    assert words(figure(0.05, 0.09), *nothing)[0] == "rose"


def test_families_do_not_touch_each_other() -> None:
    elsewhere = [figure(-0.1, 0.1, department_level="課"), figure(-0.1, 0.1, comparison="april"),
                 figure(-0.1, 0.1, family="chat_share"), figure(-0.1, 0.1, period_start=date(2026, 5, 1))]  # fmt: skip
    assert words(figure(0.002, 0.0422), *elsewhere * 5)[0] == "rose"


def test_families_are_counted_with_what_stands_out() -> None:
    examined = [figure(0.05, 0.09), figure(0.008, 0.015), figure(-0.1, 0.1, is_final=False)]
    left_out = [figure(0.05, 0.09, people=12), figure(0.05, 0.09, is_hidden=True)]
    judged = judge_changes(frame(*examined, *left_out, figure(-0.09, -0.05, department_level="課")), RULES)
    counted = families(judged).select("department_level", "examined_count", "found_count", "is_final")
    assert counted.sort("examined_count").rows() == [("課", 1, 1, True), ("部", 3, 1, False)]


def test_the_rules_are_those_of_the_file() -> None:
    rows = pl.read_csv(SQL_DIR / "seeds" / "judging_rules.csv", schema_overrides={"unit": pl.String})
    assert Rules.from_rows(rows) == RULES
    with pytest.raises(KeyError):
        Rules.from_rows(rows.filter(pl.col("rule") != "false_discovery_share"))


PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
INTERVALS = st.tuples(st.floats(-0.2, 0.2), st.floats(0.001, 0.1)).map(lambda one: (one[0] - one[1], one[0] + one[1]))


@given(PROBABILITIES)
def test_the_correction_is_the_step_up_procedure(ps: list[float]) -> None:
    """Found at 5 %: the k smallest, for the largest k whose k-th smallest p is at most k / n of 5 %."""
    found = [one <= 0.05 for one in corrected(ps)]
    ordered = sorted(ps)
    largest = max((k for k in range(1, len(ps) + 1) if ordered[k - 1] * len(ps) / k <= 0.05), default=0)
    bound = ordered[largest - 1] if largest else -1.0
    assert found == [p <= bound for p in ps]


@given(PROBABILITIES)
def test_the_corrected_p_is_no_smaller_and_keeps_the_order(ps: list[float]) -> None:
    after = corrected(ps)
    assert all(p - 1e-12 <= q <= 1 for p, q in zip(ps, after, strict=True))
    pairs = sorted(zip(ps, after, strict=True))
    assert [q for _, q in pairs] == sorted(q for _, q in pairs)


@given(st.lists(INTERVALS, min_size=1, max_size=12))
def test_no_word_contradicts_its_interval(intervals: list[tuple[float, float]]) -> None:
    judged = judge_changes(frame(*(figure(low, high) for low, high in intervals)), RULES)
    for low, high, word, q in judged.select("low", "high", "verdict", "adjusted_p").iter_rows():
        assert (word == "flat") == (low >= -0.02 and high <= 0.02)
        assert word != "rose" or (low > 0 and q <= 0.05)
        assert word != "fell" or (high < 0 and q <= 0.05)


@given(st.lists(INTERVALS, min_size=1, max_size=12), st.floats(0, 0.1), st.floats(0, 0.1))
def test_a_wider_margin_only_makes_words_flat(intervals: list[tuple[float, float]], margin: float, more: float) -> None:
    rows = frame(*(figure(low, high) for low, high in intervals))
    narrow, wide = (
        judge_changes(rows, Rules({"share": one, "amount": 0.05}, {}, 30, 10, 0.05))["verdict"]
        for one in (margin, margin + more)
    )
    for before, after in zip(narrow, wide, strict=True):
        assert after in {before, "flat"}


@given(st.lists(INTERVALS, min_size=1, max_size=12))
def test_a_mirrored_figure_has_the_mirrored_word(intervals: list[tuple[float, float]]) -> None:
    mirror = dict(zip(CHANGE_WORDS, ("flat", "fell", "rose"), strict=True)) | {"cannot_tell": "cannot_tell"}
    there = words(*(figure(low, high) for low, high in intervals))
    back = words(*(figure(-high, -low) for low, high in intervals))
    assert back == [mirror[one] for one in there]


def test_changes_and_differences_share_no_word() -> None:
    assert not {*CHANGE_WORDS} & {*DIFFERENCE_WORDS}
