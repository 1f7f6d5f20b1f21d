"""What changes in the ward besides posts: the chart, careers, accounts, and when the office hears of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.simulator.apis.accounts import Accounts
from pipelines.simulator.ward.changes import ALL_CHANGES, Changes
from pipelines.simulator.world import World, WorldConfig
from tests.simulator.world_reading import posts_on

FIRST, LAST = date(2026, 3, 16), date(2026, 4, 19)
EVE, TURN = date(2026, 3, 31), date(2026, 4, 1)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(WorldConfig(seed=7, staff=400, first_day=FIRST, last_day=LAST, changes=ALL_CHANGES))


@pytest.fixture(scope="module")
def half_year() -> World:
    span = {"first_day": date(2026, 1, 2), "last_day": date(2026, 7, 3)}
    return World.build(WorldConfig(seed=3, staff=500, **span, changes=ALL_CHANGES))


@pytest.fixture(scope="module")
def truth(half_year: World, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path = tmp_path_factory.mktemp("changes") / "truth.duckdb"
    half_year.write_truth(path)
    return duckdb.connect(str(path), read_only=True)


def valid_on(frame: pl.DataFrame, day: date, begins: str = "valid_from", ends: str = "valid_to") -> pl.DataFrame:
    return frame.filter(pl.col(begins) <= day, pl.col(ends).is_null() | (pl.col(ends) >= day))


def test_one_merger_one_split_one_abolition_and_one_new_name(world: World) -> None:
    steps = world.succession.filter(pl.col("changed_on") == TURN)
    by_target = steps.group_by("to_department_code").len().filter(pl.col("len") == 2)
    assert len(by_target) == 1  # the merger
    parts = steps.group_by("from_department_code").agg(pl.col("share").sum().round(9), pl.len())
    assert (parts["share"] == 1).all()
    assert sorted(parts["len"]) == [1, 1, 1, 2, 2]  # new code, two merged, one split, one abolished
    opened = set(world.departments.filter(pl.col("valid_from") == TURN)["department_code"])
    assert set(steps["to_department_code"]) - opened  # the abolished one went to departments that go on
    renamed = world.departments.filter(pl.col("department_code").is_duplicated()).sort("valid_from")
    assert renamed["department_name"].n_unique() == len(renamed) == 2
    assert renamed["valid_to"].to_list() == [EVE, None]
    code = renamed["department_code"][0]
    names = [
        set(world.department_on(day).filter(pl.col("department_code") == code)["department_name"])
        for day in (EVE, TURN)
    ]
    assert names == [{renamed["department_name"][0]}, {renamed["department_name"][1]}]
    closed = set(world.departments.filter(pl.col("valid_to") == EVE)["department_code"]) - {code}
    assert closed == set(steps["from_department_code"])
    for day in DAYS:
        assert set(posts_on(world, day)["department_code"]) <= set(
            valid_on(world.departments, day)["department_code"]
        ), day


def test_who_does_not_move_goes_where_the_department_goes(world: World) -> None:
    before, after = (world.department_on(day).select("person_no", "department_code") for day in (EVE, TURN))
    both = before.join(after, on="person_no", suffix="_after")
    for source, target in world.succession.select("from_department_code", "to_department_code").iter_rows():
        followed = both.filter(pl.col("department_code") == source, pl.col("department_code_after") == target)
        assert len(followed), (source, target)


def test_a_change_in_the_middle_of_the_year(half_year: World) -> None:
    july = date(2026, 7, 1)
    assert half_year.succession.filter(pl.col("changed_on") == july).height == 1
    assert half_year.departments.filter(pl.col("valid_from") == july).height == 1  # a new name
    for day in (date(2026, 6, 30), july):
        codes = set(valid_on(half_year.departments, day)["department_code"])
        assert set(half_year.department_on(day)["department_code"]) <= codes
        assert (
            posts_on(half_year, day).group_by("employee_number").agg(pl.col("share").sum().round(9))["share"] == 1
        ).all()


def test_seats_are_counted_for_most_departments(world: World) -> None:
    seats = world.departments["telework_seats"]
    assert 0 < seats.null_count() < len(seats) / 4
    assert seats.sum() > 0


def test_people_come_back_with_their_number_and_the_same_or_another_account(half_year: World) -> None:
    twice = half_year.people.filter(pl.col("employee_number").is_duplicated()).sort("employee_number", "joined_on")
    tenures = twice.group_by("employee_number", maintain_order=True).agg(pl.col("*"))
    gaps, accounts = [], set()
    for row in tenures.iter_rows(named=True):
        assert len(row["joined_on"]) == 2
        gaps.append((row["joined_on"][1] - row["left_on"][0]).days)
        accounts.add(len(set(row["entra_id"])))
        assert len(set(row["entra_id"])) == len(set(row["box_id"])) == len(set(row["upn"]))
        assert len(set(row["display_name"])) == 1
    assert min(gaps) == 1  # reappointed the day after retirement
    assert max(gaps) >= 28
    assert accounts == {1} or accounts == {1, 2}
    former = half_year.files()["staff"].filter(pl.col("left_on") < half_year.config.first_day)
    assert len(former) >= 2
    today = half_year.people.select("employee_number", "mail")
    assert former.join(today, on="employee_number").filter(pl.col("address") != pl.col("mail")).height


def test_an_account_that_is_used_again_is_there_once_on_every_day(half_year: World) -> None:
    accounts = Accounts(half_year)
    repeated = half_year.people.filter(pl.col("entra_id").is_duplicated()).sort("joined_on")
    account = repeated["entra_id"][0]
    tenures = repeated.filter(pl.col("entra_id") == account)
    states = {}
    for day in (tenures["joined_on"][0], tenures["left_on"][0], tenures["joined_on"][1]):
        if half_year.config.first_day <= day:
            shown = accounts.on(day).filter(pl.col("entra_id") == account)
            assert len(shown) == 1, day
            states[day] = shown["is_enabled"][0]
    assert set(states.values()) == {True}
    for day in (date(2026, 2, 10), date(2026, 4, 1), date(2026, 7, 1)):
        assert accounts.on(day)["entra_id"].is_unique().all()
        assert accounts.between(day - timedelta(days=6), day, day)["entra_id"].is_unique().all()


def test_seconded_people_are_away_and_come_back(world: World) -> None:
    away = world.absences.filter(pl.col("absence_kind") == "派遣")
    assert away.filter(pl.col("valid_to") == EVE).height
    assert away.filter(pl.col("valid_from") == TURN).height
    assert away.filter(pl.col("valid_from") > FIRST, pl.col("valid_to") < LAST).height
    numbers = dict(world.people.select("employee_number", "person_no").iter_rows())
    for row in away.iter_rows(named=True):
        signed = {
            day
            for day in DAYS
            if row["valid_from"] <= day <= (row["valid_to"] or LAST)
            if world.graph_days.filter(
                pl.col("person_no") == numbers[row["employee_number"]], pl.col("activity_date") == day
            ).height
        }
        assert len(signed) <= 1  # early work of the first day back counts for the day before


def test_people_join_in_the_middle_of_a_month(world: World) -> None:
    assert world.people.filter(pl.col("joined_on") == date(2026, 4, 10)).height
    assert world.people.filter(pl.col("left_on") == date(2026, 4, 9)).height


def test_new_names_reach_the_directory_on_one_day_and_box_later(world: World) -> None:
    changes = world._names.former
    assert len(changes) >= 4
    for row in changes.iter_rows(named=True):
        number = row["person_no"]
        final = world.people.row(number, named=True)
        for day in (
            row["until"],
            row["until"] + timedelta(days=1),
            row["box_until"],
            row["box_until"] + timedelta(days=1),
        ):
            shown = world.named_on(world.people, day).row(number, named=True)
            assert shown["upn"] == (row if day <= row["until"] else final)["upn"]
            assert shown["box_login"] == (row if day <= row["box_until"] else final)["box_login"]
            assert shown["alias"] == (row["upn"] if day > row["until"] else None)
            assert shown["entra_id"] == final["entra_id"]
    assert (changes["upn"].str.to_lowercase() == pl.Series(world.people["upn"].gather(changes["person_no"]))).sum() == 1
    seen = world.box_events(date(2026, 3, 18))
    logins = dict(world.named_on(world.people, date(2026, 3, 18)).select("box_id", "box_login").iter_rows())
    own = seen.filter(pl.col("actor_id").is_in(list(logins)))
    assert all(logins[key] == login for key, login in own.select("actor_id", "actor_login").iter_rows())


def test_files_of_a_morning_hold_the_orders_made_by_then(world: World, tmp_path: Path) -> None:
    final = world.files()
    assert final["assignments"].filter(pl.col("ordered_on") > pl.col("valid_from") + timedelta(days=15)).height
    assert final["assignments"].filter(pl.col("ordered_on") < pl.col("valid_from") - timedelta(days=40)).height
    late = final["assignments"].filter(pl.col("ordered_on") > pl.col("valid_from"), pl.col("valid_from") >= TURN)
    sizes = []
    for day in (FIRST, EVE, TURN, date(2026, 4, 8), LAST):
        files = world.files(day)
        sizes.append(len(files["assignments"]))
        assert (files["assignments"]["ordered_on"] <= day).all()
        for when in (FIRST, day, LAST):
            posts = valid_on(files["assignments"], when)
            assert (posts.group_by("employee_number").agg(pl.col("share").sum().round(9))["share"] == 1).all(), (
                day,
                when,
            )
            people = valid_on(files["staff"], when, "joined_on", "left_on")
            assert people["employee_number"].is_unique().all()
            assert set(posts["employee_number"]) == set(people["employee_number"]), (day, when)
            assert set(posts["department_code"]) <= set(valid_on(files["departments"], when)["department_code"])
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    row = late.filter(pl.col("ordered_on") <= LAST).row(0, named=True)
    key = (pl.col("employee_number") == row["employee_number"]) & (pl.col("valid_from") == row["valid_from"])
    assert world.files(row["ordered_on"] - timedelta(days=1))["assignments"].filter(key).is_empty()
    assert world.files(row["ordered_on"])["assignments"].filter(key).height
    world.write_files(tmp_path, as_of=TURN)
    assert (tmp_path / "department_succession.csv").read_text().startswith("from_department_code,to_department_code,")


def test_the_files_of_the_last_morning_say_what_the_final_files_say(world: World) -> None:
    """Once every order is made nothing is left to guess."""
    end = LAST + timedelta(days=100)
    told, final = world.files(end), world.files()
    for name in ("departments", "department_succession", "assignments", "absences", "training"):
        assert told[name].sort(told[name].columns).equals(final[name].sort(final[name].columns)), name


def test_the_directory_shows_the_main_post_of_the_day(world: World) -> None:
    for day in (FIRST, EVE, TURN, LAST):
        shown, real = world.directory_on(day), world.department_on(day)
        assert shown.drop("department_name").equals(real.drop("department_name"))
        both = real.with_columns(
            text=shown["department_name"], is_section=pl.col("department_code").str.len_chars() > 4
        )
        assert both.filter(~pl.col("is_section"), pl.col("text") != pl.col("department_name")).is_empty()
        assert both.group_by("text").agg(pl.col("department_code").n_unique())["department_code"].max() == 1


def test_a_late_directory_follows_within_ten_days_and_spells_freely() -> None:
    changes = Changes(directory_lag=True)
    world = World.build(WorldConfig(seed=7, staff=400, first_day=FIRST, last_day=LAST, changes=changes))
    shown, real = world.directory_on(TURN), world.department_on(TURN)
    behind = shown.join(real, on="person_no", suffix="_real").filter(
        pl.col("department_code") != pl.col("department_code_real")
    )
    assert 5 < len(behind) < 80
    assert not shown["department_name"].is_in(real["department_name"].implode()).all()
    settled = world.directory_on(date(2026, 4, 15)).select("person_no", "department_code")
    assert settled.equals(world.department_on(date(2026, 4, 15)).select("person_no", "department_code"))


def test_truth_of_departments_adds_up_to_the_whole(half_year: World, truth) -> None:
    was = truth.sql("select * from truth_department_days").pl()
    level = half_year.departments.select("department_code", "department_level").unique()
    totals = was.filter(pl.col("department_code") == "ALL").sort("activity_date").drop("department_code")
    bureaus = was.join(level.filter(pl.col("department_level") == "部"), on="department_code")
    sums = bureaus.group_by("activity_date").agg(pl.col(totals.columns[1:]).sum()).sort("activity_date")
    assert sums.equals(totals)


def test_truth_of_successors_gives_each_department_one_or_none(half_year: World, truth) -> None:
    last = half_year.config.last_day
    successors = dict(truth.sql("select department_code, today_code from truth_successors").fetchall())
    there = set(valid_on(half_year.departments, last)["department_code"])
    assert {code for code in successors.values() if code is not None} == there
    assert all(successors[code] == code for code in there)
    ways = half_year.succession.group_by("from_department_code").agg("to_department_code")
    for old, new in ways.iter_rows():
        assert successors[old] == (successors[new[0]] if len(new) == 1 else None)
    assert {len(new) for _, new in ways.iter_rows()} == {1, 2}


def test_truth_of_main_posts_is_that_of_days_and_reaches_beyond_them(half_year: World, truth) -> None:
    first, last = half_year.config.first_day, half_year.config.last_day
    differ = truth.sql(
        """
        select count(*) from (select * from truth_person_days where is_main_post) as d
        full join (
            select p.*, cast(t.day as date) as activity_date from truth_main_posts as p
            inner join (
                select unnest(generate_series(min(activity_date), max(activity_date), interval 1 day)) as day
                from truth_person_days
            ) as t on t.day between p.valid_from and coalesce(p.valid_to, t.day)
        ) as p using (employee_number, activity_date, department_code, is_telework_capable)
        where d.place is null or p.valid_from is null
        """
    ).fetchall()[0]
    assert differ == (0,)
    begins, ends = truth.sql(
        "select min(valid_from), max(coalesce(valid_to, date '2999-12-31')) from truth_main_posts"
    ).fetchall()[0]
    assert begins < first
    assert ends > last


def test_truth_of_people_weighs_everyone_as_one(half_year: World, truth) -> None:
    off = truth.sql(
        "select count(*) from (select sum(weight) as whole from truth_person_days "
        "group by employee_number, activity_date) where abs(whole - 1) > 1e-9"
    ).fetchall()[0]
    twice = truth.sql(
        "select count(*) from (select 1 from truth_person_days group by employee_number, activity_date, "
        "department_code having count(*) > 1)"
    ).fetchall()[0]
    assert (off, twice) == ((0,), (0,))
    days = (half_year.config.last_day - half_year.config.first_day).days + 1
    assert truth.sql("select sum(weight) from truth_person_days").fetchall()[0][0] == pytest.approx(500 * days)


def test_truth_of_identity_gives_every_identifier_to_one_person(half_year: World, truth) -> None:
    shared = truth.sql(
        "select identifier_kind, lower(identifier) from truth_identities where identifier_kind <> 'staff_address' "
        "group by all having count(distinct employee_number) > 1"
    ).fetchall()
    assert shared == []
    kinds = {kind for (kind,) in truth.sql("select distinct identifier_kind from truth_identities").fetchall()}
    assert kinds == {"entra_id", "box_id", "upn", "mail", "box_login", "alias", "staff_address"}
    across = truth.sql(
        "select count(*) from (select 1 from truth_identities group by lower(identifier) "
        "having count(distinct employee_number) > 1)"
    ).fetchall()[0]
    assert across == (0,)


def test_truth_of_the_directory_covers_everyone_on_every_day(half_year: World, truth) -> None:
    missing = truth.sql(
        """
        select count(*) from (select distinct employee_number, activity_date from truth_person_days) as p
        left join truth_directory_spans as d
            on d.employee_number = p.employee_number and p.activity_date between d.valid_from and d.valid_to
        where d.department_code is null
        """
    ).fetchall()[0]
    assert missing == (0,)
