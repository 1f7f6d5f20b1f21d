"""Small organisations drawn at random: departments that are renamed, merged, split and closed, and people who move.

`worlds()` gives them as rows of the staging tables the people models start from. What is right is worked out in
test_people_properties.py, day by day and without SQL.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
from hypothesis import strategies as st

FIRST, LAST = date(2026, 3, 2), date(2026, 4, 26)
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
OPEN = date(2999, 12, 31)
CHANGE = date(2026, 4, 1)
Row = dict[str, Any]


@dataclass
class SmallOrganisation:
    """Rows by staging table (without its schema)."""

    departments: list[Row] = field(default_factory=list)
    succession: list[Row] = field(default_factory=list)
    staff: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    absences: list[Row] = field(default_factory=list)
    users: list[Row] = field(default_factory=list)

    def tables(self) -> dict[str, list[Row]]:
        return {
            "stg_org__departments": self.departments,
            "stg_org__department_succession": self.succession,
            "stg_org__staff": self.staff,
            "stg_org__assignments": self.assignments,
            "stg_org__absences": self.absences,
            "stg_graph__users": self.users,
            "stg_graph__user_readings": [{"seen_on": day} for day in sorted({one["seen_on"] for one in self.users})],
            "stg_graph__department_names": [
                {"directory_department_name": text, "department_text": text}
                for text in sorted({one["directory_department_name"] for one in self.users} - {None})
            ],
        }


def _department(key: str, parent: str | None, valid_from: date, valid_to: date) -> Row:
    level = "部" if parent is None else "課"
    return {
        "department_key": key, "department_name": key, "department_text": key, "parent_key": parent,
        "department_level": level, "sort_order": 1, "valid_from": valid_from, "valid_to": valid_to,
    }  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> SmallOrganisation:
    """Two 部 of two or three 課 each; some 課 change on 1 April; up to eight people with up to four posts."""
    made = SmallOrganisation()
    old = date(2020, 4, 1)
    units: list[str] = []
    for part in ("a", "b"):
        made.departments.append(_department(part, None, old, OPEN))
        for n in range(draw(st.integers(2, 3))):
            key = f"{part}{n}"
            units.append(key)
            fate = draw(st.sampled_from(["stays", "stays", "renamed", "moves", "merged", "split", "closed"]))
            if fate in ("stays", "split"):
                made.departments.append(_department(key, part, old, OPEN))
            else:
                made.departments.append(_department(key, part, old, CHANGE - timedelta(1)))
            if fate in ("renamed", "moves"):
                other = part if fate == "renamed" else "b" if part == "a" else "a"
                made.departments.append(_department(key, other, CHANGE, OPEN))
            if fate in ("merged", "split"):
                new = "new" if fate == "merged" else f"{key}s"
                if new not in units:
                    units.append(new)
                    made.departments.append(_department(new, "b", CHANGE, OPEN))
                share = draw(st.sampled_from([None, 0.25, 1 / 3, 0.5]))
                targets = (
                    [(new, 1.0)] if fate == "merged" else [(new, share), (key, None if share is None else 1 - share)]
                )
                made.succession += [
                    {"from_department_key": key, "to_department_key": to, "changed_on": CHANGE, "stated_share": some}
                    for to, some in targets
                ]  # fmt: skip
    days = st.integers(-40, len(DAYS) + 10).map(lambda n: FIRST + timedelta(n))
    for n in range(draw(st.integers(1, 8))):
        person = f"p{n}"
        joined = draw(st.none() | days)
        made.staff.append({"seen_on": LAST, "employee_key": person, "address_key": f"a{n}", "joined_on": joined,
                           "left_on": draw(st.none() | days)})  # fmt: skip
        for _ in range(draw(st.integers(0, 4))):
            start, end = sorted([draw(days), draw(days)])
            made.assignments.append({
                "employee_key": person, "department_key": draw(st.sampled_from([*units, "a", "unknown"])),
                "post_kind": draw(st.sampled_from(["主務", "兼務"])), "employment_type": "常勤",
                "stated_share": draw(st.sampled_from([None, None, 0.0, 0.3, 0.5, 1.0])),
                "is_telework_capable": draw(st.booleans()), "valid_from": start,
                "valid_to": draw(st.sampled_from([end, OPEN])),
            })  # fmt: skip
        if draw(st.booleans()):
            start, end = sorted([draw(days), draw(days)])
            made.absences.append({"employee_key": person, "absence_kind": "休職", "valid_from": start, "valid_to": end})
        text = draw(st.sampled_from([*units, None]))
        for seen_on in draw(st.lists(st.sampled_from(DAYS), max_size=3, unique=True)):
            made.users.append({
                "seen_on": seen_on, "entra_key": f"e{n}", "address_key": f"a{n}", "is_guest": False, "is_enabled": True,
                "licenses_count": draw(st.integers(0, 1)), "directory_department_name": text,
            })  # fmt: skip
    if not made.assignments:  # without any the directory would count, which is another question
        made.assignments.append({"employee_key": "p0", "department_key": units[0], "post_kind": "主務",
                                 "stated_share": 1.0, "is_telework_capable": True, "valid_from": FIRST,
                                 "valid_to": OPEN})  # fmt: skip
    return made


def write(con: duckdb.DuckDBPyConnection, world: SmallOrganisation, types: dict[str, str], order_seed: int) -> None:
    """Fill the tables (name -> column definitions in `types`); `order_seed` shuffles their rows."""
    rng = random.Random(order_seed)
    for name, rows in world.tables().items():
        con.execute(f"create or replace table staging.{name} ({types[name]})")
        shuffled = rng.sample(rows, len(rows))
        if shuffled:
            con.register("rows", pl.DataFrame(shuffled, infer_schema_length=None))
            con.execute(f"insert into staging.{name} by name select * from rows")
            con.unregister("rows")
