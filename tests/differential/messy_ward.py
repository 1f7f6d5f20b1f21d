"""The small ward with everything that real raw tables hold besides: double rows, second accounts, late days, outsiders.

`tests/warehouse/small_ward.py` makes the people and their posts; here the rest is drawn, from a seed. Every oddity is
one that a definition speaks about, so that a definition that is not followed shows.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl

from pipelines.warehouse.raw.schema import write_parameters
from tests.differential.copilot_reports import write_copilot
from tests.warehouse import small_ward
from tests.warehouse.small_ward import DAYS, FETCHED

EARLIER = FETCHED - timedelta(days=3)
PARTNERS = [(f"x{n}", f"a-x{n}", ("partner.example", "evil-city.example", "other.example")[n % 3]) for n in range(6)]
SIZES = (1_000, 7_300_000, 7_300_001, 90_000_000, 400_000_000)
TRANSFERS = ("UPLOAD", "EDIT", "DOWNLOAD", "FILE_WATERMARKED_DOWNLOAD", "PREVIEW", "COPY")
OWN_ACTIONS = ("EDIT", "UPLOAD", "PREVIEW", "DOWNLOAD", "SHARE", "COLLABORATION_INVITE", "LOGIN", "CONTENT_ACCESS")
SERVICES = ("Box Web Application", "Box for iPhone", "Box Drive", None)
EVER = date(2026, 12, 31)
# Further people for whom it has to be asked where they count: person, department, share, capable, first and last day.
COUNTED = [
    # Moves within a 部 between two weeks.
    ("p24", "0101", 1.0, True, date(2025, 4, 1), date(2026, 4, 5)), ("p24", "0102", 1.0, True, date(2026, 4, 6), EVER),
    # Two working days of a week in each of two 部, once with the later one last, once with the one in the middle.
    ("p25", "0101", 1.0, True, date(2026, 4, 7), date(2026, 4, 8)), ("p25", "0201", 1.0, False, date(2026, 4, 9), EVER),
    ("p26", "0201", 1.0, True, date(2026, 4, 6), date(2026, 4, 6)),
    ("p26", "0101", 1.0, False, date(2026, 4, 7), date(2026, 4, 8)),
    ("p26", "0201", 1.0, True, date(2026, 4, 9), date(2026, 4, 9)),
    # Most of April is in a post that begins after the last day that was told.
    ("p27", "0101", 1.0, True, date(2026, 4, 8), date(2026, 4, 16)),
    ("p27", "020101", 1.0, False, date(2026, 4, 17), EVER),
    ("p28", "0102", 1.0, True, date(2026, 4, 20), EVER),  # comes when nothing is told any more
    ("p29", "0102", 0.4, True, date(2025, 4, 1), EVER), ("p29", "0201", 0.6, False, date(2025, 4, 1), EVER),
    # There on a week-end alone.
    ("p30", "0101", 1.0, True, date(2026, 4, 4), date(2026, 4, 4)),
    ("p30", "0102", 1.0, True, date(2026, 4, 5), date(2026, 4, 5)),
]  # fmt: skip
KINDS = ("office", "branch", "telework_gateway", "cloud_desktop", "mobile", "proxy", "outside", "unknown")


def fill(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    """The raw tables of a ward of some thirty people over three weeks."""
    ward = small_ward.make(seed)
    ward.posts += COUNTED
    small_ward.write(con, ward)
    rng = random.Random(seed * 1000 + 1)
    people = sorted({post[0] for post in ward.posts})
    _accounts(con, people)
    _reports(con, rng, people)
    _sign_ins(con, rng, people)
    _box(con, rng, people)
    _landing(con, rng)
    _parts(con)
    _other_organisation(con, seed)
    write_copilot(con, random.Random(seed), [address for _, _, address in _logins(people)])


def _parts(con: duckdb.DuckDBPyConnection) -> None:
    """Employment types, some changing with the post and some never told, and waves at several levels of the chart."""
    con.execute(  # the main post is the one that is called so, not the one with the larger share
        "update raw.org_assignments set post_kind = case department_code when '0102' then '主務' else '兼務' end "
        "where employee_number_key = 'p29'"
    )
    con.execute(
        "update raw.org_assignments set employment_type = case "
        "when employee_number_key like '%7' then null "
        "when right(employee_number_key, 1) in ('0', '3', '6') and valid_from < '2026-04-01' then '会計年度任用' "
        "when post_kind = '兼務' then '再任用' else '常勤' end"
    )
    rows = [("0100", "2", "2026-04-01"), ("0101", "1", "2026-02-01"), ("0101", "3", "2026-05-01"),
            ("020101", "2", "2026-03-25"), ("020101", "0", "2026-03-25")]  # fmt: skip
    _insert(con, "org_rollout", [
        {"_day": FETCHED.date(), "department_code": code, "wave": wave, "wave_kind": "rollout", "starts_on": starts_on}
        for code, wave, starts_on in rows
    ])  # fmt: skip


def _other_organisation(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Each seed is an organisation of its own: another mail limit, another domain with a sub-domain beside it."""
    domain = f"town{seed}.example"
    write_parameters(con, mail_limit_bytes=(7_300_000, 900, 95_000_000)[seed % 3], own_domains=["x.example", domain])
    for column in ("actor_login_domain", "owner_login_domain"):
        con.execute(
            f"update raw.box_events set {column} = case when event_id like '%7' then 'Sub.' else '' end || ? "
            f"where lower({column}) = 'city.example'",
            [domain],
        )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    con.register("rows", pl.DataFrame(rows, infer_schema_length=None))
    con.execute(f"insert into raw.{table} by name select * from rows")
    con.unregister("rows")


