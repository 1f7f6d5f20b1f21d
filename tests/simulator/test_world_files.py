"""The files of the ward can be read back by anyone and say the same as the world."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipelines.simulator.world import World, WorldConfig

HEADERS = {
    "departments": "department_code,department_name,parent_code,department_level,sort_order,valid_from,valid_to,"
    "telework_seats",
    "department_succession": "from_department_code,to_department_code,changed_on,share",
    "staff": "employee_number,address,joined_on,left_on",
    "assignments": "employee_number,department_code,post_kind,share,employment_type,telework_capable,"
    "valid_from,valid_to,ordered_on",
    "absences": "employee_number,absence_kind,valid_from,valid_to",
    "networks": "cidr,label,network_kind,valid_from,valid_to",
    "rollout": "department_code,wave,wave_kind,starts_on",
    "training": "session_id,held_on,title,employee_number",
    "targets": "metric_id,segment,department_code,target_value,target_date,owner_role,note",
    "helpdesk_tickets": "ticket_id,opened_on,department_code,category",
    "telework_declarations": "employee_number,work_date,work_place,day_share",
    "vpn_sessions": "address,connected_at,disconnected_at",
}


def test_files_round_trip(tmp_path: Path) -> None:
    world = World.build(WorldConfig(seed=2, staff=120, first_day=date(2026, 3, 20), last_day=date(2026, 4, 10)))
    world.write_files(tmp_path / "files")
    assert {path.stem for path in (tmp_path / "files").iterdir()} == set(HEADERS)
    marks = set()
    for name, header in HEADERS.items():
        raw = (tmp_path / "files" / f"{name}.csv").read_bytes()
        marks.add(raw.startswith(b"\xef\xbb\xbf"))
        assert raw.decode("utf-8-sig").splitlines()[0] == header
        if name == "staff":
            continue
        frame = world.files()[name]
        read = pl.read_csv(tmp_path / "files" / f"{name}.csv", schema=dict(frame.schema))
        assert read.equals(frame), name
    assert marks == {True, False}  # readers must take files with and without a byte order mark


def test_staff_file_lists_every_tenure_once(tmp_path: Path) -> None:
    world = World.build(WorldConfig(seed=2, staff=60, first_day=date(2026, 3, 20), last_day=date(2026, 4, 10)))
    world.write_files(tmp_path)
    read = pl.read_csv(tmp_path / "staff.csv", try_parse_dates=True, schema_overrides={"employee_number": pl.String})
    told = world.people.select("employee_number", "joined_on", "left_on").sort("employee_number", "joined_on")
    assert read.filter(pl.col("joined_on") >= told["joined_on"].min()).height >= len(told)
    tenures = read.select("employee_number", "joined_on", "left_on")
    assert tenures.join(told, on=["employee_number", "joined_on"]).height == len(told)
    earlier = read.join(told, on=["employee_number", "joined_on"], how="anti")
    assert (earlier["left_on"] < world.config.first_day).all()  # of people who were here before
    owners = read.group_by(pl.col("address").str.to_lowercase()).agg(pl.col("employee_number").n_unique())
    assert (owners["employee_number"] == 1).all()
    now = read.join(world.people.select("employee_number", "joined_on", "upn"), on=["employee_number", "joined_on"])
    old = now.filter(pl.col("address").str.to_lowercase() != pl.col("upn"))
    assert 0 < len(old) < 4  # the office never heard of the new address


def test_declarations_and_sessions_follow_the_plan_of_the_day() -> None:
    span = {"first_day": date(2026, 3, 20), "last_day": date(2026, 4, 10)}
    world = World.build(WorldConfig(seed=2, staff=400, **span))
    files = world.files()
    declared = files["telework_declarations"]
    assert declared.filter(pl.col("work_place") != "trip").height > 20
    assert declared.select("employee_number", "work_date").is_unique().all()
    # Nobody declares telework or connects on a day the plan knows nothing of; the work is drawn apart from these files.
    silent = World.build(WorldConfig(seed=2, staff=400, **span, declared_share=0.0))
    assert set(silent.files()["telework_declarations"]["work_place"]) <= {"trip"}
    assert silent.graph_days.equals(world.graph_days)
    assert silent.files()["vpn_sessions"].equals(files["vpn_sessions"])
    whole = World.build(WorldConfig(seed=2, staff=400, **span, declared_share=1.0)).files()["telework_declarations"]
    on_their_days = pl.concat(
        world.named_on(world.people, day).select("employee_number", "upn", work_date=pl.lit(day))
        for day in whole["work_date"].unique()
    )
    days = whole.join(on_their_days, on=["employee_number", "work_date"])
    sessions = files["vpn_sessions"].select(
        upn="address", work_date=pl.col("connected_at").str.slice(0, 10).str.to_date()
    )
    assert sessions.height > 20
    assert sessions.join(days, on=["upn", "work_date"], how="anti").height == 0
    half = world.files(date(2026, 4, 1))
    assert half["helpdesk_tickets"].height < files["helpdesk_tickets"].height
