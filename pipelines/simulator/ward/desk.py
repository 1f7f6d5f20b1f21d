"""Files that other offices of the ward keep: help-desk tickets, telework declarations, sessions of the VPN gateway.

They follow the plan of the day (who works from where) and change nothing of it: each has a number stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.simulator.ward.account_names import AccountNames
from pipelines.simulator.ward.presence import MIXED, OFFICE, Cells
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

DECLARED_SHARE = 0.85  # of telework days; the others are never written down
TRIP_SHARE, SATELLITE_SHARE = 0.01, 0.08
TICKETS_NEW, TICKETS_KNOWN = 0.004, 0.0008  # a person and day while the tools are new, and later
CATEGORIES = ("Teams", "Web会議", "Box", "サインイン", "VPN", "その他")
VPN_SHARE = 0.6  # of telework days; the others go to the cloud directly


def build_tickets(seed: int, cells: Cells, roster: Roster, codes: pl.Series, calendar: Calendar) -> pl.DataFrame:
    """Columns of helpdesk_tickets.csv: many when a department begins, few later; some without a department."""
    rng = stream(seed, Purpose.TICKETS)
    chance = np.where(cells.is_exposed & (cells.adoption < 0.9), TICKETS_NEW, TICKETS_KNOWN)
    asked = np.flatnonzero(rng.random(len(cells.day)) < chance)
    department = roster.department_of[cells.day[asked], cells.person[asked]]
    is_known = (rng.random(len(asked)) < 0.93) & (department >= 0)
    return pl.DataFrame(
        {
            "ticket_id": [f"H{number:06}" for number in range(1, len(asked) + 1)],
            "opened_on": calendar.dates(cells.day[asked], "opened_on"),
            "department_code": codes.gather(np.maximum(department, 0)),
            "category": pl.Series(CATEGORIES).gather(rng.integers(0, len(CATEGORIES), len(asked))),
        }
    ).with_columns(department_code=pl.when(pl.Series(is_known)).then("department_code"))


@dataclass(frozen=True)
class DeskPlan:
    """Which cells are declared, as what and for which share of the day, and which have a session of the gateway."""

    declared: np.ndarray  # numbers of cells
    declared_place: np.ndarray
    declared_share: np.ndarray
    has_session: np.ndarray  # [cell]

    @property
    def telework_share(self) -> np.ndarray:
        """Declared telework of each cell, 0 where there is none; a trip is none."""
        share = np.zeros(len(self.has_session))
        is_telework = self.declared_place != "trip"
        share[self.declared[is_telework]] = self.declared_share[is_telework]
        return share

    def without(self, is_lost: np.ndarray) -> DeskPlan:
        """Neither declaration nor session of these cells."""
        is_kept = ~is_lost[self.declared]
        return DeskPlan(
            declared=self.declared[is_kept],
            declared_place=self.declared_place[is_kept],
            declared_share=self.declared_share[is_kept],
            has_session=self.has_session & ~is_lost,
        )


def plan_desk(seed: int, cells: Cells, declared_share: float = DECLARED_SHARE) -> DeskPlan:
    """Most telework days are declared, half a day where somebody came in too, and trips are; sessions on many."""
    rng = stream(seed, Purpose.DECLARATIONS)
    dice, place = rng.random(len(cells.day)), rng.random(len(cells.day))
    is_away = cells.where != OFFICE
    is_trip = ~is_away & (dice < TRIP_SHARE)
    rows = np.flatnonzero((is_away & (dice < declared_share)) | is_trip)
    where = np.where(is_trip[rows], "trip", np.where(place[rows] < SATELLITE_SHARE, "satellite", "home"))
    return DeskPlan(
        declared=rows,
        declared_place=where,
        declared_share=np.where(cells.where[rows] == MIXED, 0.5, 1.0),
        has_session=is_away & (stream(seed, Purpose.VPN).random(len(cells.day)) < VPN_SHARE),
    )


def build_declarations(plan: DeskPlan, cells: Cells, people: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Columns of telework_declarations.csv."""
    return pl.DataFrame(
        {
            "employee_number": people["employee_number"].gather(cells.person[plan.declared]),
            "work_date": calendar.dates(cells.day[plan.declared], "work_date"),
            "work_place": pl.Series(plan.declared_place.astype(str)),
            "day_share": plan.declared_share,
        }
    )


def build_vpn_sessions(
    *, seed: int, plan: DeskPlan, cells: Cells, people: pl.DataFrame, names: AccountNames, calendar: Calendar
) -> pl.DataFrame:
    """Columns of vpn_sessions.csv: Tokyo time with its offset, and the address the account had on that day."""
    rng = stream(seed, Purpose.VPN_TIMES)
    rows = np.flatnonzero(plan.has_session)
    begins = rng.integers(8 * 3600, 10 * 3600, len(rows))
    lasts = rng.integers(3600, 8 * 3600, len(rows))
    is_known = pl.Series(rng.random(len(rows)) < 0.98)
    midnight = calendar.dates(cells.day[rows], "day").cast(pl.Datetime("us"))
    connected = midnight + pl.Series(begins * 1_000_000).cast(pl.Duration("us"))
    disconnected = connected + pl.Series(lasts * 1_000_000).cast(pl.Duration("us"))
    former = names.former.select("person_no", "until", former="upn")
    sessions = pl.DataFrame(
        {
            "person_no": cells.person[rows],
            "day": calendar.dates(cells.day[rows], "day"),
            "address": people["upn"].gather(cells.person[rows]),
            "connected_at": connected.dt.strftime("%Y-%m-%dT%H:%M:%S+09:00"),
            "disconnected_at": disconnected.dt.strftime("%Y-%m-%dT%H:%M:%S+09:00"),
        }
    ).with_columns(disconnected_at=pl.when(is_known).then("disconnected_at"))
    return sessions.join(former, on="person_no", how="left", maintain_order="left").select(
        address=pl.when(pl.col("day") <= pl.col("until")).then("former").otherwise("address"),
        connected_at="connected_at",
        disconnected_at="disconnected_at",
    )


def desk_as_of(name: str, table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What the file held on the morning of a day."""
    column = {"helpdesk_tickets": "opened_on", "telework_declarations": "work_date"}.get(name)
    day = pl.col(column) if column else pl.col("connected_at").str.slice(0, 10).str.to_date()
    return table.filter(day < as_of)
