"""Every metric: what twice the people do to the figure itself, and what one silent colleague does.

Which of the two happens to it follows from its kind and its unit in metrics.toml; what behaves otherwise than others of
its kind is named here. Two wards: one of three weeks with everything that can be odd, one of five months in which
habits are judged.
"""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from pipelines.metrics import load_metrics
from tests.differential import long_ward, messy_ward
from tests.metamorphic.warehouses import Marts, beside, everybody_twice, marts_after

SMALL = 1e-6
WARDS = {"messy": messy_ward.fill, "long": long_ward.fill}
# Parts of a department whose people are all kinds of people: there the silent one counts as in the whole.
SEGMENTS = ("all", "tool", "tier", "telework_class", "weekday", "weekday_class", "size_band", "place")

METRICS = load_metrics()


def _counted_in(words: str) -> str:
    """The unit at the end of what a numerator or a denominator is said to be: 職員の延べ開庁日数（人日） is 人日."""
    return words.rpartition("（")[2].rstrip("）").rpartition("、")[2]


# Shares speak of everybody who could have done it, other figures of those who did, but for these two of seats.
_SEATS_FOR_EVERYBODY = {"seats_per_headcount", "seats_peak_day_share"}
# One silent person more among n: numerator as before, one more below.
PER_PERSON = _SEATS_FOR_EVERYBODY | {
    one.metric_id for one in METRICS if one.value_kind == "share" and _counted_in(one.denominator_ja) == "人"
}
# The same with a day, or a week, of the silent person for each one that is known.
PER_DAY = {
    one.metric_id
    for one in METRICS
    if one.value_kind == "share" and _counted_in(one.denominator_ja) in ("人日", "人・週")
}
# Speaks of those who did something, or of what was done: the silent one is not in it.
OF_USERS = {one.metric_id for one in METRICS} - PER_PERSON - PER_DAY
# Amounts of people and files double with the people; partners stay who they are; all else is a rate or a person's own.
DOUBLED = {
    one.metric_id
    for one in METRICS
    if one.value_kind == "count" or (one.value_kind == "quantile" and one.unit_ja == "人")
} - {"external_partners"}
# The edge of the top tenth lies at a whole person, so among twice the people it is found more finely.
BY_WHOLE_PEOPLE = {"top_decile_share"}


