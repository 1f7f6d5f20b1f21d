"""Making only the stale days again gives the same tables as making everything: a universal rule, so hypothesis asks.

A messy ward lives on: days arrive, come late, are restated or taken back, events trickle in, people come, move and
leave, rules change. After each morning every table is compared with those of a warehouse that was made whole.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import zip_longest

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.warehouse.increment.change_log import BEGINNING, record_change
from pipelines.warehouse.models.build import build_full
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.deduplicate import deduplicate_all
from pipelines.warehouse.raw.schema import raw_tables, write_parameters
from tests.differential import messy_ward
from tests.project import PROJECT
from tests.warehouse.small_ward import DAYS

LANDED = [name for name, table in raw_tables().items() if table.landed]
TABLES = [model.full_name for model in PROJECT.models.values() if model.kind != "view"]
COPILOT = "graph_copilot_usage"
FACTS_OF_DAYS = {
    model.name for model in PROJECT.models.values() if model.kind == "by_day" and model.time_column == "activity_date"
}
NAMED = {"intermediate.int_named_identities", "intermediate.int_box_users"}
BY_DAY = [
    "graph_teams_user_activity",
    "graph_teams_device_usage",
    "graph_email_activity",
    "graph_sign_ins",
    "box_events",
    COPILOT,
]
Connection = duckdb.DuckDBPyConnection
Change = Callable[[Connection, date], None]


def run(sql: str) -> Change:
    """SQL in which {day} is a day of the ward."""
    return lambda con, day: [con.execute(part) for part in sql.format(day=f"date '{day}'").split(";")] and None


def arrive(con: Connection, day: date, tables: list[str]) -> None:
    """What the source says of a day takes the place of what was there."""
    for name in tables:
        con.execute(f"delete from raw.{name} where _day = ?", [day])
        con.execute(f"insert into raw.{name} from kept.{name} where _day = ?", [day])
        source, dataset = name.split("_", 1)
        con.execute("delete from raw.landing_days where concat(source, '_', dataset) = ? and _day = ?", [name, day])
        con.execute(
            "insert into raw.landing_days from kept.landing_days where source = ? and dataset = ? and _day = ?",
            [source, dataset, day],
        )


CHANGES: dict[str, Change] = {
    "a day arrives": lambda con, day: arrive(con, day, BY_DAY),
    "a day of chat arrives": lambda con, day: arrive(con, day, BY_DAY[:1]),
    "a day of events arrives": lambda con, day: arrive(con, day, BY_DAY[4:5]),
    "a Copilot report arrives": lambda con, day: arrive(con, day, BY_DAY[5:]),
    "a Copilot report of the same day has other dates": run(
        "insert into raw.graph_copilot_usage by name select * replace (_day + 1 as _day, "
        "(report_refresh_date::date - 4)::varchar as last_activity_date, 'new' as _sha256) "
        "from raw.graph_copilot_usage where _day = {day} - 3 and user_principal_name_key like '%1'"
    ),
    "use of Copilot long ago shows": run(
        "update raw.graph_copilot_usage set last_activity_date = '2026-03-24', _sha256 = 'new' "
        "where _day = {day} and user_principal_name_key like '%2'"
    ),
    "a Copilot report is taken back": run("delete from raw.graph_copilot_usage where _day = {day} - 2"),
    "a Copilot report comes late": lambda con, day: arrive(con, day - timedelta(days=2), BY_DAY[5:]),
    "a day is restated": run(
        "update raw.graph_teams_user_activity set private_chat_message_count = '3', _sha256 = 'new' "
        "where _day = {day} and user_id_key like '%1'"
    ),
    "a day is restated to nobody": run("delete from raw.graph_email_activity where _day = {day}"),
    "a day is taken back": run(
        "update raw.landing_days set status = 'rejected' where _day = {day} and dataset = 'teams_user_activity';"
        "delete from raw.graph_teams_user_activity where _day = {day}"
    ),
    "a day becomes provisional": run(
        "update raw.landing_days set fetched_at = _day + interval 1 day where _day = {day}"
    ),
    "a late event": run(
        "insert into raw.box_events by name select * replace ('late-' || event_id as event_id) from kept.box_events "
        "where _day = {day} limit 3"
    ),
    "a new outsider": run(
        "insert into raw.box_events by name select * replace ('out-' || event_id as event_id, 'x-new' as actor_id_key, "
        "'new.example' as actor_login_domain) from kept.box_events where _day = {day} limit 2"
    ),
    "somebody moves": run(
        "update raw.org_assignments set department_code = '0201' where employee_number_key = 'p11' "
        "and valid_from <= '2026-04-01'"
    ),
    "somebody leaves": run("update raw.org_staff set left_on = {day}::varchar where employee_number_key = 'p12'"),
    "an order ends a post": run(
        "update raw.org_assignments set valid_to = {day}::varchar where employee_number_key = 'p13'"
    ),
    "somebody is away": run(
        "insert into raw.org_absences (employee_number_key, absence_kind, valid_from, valid_to, _day) "
        "values ('p14', '休職', ({day})::varchar, '2026-12-31', date '2026-04-16')"
    ),
    "a new account": run(
        "insert into raw.graph_users by name select * replace ('e3-p15' as id_key, 'n-p15' as user_principal_name_key, "
        "'p15' as employee_id_key, {day} as _day) from raw.graph_users limit 1"
    ),
    "a new Box user": run(
        "insert into raw.box_users by name select * replace ('x2' as id_key, 'a-p16' as login_key, {day} as _day) "
        "from raw.box_users where account_kind = 'person' limit 1"
    ),
    "somebody new is hired": run(
        "insert into raw.org_staff by name select 'p99' as employee_number_key, 'a-p99' as address_key, "
        "({day})::varchar as joined_on, _day from raw.org_staff limit 1;"
        "insert into raw.org_assignments by name select * replace ('p99' as employee_number_key, "
        "({day})::varchar as valid_from, null as valid_to) from raw.org_assignments limit 1;"
        "insert into raw.graph_users by name select * replace ('e-p99' as id_key, 'a-p99' as user_principal_name_key, "
        "'p99' as employee_id_key, {day} as _day) from raw.graph_users limit 1;"
        "insert into raw.box_users by name select * replace ('x-p99' as id_key, 'a-p99' as login_key, {day} as _day) "
        "from raw.box_users where account_kind = 'person' limit 1"
    ),
    "somebody new acts in Box": run(
        "insert into raw.box_events by name select * replace ('new-' || event_id as event_id, 'x-p99' as actor_id_key, "
        "'a-p99' as actor_login_key, 'person' as actor_kind, 'EDIT' as event_type, null as action_by_id_key, "
        "null as is_performed_by_admin, null as service_name, {day} + interval 3 hour as created_at, {day} as _day) "
        "from kept.box_events limit 2"
    ),
    "a snapshot of the directory": run(
        "insert into raw.graph_users by name select * replace ({day} as _day) from raw.graph_users "
        "where _day = (select max(_day) from raw.graph_users) and id_key not like '%7'"
    ),
    "a snapshot of the directory is taken back": run("delete from raw.graph_users where _day <= {day}"),
    "a snapshot of the users of Box": run(
        "insert into raw.box_users by name select * replace ({day} as _day) from raw.box_users "
        "where _day = (select max(_day) from raw.box_users) and id_key not like '%5'"
    ),
    "somebody has another name and licence in the directory": run(
        "insert into raw.graph_users by name select * replace ({day} as _day, case when id_key like '%3' then "
        "'new-' || user_principal_name_key else user_principal_name_key end as user_principal_name_key, case when "
        "id_key like '%4' then '0' else assigned_license_count end as assigned_license_count) from raw.graph_users "
        "where _day = (select max(_day) from raw.graph_users)"
    ),
    "a department ends": run("update raw.org_departments set valid_to = {day}::varchar where department_code = '0102'"),
    "departments merge": run(
        "insert into raw.org_department_succession (from_department_code, to_department_code, changed_on, _day) "
        "values ('0102', '0101', ({day})::varchar, date '2026-04-16')"
    ),
    "a network is told by another rule": run(
        "insert into raw.org_telework_rules (rule_kind, said, means, valid_from, _day) "
        "values ('network', 'branch', 'remote', ({day})::varchar, date '2026-04-16')"
    ),
    "a target is set": run(
        "insert into raw.org_targets (metric_id, target_value, target_date, owner_role, _day) "
        "values ('chat_reach', '0.9', '2026-04-30', '課長', date '2026-04-15')"
    ),
    "all targets are withdrawn": run(
        "insert into raw.landing_days (source, dataset, _day, status, is_simulated) "
        "values ('org', 'targets', date '2026-04-16', 'accepted', false)"
    ),
    "another mail limit": lambda con, _: write_parameters(con, mail_limit_bytes=5_000, own_domains=["x.example"]),
    "Box is switched off": lambda con, _: write_parameters(
        con, own_domains=["x.example"], switched_off=[("box", "events"), ("box", "users")]
    ),
    "somebody declares telework": run(
        "insert into raw.org_telework_declarations (employee_number_key, work_date, work_place, _day) "
        "values ('p17', ({day})::varchar, '自宅', date '2026-04-16')"
    ),
    "nothing": lambda con, day: None,
}


def noted(con: Connection, change: Change, day: date) -> None:
    """Change raw tables and note it as the loader does: days and readings by their day, rules and files as a whole."""
    watched = ["landing_days", *LANDED]
    was = contents(con, [f"raw.{name}" for name in watched])
    for name in watched:
        con.execute(f"create or replace temp table before_{name} as from raw.{name}")
    change(con, day)
    deduplicate_all(con)
    is_now = contents(con, [*was])
    for name in [name for name in watched if is_now[f"raw.{name}"] != was[f"raw.{name}"]]:
        now, before = f"from raw.{name}", f"from before_{name}"
        apart = f"({now} except all {before}) union all ({before} except all {now})"
        first = con.execute(f"select min(_day) from ({apart})").fetchall()[0][0]
        if first is not None:
            is_landed = name != "landing_days"
            record_change(con, f"raw.{name}", raw_tables()[name].reaches_back_to(first) if is_landed else first)
    refresh_calendar(con)


def contents(con: Connection, tables: list[str] = TABLES) -> dict[str, tuple]:
    parts = [f"select '{name}', count(*), sum(hash(t)::hugeint) from {name} as t" for name in tables]
    return {name: tuple(rest) for name, *rest in con.execute(" union all ".join(parts)).fetchall()}


def made_whole(con: Connection) -> dict[str, tuple]:
    """The contents of a new warehouse from the same raw tables."""
    with duckdb.connect() as other:
        other.execute("set timezone = 'UTC'; create schema raw")
        for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall():
            other.register("frame", con.sql(f"from raw.{name}").arrow())
            other.execute(f"create table raw.{name} as from frame")
            other.unregister("frame")
        for name in PROJECT.order:  # constraints are checked where the stale days are made
            build_full(other, PROJECT.models[name])
        return contents(other)


def young_ward(seed: int, known: date) -> Connection:
    """A ward whose days up to `known` have arrived; the others lie in the schema kept."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    messy_ward.fill(con, seed)
    deduplicate_all(con)
    con.execute("create schema kept")
    for name in ["landing_days", *BY_DAY]:
        con.execute(f"create table kept.{name} as from raw.{name}")
        con.execute(f"delete from raw.{name} where _day > ?", [known])
    refresh_calendar(con)
    run_all(con, PROJECT)
    return con