def _accounts(con: duckdb.DuckDBPyConnection, people: list[str]) -> None:
    """An earlier directory with other addresses, second accounts, a guest, a machine."""
    rows = []
    for n, person in enumerate(people):
        address = f"o-{person}" if n % 6 == 0 else f"a-{person}"  # some had another address until a week ago
        before = FETCHED.date() - timedelta(7)
        rows.append({"_day": before, "id_key": f"e-{person}", "user_principal_name_key": address})
        if n % 5 == 0:  # an administrator's account beside the own one, which only the number gives away
            rows.append(
                {"_day": FETCHED.date(), "id_key": f"e2-{person}", "user_principal_name_key": f"adm-{person}",
                 "employee_id_key": person}
            )  # fmt: skip
    rows.append(
        {"_day": FETCHED.date(), "id_key": "e-guest", "user_principal_name_key": "a-guest", "user_type": "Guest"}
    )
    _insert(con, "graph_users", rows)
    _insert(con, "box_users", [
        {"_day": FETCHED.date(), "id_key": "b-machine", "login_key": "a-machine", "account_kind": "service"}
    ])  # fmt: skip
    con.execute("update raw.graph_users set assigned_license_count = '1', account_enabled = 'True'")


def _logins(people: list[str]) -> list[tuple[str, str | None, str]]:
    """(person's number, account id, address) of every account that reports may name."""
    accounts: list[tuple[str, str | None, str]] = []
    for n, person in enumerate(people):
        accounts.append((person, f"e-{person}", f"o-{person}" if n % 12 == 0 else f"a-{person}"))
        if n % 5 == 0:
            accounts.append((person, f"e2-{person}", f"adm-{person}"))
    return [*accounts, ("", "e-guest", "a-guest"), ("", "e-nobody", "a-nobody")]


