"""Reports, sign-ins and Box events of years, made by DuckDB in the raw tables for the body of bench/people."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from bench.people.world import fill
from pipelines.warehouse.raw.schema import write_parameters

DOMAIN = "ward.example"
PARTNERS = 300  # domains of partners
# Every account is in every report of every day. `u` is the person's draw of the day in 0..99, 100 on a day off.
_REPORTS = {
    "graph_teams_user_activity": """
        md5('e' || p) as user_id_key, md5('a' || p) as user_principal_name_key, 'False' as is_deleted,
        'True' as is_licensed, if(u < 60, u % 7, 0)::varchar as private_chat_message_count,
        if(u < 30, u % 3, 0)::varchar as team_chat_message_count,
        if(u < 40, u % 4, 0)::varchar as meetings_attended_count,
        if(u < 10, 1, 0)::varchar as meetings_organized_count, if(u < 5, 1, 0)::varchar as call_count,
        if(u < 40, u * 90, 0)::varchar as audio_duration_in_seconds, '0' as video_duration_in_seconds,
        '0' as screen_share_duration_in_seconds
    """,
    "graph_teams_device_usage": """
        md5('e' || p) as user_id_key, md5('a' || p) as user_principal_name_key, 'False' as is_deleted,
        if(u < 20, 'Yes', 'No') as used_ios, 'No' as used_android_phone, if(u < 70, 'Yes', 'No') as used_windows
    """,
    "graph_email_activity": """
        md5('a' || p) as user_principal_name_key, 'False' as is_deleted, if(u < 90, u % 11, 0)::varchar as send_count,
        (u % 30)::varchar as receive_count, (u % 25)::varchar as read_count
    """,
    "graph_email_app_usage": """
        md5('a' || p) as user_principal_name_key, 'False' as is_deleted,
        if(u < 90, 'Outlook 2016', '') as outlook_for_windows, if(u < 25, 'Yes', '') as outlook_for_mobile
    """,
    "graph_onedrive_activity": """
        md5('a' || p) as user_principal_name_key, 'False' as is_deleted,
        if(u < 50, u % 9, 0)::varchar as viewed_or_edited_file_count, '0' as synced_file_count
    """,
    "graph_sharepoint_activity": """
        md5('a' || p) as user_principal_name_key, 'False' as is_deleted,
        if(u < 35, u % 6, 0)::varchar as viewed_or_edited_file_count, '0' as synced_file_count
    """,
    "graph_m365_app_users": """
        md5('a' || p) as user_principal_name_key, if(u < 90, 'Yes', 'No') as windows, 'No' as mac,
        if(u < 20, 'Yes', 'No') as mobile, 'No' as web
    """,
}
_LANDED = "s::date as _day, s + interval 9 day as _fetched_at, md5(s::varchar) as _sha256"


def fill_all(con: duckdb.DuckDBPyConnection, people: int, first: date, last: date, box_events: int) -> None:
    """People and everything they did from `first` to `last`."""
    fill(con, people, first, last, readings=(last - first).days + 1)
    write_parameters(con, own_domains=[DOMAIN])
    con.execute(
        "insert into raw.landing_days by name "
        "select source, dataset, s::date as _day, 'accepted' as status, s + interval 9 day as fetched_at, "
        "true as is_simulated from raw.dataset_windows, range(?::date, ?::date, interval 1 day) as d(s) "
        "where dataset not in (select distinct dataset from raw.landing_days)",
        [first, last + timedelta(days=1)],
    )
    fill_reports(con, people, first, last)
    fill_events(con, people, first, last, box_events)


def fill_reports(con: duckdb.DuckDBPyConnection, people: int, first: date, last: date) -> None:
    """The reports by person and day, and three sign-ins of everybody at work."""
    days = f"range(date '{first}', date '{last + timedelta(days=1)}', interval 1 day) as d(s)"
    drawn = (
        f"(select p, s, if(isodow(s) < 6, (hash(p * 1009 + epoch(s)::bigint // 86400) % 100)::integer, 100) as u "
        f"from range({people}) as t(p), {days})"
    )
    for table, columns in _REPORTS.items():
        con.execute(f"insert into raw.{table} by name select {columns}, {_LANDED} from {drawn}")
    con.execute(
        f"""
        insert into raw.graph_sign_ins by name
        select md5(p || '-' || s || '-' || n) as id, strftime(s + n * interval 2 hour, '%Y-%m-%dT%H:%M:%SZ')
            as created_date_time, md5('e' || p) as user_id_key, md5('a' || p) as user_principal_name_key,
            'Teams' as app_display_name, 'Browser' as client_app_used, 'true' as is_interactive, '0' as error_code,
            'Windows' as operating_system, if(u < 15, 'outside', 'office') as ip_network_kind, {_LANDED}
        from {drawn}, range(3) as m(n) where u < 85
        """
    )


def fill_events(con: duckdb.DuckDBPyConnection, people: int, first: date, last: date, box_events: int) -> None:
    """Two thirds of the events are own reading and writing, one in twelve moves a file to or from a partner."""
    days = (last - first).days + 1
    con.execute(
        f"""
        insert into raw.box_events by name
        with drawn as (
            select i, hash(i) % {people} as p, hash(i * 31) % 24 as k, hash(i * 17) % {PARTNERS} as partner,
                timestamp '{first}' + (i * {days} // {box_events}) * interval 1 day
                + (hash(i * 7) % 86400)::integer * interval 1 second as created_at
            from range({box_events}) as t(i)
        )
        select md5('v' || i) as event_id, created_at,
            case when k < 10 then 'PREVIEW' when k < 14 then 'EDIT' when k < 18 then 'DOWNLOAD'
                when k < 22 then 'UPLOAD' when k < 23 then 'ITEM_SHARED_CREATE' else 'COLLABORATION_INVITE' end
                as event_type,
            if(k in (16, 20), md5('x' || partner), md5('b' || p)) as actor_id_key,
            if(k in (16, 20), md5('y' || partner), md5('a' || p)) as actor_login_key,
            if(k in (16, 20), 'partner' || partner || '.example', '{DOMAIN}') as actor_login_domain,
            'person' as actor_kind, 'file' as item_type, md5('f' || (i // 5)) as item_id_key,
            md5('w' || (i // 3)) as version_id_key, md5('b' || p) as owner_id_key, md5('a' || p) as owner_login_key,
            '{DOMAIN}' as owner_login_domain, (hash(i * 3) % 60000000)::bigint as size_bytes,
            'Box Web Application' as service_name, if(k = 3, 'outside', 'office') as ip_network_kind,
            created_at::date as _day, created_at::date + interval 9 day as _fetched_at, 'x' as _sha256
        from drawn
        """
    )
