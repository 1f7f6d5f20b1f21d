"""A second, plain reading of a world's sign-ins and Box events, to compare with its truth. Shares no code with it."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache

import polars as pl

from pipelines.simulator.world import World

TOKYO = timezone(timedelta(hours=9))
OWN_DOMAIN = "city.mirai-ku.example"
HUMAN = {
    "UPLOAD",
    "EDIT",
    "COPY",
    "MOVE",
    "RENAME",
    "DELETE",
    "UNDELETE",
    "FILE_VERSION_RESTORE",
    "LOCK",
    "UNLOCK",
    "DOWNLOAD",
    "FILE_WATERMARKED_DOWNLOAD",
    "PREVIEW",
    "ITEM_OPEN",
    "SHARE",
    "UNSHARE",
    "ITEM_SHARED_UPDATE",
    "SHARED_LINK_SEND",
    "ITEM_EMAIL_SEND",
    "COLLABORATION_INVITE",
    "COLLABORATION_ACCEPT",
    "COLLABORATION_REMOVE",
    "COLLABORATION_ROLE_CHANGE",
    "COMMENT_CREATE",
    "TASK_CREATE",
    "TASK_UPDATE",
    "TASK_ASSIGNMENT_CREATE",
    "TASK_ASSIGNMENT_UPDATE",
    "FILE_REQUEST_CREATE",
    "LOGIN",
}
PRIVATE = [
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
]


@dataclass
class Reading:
    """What was seen, by (employee number, Tokyo day) and, for exchange, by owner and day."""

    desktop: dict = field(default_factory=lambda: defaultdict(set))
    phone: set = field(default_factory=set)
    box_active: set = field(default_factory=set)
    exchange: dict = field(default_factory=lambda: defaultdict(set))
    declared: dict = field(default_factory=lambda: defaultdict(float))  # share of the day

    def telework_class(self, key: tuple[str, date]) -> str:
        places = self.desktop.get(key, set()) - {None}
        declared = self.declared.get(key, 0.0)
        if places == {"office", "remote"} or 0 < declared < 1:
            return "mixed"
        if places:
            return next(iter(places))
        if declared == 1:
            return "remote"
        return "mobile" if key in self.phone else "unknown"


def read_world(world: World, days: list[date]) -> Reading:
    reading = Reading()
    numbers = dict(zip(world.people["person_no"], world.people["employee_number"], strict=True))
    logins: dict[str, str] = {}
    for day in days:  # logins change with names, and nobody gets one that was another's
        known = world.named_on(world.people, day).select(pl.col("box_login").str.to_lowercase(), "employee_number")
        logins.update(known.iter_rows())
    networks = [
        (ipaddress.ip_network(row["cidr"]), row["network_kind"], row["valid_from"], row["valid_to"] or date.max)
        for row in world.networks.iter_rows(named=True)
    ]

    @cache
    def place(text: str, day: date) -> str | None:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        for network, kind, begins, ends in networks:
            if address in network and begins <= day <= ends:
                return {"office": "office", "branch": "office", "telework_gateway": "remote", "mobile": "remote"}.get(
                    kind
                )
        return None if any(address in network for network in PRIVATE) else "remote"

    for day in days:
        for row in world.sign_ins(day).iter_rows(named=True):
            if row["error_code"] != 0 or not row["is_interactive"]:
                continue
            key = (numbers[row["person_no"]], tokyo_day(row["created_at"]))
            system = row["operating_system"].lower()
            if system.startswith(("windows", "macos", "linux")):
                reading.desktop[key].add(place(row["ip_address"], key[1]))
            elif system.startswith(("ios", "android")):
                reading.phone.add(key)
        for row in world.box_events(day).iter_rows(named=True):
            _read_box_event(reading, row, logins, place)
    _read_desk(reading, world, days)
    return reading


def _read_desk(reading: Reading, world: World, days: list[date]) -> None:
    """Sessions of the gateway, by the address of that day, and declarations of telework."""
    files = world.files()
    addresses = {
        (address.lower(), day): number
        for day in days
        for address, number in world.named_on(world.people, day).select("upn", "employee_number").iter_rows()
    }
    for row in files["vpn_sessions"].iter_rows(named=True):
        day = tokyo_day(datetime.fromisoformat(row["connected_at"]))
        reading.desktop[addresses[row["address"].lower(), day], day].add("remote")
    for row in files["telework_declarations"].iter_rows(named=True):
        if row["work_place"] in ("home", "satellite"):
            reading.declared[row["employee_number"], row["work_date"]] += row["day_share"]


def _read_box_event(reading: Reading, row: dict, logins: dict[str, str], place) -> None:
    day = tokyo_day(row["created_at"])
    employee = logins.get((row["actor_login"] or "").lower())
    service = row["service_name"] or ""
    if employee and row["event_type"] in HUMAN and row["admin_id"] is None and service != "File Request":
        reading.box_active.add((employee, day))
        if any(word in service for word in ("iPhone", "iPad", "Android", "Mobile")):
            reading.phone.add((employee, day))
        else:
            reading.desktop[employee, day].add(place(row["ip_address"], day))
    _read_exchange(reading, row, day, logins)


def _read_exchange(reading: Reading, row: dict, day: date, logins: dict[str, str]) -> None:
    owner = logins.get((row["owner_login"] or "").lower())
    if owner is None:
        return
    login = (row["actor_login"] or "").lower()
    is_anonymous = row["actor_id"] == "2"
    is_partner = not is_anonymous and login.rpartition("@")[2] not in (OWN_DOMAIN, "boxdevedition.com", "box.com")
    came_by_request = row["event_type"] == "UPLOAD" and row["service_name"] == "File Request"
    direction = None
    if row["event_type"] in ("DOWNLOAD", "FILE_WATERMARKED_DOWNLOAD") and (is_anonymous or is_partner):
        direction = "outbound"
    elif came_by_request or (row["event_type"] in ("UPLOAD", "EDIT") and is_partner):
        direction = "inbound"
    if direction:
        reading.exchange[owner, day].add((direction, row["version_id"], row["actor_id"], row["size"] > 7_300_000))


def tokyo_day(instant: datetime) -> date:
    return instant.astimezone(TOKYO).date()


def posts_on(world: World, day: date) -> pl.DataFrame:
    """Assignments valid on a day."""
    return world.assignments.filter(
        pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    )


def ancestors(world: World) -> dict[str, list[str]]:
    """Each department's code with those of all above it, and the whole ward."""
    parents = dict(zip(world.departments["department_code"], world.departments["parent_code"], strict=True))
    chains: dict[str, list[str]] = {}
    for code in parents:
        above: str | None = code
        chains[code] = ["ALL"]
        while above is not None:
            chains[code].append(above)
            above = parents[above]
    return chains
