"""A simulated world written straight into the raw tables, without services: what tests of the models need of it.

Keys are the plain identifiers, so that truth and warehouse can be joined. `keep` says which traces of work survive: it
gets frames with `person` (employee number) and `day` (Tokyo) and returns the rows that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

import duckdb
import polars as pl

from pipelines.privacy.places import Places
from pipelines.simulator.ward.app_days import build_app_days
from pipelines.simulator.world import World
from pipelines.sources.org.networks import networks_of
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.deduplicate import deduplicate_all
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

Keep = Callable[[pl.DataFrame], pl.DataFrame]
_KEYED = {
    "staff": {"employee_number": "employee_number_key", "address": "address_key"},
    "vpn_sessions": {"address": "address_key"},
}
_EMPLOYEE = {"employee_number": "employee_number_key"}
DATASETS = (
    *(("graph", name) for name in ("teams_user_activity", "teams_device_usage", "email_activity", "sign_ins")),
    ("box", "events"),
)
INSTANTS = ("sign_ins", "events")


def days_of(world: World) -> list[date]:
    config = world.config
    return [config.first_day + timedelta(n) for n in range((config.last_day - config.first_day).days + 1)]


def traces(world: World, keep: Keep) -> dict[str, pl.DataFrame]:
    """What is left of the traces: sign_ins, box_events, vpn_sessions, telework_declarations; Tokyo `day` in each."""
    people = world.people.select("person_no", person="employee_number")
    # Who comes back to the old account has two rows; an event that is sent twice is loaded once.
    users = world.people.select(person="employee_number", actor_id="box_id").drop_nulls().unique()
    upns = world.people.select(person="employee_number", address="upn").unique()
    places = Places(networks_of(world.networks))
    days = days_of(world)
    sign_ins = pl.concat(world.sign_ins(day).with_columns(day=pl.lit(day)) for day in days).join(people, on="person_no")
    box = (
        pl.concat(world.box_events(day).with_columns(day=pl.lit(day)) for day in days)
        .unique("event_id", keep="first", maintain_order=True)
        .with_columns(pl.col("actor_login").str.to_lowercase())
        .join(users, on="actor_id")
    )
    files = world.files()
    vpn = files["vpn_sessions"].with_columns(day=pl.col("connected_at").str.slice(0, 10).str.to_date())
    frames = {
        "sign_ins": sign_ins,
        "box_events": box,
        "vpn_sessions": vpn.join(upns, on="address"),
        "telework_declarations": files["telework_declarations"].with_columns(person="employee_number", day="work_date"),
    }
    kept = {name: keep(frame.with_columns(trace=pl.lit(name))) for name, frame in frames.items()}
    for name in ("sign_ins", "box_events"):
        kept[name] = kept[name].hstack(places.places_of(kept[name]["ip_address"], kept[name]["day"]))
    return kept


def write(
    con: duckdb.DuckDBPyConnection,
    world: World,
    kept: dict[str, pl.DataFrame],
    missing: Iterable[tuple[str, date]] = (),
) -> None:
    """Fill the raw tables; `missing` are datasets and UTC days that never came."""
    ensure_raw_tables(con)
    write_parameters(con, own_domains=["city.mirai-ku.example"])
    read_on = world.config.last_day + timedelta(9)
    files = world.files() | {name: kept[name] for name in ("vpn_sessions", "telework_declarations")}
    for name, frame in files.items():
        renamed = _KEYED.get(name, _EMPLOYEE if "employee_number" in frame.columns else {})
        _insert(con, f"org_{name}", frame.rename(renamed).with_columns(_day=pl.lit(read_on)))
    _insert(
        con, "graph_users",
        world.people.filter("is_licensed").select(
            id_key="entra_id", user_principal_name_key="upn", mail_key="mail", assigned_license_count=pl.lit(1),
            employee_id_key="employee_number", user_type=pl.lit("Member"), account_enabled=pl.lit("True"),
            _day=pl.lit(read_on),
        ),
    )  # fmt: skip
    _insert(
        con, "box_users",
        world.people.filter(pl.col("box_id").is_not_null()).select(
            id_key="box_id", login_key="box_login", account_kind=pl.lit("person"), _day=pl.lit(read_on)
        ),
    )  # fmt: skip
    created = pl.col("created_at").dt.convert_time_zone("UTC")
    accounts = world.people.select("person_no", user_id_key="entra_id")
    _insert(
        con, "graph_sign_ins",
        kept["sign_ins"].join(accounts, on="person_no").with_columns(
            created_date_time=created.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), _day=created.dt.date()
        ),
    )  # fmt: skip
    _insert(
        con, "box_events",
        kept["box_events"].with_columns(
            created.dt.replace_time_zone(None), actor_id_key="actor_id", actor_login_key="actor_login",
            actor_kind=pl.lit("person"), action_by_id_key="admin_id", _day=created.dt.date(),
        ),
    )  # fmt: skip
    fetched_at = datetime.combine(read_on, time(6))
    # The first Tokyo day begins on the UTC day before.
    before = world.config.first_day - timedelta(1)
    came = [
        (source, name, day)
        for source, name in DATASETS
        for day in [*([before] if name in INSTANTS else []), *days_of(world)]
        if (name, day) not in set(missing)
    ]
    _insert(
        con, "landing_days",
        pl.DataFrame(came, schema=["source", "dataset", "_day"], orient="row").with_columns(
            status=pl.lit("accepted"), fetched_at=pl.lit(fetched_at), is_simulated=pl.lit(value=True)
        ),
    )  # fmt: skip
    deduplicate_all(con)  # as the loader does: people who came back have their account twice
    refresh_calendar(con)


def write_reports(con: duckdb.DuckDBPyConnection, world: World) -> None:
    """What people did with chat, meetings and files, as the usage reports say it in the end; after `write`."""
    accounts = world.people.select("person_no", user_id_key="entra_id", user_principal_name_key="upn")
    done = world.graph_days.sort("activity_date", "person_no")
    files = build_app_days(world.config.seed, done, world.people)
    rows = done.hstack(files).join(accounts, on="person_no").rename({"activity_date": "_day"})
    _insert(
        con, "graph_teams_user_activity",
        rows.with_columns(
            team_chat_message_count="team_chat",
            private_chat_message_count="private_chat",
            meetings_attended_count="meetings_attended",
            is_licensed=pl.lit("Yes"),
        ),
    )  # fmt: skip
    for service in ("onedrive", "sharepoint"):
        viewed = rows.with_columns(viewed_or_edited_file_count=f"{service}_viewed")
        _insert(con, f"graph_{service}_activity", viewed)
        con.execute(
            "insert into raw.landing_days by name select * replace (? as dataset) from raw.landing_days "
            "where dataset = 'teams_user_activity'",
            [f"{service}_activity"],
        )


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """The columns that the raw table has."""
    held = {row[0] for row in con.execute(f"describe raw.{table}").fetchall()}
    con.register("rows", frame.select(name for name in frame.columns if name in held).to_arrow())
    con.execute(f"insert into raw.{table} by name select * from rows")
    con.unregister("rows")
