"""Every metric by name: what twice the people do to the figure itself, and what one silent colleague does.

Two wards: one of three weeks with everything that can be odd, one of five months in which habits are judged. A metric
that is missing here fails.
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

# Amounts of people and files double with the people; partners stay who they are; all else is a rate or a person's own.
DOUBLED = {
    "external_outbound_files", "external_inbound_files", "beyond_mail_files", "external_bytes", "file_request_files",
    "partner_folder_actions", "external_size_files", "telework_people_daily_mean", "telework_people_daily_max",
    "seats_office_median", "seats_office_p95", "seats_office_p99", "seats_office_max",
}  # fmt: skip
# One silent person more among n: numerator as before, one more below.
PER_PERSON = {
    "chat_reach", "meeting_reach", "meeting_organised_reach", "call_reach", "mail_sent_reach", "files_reach",
    "desktop_apps_reach", "copilot_reach", "mobile_reach", "box_reach", "telework_reach", "telework_capable_reach",
    "habit_share", "too_new_share", "funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual", "tier_share",
    "seats_per_headcount", "seats_peak_day_share",
}  # fmt: skip
# The same with a day, or a week, of the silent person for each one that is known.
PER_DAY = {
    "chat_day_rate", "meeting_day_rate", "box_day_rate", "telework_day_rate", "telework_capable_day_rate",
    "telework_coverage", "telework_weekly_1_share", "telework_weekly_2_share", "telework_weekly_3_share",
    "telework_class_share",
}  # fmt: skip
# Speaks of those who did something, or of what was done: the silent one is not in it.
OF_USERS = {
    "chat_share", "chat_messages_median", "chat_messages_p90", "meeting_minutes", "meeting_minutes_median",
    "external_partners", "beyond_mail_share", "stickiness", "top_decile_share", *DOUBLED,
}  # fmt: skip


@pytest.fixture(scope="module", params=WARDS)
def ward(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def before(ward: str, before: Marts) -> Marts:
    return before if ward == "messy" else marts_after(lambda con: None, fill=WARDS[ward])


@pytest.fixture(scope="module")
def doubled(ward: str, doubled: Marts) -> Marts:
    return doubled if ward == "messy" else marts_after(everybody_twice, fill=WARDS[ward])


def test_every_metric_is_classified() -> None:
    ids = {metric.metric_id for metric in load_metrics()}
    assert ids == PER_PERSON | PER_DAY | OF_USERS
    assert len(ids) == len(PER_PERSON) + len(PER_DAY) + len(OF_USERS)


def test_twice_the_people_double_amounts_and_keep_the_rest(before: Marts, doubled: Marts) -> None:
    cells = beside(before, doubled)
    times = pl.when(pl.col("metric_id").is_in(DOUBLED)).then(2.0).otherwise(1.0)
    for name in ("value", "bound_low", "bound_high"):
        expected, found = pl.col(name) * times, pl.col(f"{name}_after")
        same = ((expected - found).abs() < 2 * SMALL).fill_null(expected.is_null() & found.is_null())
        wrong = cells.filter(~same).select("metric_id", "segment", "period_kind", name, f"{name}_after")
        assert wrong.is_empty(), f"{name}: {len(wrong)} of {len(cells)} cells: {wrong.head(10)}"
    assert cells.filter(pl.col("metric_id").is_in(DOUBLED))["value"].sum() > 0


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
    figures = ("numerator", "denominator", "value", "rate_low", "rate_high", "bound_low", "bound_high", "is_final")
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
    for name in ("numerator", "denominator", "value", "rate_low", "rate_high"):
        wrong = mine.filter(~pl.col(name).eq_missing(pl.col(f"{name}_after")))
        assert wrong.is_empty(), wrong.select("metric_id", "segment", "period_kind", name, f"{name}_after").head(10)
    assert len(mine) > 100