def _reports(con: duckdb.DuckDBPyConnection, rng: random.Random, people: list[str]) -> None:
    """Every account every day, the silent too; some rows twice, the older with other numbers."""
    for table in ("teams_user_activity", "teams_device_usage", "email_activity"):
        con.execute(f"delete from raw.graph_{table}")
    teams, devices, mails = [], [], []
    for day in DAYS:
        for person, account, address in _logins(people):
            for fetched in (FETCHED, EARLIER) if rng.random() < 0.1 else (FETCHED,):
                stamp = {"_day": day, "_fetched_at": fetched.replace(tzinfo=None), "_sha256": f"{rng.random()}"}
                chat, meetings = rng.random() < 0.3, rng.choice([0, 0, 0, 1, 2])
                teams.append({
                    **stamp, "user_id_key": account, "user_principal_name_key": address,
                    "team_chat_message_count": str(rng.randint(0, 4)) if meetings else "",
                    "private_chat_message_count": str(rng.randint(0, 9)) if chat else rng.choice(["0", ""]),
                    "meetings_attended_count": str(meetings),
                    "meetings_organized_count": str(rng.choice([0, 0, 0, 1])),
                    "call_count": str(rng.choice([0, 0, 1])),
                    "audio_duration_in_seconds": str(rng.choice([0, 61, 3600])) if meetings else "",
                    "post_messages": "7", "is_licensed": "Yes",
                })  # fmt: skip
                devices.append({
                    **stamp, "user_id_key": account, "user_principal_name_key": address,
                    "used_ios": rng.choice(["Yes", "No", ""]) if person else "Yes",
                    "used_android_phone": rng.choice(["No", "No", "True"]), "used_windows": "Yes",
                })  # fmt: skip
                mails.append({
                    **stamp, "user_principal_name_key": address,
                    "send_count": rng.choice(["", "0", "3", "11"]), "receive_count": "40",
                })  # fmt: skip
    _insert(con, "graph_teams_user_activity", teams)
    _insert(con, "graph_teams_device_usage", devices)
    _insert(con, "graph_email_activity", mails)
    for table, columns in (
        ("onedrive_activity", {"viewed_or_edited_file_count": ("", "", "0", "4"), "synced_file_count": ("90",)}),
        ("sharepoint_activity", {"viewed_or_edited_file_count": ("", "0", "0", "2"), "visited_page_count": ("8",)}),
        ("m365_app_users", {"windows": ("Yes", "No", ""), "mac": ("No", "No", "Yes"), "web": ("Yes",)}),
    ):
        rows = [
            {"_day": day, "user_principal_name_key": address, "_fetched_at": FETCHED.replace(tzinfo=None)}
            | {name: rng.choice(values) for name, values in columns.items()}
            for day in DAYS for _, _, address in _logins(people)
        ]  # fmt: skip
        _insert(con, f"graph_{table}", rows)


def _instant(rng: random.Random, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=rng.randrange(86_400))


def _sign_ins(con: duckdb.DuckDBPyConnection, rng: random.Random, people: list[str]) -> None:
    """Other places and devices than the small ward's; not interactive, failed, and told twice."""
    rows = []
    for n in range(700):
        _, account, address = rng.choice(_logins(people))
        at = _instant(rng, rng.choice(DAYS))
        row = {
            "_day": at.date(), "id": f"m{n}", "created_date_time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "user_id_key": account, "user_principal_name_key": address,
            "is_interactive": rng.choice(["True", "True", "True", "False"]),
            "error_code": rng.choice(["0", "0", "0", "0", "50126", ""]),
            "operating_system": rng.choice(["Windows 11", "MacOs", "iOS 18", "Android", "", None]),
            "ip_network_kind": rng.choice(KINDS), "_fetched_at": FETCHED.replace(tzinfo=None),
        }  # fmt: skip
        rows.append(row)
        if rng.random() < 0.05:  # an earlier record of the same id, which was wrong
            rows.append({**row, "ip_network_kind": "outside", "_fetched_at": EARLIER.replace(tzinfo=None)})
    _insert(con, "graph_sign_ins", rows)


def _box(con: duckdb.DuckDBPyConnection, rng: random.Random, people: list[str]) -> None:
    """Own actions of many kinds, what others do in one's name, and outsiders at our and at their own items."""
    rows = []
    for n in range(900):
        at = _instant(rng, rng.choice(DAYS))
        owner = rng.choice(people)
        item = rng.randint(0, 3)
        actor = rng.choice(people)
        row: dict[str, object] = {
            "_day": at.date(), "event_id": f"m{n}", "created_at": at.replace(tzinfo=None),
            "event_type": rng.choice(OWN_ACTIONS), "actor_kind": "person",
            "actor_id_key": f"b-{actor}", "actor_login_key": f"a-{actor}", "actor_login_domain": "City.Example",
            "owner_id_key": f"b-{owner}", "owner_login_key": f"a-{owner}", "owner_login_domain": "city.example",
            "item_type": "file", "item_id_key": f"i-{owner}-{item}",
            "version_id_key": f"v-{owner}-{item}-{rng.randint(0, 1)}", "size_bytes": SIZES[(item + len(owner)) % 5],
            "service_name": rng.choice(SERVICES), "ip_network_kind": rng.choice(KINDS),
            "_fetched_at": FETCHED.replace(tzinfo=None),
        }  # fmt: skip
        row |= _as(rng, owner)
        rows.append(row)
        if row["event_type"] == "EDIT":  # autosave: a version of every save
            later = at + timedelta(minutes=2)
            saved = {"event_id": f"s{n}", "created_at": later.replace(tzinfo=None), "_day": later.date()}
            rows.append(row | saved | {"version_id_key": f"v-{owner}-{item}-s{n}", "size_bytes": 10})
    _insert(con, "box_events", rows)


