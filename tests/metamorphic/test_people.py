"""What must happen to the figures when the people change: twice as many, one more, none of them known by that name."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from tests.metamorphic.warehouses import IDENTIFIERS, beside, columns_of, marts_after

LANDED = ("graph_teams_user_activity", "graph_teams_device_usage", "graph_email_activity", "graph_users",
          "graph_onedrive_activity", "graph_sharepoint_activity", "graph_m365_app_users",
          "graph_sign_ins", "box_events", "box_users", "org_staff", "org_assignments")  # fmt: skip
SMALL = 1e-9


@pytest.fixture(scope="module")
def before() -> dict[str, pl.DataFrame]:
    return marts_after(lambda con: None)


def _copied(con: duckdb.DuckDBPyConnection, prefix: str) -> None:
    """Everybody again under other keys, with everything they did."""
    for table in LANDED:
        columns = columns_of(table)
        renamed = ", ".join(f"'{prefix}' || {name}" if name in IDENTIFIERS else name for name in columns)
        con.execute(f"insert into raw.{table} ({', '.join(columns)}) select {renamed} from raw.{table}")


def _keyed_anew(con: duckdb.DuckDBPyConnection) -> None:
    """As if the secret of the pseudonyms were another."""
    for table in LANDED:
        for name in columns_of(table):
            if name in IDENTIFIERS:
                con.execute(f"update raw.{table} set {name} = md5({name}) where {name} is not null")


def test_everybody_twice_doubles_counts_and_keeps_rates(before: dict[str, pl.DataFrame]) -> None:
    cells = beside(before, marts_after(lambda con: _copied(con, "again-")))
    for name in ("numerator", "denominator", "group_people"):
        doubled = (pl.col(f"{name}_after") - 2 * pl.col(name)).abs() < 1e-5
        both_unknown = pl.col(name).is_null() & pl.col(f"{name}_after").is_null()
        wrong = cells.filter(
            ~(doubled | both_unknown).fill_null(value=False), pl.col("metric_id") != "external_partners"
        )
        assert wrong.is_empty(), (name, wrong.select("metric_id", "period_kind", name, f"{name}_after"))
    for name in ("rate", "coverage_share"):
        kept = (pl.col(name) - pl.col(f"{name}_after")).abs() < 1e-6
        wrong = cells.filter(~kept.fill_null(pl.col(name).is_null() & pl.col(f"{name}_after").is_null()))
        assert wrong.is_empty(), (name, wrong.select("metric_id", "period_kind", name, f"{name}_after"))
    narrower = cells.filter(pl.col("rate").is_between(0.01, 0.99), pl.col("value_kind") == "share")
    width = pl.col("rate_high") - pl.col("rate_low")
    width_after = pl.col("rate_high_after") - pl.col("rate_low_after")
    assert narrower.select((width_after < width).all()).item()
    assert len(narrower) > 500


def test_other_keys_for_everybody_change_no_mart(before: dict[str, pl.DataFrame]) -> None:
    after = marts_after(_keyed_anew)
    assert before.keys() == after.keys()
    changed = [name for name in before if not before[name].equals(after[name])]
    assert not changed


def _with_a_silent_person(con: duckdb.DuckDBPyConnection) -> None:
    """On the rolls of 0101 all the time, with an account, and never seen."""
    day = con.execute("select max(_day) from raw.org_staff").fetchall()[0][0]
    con.execute("insert into raw.org_staff (employee_number_key, address_key, _day) values ('silent', 'a-silent', ?)",
                [day])  # fmt: skip
    con.execute(
        "insert into raw.org_assignments (employee_number_key, department_code, post_kind, share, telework_capable, "
        "employment_type, valid_from, valid_to, _day) "
        "values ('silent', '0101', '主務', '1', '1', '常勤', '2020-04-01', '', ?)",
        [day],
    )
    con.execute(
        "insert into raw.graph_users (id_key, user_principal_name_key, assigned_license_count, account_enabled, _day) "
        "values ('e-silent', 'a-silent', '1', 'True', ?)",
        [day],
    )


def test_a_silent_person_lowers_rates_by_one_in_n_and_nothing_else(before: dict[str, pl.DataFrame]) -> None:
    """rate' = rate x (1 - 1/n'), n' being the people after; elsewhere in the tree nothing moves."""
    cells = beside(before, marts_after(_with_a_silent_person))
    above = pl.col("department_key").is_in(["0101", "0100", "ALL"])
    figures = ("numerator", "denominator", "rate", "rate_low", "rate_high", "coverage_share", "is_final")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_after")) for name in figures)
    assert cells.filter(~above, ~same).is_empty()
    mine = cells.filter(above, pl.col("segment_kind") == "all")
    reach = mine.filter(pl.col("metric_id").is_in(PER_PERSON), pl.col("rate").is_not_null())
    one_in_n = 1 / pl.col("denominator_after")
    wrong = reach.filter((pl.col("rate_after") - pl.col("rate") * (1 - one_in_n)).abs() > SMALL)
    assert wrong.is_empty(), wrong.select("metric_id", "period_kind", "denominator", "denominator_after")
    assert (reach["denominator_after"] - reach["denominator"] - 1).abs().max() < SMALL
    by_day = mine.filter(pl.col("metric_id").is_in(PER_PERSON_DAY), pl.col("rate").is_not_null())
    assert by_day.select((pl.col("rate_after") < pl.col("rate")).filter(pl.col("rate") > 0).all()).item()
    assert by_day.select(pl.col("numerator").eq_missing(pl.col("numerator_after")).all()).item()
    untouched = mine.filter(pl.col("metric_id").is_in(NOT_PER_PERSON))
    assert untouched.select(pl.col("numerator").eq_missing(pl.col("numerator_after")).all()).item()
    assert min(len(reach), len(by_day), len(untouched)) > 100


PER_PERSON = ("chat_reach", "meeting_reach", "mobile_reach", "box_reach", "telework_reach", "telework_capable_reach")
PER_PERSON_DAY = ("chat_day_rate", "telework_day_rate", "telework_coverage")
NOT_PER_PERSON = ("chat_share", "meeting_minutes", "external_outbound_files", "external_inbound_files",
                  "beyond_mail_files")  # fmt: skip
