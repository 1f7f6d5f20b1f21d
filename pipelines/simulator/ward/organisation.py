"""The departments of one world: the chart cut to the ward's size, the posts in it, the networks.

Posts (slots) are what people occupy; who sits where belongs to roster.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.catalogue import BRANCH_WORDS, BUREAUS, REORGANISED, SECTION_NAMES, Bureau, Division
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

FOUNDED = date(2015, 4, 1)
BOUND_SHARE = 0.35
PERMANENT, FIXED_TERM, REAPPOINTED = 0, 1, 2
EMPLOYMENT_NAMES = ("常勤", "会計年度任用", "再任用")
EMPLOYMENT_SHARES = (0.62, 0.33, 0.05)


@dataclass(frozen=True)
class Posts:
    """One entry per post: the department (row number of `Organisation.frame`) before and after the turn."""

    before: np.ndarray
    after: np.ndarray
    employment: np.ndarray
    is_capable: np.ndarray

    def department(self, *, is_after: bool) -> np.ndarray:
        return self.after if is_after else self.before


@dataclass(frozen=True)
class Organisation:
    """Departments in order of display. Arrays have one entry per row of `frame`."""

    frame: pl.DataFrame  # columns of departments.csv
    parent: np.ndarray  # row of the parent, -1 for a 部
    division: np.ndarray  # row of the 課 (itself for a 課), -1 for a 部
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


@dataclass(frozen=True)
class _Node:
    code: str
    name: str
    level: str
    parent: int
    bureau: Bureau
    size: float = 0.0  # posts directly here
    bound: float = 0.0
    valid_from: date = FOUNDED
    valid_to: date | None = None


def build_organisation(seed: int, staff: int, calendar: Calendar) -> Organisation:
    """Departments and posts for that many staff."""
    chosen = _cut(staff)
    nodes = _nodes(chosen, staff, calendar)
    successor = _successor(nodes)
    sizes = np.array([node.size for node in nodes], dtype=np.int64)
    before = np.repeat(np.arange(len(nodes)), sizes)
    posts = _posts(seed, before, np.array([node.bound for node in nodes]), successor)
    division = np.array([_division(nodes, row) for row in range(len(nodes))])
    return Organisation(
        frame=_frame(nodes),
        parent=np.array([_parent(nodes, row) for row in range(len(nodes))]),
        division=division,
        branch=np.array([_branch(nodes, row) for row in range(len(nodes))]),
        outside=np.array([node.bureau.outside for node in nodes]),
        posts=posts,
    )


def _cut(staff: int) -> list[tuple[int, Bureau, tuple[Division, ...]]]:
    """Position in the chart, 部 and its 課, fewer of both in a smaller ward."""
    bureaus = min(len(BUREAUS), max(2, round(0.52 * staff**0.42)))
    limit = max(2, round(staff / 18 / bureaus))  # 課 per 部: not less than about 18 people each
    return [
        (position, bureau, bureau.divisions[:limit])
        for position, bureau in enumerate(BUREAUS, start=1)
        if bureau.rank <= bureaus
    ]


def _nodes(chosen: list[tuple[int, Bureau, tuple[Division, ...]]], staff: int, calendar: Calendar) -> list[_Node]:
    """All departments in order of display, with the number of posts directly in each."""
    weights = [division.size for _, _, divisions in chosen for division in divisions]
    sizes = iter(_apportion(staff - 2 * len(chosen), np.array(weights)).tolist())
    largest = max(range(len(weights)), key=weights.__getitem__)
    nodes: list[_Node] = []
    count = 0
    for position, bureau, divisions in chosen:
        top = len(nodes)
        nodes.append(_Node(f"{position:02d}00", bureau.name, "部", -1, bureau, size=2, bound=0.0))
        for number, division in enumerate(divisions, start=1):
            code, size = f"{position:02d}{number:02d}", next(sizes)
            has_sections = count == largest or (size >= 36 and count % 3 == 1)
            nodes += _division_nodes(
                code, division, size, top=top, bureau=bureau, has_sections=has_sections, calendar=calendar
            )
            count += 1
    return nodes


def _division_nodes(
    code: str, division: Division, size: int, *, top: int, bureau: Bureau, has_sections: bool, calendar: Calendar
) -> list[_Node]:
    """A 課, its 係 if it has any, and its successor if the turn reorganises it."""
    if division.name == REORGANISED[0] and calendar.has_turn:
        turn = calendar.turn
        closing = turn - timedelta(days=1)
        return [
            _Node(code, division.name, "課", top, bureau, size, division.bound, valid_to=closing),
            _Node(f"{code[:2]}50", REORGANISED[1], "課", top, bureau, 0, division.bound, valid_from=turn),
        ]
    if not has_sections:
        return [_Node(code, division.name, "課", top, bureau, size, division.bound)]
    sections = min(4, max(2, size // 20))
    inside = _apportion(round(size * 0.88), np.ones(sections))
    own = size - int(inside.sum())
    here = -1  # the nearest 課 above, see _parent
    return [
        _Node(code, division.name, "課", top, bureau, own, division.bound),
        *(
            _Node(f"{code}{number:02d}", SECTION_NAMES[number - 1], "係", here, bureau, int(posts), division.bound)
            for number, posts in enumerate(inside.tolist(), start=1)
        ),
    ]


def _apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers with that total in those proportions, none below two if the total allows it."""
    least = min(2, total // len(weights))
    exact = (total - least * len(weights)) * weights / weights.sum()
    shares = np.floor(exact).astype(np.int64)
    rest = total - least * len(weights) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return shares + least


def _successor(nodes: list[_Node]) -> np.ndarray:
    """Where the posts of each department are after the turn."""
    rows = np.arange(len(nodes))
    for row, node in enumerate(nodes):
        if node.valid_to is not None:
            rows[row] = row + 1
    return rows


def _posts(seed: int, before: np.ndarray, bound: np.ndarray, successor: np.ndarray) -> Posts:
    """Employment and telework capability of each post; the most bound third cannot telework."""
    rng = stream(seed, Purpose.POSTS)
    count = len(before)
    # Exactly the stated shares, in random order: chance should not make a small ward different.
    wanted = np.repeat(np.arange(3), _apportion(count, np.array(EMPLOYMENT_SHARES)))
    employment = rng.permutation(wanted).astype(np.int8)
    pull = bound[before] + 0.12 * (employment == FIXED_TERM) + rng.gumbel(0, 0.14, count)
    is_capable = np.ones(count, dtype=bool)
    is_capable[np.argsort(-pull, kind="stable")[: round(BOUND_SHARE * count)]] = False
    return Posts(before=before, after=successor[before], employment=employment, is_capable=is_capable)


def _parent(nodes: list[_Node], row: int) -> int:
    """A 係 belongs to the nearest 課 above it in the list."""
    if nodes[row].level != "係":
        return nodes[row].parent
    return next(above for above in range(row - 1, -1, -1) if nodes[above].level == "課")


def _division(nodes: list[_Node], row: int) -> int:
    return {"部": -1, "課": row}.get(nodes[row].level, _parent(nodes, row))


def _branch(nodes: list[_Node], row: int) -> int:
    name = nodes[max(_division(nodes, row), 0)].name if nodes[row].level != "部" else nodes[row].name
    return next((number for word, number in BRANCH_WORDS if word in name), 0)


def _frame(nodes: list[_Node]) -> pl.DataFrame:
    parents = [_parent(nodes, row) for row in range(len(nodes))]
    return pl.DataFrame(
        {
            "department_code": [node.code for node in nodes],
            "department_name": [node.name for node in nodes],
            "parent_code": [nodes[parent].code if parent >= 0 else None for parent in parents],
            "department_level": [node.level for node in nodes],
            "sort_order": [10 * (row + 1) for row in range(len(nodes))],
            "valid_from": [node.valid_from for node in nodes],
            "valid_to": [node.valid_to for node in nodes],
        },
        schema_overrides={"parent_code": pl.String, "valid_from": pl.Date, "valid_to": pl.Date},
    )


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
