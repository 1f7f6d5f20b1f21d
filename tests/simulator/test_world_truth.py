"""The truth of a world equals what can be read from its sign-ins, Box events and report days, however plainly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from pipelines.simulator.world import World, WorldConfig
from tests.simulator.world_reading import Reading, ancestors, posts_on, read_world

FIRST, LAST = date(2026, 3, 23), date(2026, 4, 12)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
CLASSES = ("office", "remote", "mixed", "mobile", "unknown")
PEOPLE = ("headcount", "telework_capable", "absent", "chat_active", "meeting_active", *CLASSES, "box_active")


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(WorldConfig(seed=11, staff=300, first_day=FIRST, last_day=LAST))


@pytest.fixture(scope="module")
def reading(world: World) -> Reading:
    return read_world(world, DAYS)


@pytest.fixture(scope="module")
def truth(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    path = tmp_path_factory.mktemp("truth") / "truth.duckdb"
    world.write_truth(path)
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()]
        return {name: connection.sql(f"select * from {name}").pl() for name in names}


def person_facts(world: World, reading: Reading) -> dict[tuple[str, date], tuple[bool, bool, str, bool]]:
    """Chat, meeting, telework class and Box activity of everyone by day, read from the world."""
    numbers = dict(world.people.select("person_no", "employee_number").iter_rows())
    chats, meets = set(), set()
    for row in world.graph_days.iter_rows(named=True):
        key = (numbers[row["person_no"]], row["activity_date"])
        if row["team_chat"] + row["private_chat"] > 0:
            chats.add(key)
        if row["meetings_attended"] > 0:
            meets.add(key)
    return {
        (number, day): (
            (number, day) in chats,
            (number, day) in meets,
            reading.telework_class((number, day)),
            (number, day) in reading.box_active,
        )
        for number in numbers.values()
        for day in DAYS
    }


def test_person_days_are_what_was_seen(world: World, reading: Reading, truth: dict[str, pl.DataFrame]) -> None:
    facts = person_facts(world, reading)
    rows = truth["truth_person_days"]
    assert {row["telework_class"] for row in rows.iter_rows(named=True)} == set(CLASSES)
    for row in rows.iter_rows(named=True):
        key = (row["employee_number"], row["activity_date"])
        told = (row["is_chat_active"], row["is_meeting_active"], row["telework_class"], row["is_box_active"])
        assert told == facts[key], key
    posts = {
        (*post, day)
        for day in DAYS
        for post in posts_on(world, day).select(
            "employee_number", "department_code", "share", pl.col("post_kind") == "主務",
            pl.col("telework_capable").cast(pl.Boolean),
        ).iter_rows()
    }  # fmt: skip
    columns = ("employee_number", "department_code", "weight", "is_main_post", "is_telework_capable", "activity_date")
    assert set(rows.select(columns).iter_rows()) == posts
    assert len(rows) == len(posts)


def test_department_days_count_everybody_once(world: World, reading: Reading, truth: dict[str, pl.DataFrame]) -> None:
    """In the department of the main post, whatever other posts there are."""
    facts, chains = person_facts(world, reading), ancestors(world)
    expected: dict[tuple[str, date], dict[str, int]] = defaultdict(lambda: dict.fromkeys(PEOPLE, 0))
    for day in DAYS:
        leave = world.absences.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        )
        absent = set(leave["employee_number"])
        for post in posts_on(world, day).filter(pl.col("post_kind") == "主務").iter_rows(named=True):
            chat, meeting, telework, box = facts[post["employee_number"], day]
            marks = {"headcount": True, "telework_capable": post["telework_capable"] == 1}
            marks["absent"] = post["employee_number"] in absent
            marks |= {"chat_active": chat, "meeting_active": meeting, "box_active": box, telework: True}
            for code in chains[post["department_code"]]:
                for name, is_set in marks.items():
                    expected[code, day][name] += is_set
    rows = truth["truth_department_days"]
    seen = set()
    for row in rows.iter_rows(named=True):
        key = (row["department_code"], row["activity_date"])
        seen.add(key)
        for name in PEOPLE:
            assert row[f"{name}_people"] == expected[key][name], (key, name)
    assert set(expected) <= seen
    assert len(seen) == len(rows)


def test_external_days_count_each_version_and_actor_once(
    world: World, reading: Reading, truth: dict[str, pl.DataFrame]
) -> None:
    chains = ancestors(world)
    numbers = dict(world.people.select("person_no", "employee_number").iter_rows())
    expected: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    for day in DAYS:
        for person, code in world.department_on(day).select("person_no", "department_code").iter_rows():
            for direction, _, _, is_large in reading.exchange.get((numbers[person], day), ()):
                for above in chains[code]:
                    expected[above, day][direction == "inbound"] += 1
                    expected[above, day][2] += is_large
    total = 0
    for row in truth["truth_external_days"].iter_rows(named=True):
        key = (row["department_code"], row["activity_date"])
        assert [row["outbound_files"], row["inbound_files"], row["beyond_mail_files"]] == expected[key], key
        total += row["beyond_mail_files"]
    assert total > 0


def test_the_office_address_means_something_else_after_the_change(world: World) -> None:
    """The main building's new range was the telework gateway's before: only dated networks tell them apart."""
    moved = world.networks.filter(pl.col("cidr").is_duplicated())
    assert set(moved["network_kind"]) == {"office", "telework_gateway"}
    prefix = "192.0.2.2"  # .20-.29 lie in the range that changes hands
    before = world.sign_ins(date(2026, 3, 25)).filter(pl.col("ip_address").str.contains(rf"^{prefix}\d$"))
    after = world.sign_ins(date(2026, 4, 8)).filter(pl.col("ip_address").str.contains(rf"^{prefix}\d$"))
    assert 0 < len(before) < len(after)
