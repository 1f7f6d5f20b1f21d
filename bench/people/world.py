"""A body of any size in the raw tables: years of transfers, concurrent posts, leave and snapshots."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.warehouse.raw.calendar import write_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables

UNITS = 200  # 課, in groups of five to a 部


def fill(con: duckdb.DuckDBPyConnection, people: int, first: date, last: date, readings: int = 28) -> None:
    """A quarter of the staff moves each 1 April, one in twenty has a second post, one in ten is away for half a year.

    Each year two 課 are merged into a third one. The directory and the users of Box are read on the last `readings`
    days.
    """
    ensure_raw_tables(con)
    write_calendar(con, first, last)
    years = list(range(first.year, last.year + 1))
    read_on = last.isoformat()
    start, end = last - timedelta(days=readings - 1), last + timedelta(days=1)
    read = f"range(date '{start}', date '{end}', interval 1 day) as d(s)"
    con.execute(
        f"""
        insert into raw.org_departments by name
        select 'd' || g as department_code, '部' || g as department_name, null as parent_code, '部' as department_level,
            '2000-04-01' as valid_from, null as valid_to, date '{read_on}' as _day from range({UNITS // 5}) as t(g)
        union all
        select 'u' || g, '課' || g, 'd' || (g // 5), '課', '2000-04-01',
            case when g < 2 * {len(years)} then ({years[0]} + g // 2) || '-03-31' end, date '{read_on}'
        from range({UNITS}) as t(g);
        insert into raw.org_department_succession by name
        select 'u' || g as from_department_code, 'u' || (100 + g // 2) as to_department_code,
            ({years[0]} + g // 2) || '-04-01' as changed_on, '1' as share, date '{read_on}' as _day
        from range({2 * len(years)}) as t(g);
        insert into raw.org_staff by name
        select md5('p' || p) as employee_number_key, md5('a' || p) as address_key, date '{read_on}' as _day
        from range({people}) as t(p);
        """
    )
    # The unit of a person in a year: a new one for a quarter of the staff each April, never one that is closed.
    con.execute(
        f"""
        insert into raw.org_assignments by name
        with moves as (
            select p, y, {2 * len(years)} + hash(p * 7919 + case when hash(p * 31 + y) % 4 = 0 then y else 0 end)
                % {UNITS - 2 * len(years)} as unit
            from range({people}) as t(p), range({years[0] - 1}, {years[-1] + 1}) as s(y)
        )
        select md5('p' || p) as employee_number_key, 'u' || unit as department_code, '主務' as post_kind,
            case when p % 20 = 0 then '0.7' end as share, '1' as telework_capable, '常勤' as employment_type,
            y || '-04-01' as valid_from, (y + 1) || '-03-31' as valid_to, date '{read_on}' as _day
        from moves
        union all
        select md5('p' || p), 'u' || ({2 * len(years)} + (unit + 13) % {UNITS - 2 * len(years)}), '兼務', null, '0',
            '常勤', y || '-04-01', (y + 1) || '-03-31', date '{read_on}'
        from moves where p % 20 = 0;
        insert into raw.org_absences by name
        select md5('p' || p) as employee_number_key, '育児休業' as absence_kind,
            ({years[0]} + p % {len(years)}) || '-05-01' as valid_from,
            ({years[0]} + p % {len(years)}) || '-10-31' as valid_to, date '{read_on}' as _day
        from range(0, {people}, 10) as t(p);
        insert into raw.graph_users by name
        select s::date as _day, md5('e' || p) as id_key, md5('a' || p) as user_principal_name_key,
            'Member' as user_type, 'True' as account_enabled, '課　' || (p % {UNITS}) as department,
            case when p % 50 = 0 then '0' else '1' end as assigned_license_count
        from range({people}) as t(p), {read};
        insert into raw.box_users by name
        select s::date as _day, md5('b' || p) as id_key, md5('a' || p) as login_key, 'ward.example' as login_domain,
            'active' as status, 'person' as account_kind
        from range({people}) as t(p), {read};
        insert into raw.landing_days by name
        select 'graph' as source, 'teams_user_activity' as dataset, s::date as _day, 'accepted' as status,
            s + interval 9 day as fetched_at
        from range(date '{first}', date '{last + timedelta(days=1)}', interval 1 day) as d(s);
        """
    )


def export(con: duckdb.DuckDBPyConnection, folder: Path, people: int, first: date, last: date) -> None:
    """What the peer needs, typed already: posts of the first `people`, departments, days."""
    chosen = f"select md5('p' || p) from range({people}) as t(p)"
    for name, query in {
        "posts": f"select * exclude (ordered_on) from staging.stg_org__assignments where employee_key in ({chosen})",
        "departments": "select department_key, parent_key, valid_from, valid_to from staging.stg_org__departments",
    }.items():
        con.execute(
            f"copy (select * replace (greatest(valid_from, date '{first}') as valid_from, "
            f"least(valid_to, date '{last}') as valid_to) from ({query}) "
            f"where valid_from <= date '{last}' and valid_to >= date '{first}') "
            f"to '{folder / name}.parquet' (format parquet)"
        )