@pytest.fixture(scope="module", params=WARDS)
def ward(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def before(ward: str, before: Marts) -> Marts:
    return before if ward == "messy" else marts_after(lambda con: None, fill=WARDS[ward])


@pytest.fixture(scope="module")
def doubled(ward: str, doubled: Marts) -> Marts:
    return doubled if ward == "messy" else marts_after(everybody_twice, fill=WARDS[ward])


def test_every_kind_has_its_metrics() -> None:
    for kind in (PER_PERSON, PER_DAY, OF_USERS, DOUBLED):
        assert len(kind) >= 10
    assert not DOUBLED - OF_USERS


def test_twice_the_people_double_amounts_and_keep_the_rest(before: Marts, doubled: Marts) -> None:
    cells = beside(before, doubled).filter(~pl.col("metric_id").is_in(BY_WHOLE_PEOPLE))
    times = pl.when(pl.col("metric_id").is_in(DOUBLED)).then(2.0).otherwise(1.0)
    for name in ("value", "bound_low", "bound_high"):
        expected, found = pl.col(name) * times, pl.col(f"{name}_after")
        same = ((expected - found).abs() < 2 * SMALL).fill_null(expected.is_null() & found.is_null())
        wrong = cells.filter(~same).select("metric_id", "segment", "period_kind", name, f"{name}_after")
        assert wrong.is_empty(), f"{name}: {len(wrong)} of {len(cells)} cells: {wrong.head(10)}"
    assert cells.filter(pl.col("metric_id").is_in(DOUBLED))["value"].sum() > 0


def test_twice_the_people_are_a_top_tenth_of_at_most_twice_as_many(before: Marts, doubled: Marts) -> None:
    cells = beside(before, doubled).filter(pl.col("metric_id").is_in(BY_WHOLE_PEOPLE), pl.col("value").is_not_null())
    kept = pl.col("value_after").is_between(pl.col("value") / 2 - SMALL, pl.col("value") + SMALL)
    assert cells.filter(~kept.fill_null(value=False)).is_empty()
    # Of ten, twenty ... people a tenth is whole before and after.
    whole = cells.filter(pl.col("group_people") % 10 == 0)
    assert whole.filter((pl.col("value_after") - pl.col("value")).abs() > SMALL).is_empty()
    assert len(cells) > 5


def _with_a_silent_person(con: duckdb.DuckDBPyConnection) -> None:
    """On the rolls of 0101 all the time, with an account, every licence and some contract of the ward's; never seen."""
    day = con.execute("select max(_day) from raw.org_staff").fetchall()[0][0]
    con.execute("insert into raw.org_staff (employee_number_key, address_key, _day) values ('silent', 'a-silent', ?)",
                [day])  # fmt: skip
    con.execute(
        "insert into raw.org_assignments (employee_number_key, department_code, post_kind, share, telework_capable, "
        "employment_type, valid_from, valid_to, _day) "
        "select 'silent', '0101', '主務', '1', '1', max(employment_type), '2020-04-01', '', ? from raw.org_assignments",
        [day],
    )
    con.execute(
        "insert into raw.graph_users (id_key, user_principal_name_key, assigned_license_count, account_enabled, _day) "
        "values ('e-silent', 'a-silent', '1', 'True', ?)",
        [day],
    )
    con.execute(
        "insert into raw.graph_copilot_usage (_day, report_refresh_date, user_principal_name_key, last_activity_date) "
        "select distinct _day, report_refresh_date, 'a-silent', '' from raw.graph_copilot_usage"
    )


@pytest.fixture(scope="module")
def cells(ward: str, before: Marts) -> pl.DataFrame:
    """Before and after the silent person came."""
    return beside(before, marts_after(_with_a_silent_person, fill=WARDS[ward]))


def test_elsewhere_nothing_moves(cells: pl.DataFrame) -> None:
    figures = (
        "numerator",
        "denominator",
        "value",
        "interval_low",
        "interval_high",
        "bound_low",
        "bound_high",
        "is_final",
    )
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_after")) for name in figures)
    elsewhere = cells.filter(~pl.col("department_key").is_in(["0101", "0100", "ALL"]))
    assert elsewhere.filter(~same).is_empty()
    assert len(elsewhere) > 100


def _at_home(cells: pl.DataFrame, metrics: set[str]) -> pl.DataFrame:
    """The cells that the silent person is in, of which something is known."""
    return cells.filter(
        pl.col("department_key").is_in(["0101", "0100", "ALL"]),
        pl.col("segment_kind").is_in(SEGMENTS),
        pl.col("metric_id").is_in(metrics),
        pl.col("value").is_not_null(),
    )


def _gains() -> pl.Expr:
    """Where the silent person is counted above as well: has a licence, does nothing, is at no known place."""
    metric_id, segment = pl.col("metric_id"), pl.col("segment")
    return (
        ((metric_id == "funnel_licensed") & (segment != "box"))
        | ((metric_id == "tier_share") & (segment == "non_user"))
        | ((metric_id == "telework_class_share") & segment.str.ends_with("unknown"))
    )


def test_a_silent_person_lowers_every_rate_by_exactly_one_in_n(cells: pl.DataFrame) -> None:
    """rate' = rate x (1 - 1/n'), n' being the people after."""
    mine = _at_home(cells, PER_PERSON)
    more = pl.col("denominator_after") - pl.col("denominator")
    assert mine.filter((more - 1).abs() > SMALL).is_empty()
    lowered = pl.col("rate") * (1 - 1 / pl.col("denominator_after"))
    expected = lowered + pl.when(_gains()).then(1 / pl.col("denominator_after")).otherwise(0)
    wrong = mine.filter((pl.col("rate_after") - expected).abs() > SMALL)
    assert wrong.is_empty(), wrong.select("metric_id", "segment", "period_kind", "rate", "rate_after").head(10)
    assert len(mine) > 200


def test_a_silent_person_lowers_every_day_rate_by_the_known_days(cells: pl.DataFrame) -> None:
    mine = _at_home(cells, PER_DAY).filter(pl.col("segment_kind") != "place")
    more = pl.col("denominator_after") - pl.col("denominator")
    assert mine.filter((more < 1 - SMALL) | ((more - more.round(0)).abs() > SMALL)).is_empty()
    above = pl.col("numerator") + pl.when(_gains()).then(more).otherwise(0)
    wrong = mine.filter(
        ((pl.col("numerator_after") - above).abs() > SMALL)
        | ((pl.col("rate_after") - pl.col("numerator_after") / pl.col("denominator_after")).abs() > SMALL)
    )
    assert wrong.is_empty(), wrong.select("metric_id", "segment", "period_kind", "numerator", "numerator_after").head(
        10
    )
    assert len(mine) > 100


def test_a_silent_person_changes_nothing_that_speaks_of_users(cells: pl.DataFrame) -> None:
    by_place = cells.filter(pl.col("segment_kind") == "place")
    mine = pl.concat([_at_home(cells, OF_USERS), by_place])
    for name in ("numerator", "denominator", "value", "interval_low", "interval_high"):
        wrong = mine.filter(~pl.col(name).eq_missing(pl.col(f"{name}_after")))
        assert wrong.is_empty(), wrong.select("metric_id", "segment", "period_kind", name, f"{name}_after").head(10)
    assert len(mine) > 100
