"""A ward of two dozen people written straight into the raw tables, and the figures worked out by hand-written loops.

The loops share no code and no idea with the SQL: they walk person by person and day by day. Three weeks around
1 April, movers, two posts, a leaver, missing report days.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl

from pipelines.common.calendar import calendar_rows
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

FIRST, LAST = date(2026, 3, 23), date(2026, 4, 15)
FETCHED = datetime(2026, 4, 16, 21, tzinfo=UTC)
PARENT = {"0101": "0100", "0102": "0100", "0201": "0200", "020101": "0201", "0100": "ALL", "0200": "ALL", "ALL": None}
LEAVES = ["0101", "0102", "0201", "020101"]
MISSING_TEAMS = date(2026, 4, 7)
MISSING_SIGN_INS = date(2026, 4, 2)  # a UTC day: Tokyo 2 and 3 April are unknown
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]


@dataclass
class SmallWard:
    """posts: (person, department, weight, capable, first, last); the rest is keyed by (person, day)."""

    posts: list[tuple[str, str, float, bool, date, date]] = field(default_factory=list)
    chat: dict[tuple[str, date], int] = field(default_factory=dict)
    meetings: dict[tuple[str, date], int] = field(default_factory=dict)
    sign_ins: list[tuple[str, datetime, str, str, str]] = field(default_factory=list)
    events: list[tuple[str, datetime, str]] = field(default_factory=list)


def make(seed: int) -> SmallWard:
    rng = random.Random(seed)
    ward = SmallWard()
    forever = date(2026, 12, 31)
    for n in range(24):
        person, leaf, capable = f"p{n:02}", LEAVES[n % 4], n % 3 > 0
        if n < 5:  # moves on 1 April
            ward.posts.append((person, leaf, 1.0, capable, date(2025, 4, 1), date(2026, 3, 31)))
            ward.posts.append((person, LEAVES[(n + 1) % 4], 1.0, True, date(2026, 4, 1), forever))
        elif n < 9:  # two posts, from a day inside a week
            ward.posts.append((person, leaf, 1.0, capable, date(2025, 4, 1), date(2026, 4, 8)))
            ward.posts.append((person, leaf, 0.7, capable, date(2026, 4, 9), forever))
            ward.posts.append((person, LEAVES[(n + 1) % 4], 0.3, not capable, date(2026, 4, 9), forever))
        else:
            ward.posts.append((person, leaf, 1.0, capable, date(2025, 4, 1), date(2026, 4, 3) if n == 9 else forever))
        for day in DAYS:
            if rng.random() < 0.35:
                ward.chat[person, day] = rng.randint(1, 9)
            if rng.random() < 0.2:
                ward.meetings[person, day] = rng.randint(1, 3)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            for _ in range(rng.choice([0, 0, 1, 2])):
                at = start + timedelta(seconds=rng.randrange(86_400))
                kind = rng.choice(["office", "office", "outside", "proxy", "unknown"])
                ward.sign_ins.append(
                    (person, at, rng.choice(["Windows", "iOS"]), kind, rng.choice(["0", "0", "50126"]))
                )
            if rng.random() < 0.2:
                ward.events.append(
                    (person, start + timedelta(seconds=rng.randrange(86_400)), rng.choice(["office", "outside"]))
                )
    return ward


def write(con: duckdb.DuckDBPyConnection, ward: SmallWard, order_seed: int = 0) -> None:
    """Fill the raw tables; `order_seed` shuffles the rows, which must not matter."""
    ensure_raw_tables(con)
    write_parameters(con, own_domains=["city.example"])
    people = sorted({post[0] for post in ward.posts})
    rng = random.Random(order_seed)

    def insert(table: str, rows: list[dict[str, object]]) -> None:
        rng.shuffle(rows)
        con.register("rows", pl.DataFrame(rows, infer_schema_length=None))
        con.execute(f"insert into raw.{table} by name select * from rows")
        con.unregister("rows")

    snapshot = {"_day": FETCHED.date()}
    levels = {"0100": "部", "0200": "部", "020101": "係"}
    insert("org_departments", [
        {"department_code": code, "department_name": code, "parent_code": None if parent == "ALL" else parent,
         "department_level": levels.get(code, "課"), "sort_order": "1", "valid_from": "2020-04-01", **snapshot}
        for code, parent in PARENT.items() if parent
    ])  # fmt: skip
    insert("org_staff", [{"employee_number_key": p, "address_key": f"a-{p}", **snapshot} for p in people])
    insert("org_assignments", [
        {"employee_number_key": p, "department_code": d, "post_kind": "主務" if w > 0.5 else "兼務", "share": str(w),
         "telework_capable": str(int(c)), "valid_from": f.isoformat(), "valid_to": t.isoformat(), **snapshot}
        for p, d, w, c, f, t in ward.posts
    ])  # fmt: skip
    insert("graph_users", [{"id_key": f"e-{p}", "user_principal_name_key": f"a-{p}", **snapshot} for p in people])
    insert(
        "box_users", [{"id_key": f"b-{p}", "login_key": f"a-{p}", "account_kind": "person", **snapshot} for p in people]
    )
    insert("graph_teams_user_activity", [
        {"_day": day, "user_id_key": f"e-{p}", "user_principal_name_key": f"a-{p}",
         "private_chat_message_count": str(ward.chat.get((p, day), "")),
         "meetings_attended_count": str(ward.meetings.get((p, day), 0)), "audio_duration_in_seconds": "90"}
        for p in people for day in DAYS if day != MISSING_TEAMS
    ])  # fmt: skip
    insert("graph_sign_ins", [
        {"_day": at.date(), "id": f"s{n}", "created_date_time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "user_id_key": f"e-{p}",
         "is_interactive": "True", "error_code": code, "operating_system": system, "ip_network_kind": kind}
        for n, (p, at, system, kind, code) in enumerate(ward.sign_ins) if at.date() != MISSING_SIGN_INS
    ])  # fmt: skip
    insert("box_events", [
        {"_day": at.date(), "event_id": f"x{n}", "event_type": "EDIT", "created_at": at.replace(tzinfo=None),
         "actor_id_key": f"b-{p}", "actor_kind": "person", "ip_network_kind": kind}
        for n, (p, at, kind) in enumerate(ward.events)
    ])  # fmt: skip
    insert("landing_days", [
        {"source": source, "dataset": dataset, "_day": day, "status": "accepted", "is_simulated": True,
         "fetched_at": FETCHED.replace(tzinfo=None)}
        for source, dataset, missing in (
            ("graph", "teams_user_activity", MISSING_TEAMS), ("graph", "sign_ins", MISSING_SIGN_INS),
            ("box", "events", None), ("graph", "teams_device_usage", None), ("graph", "email_activity", None),
        )
        for day in DAYS if day != missing
    ])  # fmt: skip
    refresh_calendar(con)


def ancestors(leaf: str) -> set[str]:
    found, node = set(), leaf
    while node:
        found.add(node)
        node = PARENT[node]
    return found


def home(ward: SmallWard, person: str, day: date) -> tuple[str, bool] | None:
    """Department of the person's main post on a day, and whether it can be done elsewhere; None off the rolls."""
    for who, leaf, weight, capable, first, last in ward.posts:
        if who == person and first <= day <= last and weight > 0.5:
            return leaf, capable
    return None


