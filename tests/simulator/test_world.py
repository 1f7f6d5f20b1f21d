"""The ward itself: repeatable, consistent with its own files, of the promised shape and size."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import polars as pl
import pytest

from pipelines.simulator.world import World, WorldConfig
from tests.simulator.world_reading import OWN_DOMAIN, posts_on, tokyo_day

FRAMES = (
    "departments",
    "assignments",
    "absences",
    "networks",
    "rollout",
    "training",
    "people",
    "other_accounts",
    "partners",
    "graph_days",
)
FIRST, LAST = date(2026, 3, 9), date(2026, 4, 19)
BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(WorldConfig(seed=7, staff=400, first_day=FIRST, last_day=LAST))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_same_seed_same_world_and_days_in_any_order(world: World) -> None:
    again = World.build(world.config)
    for name in FRAMES:
        assert getattr(again, name).equals(getattr(world, name)), name
    wanted = [date(2026, 4, 3), date(2026, 3, 12), date(2026, 4, 3)]
    for day in wanted:
        again.box_events(day - timedelta(days=1))
        assert again.sign_ins(day).equals(world.sign_ins(day))
        assert again.box_events(day).equals(world.box_events(day))


def test_another_seed_is_another_world(world: World) -> None:
    other = World.build(WorldConfig(seed=8, staff=400, first_day=FIRST, last_day=LAST))
    assert not other.people["upn"].equals(world.people["upn"])
    assert set(other.sign_ins(AFTER)["id"]).isdisjoint(world.sign_ins(AFTER)["id"])


@pytest.mark.parametrize("staff", [20, 60, 400, 1000])
def test_wards_of_any_size_have_departments_with_people(staff: int) -> None:
    small = World.build(WorldConfig(seed=3, staff=staff, first_day=date(2026, 3, 28), last_day=date(2026, 4, 3)))
    levels = small.departments.group_by("department_level").len()
    counts = dict(levels.iter_rows())
    assert counts["課"] >= 2 * counts["部"]
    for day in (BEFORE, AFTER):
        sizes = small.department_on(day).group_by("department_code").len()
        assert sizes["len"].sum() == staff
        valid = small.departments.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        )
        divisions = valid.filter(pl.col("department_level") == "課")["department_code"]
        prefixes = set(small.department_on(day)["department_code"].str.slice(0, 4))
        assert set(divisions) <= prefixes
    assert len(small.sign_ins(AFTER)) > staff / 2


def test_departments_form_a_tree_in_order(world: World) -> None:
    frame = world.departments
    assert frame.select("department_code", "valid_from").is_unique().all()  # a new name is a line of its own
    assert frame["sort_order"].is_sorted()
    levels = dict(zip(frame["department_code"], frame["department_level"], strict=True))
    for code, parent, level in frame.select("department_code", "parent_code", "department_level").iter_rows():
        assert (parent is None) == (level == "部")
        assert parent is None or levels[parent] == {"課": "部", "係": "課"}[level]
        assert parent is None or code[:2] == parent[:2]
    assert {"部", "課", "係"} == set(levels.values())


def test_shares_of_everyone_sum_to_one_on_every_day(world: World) -> None:
    people = world.people.select("employee_number", "joined_on", "left_on")
    known = set(world.departments["department_code"])
    assert set(world.assignments["department_code"]) <= known
    for day in [*days_between(FIRST, LAST), date(2025, 12, 1), date(2024, 6, 1)]:
        shares = posts_on(world, day).group_by("employee_number").agg(pl.col("share").sum().round(9))
        assert (shares["share"] == 1).all(), day
        if day >= FIRST:
            on_rolls = people.filter(
                pl.col("joined_on") <= day, pl.col("left_on").is_null() | (pl.col("left_on") >= day)
            )
            assert set(on_rolls["employee_number"]) == set(shares["employee_number"])
            assert len(shares) == 400


def test_main_post_is_what_the_files_say(world: World) -> None:
    numbers = world.people.select("person_no", "employee_number")
    for day in (FIRST, date(2026, 3, 16), BEFORE, AFTER, date(2026, 4, 16), LAST):
        mains = posts_on(world, day).filter(pl.col("post_kind") == "主務")
        expected = set(mains.select("employee_number", "department_code").iter_rows())
        told = world.department_on(day).join(numbers, on="person_no")
        assert set(told.select("employee_number", "department_code").iter_rows()) == expected


def test_a_quarter_of_permanent_staff_moves_on_the_first_of_april(world: World) -> None:
    before, after = (
        posts_on(world, day).filter(pl.col("post_kind") == "主務", pl.col("employment_type") == "常勤")
        for day in (BEFORE, AFTER)
    )
    both = before.join(after, on="employee_number", suffix="_after")
    moved = both.filter(pl.col("department_code").str.slice(0, 4) != pl.col("department_code_after").str.slice(0, 4))
    # Reorganised 課 count apart: their people keep their desks.
    kept = {"left_on": ["department_code", "department_code_after"]}
    moved = moved.join(world.succession, **kept, right_on=["from_department_code", "to_department_code"], how="anti")
    assert 0.15 < len(moved) / len(both) < 0.32
    elsewhere = moved.filter(
        pl.col("department_code").str.slice(0, 2) != pl.col("department_code_after").str.slice(0, 2)
    )
    assert len(elsewhere) > 0.8 * len(moved)
    joined = world.people.filter(pl.col("joined_on") == AFTER)
    left = world.people.filter(pl.col("left_on") == BEFORE)
    assert len(joined) == len(left) > 5


def test_people_move_and_leave_in_the_middle_of_months_too(world: World) -> None:
    starts = set(world.assignments.filter(pl.col("post_kind") == "主務")["valid_from"])
    assert {date(2026, 3, 16), date(2026, 4, 16)} <= starts


def test_one_department_gets_a_new_code_on_the_first_of_april(world: World) -> None:
    """In every world; what else is reorganised is tested with the other changes."""
    closed = world.departments.filter(pl.col("department_name") == "ICT推進課", pl.col("valid_to") == BEFORE)
    opened = world.departments.filter(pl.col("department_code") == "0150", pl.col("valid_from") == AFTER)
    assert len(closed) == len(opened) == 1
    assert not posts_on(world, AFTER).filter(pl.col("department_code") == closed["department_code"][0]).height
    assert posts_on(world, AFTER).filter(pl.col("department_code") == opened["department_code"][0]).height


def test_kinds_of_staff_and_bound_posts_have_the_promised_shares(world: World) -> None:
    posts = posts_on(world, AFTER).filter(pl.col("post_kind") == "主務")
    assert (posts["employment_type"] == "会計年度任用").mean() == pytest.approx(0.33, abs=0.02)
    assert (posts["telework_capable"] == 0).mean() == pytest.approx(0.35, abs=0.02)
    assert posts_on(world, AFTER).filter(pl.col("post_kind") != "主務").height


def test_accounts_are_unique_and_written_without_quotes(world: World) -> None:
    for name in ("entra_id", "upn", "box_id"):  # somebody may come back, but nobody has an account of another
        owners = world.people.group_by(name).agg(pl.col("employee_number").n_unique())
        assert (owners["employee_number"] == 1).all(), name
    assert world.people.select("employee_number", "joined_on").is_unique().all()
    assert (world.people["upn"] == world.people["upn"].str.to_lowercase()).all()
    assert (world.people["mail"].str.to_lowercase() == world.people["upn"]).all()
    day = date(2026, 4, 8)
    for frame in (world.people, world.other_accounts, world.partners, world.sign_ins(day), world.box_events(day)):
        for column in frame.select(pl.col(pl.String)).iter_columns():
            assert not column.str.contains(r'["\\\\]').any(), column.name
    assert not (world.partners["domain"] == OWN_DOMAIN).any()


def test_everything_done_on_a_tokyo_day_lies_in_it(world: World) -> None:
    for day in (date(2026, 4, 8), date(2026, 4, 11)):
        signed, box = world.sign_ins(day), world.box_events(day)
        for frame in (signed, box):
            assert frame["created_at"].is_sorted()
            assert tokyo_day(frame["created_at"].min()) == tokyo_day(frame["created_at"].max()) == day
        assert (box["available_at"] >= box["created_at"]).all()
        assert signed["id"].is_unique().all()
        assert box["event_id"].is_unique().all()
        assert signed["created_at"].dtype == pl.Datetime("us", "UTC")
        assert box["created_at"].dtype == pl.Datetime("ms", "UTC")


def test_nobody_acts_off_the_rolls(world: World) -> None:
    numbers = dict(world.people.select("box_id", "employee_number").iter_rows())
    employees = dict(world.people.select("person_no", "employee_number").iter_rows())
    for day in days_between(BEFORE - timedelta(days=2), AFTER + timedelta(days=2)):
        on_rolls = set(world.department_on(day)["person_no"])
        assert set(world.sign_ins(day)["person_no"]) <= on_rolls
        actors = {numbers[key] for key in world.box_events(day)["actor_id"].drop_nulls() if key in numbers}
        assert actors <= {employees[person] for person in on_rolls}
        active = world.graph_days.filter(pl.col("activity_date") == day)["person_no"]
        assert set(active) <= on_rolls


def test_report_numbers_keep_their_rules(world: World) -> None:
    rows = world.graph_days
    assert not rows.select("person_no", "activity_date").is_duplicated().any()
    rules = {
        "team chat is posts and replies": pl.col("team_chat") == pl.col("post_messages") + pl.col("reply_messages"),
        "meetings cover their kinds": pl.col("meetings_attended")
        >= pl.col("adhoc_attended") + pl.col("onetime_attended") + pl.col("recurring_attended"),
        "organised meetings are their kinds": pl.col("meetings_organized")
        == pl.col("adhoc_organized") + pl.col("onetime_organized") + pl.col("recurring_organized"),
        "who attends hears": (pl.col("meetings_attended") == 0) | (pl.col("audio_seconds") > 0),
        "video and sharing within audio": pl.col("video_seconds").clip(pl.col("share_seconds"))
        <= pl.col("audio_seconds"),
        "read at most what came": pl.col("mail_read") <= pl.col("mail_received"),
    }
    for rule, expression in rules.items():
        assert rows.filter(~expression).is_empty(), rule
    counts = rows.select(pl.col(pl.Int32).exclude("person_no"))
    assert counts.min_horizontal().min() >= 0
    sunday = rows.filter(pl.col("activity_date") == date(2026, 4, 12))
    saturday = rows.filter(pl.col("activity_date") == date(2026, 4, 11))
    assert len(sunday) > len(saturday)  # early work on Monday


def test_chat_and_telework_rise_with_the_rollout() -> None:
    span = WorldConfig(seed=5, staff=400, first_day=date(2026, 1, 5), last_day=date(2026, 6, 12))
    long_world = World.build(span)
    chats = long_world.graph_days.filter(pl.col("team_chat") + pl.col("private_chat") > 0)
    january = chats.filter(pl.col("activity_date").is_between(date(2026, 1, 5), date(2026, 1, 9)))
    june = chats.filter(pl.col("activity_date").is_between(date(2026, 6, 8), date(2026, 6, 12)))
    assert 0 < 4 * len(january) < len(june)
    assert {"pilot", "rollout"} == set(long_world.rollout["wave_kind"])
    divisions = long_world.departments.filter(pl.col("department_level") == "課").unique("department_code")
    reached = long_world.rollout["department_code"]
    assert sorted(reached) == sorted(divisions["department_code"])
    assert long_world.training["session_id"].n_unique() >= 3
    assert not long_world.training.select("session_id", "employee_number").is_duplicated().any()


def test_volume_grows_with_staff(world: World) -> None:
    day = date(2026, 4, 15)
    small = World.build(WorldConfig(seed=7, staff=100, first_day=date(2026, 4, 13), last_day=date(2026, 4, 17)))
    assert 3 < len(world.box_events(day)) / len(small.box_events(day)) < 5.5
    assert 3 < len(world.sign_ins(day)) / len(small.sign_ins(day)) < 5.5
    assert 0.9 < len(world.sign_ins(day)) / 400 < 2
    holiday = date(2026, 4, 19)
    assert len(world.sign_ins(holiday)) < 0.1 * len(world.sign_ins(day))


def test_box_events_have_the_shapes_of_the_real_stream(world: World) -> None:
    events = pl.concat([world.box_events(day) for day in days_between(date(2026, 4, 6), date(2026, 4, 17))])
    own = world.people["box_id"].implode()
    assert (
        events.filter(pl.col("actor_id") == "2", pl.col("event_type") == "DOWNLOAD")["shared_link_id"].null_count() == 0
    )
    requests = events.filter(pl.col("service_name") == "File Request")
    assert len(requests)
    assert (requests["actor_id"] == requests["owner_id"]).all()
    assert events.filter(pl.col("admin_id").is_not_null()).height
    assert events.filter(pl.col("ip_address") == "Unknown IP").height
    assert events.filter(pl.col("item_type") == "web_link").height
    foreign = events.filter(
        pl.col("actor_id").is_in(own), ~pl.col("owner_id").is_in(own), pl.col("event_type") == "DOWNLOAD"
    )
    assert len(foreign)
    sizes = events.drop_nulls("version_id").group_by("version_id").agg(pl.col("size").n_unique())
    assert (sizes["size"] == 1).all()
    assert events["size"].max() > 7_300_000
    repeats = events.filter(pl.col("event_type") == "DOWNLOAD").group_by(
        "actor_id", "version_id", pl.col("created_at").dt.date()
    )
    assert (repeats.len()["len"] > 1).any()
    late = (events["available_at"] - events["created_at"]).dt.total_minutes() >= 60
    assert 0 < late.mean() < 0.01
    users = events.filter(pl.col("source_kind").is_in(["user", "group", "none"]))
    assert users["item_id"].null_count() == len(users)
    items = events.filter(pl.col("source_kind") == "item")
    for column in ("item_id", "item_name", "item_type", "parent_id", "owner_id", "owner_login"):
        assert items[column].null_count() == 0, column


def test_a_day_outside_the_world_is_refused(world: World) -> None:
    for ask in (world.sign_ins, world.box_events, world.department_on):
        with pytest.raises(ValueError, match="outside the world"):
            ask(LAST + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"staff": 5}, "too small"), ({"seed": -1}, "seed"), ({"last_day": date(2025, 1, 1)}, "before")],
)
def test_impossible_worlds_are_refused(change: dict, message: str) -> None:
    values = {"seed": 1, "staff": 60, "first_day": FIRST, "last_day": LAST} | change
    with pytest.raises(ValueError, match=message):
        WorldConfig(**values)


def test_holidays_are_quiet_and_known() -> None:
    span = WorldConfig(seed=1, staff=200, first_day=date(2026, 4, 27), last_day=date(2026, 5, 8))
    golden = World.build(span)
    assert len(golden.sign_ins(date(2026, 5, 5))) < 0.15 * len(golden.sign_ins(date(2026, 5, 7)))
    assert golden.sign_ins(date(2026, 5, 7))["created_at"].dtype.time_zone == str(UTC)
