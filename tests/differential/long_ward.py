"""Sixteen people over five months, for what needs weeks: habits, newcomers, gaps. Written straight into raw tables."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl

from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

FIRST, LAST = date(2025, 12, 1), date(2026, 5, 8)
FETCHED = datetime(2026, 5, 20, 21, tzinfo=UTC)
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
DATASETS = (("graph", "teams_user_activity"), ("graph", "teams_device_usage"), ("graph", "email_activity"),
            ("graph", "sign_ins"), ("box", "events"))  # fmt: skip


def fill(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    """People of every degree of use; two join late, one leaves, one moves, one has two posts; days are missing."""
    rng = random.Random(seed)
    ensure_raw_tables(con)
    write_parameters(con, own_domains=["city.example"])
    people = [f"p{n:02}" for n in range(16)]
    today = {"_day": FETCHED.date()}

    def insert(table: str, rows: list[dict[str, object]]) -> None:
        con.register("rows", pl.DataFrame(rows, infer_schema_length=None))
        con.execute(f"insert into raw.{table} by name select * from rows")
        con.unregister("rows")

    insert("org_departments", [
        {"department_code": code, "department_name": code, "parent_code": None if code == "0100" else "0100",
         "department_level": level, "valid_from": "2020-04-01", **today}
        for code, level in (("0100", "部"), ("0101", "課"), ("0102", "課"))
    ])  # fmt: skip
    insert("org_staff", [{"employee_number_key": p, "address_key": f"a-{p}", **today} for p in people])
    insert("org_assignments", [
        {"employee_number_key": p, "department_code": d, "post_kind": k, "share": s, "telework_capable": c,
         "valid_from": f, "valid_to": t, **today}
        for n, p in enumerate(people) for d, k, s, c, f, t in _posts(n)
    ])  # fmt: skip
    insert("graph_users", [
        {"id_key": f"e-{p}", "user_principal_name_key": f"a-{p}", "account_enabled": "True",
         "assigned_license_count": "1", **today}
        for p in people
    ])  # fmt: skip
    insert("box_users", [
        {"id_key": f"b-{p}", "login_key": f"a-{p}", "account_kind": "person", **today} for p in people[:-3]
    ])  # fmt: skip
    teams, sign_ins, events = [], [], []
    for n, person in enumerate(people):
        use = rng.random() ** 2  # of days with chat; few do much, some nothing
        for day in DAYS:
            chats = day.weekday() < 5 and rng.random() < (0 if n == 7 else use)
            teams.append(
                {"_day": day, "user_id_key": f"e-{person}", "user_principal_name_key": f"a-{person}",
                 "is_licensed": "Yes", "private_chat_message_count": str(rng.randint(1, 12)) if chats else "",
                 "meetings_attended_count": str(int(rng.random() < use / 4))}
            )  # fmt: skip
            at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
            if rng.random() < 0.5:
                kind = "outside" if rng.random() < use / 2 else "office"
                sign_ins.append(
                    {"_day": day, "id": f"s-{person}-{day}", "created_date_time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                     "user_id_key": f"e-{person}", "is_interactive": "True", "error_code": "0",
                     "operating_system": "Windows", "ip_network_kind": kind}
                )  # fmt: skip
            if n < 13 and rng.random() < use / 3:
                events.append(
                    {"_day": day, "event_id": f"x-{person}-{day}", "event_type": "EDIT",
                     "created_at": at.replace(tzinfo=None), "actor_id_key": f"b-{person}", "actor_kind": "person",
                     "ip_network_kind": "office"}
                )  # fmt: skip
    missing = {dataset: set(rng.sample(DAYS[7:-7], 3)) for _, dataset in DATASETS}
    missing["events"] |= {DAYS[0] + timedelta(28 + n) for n in range(7)}  # a whole week
    for table, dataset, rows in (
        ("graph_teams_user_activity", "teams_user_activity", teams),
        ("graph_sign_ins", "sign_ins", sign_ins),
        ("box_events", "events", events),
    ):
        insert(table, [row for row in rows if row["_day"] not in missing[dataset]])
    insert("landing_days", [
        {"source": source, "dataset": dataset, "_day": day, "status": "accepted",
         "fetched_at": FETCHED.replace(tzinfo=None)}
        for source, dataset in DATASETS for day in DAYS if day not in missing[dataset]
    ])  # fmt: skip
    refresh_calendar(con)


def _posts(n: int) -> list[tuple[str, str, str, str, str, str]]:
    """department, kind, share, capable, from, to."""
    leaf, other = ("0101", "0102")[n % 2], ("0102", "0101")[n % 2]
    capable = str(int(n % 3 > 0))
    match n:
        case 0:  # moves
            return [(leaf, "主務", "1", capable, "2020-04-01", "2026-03-31"),
                    (other, "主務", "1", capable, "2026-04-01", "")]  # fmt: skip
        case 1:  # two posts
            return [(leaf, "主務", "0.6", capable, "2020-04-01", ""), (other, "兼務", "0.4", "1", "2020-04-01", "")]
        case 2:  # too new until the end of March
            return [(leaf, "主務", "1", capable, "2026-01-13", "")]
        case 3:  # too new for ever
            return [(leaf, "主務", "1", capable, "2026-04-01", "")]
        case 4:
            return [(leaf, "主務", "1", capable, "2020-04-01", "2026-04-10")]
        case _:
            return [(leaf, "主務", "1", capable, "2020-04-01", "")]