def counted(ward: SmallWard, person: str, days: list[date]) -> tuple[str, bool] | None:
    """The home of most working days, of several the later; capable or not as on the last day there.

    `days`: all of the period, in order, whatever was told of them.
    """
    working: dict[str, int] = defaultdict(int)
    last: dict[str, tuple[date, bool]] = {}
    for day in days:
        found = home(ward, person, day)
        if found:
            working[found[0]] += is_working(day)
            last[found[0]] = (day, found[1])
    if not last:
        return None
    leaf = max(last, key=lambda one: (working[one], last[one][0]))
    return leaf, last[leaf][1]


def telework_class(ward: SmallWard, person: str, day: date) -> str | None:
    """None when the day is unknown because a UTC day that covers it is missing."""
    if {day, day - timedelta(1)} & {MISSING_SIGN_INS, FIRST - timedelta(1)}:
        return None
    places, phone = set(), False
    for who, at, system, kind, code in ward.sign_ins:
        if who == person and code == "0" and tokyo(at) == day:
            phone |= system == "iOS"
            if system == "Windows":
                places.add({"office": "office", "outside": "remote"}.get(kind))
    places |= {{"office": "office", "outside": "remote"}[kind] for who, at, kind in ward.events
               if who == person and tokyo(at) == day}  # fmt: skip
    places.discard(None)
    if places == {"office", "remote"}:
        return "mixed"
    return places.pop() if places else "mobile" if phone else "unknown"


def tokyo(at: datetime) -> date:
    return (at + timedelta(hours=9)).date()


def is_working(day: date) -> bool:
    return bool(calendar_rows(day, day)["is_working_day"][0])
