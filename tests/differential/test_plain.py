"""The plain figures themselves, by cases that can be counted on paper."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from tests.differential import long_ward, messy_ward
from tests.differential.facts import Facts
from tests.differential.hand_made import april, days_between, make
from tests.differential.plain_changes import change, change_table, others
from tests.differential.plain_counted import counted, counted_homes, secondary_posts
from tests.differential.plain_habit import habit_metrics
from tests.differential.plain_intensity import top_tenth
from tests.differential.plain_metrics import all_metrics
from tests.differential.plain_raw import read_facts
from tests.differential.plain_student import t_quantile
from tests.differential.plain_sums import interval, summed
from tests.differential.plain_use import seen

EVER = date(2999, 12, 31)
AGO = date(2020, 4, 1)


def home(facts: Facts, kind: str, start: date) -> dict[str, str]:
    found = counted_homes(facts, kind).filter(pl.col("period_start") == start)
    return dict(found.select("person_key", "department_key").iter_rows())


def cell(figures: pl.DataFrame, department: str, kind: str, start: date, metric_id: str) -> dict:
    rows = figures.filter(
        pl.col("department_key") == department, pl.col("period_kind") == kind, pl.col("period_start") == start,
        pl.col("metric_id") == metric_id, pl.col("segment_kind").is_in(["all", "tool"]),
        pl.col("segment").is_in(["all", "chat"]),
    )  # fmt: skip
    assert len(rows) == 1, rows
    return rows.row(0, named=True)


def test_a_mover_within_a_bureau_is_one_person_there_and_has_days_in_both() -> None:
    """8 working days in K1 until Sunday the 12th, 14 in K2 from the 13th on; chat on two days of each."""
    chat = {("p", april(day)): 1 for day in (2, 7, 14, 30)}
    facts = make([("p", "K1", AGO, april(12)), ("p", "K2", april(13), EVER)], chat=chat)
    assert home(facts, "month", april(1)) == {"p": "K2"}
    figures = all_metrics(facts)
    reach = {key: cell(figures, key, "month", april(1), "chat_reach") for key in ("K1", "K2", "B1", "B2", "ALL")}
    assert {key: (row["numerator"], row["denominator"]) for key, row in reach.items()} == {
        "K1": (0, 0), "K2": (1, 1), "B1": (1, 1), "B2": (0, 0), "ALL": (1, 1),
    }  # fmt: skip
    rates = {key: cell(figures, key, "month", april(1), "chat_day_rate") for key in ("K1", "K2", "B1")}
    assert {key: (row["numerator"], row["denominator"], row["people_count"]) for key, row in rates.items()} == {
        "K1": (2, 8, 1), "K2": (2, 14, 1), "B1": (4, 22, 1),
    }  # fmt: skip
    assert [rates["B1"][name] for name in ("sum_nn", "sum_nd", "sum_dd")] == [16, 88, 484]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        # 11 working days each: the later one.
        ([("K1", april(1), april(15)), ("K3", april(16), april(30))], "K3"),
        # 5 and 6 days around 11: K1 has the last day.
        ([("K1", april(1), april(7)), ("K3", april(8), april(22)), ("K1", april(23), april(30))], "K1"),
        # One day more decides, whichever was last.
        ([("K1", april(1), april(16)), ("K3", april(17), april(30))], "K1"),
    ],
)
def test_most_working_days_count_and_of_a_tie_the_later(posts: list, expected: str) -> None:
    facts = make([("p", *post) for post in posts])
    assert home(facts, "month", april(1)) == {"p": expected}


def test_an_order_that_lies_ahead_counts_though_no_data_of_it_have_come() -> None:
    """The facts end on the 10th. From the 13th on p is in K2, in a post that cannot be done elsewhere; q joins."""
    posts = [("p", "K1", AGO, april(12)), ("p", "K2", april(13), EVER), ("q", "K2", april(13), EVER)]
    places = {("p", april(2)): "remote"}
    facts = make(posts, last=april(10), capable=[("p", "K1")], places=places)
    assert home(facts, "month", april(1)) == {"p": "K2"}
    assert home(facts, "week", april(6)) == {"p": "K1"}
    figures = all_metrics(facts)
    assert cell(figures, "K2", "month", april(1), "telework_reach")["numerator"] == 1
    # The person counts as what the counted post is, the days as what they were.
    assert cell(figures, "ALL", "month", april(1), "telework_capable_reach")["denominator"] == 0
    assert cell(figures, "K1", "month", april(1), "telework_capable_day_rate")["denominator"] == 8
    assert cell(figures, "K2", "month", april(1), "telework_day_rate")["denominator"] == 0


def test_a_leaver_counts_where_the_days_were_and_not_after_them() -> None:
    facts = make([("p", "K1", AGO, april(10)), ("q", "K1", AGO, EVER)], chat={("p", april(10)): 3})
    figures = all_metrics(facts)
    reach = cell(figures, "K1", "month", april(1), "chat_reach")
    assert (reach["numerator"], reach["denominator"]) == (1, 2)
    assert cell(figures, "K1", "month", april(1), "chat_day_rate")["denominator"] == 8 + 22
    assert home(facts, "week", april(6)) == {"p": "K1", "q": "K1"}
    assert home(facts, "week", april(13)) == {"q": "K1"}


def test_a_week_without_a_working_day_counts_people_and_has_no_day_rate() -> None:
    """All of the week of the 13th is closed; p moves on its Wednesday, r is there on its week-end only."""
    closed = days_between(april(13), april(17))
    posts = [("p", "K1", AGO, april(14)), ("p", "K2", april(15), EVER), ("q", "K3", AGO, EVER),
             ("r", "K1", april(18), april(18)), ("r", "K3", april(19), april(19))]  # fmt: skip
    facts = make(posts, holidays=closed, chat={("q", april(13)): 1})
    assert home(facts, "week", april(13)) == {"p": "K2", "q": "K3", "r": "K3"}
    figures = all_metrics(facts)
    reach = cell(figures, "B2", "week", april(13), "chat_reach")
    assert (reach["numerator"], reach["denominator"]) == (1, 2)
    there = figures.filter(pl.col("period_kind") == "week", pl.col("period_start") == april(13))
    assert not set(there["metric_id"]) & {"chat_day_rate", "telework_reach", "chat_reach_equal_days"}


def test_what_was_done_elsewhere_counts_with_the_person() -> None:
    """4 working days in K1 with 10 messages each, then K3: median and top tenth of K3 know them all."""
    chat = {("p", april(day)): 10 for day in (1, 2, 3, 6)} | {("p", april(20)): 2}
    facts = make([("p", "K1", AGO, april(6)), ("p", "K3", april(7), EVER)], chat=chat)
    figures = all_metrics(facts)
    assert cell(figures, "K3", "month", april(1), "chat_messages_median")["value"] == 42
    top = cell(habit_metrics(facts), "K3", "month", april(1), "top_decile_share")
    assert (top["numerator"], top["denominator"], top["group_people"]) == (42, 42, 1)


def test_days_a_week_count_where_the_week_counts_and_in_the_month_of_the_monday() -> None:
    """Moves on Wednesday 8 April; the week of 27 April reaches into May, that of 30 March belongs to March."""
    places = {("p", april(day)): "remote" for day in (1, 2, 3, 6, 9, 27, 28)} | {("p", april(29)): "mixed"}
    facts = make([("p", "K1", AGO, april(7)), ("p", "K2", april(8), EVER)], places=places)
    figures = all_metrics(facts)
    two = cell(figures, "K2", "month", april(1), "telework_weekly_2_share")
    assert (two["numerator"], two["denominator"], two["people_count"]) == (2, 4, 1)
    assert two["sum_dd"] == 16
    assert cell(figures, "K2", "week", april(27), "telework_weekly_3_share")["numerator"] == 0
    first = cell(figures, "K1", "week", date(2026, 3, 30), "telework_weekly_3_share")
    assert (first["numerator"], first["denominator"]) == (1, 1)
    assert cell(figures, "B1", "month", april(1), "telework_day_rate")["numerator"] == 7.5


def test_a_day_that_is_missing_is_no_day_and_coverage_counts_the_calendar() -> None:
    """Three days of March were told, one of them is missing; a year has 365 days."""
    march = [date(2026, 3, day) for day in (30, 31)]
    facts = make([("p", "K1", AGO, EVER)], first=date(2026, 3, 29), last=date(2026, 3, 31), missing=march[:1],
                 places={("p", march[1]): "office"}, chat={("p", march[1]): 1})  # fmt: skip
    figures = all_metrics(facts)
    month = cell(figures, "K1", "month", date(2026, 3, 1), "chat_day_rate")
    assert (month["numerator"], month["denominator"]) == (1, 1)
    assert month["coverage_share"] == pytest.approx(2 / 31)
    assert cell(figures, "K1", "fiscal_year", date(2025, 4, 1), "chat_reach")["coverage_share"] == pytest.approx(
        2 / 365
    )
    known = cell(figures, "K1", "month", date(2026, 3, 1), "telework_coverage")
    assert (known["numerator"], known["denominator"]) == (1, 22)
    assert known["coverage_share"] == pytest.approx(1 / 22)


def test_a_habit_is_told_where_the_week_counts() -> None:
    """Twelve weeks of chat; the last of them was spent in K1, from its Sunday on the home is K3. q left on Friday."""
    sunday = april(26)
    first = sunday - timedelta(days=12 * 7 - 1)
    chat = {(person, first + timedelta(days=7 * week)): 20 for week in range(12) for person in "pq"}
    posts = [("p", "K1", AGO, april(25)), ("p", "K3", sunday, EVER), ("q", "K1", AGO, april(24))]
    figures = habit_metrics(make(posts, first=first, last=sunday, chat=chat))
    habit = {key: cell(figures, key, "week", april(20), "habit_share") for key in ("K1", "ALL")}
    assert {key: (row["numerator"], row["denominator"]) for key, row in habit.items()} == {"K1": (1, 1), "ALL": (1, 1)}
    told = figures.filter(pl.col("period_start") == april(20), pl.col("period_kind") == "week")
    assert set(told["department_key"]) == {"K1", "B1", "ALL"}
    month = cell(figures, "K1", "month", april(1), "habit_share")
    assert (month["numerator"], month["denominator"]) == (1, 1)


def test_the_main_post_is_the_home_and_the_other_one_is_told_apart() -> None:
    """p01 of the long ward has two posts all the time."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        long_ward.fill(con, 2)
        facts = read_facts(con)
    assert set(facts.homes.filter(pl.col("person_key") == "p01")["department_key"]) == {"0102"}
    assert facts.homes.select("person_key", "activity_date").is_unique().all()
    told = secondary_posts(facts).filter(pl.col("month_start") == date(2026, 4, 1))
    assert dict(told.select("department_key", "people_count").iter_rows()) == {"0101": 1, "0100": 1, "ALL": 1}


