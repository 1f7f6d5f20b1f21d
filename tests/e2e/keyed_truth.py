"""The truth of a ward with the keys of its people, beside a warehouse: who differs, person by person.

Only tests may do this: they know the secret, and both sides.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.privacy.pseudonym import Pseudonymiser, read_key

KINDS = {"entra_id": "entra_id", "box_id": "box_id"}  # every other kind of identifier is an address


@contextmanager
def attach_both(warehouse: Path, truth: Path, key_file: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """Both files read-only, as `ours` and `world`, and the tables person_keys and identity_keys made from the truth."""
    pseudonymiser = Pseudonymiser(read_key(key_file, "the key of the test"))
    con = duckdb.connect()
    con.execute(f"attach '{warehouse}' as ours (read_only)")
    con.execute(f"attach '{truth}' as world (read_only)")
    known = con.sql("select * from world.truth_identities").pl()
    numbers = known["employee_number"].unique()
    persons = pl.DataFrame({"employee_number": numbers, "person_key": pseudonymiser.keys_of(numbers, "employee")})
    kinds = known["identifier_kind"].replace_strict(KINDS, default="address")
    keyed = [
        part.with_columns(identity_key=pseudonymiser.keys_of(part["identifier"], kind), key_kind=pl.lit(kind))
        for (kind,), part in known.group_by(kinds.alias("kind"))
        if isinstance(kind, str)
    ]
    for name, frame in (("person_keys", persons), ("identity_keys", pl.concat(keyed))):
        con.register("frame", frame.to_arrow())
        con.execute(f"create table {name} as select * from frame")
        con.unregister("frame")
    try:
        yield con
    finally:
        con.close()


def department_differences(con: duckdb.DuckDBPyConnection, first: date, last: date) -> list[tuple]:
    """Posts of a day that only one side has, or with another weight."""
    return con.execute(
        """
        with expected as (
            select k.person_key, t.activity_date, t.department_code, sum(t.weight) as weight
            from world.truth_person_days as t inner join person_keys as k using (employee_number)
            where t.activity_date between $first and $last
            group by all
        ),

        told as (
            select a.person_key, d.activity_date, a.department_key as department_code, sum(a.weight) as weight
            from ours.intermediate.int_person_assignments as a
            inner join (select distinct activity_date from expected) as d
                on d.activity_date between a.valid_from and a.valid_to
            group by all
        )

        select coalesce(e.activity_date, t.activity_date), e.department_code, e.weight, t.department_code, t.weight
        from expected as e
        full join told as t using (person_key, activity_date, department_code)
        where e.weight is null or t.weight is null or abs(e.weight - t.weight) > 1e-6
        order by all
        """,
        {"first": first, "last": last},
    ).fetchall()


def home_differences(con: duckdb.DuckDBPyConnection, first: date, last: date) -> list[tuple]:
    """Days on which only one side knows somebody's main post, or another department or another capability of it."""
    return con.execute(
        """
        with days as (select unnest(generate_series($first, $last, interval 1 day)) as day),

        expected as (
            select k.person_key, d.day, t.department_code, t.is_telework_capable
            from world.truth_main_posts as t
            inner join person_keys as k using (employee_number)
            inner join days as d on d.day between t.valid_from and coalesce(t.valid_to, d.day)
        ),

        told as (
            select h.person_key, d.day, h.department_key as department_code, h.is_telework_capable
            from ours.intermediate.int_person_homes as h
            inner join days as d on d.day between h.span_from and h.span_to
        )

        select coalesce(e.day, t.day), e.department_code, t.department_code, e.is_telework_capable,
            t.is_telework_capable
        from expected as e
        full join told as t using (person_key, day)
        where e.department_code is distinct from t.department_code
            or e.is_telework_capable is distinct from t.is_telework_capable
        order by all
        """,
        {"first": first, "last": last},
    ).fetchall()


def successor_differences(con: duckdb.DuckDBPyConnection, day: date) -> list[tuple]:
    """Departments of that day of which only one side knows the one that carries them on, or knows another."""
    return con.execute(
        """
        select t.department_code, t.today_code, o.today_key
        from world.truth_successors as t
        inner join (
            select distinct department_code from world.truth_department_days
            where activity_date = $day and department_code <> 'ALL'
        ) as d using (department_code)
        left join (
            -- What was divided leads to several departments by shares, and so to none that carries it on.
            select distinct department_key, case when people_share = 1 then today_key end as today_key
            from ours.intermediate.int_department_today
            where $day between valid_from and valid_to
        ) as o on t.department_code = o.department_key
        where t.today_code is distinct from o.today_key
        order by all
        """,
        {"day": day},
    ).fetchall()


def identity_differences(con: duckdb.DuckDBPyConnection, seen_on: date) -> tuple[list[tuple], list[tuple]]:
    """Identifiers that were given to another person, and those in use on the day of a snapshot that nobody has."""
    rows = """
        from identity_keys as t
        inner join person_keys as p using (employee_number)
        left join ours.intermediate.int_identities as i
            on i.key_kind = t.key_kind and i.identity_key = t.identity_key
    """
    wrong = con.execute(
        f"select t.identifier_kind, t.valid_from, t.valid_to {rows} where i.person_key <> p.person_key order by all"
    ).fetchall()
    unknown = con.execute(
        f"""
        select t.identifier_kind, t.valid_from, t.valid_to {rows}
        where i.person_key is null and t.identifier_kind <> 'alias'
            and t.valid_from <= $seen_on and coalesce(t.valid_to, $seen_on) >= $seen_on
        order by all
        """,
        {"seen_on": seen_on},
    ).fetchall()
    return wrong, unknown