def _as(rng: random.Random, owner: str) -> dict[str, object]:
    """What makes the event another than a colleague's own action."""
    dice = rng.random()
    key, login, domain = rng.choice(PARTNERS)
    outsider = {"actor_id_key": key, "actor_login_key": login, "actor_login_domain": domain}
    moved = {"event_type": rng.choice(TRANSFERS)}
    if dice < 0.30:
        return outsider | moved
    if dice < 0.40:  # a visitor behind a link
        nobody = dict.fromkeys(("actor_id_key", "actor_login_key", "actor_login_domain"))
        return nobody | {"actor_kind": "anonymous", "event_type": rng.choice(("DOWNLOAD", "DOWNLOAD", "PREVIEW"))}
    if dice < 0.47:  # Box names the owner
        return {"actor_id_key": f"b-{owner}", "actor_login_key": f"a-{owner}", "event_type": "UPLOAD",
                "service_name": "File Request"}  # fmt: skip
    if dice < 0.52:
        return {"action_by_id_key": "b-admin"}
    if dice < 0.56:
        return {"is_performed_by_admin": "True"}
    if dice < 0.60:
        return {"actor_kind": "machine", "actor_id_key": "b-machine", "actor_login_key": "a-machine"} | moved
    if dice < 0.66:  # in a partner's folder
        return {"owner_id_key": key, "owner_login_key": login, "owner_login_domain": domain} | moved
    if dice < 0.70:  # a partner at its own files
        return outsider | {"owner_id_key": key, "owner_login_key": login, "owner_login_domain": domain} | moved
    if dice < 0.73:
        return outsider | {"event_type": "UPLOAD", "item_type": "folder"}
    return {}


def _landing(con: duckdb.DuckDBPyConnection, rng: random.Random) -> None:
    """Further missing days, one partial, and what was fetched too early to be final."""
    for dataset in ("onedrive_activity", "sharepoint_activity", "m365_app_users"):
        con.execute(
            "insert into raw.landing_days by name select * replace (? as dataset) from raw.landing_days "
            "where dataset = 'email_activity' and _day <> ?", [dataset, rng.choice(DAYS[3:-3])]
        )  # fmt: skip
    missing = rng.sample(DAYS[2:-2], 3)
    con.execute("delete from raw.landing_days where dataset = 'email_activity' and _day = ?", [missing[0]])
    con.execute("update raw.landing_days set status = 'partial' where dataset = 'events' and _day = ?", [missing[1]])
    con.execute("update raw.landing_days set status = 'rejected' where dataset = 'teams_device_usage' and _day = ?",
                [missing[2]])  # fmt: skip
    early = rng.choice(DAYS[:10])
    con.execute("update raw.landing_days set fetched_at = _day + interval 2 day where _day = ?", [early])
    for dataset, table in (
        ("email_activity", "graph_email_activity"),
        ("onedrive_activity", "graph_onedrive_activity"),
        ("sharepoint_activity", "graph_sharepoint_activity"),
        ("m365_app_users", "graph_m365_app_users"),
        ("events", "box_events"),
        ("teams_device_usage", "graph_teams_device_usage"),
        ("teams_user_activity", "graph_teams_user_activity"),
        ("sign_ins", "graph_sign_ins"),
    ):  # what was not accepted was not loaded
        con.execute(
            f"delete from raw.{table} where _day not in "
            "(select _day from raw.landing_days where dataset = ? and status = 'accepted')",
            [dataset],
        )