@pytest.mark.parametrize("seed", [3, 20])
def test_departments_add_up_to_the_whole_in_whole_numbers(seed: int) -> None:
    """Movers, posts side by side, leavers and days that never came; minutes and chances are no counts."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        messy_ward.fill(con, seed)
        facts = read_facts(con)
    figures = pl.concat([all_metrics(facts), habit_metrics(facts)], how="diagonal")
    # Weekdays by class and parts by people are not told of every level.
    told_above = ("weekday_class", "employment_type", "rollout_wave")
    adds = figures.filter(pl.col("sum_nn").is_not_null(), ~pl.col("segment_kind").is_in(told_above))
    key = ["period_kind", "period_start", "segment_kind", "segment", "metric_id"]
    for parts, whole in ((("0100", "0200"), "ALL"), (("0101", "0102"), "0100")):
        sums = adds.filter(pl.col("department_key").is_in(parts)).group_by(key).agg(
            pl.col("numerator", "denominator").sum()
        )  # fmt: skip
        both = adds.filter(pl.col("department_key") == whole).join(sums, on=key, how="left", suffix="_parts")
        assert len(both) > 300
        for name in ("numerator", "denominator"):
            differs = both.filter((pl.col(name) - pl.col(f"{name}_parts").fill_null(0)).abs() > 1e-5)
            assert differs.is_empty(), differs.select(*key, name, f"{name}_parts").head(5)
    counts = adds.filter(
        ~pl.col("metric_id").str.contains("equal_days|meeting_minutes|telework_day_rate|telework_capable_day_rate")
    )
    assert (counts["numerator"] % 1 == 0).all()
    assert (adds.filter(pl.col("metric_id") == "telework_day_rate")["numerator"] * 2 % 1 == 0).all()
    assert (adds.filter(pl.col("metric_id") != "meeting_minutes")["denominator"] % 1 == 0).all()


def test_counted_people_are_in_one_department_and_all_above_it() -> None:
    facts = make([("p", "K1", AGO, EVER), ("q", "B2", AGO, EVER)])
    found = counted(facts, "month").group_by("person_key").agg(pl.col("department_key").sort())
    assert dict(found.iter_rows()) == {"p": ["ALL", "B1", "K1"], "q": ["ALL", "B2"]}


@pytest.mark.parametrize(
    ("probability", "degrees", "expected"),
    [(0.975, 1, 12.706205), (0.975, 9, 2.262157), (0.975, 10, 2.228139), (0.975, 100, 1.983972), (0.8, 29, 0.854192),
     (0.975, 5000, 1.960439)],
)  # fmt: skip
def test_quantiles_of_t_are_those_of_the_tables(probability: float, degrees: int, expected: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(expected, abs=2e-6)


def clusters(*people: tuple[float, float]) -> pl.DataFrame:
    rows = [("x", f"p{number}", float(n), float(d)) for number, (n, d) in enumerate(people)]
    return pl.DataFrame(rows, schema=["cell", "person_key", "n", "d"], orient="row")


def test_people_who_are_all_alike_inside_have_the_interval_of_people() -> None:
    """12 people of 20 days each, all or nothing: of the 240 days only 11 = 12 - 1 tell anything. Wilson at 0.5."""
    row = summed(clusters(*[(20, 20)] * 6, *[(0, 20)] * 6), ["cell"], is_share=True).row(0, named=True)
    t2 = 2.200985**2
    half = (t2 / 11 * (0.25 + t2 / 44)) ** 0.5 / (1 + t2 / 11)
    assert row["interval_low"] == pytest.approx(0.5 - half, abs=1e-6)
    assert row["interval_high"] == pytest.approx(0.5 + half, abs=1e-6)
    assert (row["people_count"], row["acting_people_count"], row["sum_dd"]) == (12, 6, 12 * 400)
    assert row["largest_share"] == pytest.approx(1 / 6)


def test_people_who_do_not_differ_are_as_many_draws_as_they_are() -> None:
    """Everybody on every day, nobody ever, everybody on a quarter of the days: n is 12, not 240."""
    t2 = 2.200985**2
    everybody = summed(clusters(*[(20, 20)] * 12), ["cell"], is_share=True).row(0, named=True)
    assert everybody["interval_low"] == pytest.approx(1 / (1 + t2 / 12), abs=1e-6)
    assert everybody["interval_high"] == 1
    nobody = summed(clusters(*[(0, 20)] * 12), ["cell"], is_share=True).row(0, named=True)
    assert (nobody["interval_low"], nobody["largest_share"]) == (0, None)
    assert nobody["interval_high"] == pytest.approx(t2 / 12 / (1 + t2 / 12), abs=1e-6)
    alike = summed(clusters(*[(5, 20)] * 12), ["cell"], is_share=True).row(0, named=True)
    assert alike["interval_low"], alike["interval_high"] == interval(0.25, 0.0, 240, 12, is_share=True)
    assert alike["interval_high"] - alike["interval_low"] > 0.4


def test_below_ten_people_there_is_no_interval_and_a_person_without_days_is_nobody() -> None:
    nine = summed(clusters(*[(1, 2)] * 9, (0, 0), (0, 0)), ["cell"], is_share=True).row(0, named=True)
    assert (nine["people_count"], nine["interval_low"], nine["interval_high"]) == (9, None, None)


def test_days_that_differ_as_chance_would_have_it_count_no_more_than_they_are() -> None:
    """Less spread than independent days would have: n stays at the 40 days."""
    low, high = interval(0.5, 0.4, 40, 20, is_share=True)
    wide_low, wide_high = interval(0.5, 40.0, 40, 20, is_share=True)
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx(2 * (2.093024**2 / 40 / (1 + 2.093024**2 / 40) * 0.25 + 0) ** 0.5, rel=0.05)
    assert wide_low is not None
    assert wide_high is not None
    assert wide_high - wide_low > high - low


def test_a_mean_has_t_on_its_own_scale() -> None:
    """Minutes a day of ten people with a day each, 1 to 10: mean 5.5, standard deviation 3.02765."""
    row = summed(clusters(*[(n, 1) for n in range(1, 11)]), ["cell"], is_share=False).row(0, named=True)
    half = 2.262157 * 3.02765 / 10**0.5
    assert row["interval_low"] == pytest.approx(5.5 - half, abs=1e-4)
    assert row["interval_high"] == pytest.approx(5.5 + half, abs=1e-4)


def test_the_chance_to_be_seen_in_days_drawn_at_random() -> None:
    assert seen(0, 22, 15) == 0
    assert seen(1, 5, 3) == pytest.approx(3 / 5)
    assert seen(3, 5, 3) == 1
    assert seen(2, 4, 3) == 1
    assert seen(1, 15, 15) == 1


def test_reach_at_equal_days_leaves_out_who_was_there_too_short() -> None:
    """p has 22 working days and chat on one of them, q came for the last ten."""
    facts = make([("p", "K1", AGO, EVER), ("q", "K1", april(17), EVER)], chat={("p", april(7)): 1})
    row = cell(all_metrics(facts), "K1", "month", april(1), "chat_reach_equal_days")
    assert (row["numerator"], row["denominator"]) == (pytest.approx(15 / 22), 1)
    assert row["left_out_people"] == 1
    assert cell(all_metrics(facts), "K1", "month", april(1), "chat_reach")["denominator"] == 2


@pytest.mark.parametrize(
    ("actions", "expected"),
    [([], (0, 0, 0)), ([5], (5, 5, 1)), ([1] * 9 + [7], (7, 16, 1)), ([3, 3] + [1] * 9, (6, 15, 2))],
)
def test_the_top_tenth_is_a_whole_number_of_people(actions: list[int], expected: tuple) -> None:
    assert top_tenth(actions) == expected


def test_a_change_is_that_of_the_same_people() -> None:
    """Twenty people; each is half as often there in the other month: nothing is left to chance but the differences."""
    now = {f"p{n}": (float(n % 3 + 1), 10.0) for n in range(20)}
    steady = {person: (n - 1, d) for person, (n, d) in now.items()}
    difference, low, high, detectable = change(now, steady)
    assert difference == pytest.approx(0.1)
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.1)
    assert detectable == pytest.approx(0)
    others_then = {f"q{n}": (float(n % 3), 10.0) for n in range(20)}
    _, low, high, detectable = change(now, others_then)
    # Nobody is in both: the variances add up; that of twenty values 0, 1, 2 (7, 7, 6 of them) is 0.6475.
    error = (2 * 20 * 0.6475 / 200**2 * 20 / 19) ** 0.5
    assert high - low == pytest.approx(2 * 2.093024 * error, rel=1e-5)
    assert detectable == pytest.approx((2.093024 + 0.860951) * error, rel=1e-4)


def test_few_people_have_a_change_without_an_interval() -> None:
    few = {f"p{n}": (1.0, 2.0) for n in range(9)}
    assert change(few, few) == (0, None, None, None)


def test_a_mover_within_a_bureau_is_one_pair_there() -> None:
    """Ten people move from K1 to K2 with April; five of them chat on every day, before and after."""
    may = date(2026, 5, 31)
    posts = [(f"p{n}", *post) for n in range(10) for post in (("K1", AGO, april(30)), ("K2", date(2026, 5, 1), EVER))]
    chat = {(f"p{n}", day): 1 for n in range(5) for day in days_between(april(1), may)}
    told = change_table(make(posts, first=april(1), last=may, chat=chat))
    rates = told.filter(pl.col("metric_id") == "chat_day_rate")
    months = rates.filter(pl.col("period_kind") == "month")
    found = months.select("department_key", "period_start", "comparison", "other_start").rows()
    assert set(found) == {
        (key, date(2026, 5, 1), comparison, april(1)) for key in ("B1", "ALL") for comparison in ("previous", "april")
    }
    assert set(rates.filter(pl.col("period_kind") == "week")["department_key"]) == {"ALL"}
    assert set(rates.select("change", "change_low", "change_high").rows()) == {(0, 0, 0)}


def test_a_month_is_compared_with_three_others() -> None:
    assert dict(others("month", date(2027, 1, 1))) == {
        "previous": date(2026, 12, 1), "year_before": date(2026, 1, 1), "april": date(2026, 4, 1),
    }  # fmt: skip
    assert dict(others("month", april(1))) == {"previous": date(2026, 3, 1), "year_before": date(2025, 4, 1)}
    assert dict(others("week", april(6))) == {"previous": date(2026, 3, 30)}