MORNING = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from(DAYS)), min_size=1, max_size=3)


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(1, 3), known=st.sampled_from(DAYS[5:-3]), mornings=st.lists(MORNING, min_size=1, max_size=2))
def test_the_stale_days_alone_give_the_same_tables(seed: int, known: date, mornings: list) -> None:
    with young_ward(seed, known) as con:
        for changes in mornings:
            for name, day in changes:
                noted(con, CHANGES[name], day)
            run_all(con, PROJECT, full_refresh=False)
            found, expected = contents(con), made_whole(con)
            assert found == expected, changes


def rounds() -> list[list[str]]:
    """The changes in three parts, side by side: those of files and rules, which reach far, before those of single days.

    What the first leaves undone the others do not do by chance.
    """
    names = list(CHANGES)
    part = -(-len(names) // 3)
    parts = names[2 * part :], names[part : 2 * part], names[:part]
    return [list(filter(None, together)) for together in zip_longest(*parts)]


def test_one_change_after_the_other() -> None:
    """Every kind of change once, each on a morning of its own, in a ward that the former ones have changed."""
    known = DAYS[-5]
    with young_ward(2, known) as con:
        for together in rounds():
            for name in together:
                noted(con, CHANGES[name], known + timedelta(days=1) if "arrives" in name else known)
                results = run_all(con, PROJECT, full_refresh=False)
                assert any(result.since is None for result in results.values()), name
                if name == "nothing":
                    assert all(result.since is None for result in results.values())
            assert contents(con) == made_whole(con), together


def test_somebody_new_asks_for_no_history() -> None:
    """Nothing that happened before has their keys, so of the facts of days none before that day is made again."""
    known = DAYS[-5]
    with young_ward(2, known) as con:
        noted(con, CHANGES["a day arrives"], known)
        run_all(con, PROJECT, full_refresh=False)
        noted(con, CHANGES["somebody new is hired"], known)
        noted(con, CHANGES["somebody new acts in Box"], known)
        results = run_all(con, PROJECT, full_refresh=False)
        assert results["int_identities"].since == BEGINNING
        # A Copilot report tells of days before it; its facts are few.
        facts = FACTS_OF_DAYS - {"int_copilot_person_days"}
        made = {name: since for name in facts if (since := results[name].since) is not None}
        assert "int_box_person_days" in made
        assert min(made.values()) >= known - timedelta(days=1), made


@pytest.mark.parametrize("seed", [1, 2])
def test_the_keys_that_are_named_find_what_all_keys_would(seed: int) -> None:
    with young_ward(seed, DAYS[-1]) as con:
        asked = {name: model for name, model in PROJECT.models.items() if NAMED & set(model.depends_on)}
        assert len(asked) >= 6
        for name, model in asked.items():
            whole = model.sql.replace("intermediate.int_named_identities", "intermediate.int_identities")
            whole = whole.replace("intermediate.int_box_users", "(select distinct box_key from staging.stg_box__users)")
            assert whole != model.sql
            found, whole = f"from {model.full_name}", f"({whole}\n)"
            apart = f"({found} except all {whole}) union all ({whole} except all {found})"
            given = {"start_date": BEGINNING} if "$start_date" in whole else {}
            assert con.execute(apart, given).fetchall() == [], name
