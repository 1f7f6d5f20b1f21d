"""The departments of one world as frames, the posts in them, the networks.

The chart is chart.py, its changes are reorganisation.py. Posts (slots) are what people occupy; who sits where belongs
to roster.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.catalogue import REORGANISED
from pipelines.simulator.ward.chart import Node, apportion, build_nodes
from pipelines.simulator.ward.reorganisation import NewName, Reorganisation, Step, reorganise
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

BOUND_SHARE = 0.35
PERMANENT, FIXED_TERM, REAPPOINTED = 0, 1, 2
EMPLOYMENT_NAMES = ("常勤", "会計年度任用", "再任用")
EMPLOYMENT_SHARES = (0.62, 0.33, 0.05)
SEATS_SHARE = 0.7  # of the posts capable of telework: how many places there are at a time
SEATS_UNKNOWN_EVERY = 9  # departments that have not counted theirs


@dataclass(frozen=True)
class Posts:
    """One entry per post: the department (row number of `Organisation.frame`) at first and after each change."""

    before: np.ndarray
    later: tuple[tuple[date, np.ndarray], ...]  # by date
    employment: np.ndarray
    is_capable: np.ndarray

    def department(self, day: date) -> np.ndarray:
        """The department of each post on a day."""
        return next((rows for since, rows in reversed(self.later) if since <= day), self.before)


@dataclass(frozen=True)
class Organisation:
    """Departments in order of display. Arrays have one entry per row of `frame`."""

    frame: pl.DataFrame  # one row per code, with its first name
    lines: pl.DataFrame  # columns of departments.csv: a renamed department has two lines
    succession: pl.DataFrame  # columns of department_succession.csv
    steps: tuple[Step, ...]
    new_names: tuple[NewName, ...]
    parent: np.ndarray  # row of the parent, -1 for a 部
    division: np.ndarray  # row of the 課 (itself for a 課), -1 for a 部
    predecessor: np.ndarray  # row of the department it came from, -1 for none
    branch: np.ndarray  # network of the branch, 0 for the main building
    outside: np.ndarray  # how much is exchanged with outsiders, 1 = average
    posts: Posts

    @property
    def codes(self) -> pl.Series:
        return self.frame["department_code"]

    @property
    def bureau(self) -> np.ndarray:
        """Row of the 部 of each department."""
        of_division = np.where(self.division >= 0, self.parent[self.division], np.arange(len(self.parent)))
        return of_division.astype(np.int64)

    def names_on(self, day: date) -> pl.Series:
        """What each department is called on a day."""
        changed = {change.code: change.name for change in self.new_names if change.on <= day}
        names = zip(self.codes, self.frame["department_name"], strict=True)
        return pl.Series("department_name", [changed.get(code, name) for code, name in names])


def build_organisation(seed: int, staff: int, calendar: Calendar, *, is_reorganised: bool) -> Organisation:
    """Departments and posts for that many staff."""
    undivided = frozenset(REORGANISED[:1]) if calendar.has_turn else frozenset[str]()
    plan = reorganise(build_nodes(staff, undivided), calendar, is_wanted=is_reorganised)
    nodes = plan.nodes
    row_of = {node.code: row for row, node in enumerate(nodes)}
    parent = np.array([row_of.get(node.parent or "", -1) for node in nodes])
    predecessor = np.full(len(nodes), -1)
    for step in plan.steps:
        if nodes[row_of[step.target]].valid_from == step.on:
            predecessor[row_of[step.target]] = row_of[step.source]
    before = np.repeat(np.arange(len(nodes)), [node.size for node in nodes])
    posts = _posts(seed, before, np.array([node.bound for node in nodes]), _later(before, plan, row_of))
    frame = _frame(nodes)
    if is_reorganised:
        frame = frame.with_columns(telework_seats=_seats(posts, parent))
    return Organisation(
        frame=frame,
        lines=_lines(frame, plan.new_names),
        succession=_succession(plan.steps),
        steps=tuple(plan.steps),
        new_names=tuple(plan.new_names),
        parent=parent,
        division=np.array([_division(row, node, parent[row]) for row, node in enumerate(nodes)]),
        predecessor=predecessor,
        branch=np.array([_branch(node, nodes[parent[row]]) for row, node in enumerate(nodes)]),
        outside=np.array([node.bureau.outside for node in nodes]),
        posts=posts,
    )


def _later(before: np.ndarray, plan: Reorganisation, row_of: dict[str, int]) -> tuple[tuple[date, np.ndarray], ...]:
    """Where the posts are after each date of change: those of one source in order, cut by the shares."""
    stages: list[tuple[date, np.ndarray]] = []
    here = before
    for on in sorted({step.on for step in plan.steps}):
        there = here.copy()
        today = [step for step in plan.steps if step.on == on]
        for source in dict.fromkeys(step.source for step in today):
            members = np.flatnonzero(here == row_of[source])
            targets = [step for step in today if step.source == source]
            cuts = np.round(np.cumsum([step.share for step in targets]) * len(members)).astype(int)[:-1]
            for step, part in zip(targets, np.split(members, cuts), strict=True):
                there[part] = row_of[step.target]
        stages.append((on, there))
        here = there
    return tuple(stages)


def _posts(seed: int, before: np.ndarray, bound: np.ndarray, later: tuple[tuple[date, np.ndarray], ...]) -> Posts:
    """Employment and telework capability of each post; the most bound third cannot telework."""
    rng = stream(seed, Purpose.POSTS)
    count = len(before)
    # Exactly the stated shares, in random order: chance should not make a small ward different.
    wanted = np.repeat(np.arange(3), apportion(count, np.array(EMPLOYMENT_SHARES)))
    employment = rng.permutation(wanted).astype(np.int8)
    pull = bound[before] + 0.12 * (employment == FIXED_TERM) + rng.gumbel(0, 0.14, count)
    is_capable = np.ones(count, dtype=bool)
    is_capable[np.argsort(-pull, kind="stable")[: round(BOUND_SHARE * count)]] = False
    return Posts(before=before, later=later, employment=employment, is_capable=is_capable)


def _division(row: int, node: Node, parent: int) -> int:
    return {"部": -1, "課": row}.get(node.level, parent)


def _branch(node: Node, above: Node) -> int:
    """A 係 works where its 課 does."""
    return above.branch if node.level == "係" else node.branch


def _frame(nodes: list[Node]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "department_code": [node.code for node in nodes],
            "department_name": [node.name for node in nodes],
            "parent_code": [node.parent for node in nodes],
            "department_level": [node.level for node in nodes],
            "sort_order": [10 * (row + 1) for row in range(len(nodes))],
            "valid_from": [node.valid_from for node in nodes],
            "valid_to": [node.valid_to for node in nodes],
        },
        schema_overrides={"parent_code": pl.String, "valid_from": pl.Date, "valid_to": pl.Date},
    )


def _seats(posts: Posts, parent: np.ndarray) -> pl.Series:
    """Telework-eligible seats of each department with all below it, while it is valid; some have not counted."""
    whole = np.zeros(len(parent), dtype=np.int64)
    for rows in (posts.before, *(rows for _, rows in posts.later)):
        counts = np.bincount(rows[posts.is_capable], minlength=len(parent)).astype(np.int64)
        for row in range(len(parent) - 1, -1, -1):  # children stand below their parents
            if parent[row] >= 0:
                counts[parent[row]] += counts[row]
        whole = np.maximum(whole, counts)
    unknown = np.arange(len(parent)) % SEATS_UNKNOWN_EVERY == SEATS_UNKNOWN_EVERY - 1
    seats = np.maximum(np.round(SEATS_SHARE * whole), whole > 0).astype(np.int32)
    return pl.select(pl.when(~pl.Series(unknown)).then(pl.Series(seats))).to_series()


def _lines(frame: pl.DataFrame, new_names: list[NewName]) -> pl.DataFrame:
    """A renamed department ends under its old name and goes on under the new one."""
    if not new_names:
        return frame
    changes = pl.DataFrame(
        [(change.code, change.name, change.on) for change in new_names],
        schema={"department_code": pl.String, "new_name": pl.String, "on": pl.Date},
        orient="row",
    )
    known = frame.join(changes, on="department_code", how="left", maintain_order="left")
    old = known.with_columns(valid_to=pl.coalesce(pl.col("on") - pl.duration(days=1), "valid_to"))
    new = known.filter(pl.col("on").is_not_null()).with_columns(department_name="new_name", valid_from="on")
    return pl.concat([old, new]).sort("sort_order", "valid_from").select(frame.columns)


def _succession(steps: list[Step]) -> pl.DataFrame:
    return pl.DataFrame(
        [(step.source, step.target, step.on, step.share) for step in steps],
        schema={
            "from_department_code": pl.String,
            "to_department_code": pl.String,
            "changed_on": pl.Date,
            "share": pl.Float64,
        },
        orient="row",
    ).sort("changed_on", "from_department_code", "to_department_code")


def build_networks(calendar: Calendar) -> pl.DataFrame:
    """Columns of networks.csv. On the turn the main building moves into the range the gateway had before."""
    turn = calendar.turn
    eve = turn - timedelta(days=1)
    since = date(2021, 4, 1)
    rows: list[tuple[str, str, str, date, date | None]] = [
        ("192.0.2.0/28", "本庁舎（旧回線）", "office", since, eve),
        ("192.0.2.16/28", "テレワーク中継（旧）", "telework_gateway", since, eve),
        ("192.0.2.16/28", "本庁舎", "office", turn, None),
        ("192.0.2.128/28", "テレワーク中継", "telework_gateway", turn, None),
        ("2001:db8:100::/48", "本庁舎（IPv6）", "office", since, None),
        ("192.0.2.32/28", "東支所", "branch", since, None),
        ("192.0.2.48/28", "西支所・事務所", "branch", since, None),
        ("192.0.2.64/27", "教育・施設系", "branch", since, None),
        ("192.0.2.144/28", "クラウドデスクトップ", "cloud_desktop", since, None),
        ("192.0.2.160/28", "セキュリティクラウド", "proxy", since, None),
        ("192.0.2.192/28", "業務用スマートフォン閉域網", "mobile", since, None),
    ]
    return pl.DataFrame(
        rows,
        schema={
            "cidr": pl.String,
            "label": pl.String,
            "network_kind": pl.String,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
        },
        orient="row",
    )
