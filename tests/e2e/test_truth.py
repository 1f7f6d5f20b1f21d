"""Planted truth in, recovered truth out: every department and day of the small ward, to the last person."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.common.periods import fiscal_year
from tests.e2e.conftest import FIRST, LAST, Ward
from tests.e2e.keyed_truth import (
    attach_both,
    department_differences,
    home_differences,
    identity_differences,
    successor_differences,
)

pytestmark = pytest.mark.slow

PEOPLE = (
    "headcount_people",
    "telework_capable_people",
    "chat_active_people",
    "meeting_active_people",
    "office_people",
    "remote_people",
    "mixed_people",
    "mobile_people",
    "unknown_people",
    "box_active_people",
)


def _differences(ward: Ward, column: str, truth: str, model: str) -> list[tuple]:
    con = duckdb.connect()
    con.execute(f"attach '{ward.home / 'warehouse.duckdb'}' as ours (read_only)")
    con.execute(f"attach '{ward.root / 'ward' / 'truth.duckdb'}' as world (read_only)")
    rows = con.execute(
        f"""
        select coalesce(t.department_code, f.department_key), coalesce(t.activity_date, f.activity_date),
            t.{column}, f.{column}
        from (select * from world.{truth} where activity_date between $first and $last) as t
        full join (
            select * from ours.{model} where activity_date between $first and $last
        ) as f on f.department_key = t.department_code and f.activity_date = t.activity_date
        where coalesce(t.headcount_people, f.headcount_people) > 0
            and (f.{column} is null or t.{column} is null or t.{column} <> f.{column})
        order by all
        """,
        {"first": FIRST, "last": LAST},
    ).fetchall()
    con.close()
    return rows


@pytest.mark.parametrize("column", PEOPLE)
def test_every_department_and_day_equals_the_truth(ward: Ward, column: str) -> None:
    differences = _differences(ward, column, "truth_department_days", "marts.fct_department_days")
    assert not differences, f"{len(differences)} cells differ, the first ten: {differences[:10]}"


def test_every_department_leads_to_the_one_that_carries_it_on(ward: Ward) -> None:
    """The merged and the abolished ones to their successor, what was divided among several to none."""
    with attach_both(ward.home / "warehouse.duckdb", ward.root / "ward" / "truth.duckdb", _key_file(ward)) as con:
        differences = successor_differences(con, FIRST)
        ways = con.execute(
            "select count(*) filter (today_code is null), count(*) filter (today_code <> department_code) "
            "from world.truth_successors"
        ).fetchall()[0]
    assert not differences, f"{len(differences)} departments differ, the first ten: {differences[:10]}"
    assert min(ways) > 0


def test_the_home_of_everyone_equals_the_truth_long_before_and_after_the_facts(ward: Ward) -> None:
    """The main post of each day of the fiscal years around: weeks, months and years are longer than the facts."""
    with attach_both(ward.home / "warehouse.duckdb", ward.root / "ward" / "truth.duckdb", _key_file(ward)) as con:
        differences = home_differences(con, date(fiscal_year(FIRST), 4, 1), date(fiscal_year(LAST) + 1, 3, 31))
    assert not differences, f"{len(differences)} days differ, the first ten: {differences[:10]}"


def test_the_department_of_everyone_on_every_day_equals_the_truth(ward: Ward) -> None:
    """Transfers, concurrent posts, mergers, a split, joiners, leavers, returns and late orders, to the last person."""
    with attach_both(ward.home / "warehouse.duckdb", ward.root / "ward" / "truth.duckdb", _key_file(ward)) as con:
        differences = department_differences(con, FIRST, LAST)
        compared = con.execute(
            "select count(*), count(distinct department_code) from world.truth_person_days"
        ).fetchall()[0]
    assert not differences, f"{len(differences)} posts of a day differ, the first ten: {differences[:10]}"
    assert compared[0] > 35 * 400
    assert compared[1] > 30


def test_every_account_and_address_belongs_to_its_person(ward: Ward) -> None:
    """New names, logins that follow later, addresses given up, and people who came back."""
    with attach_both(ward.home / "warehouse.duckdb", ward.root / "ward" / "truth.duckdb", _key_file(ward)) as con:
        wrong, unknown = identity_differences(con, LAST + timedelta(days=3))
    assert not wrong, f"{len(wrong)} identifiers belong to somebody else, the first ten: {wrong[:10]}"
    assert not unknown, f"{len(unknown)} identifiers belong to nobody, the first ten: {unknown[:10]}"


def _key_file(ward: Ward) -> Path:
    return Path(ward.environment["KATSUYO_PSEUDONYM_KEY_FILE"])


def test_the_truth_is_not_trivial(ward: Ward) -> None:
    """The comparison means something only if the ward moves, works and teleworks."""
    con = duckdb.connect(str(ward.root / "ward" / "truth.duckdb"), read_only=True)
    sums = ", ".join(f"sum({column})" for column in PEOPLE)
    totals = con.execute(f"select {sums} from truth_department_days where department_code = 'ALL'").fetchall()[0]
    movers = con.execute(
        """
        select count(*) from (
            select employee_number from truth_person_days where activity_date in (date '2026-03-31', date '2026-04-01')
            group by employee_number having count(distinct department_code) > 1
        )
        """
    ).fetchall()[0][0]
    con.close()
    assert all(total > 0 for total in totals)
    assert movers > 20


def test_external_exchange_equals_the_truth(ward: Ward) -> None:
    con = duckdb.connect()
    con.execute(f"attach '{ward.home / 'warehouse.duckdb'}' as ours (read_only)")
    con.execute(f"attach '{ward.root / 'ward' / 'truth.duckdb'}' as world (read_only)")
    differences = con.execute(
        """
        select f.department_key, f.activity_date, t.outbound_files, f.outbound_files_count, t.inbound_files,
            f.inbound_files_count, t.beyond_mail_files, f.beyond_mail_files_count
        from ours.marts.fct_department_days as f
        left join world.truth_external_days as t
            on t.department_code = f.department_key and t.activity_date = f.activity_date
        where f.activity_date between $first and $last
            and (
                f.outbound_files_count <> coalesce(t.outbound_files, 0)
                or f.inbound_files_count <> coalesce(t.inbound_files, 0)
                or f.beyond_mail_files_count <> coalesce(t.beyond_mail_files, 0)
            )
        order by all
        """,
        {"first": FIRST, "last": LAST},
    ).fetchall()
    con.close()
    assert not differences, f"{len(differences)} cells differ, the first ten: {differences[:10]}"


def test_restated_days_made_a_second_revision_and_became_final(ward: Ward) -> None:
    friday = LAST - timedelta(days=2)  # the last working day: on the first morning not all of its rows were in
    folder = ward.home / "landing" / "graph" / "teams_user_activity" / friday.isoformat()
    assert len(list(folder.glob("*.json"))) == 2
    con = duckdb.connect(str(ward.published), read_only=True)
    statuses = con.execute(
        "select distinct report_status from report_status where activity_date between $first and $last "
        "and dataset = 'teams_user_activity'",
        {"first": FIRST, "last": LAST},
    ).fetchall()
    con.close()
    assert statuses == [("final",)]
