"""How the chart changes within a world: which 課 end, which begin, what they are called, and who succeeds whom.

Every change is a list of steps (old, new, day, share), so a merger, a split and an abolition differ only in how many
steps they have. Posts follow the steps in organisation.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pipelines.simulator.ward.catalogue import REORGANISED
from pipelines.simulator.ward.chart import FOUNDED, Node
from pipelines.simulator.ward.workdays import Calendar

MID_YEAR = (7, 1)
FIRST_NEW_CODE = 50  # above any number the chart uses
PARTS = (0.6, 0.4)


@dataclass(frozen=True)
class Step:
    """That share of the people of one department belongs to another from a day on."""

    source: str
    target: str
    on: date
    share: float


@dataclass(frozen=True)
class NewName:
    """The same department, code and posts under another name from a day on."""

    code: str
    name: str
    on: date


@dataclass
class Reorganisation:
    """The chart with everything that ever is in it, and the changes."""

    nodes: list[Node]
    steps: list[Step] = field(default_factory=list)
    new_names: list[NewName] = field(default_factory=list)

    def row(self, code: str) -> int:
        return next(row for row, node in enumerate(self.nodes) if node.code == code)

    def close(self, code: str, on: date) -> None:
        """The department exists no longer from that day on."""
        row = self.row(code)
        self.nodes[row] = replace(self.nodes[row], valid_to=on - timedelta(days=1))

    def open(self, like: Node, name: str, on: date) -> str:
        """A new 課 beside another one; returns its code."""
        prefix = like.code[:2]
        number = FIRST_NEW_CODE + sum(node.code[:2] == prefix and node.valid_from != FOUNDED for node in self.nodes)
        fresh = replace(like, code=f"{prefix}{number:02d}", name=name, size=0, valid_from=on, valid_to=None)
        self.nodes.insert(self.row(like.code) + 1, fresh)
        return fresh.code

    def hand_over(self, source: str, targets: list[str], on: date) -> None:
        """The source ends; its people go to one target, or in unequal parts to two."""
        shares = PARTS if len(targets) > 1 else (1.0,)
        self.steps += [Step(source, target, on, share) for target, share in zip(targets, shares, strict=True)]
        self.close(source, on)


def reorganise(nodes: list[Node], calendar: Calendar, *, is_wanted: bool) -> Reorganisation:
    """The changes of a span: always the one 課 that gets a new code on the turn, the others if wanted."""
    plan = Reorganisation(list(nodes))
    if not calendar.has_turn:
        return plan
    renewed = next((node for node in plan.nodes if node.name == REORGANISED[0]), None)
    if renewed is not None:
        plan.hand_over(renewed.code, [plan.open(renewed, REORGANISED[1], calendar.turn)], calendar.turn)
    if is_wanted:
        _change_others(plan, calendar)
    return plan


def _change_others(plan: Reorganisation, calendar: Calendar) -> None:
    """One change of each kind, each in another 部, as far as the ward has 部 with enough 課 for it."""
    turn = calendar.turn
    wanted: list[tuple[Callable[[Reorganisation, list[Node], date], None], int, date]] = [
        (_merge, 2, turn),
        (_split, 1, turn),
        (_rename, 1, turn),
        (_abolish, 3, turn),
    ]
    mid_year = date(turn.year, *MID_YEAR)
    if mid_year <= calendar.last_day:
        wanted += [(_rename, 1, mid_year), (_absorb, 3, mid_year)]
    free = _changeable(plan.nodes)
    for change, least, on in wanted:
        bureau = next((code for code, divisions in free.items() if len(divisions) >= least), None)
        if bureau is not None:
            change(plan, sorted(free.pop(bureau), key=lambda node: (-node.size, node.code)), on)


def _changeable(nodes: list[Node]) -> dict[str, list[Node]]:
    """By 部: its 課 in the main building without 係. The 部 of the renewed 課 comes last: it has its change already."""
    divided = {node.parent for node in nodes if node.level == "係"}
    groups: dict[str, list[Node]] = {}
    for node in nodes:
        if node.level == "課" and node.code not in divided and not node.branch and node.name not in REORGANISED:
            groups.setdefault(node.parent or "", []).append(node)
    renewed = {node.parent for node in nodes if node.name == REORGANISED[0]}
    return dict(sorted(groups.items(), key=lambda item: (item[0] in renewed, item[0])))


def _merge(plan: Reorganisation, divisions: list[Node], on: date) -> None:
    """The two smallest become a new one."""
    first, second = sorted(divisions[-2:], key=lambda node: node.code)
    merged = plan.open(first, f"{_stem(first)}・{_stem(second)}課", on)
    for node in (first, second):
        plan.hand_over(node.code, [merged], on)


def _split(plan: Reorganisation, divisions: list[Node], on: date) -> None:
    """The largest becomes two new ones."""
    node = divisions[0]
    first = plan.open(node, f"{_stem(node)}第一課", on)
    second = plan.open(plan.nodes[plan.row(first)], f"{_stem(node)}第二課", on)
    plan.hand_over(node.code, [first, second], on)


def _rename(plan: Reorganisation, divisions: list[Node], on: date) -> None:
    plan.new_names.append(NewName(divisions[0].code, f"{_stem(divisions[0])}未来課", on))


def _abolish(plan: Reorganisation, divisions: list[Node], on: date) -> None:
    """The smallest ends; two of its neighbours take its people."""
    plan.hand_over(divisions[-1].code, [node.code for node in divisions[:2]], on)


def _absorb(plan: Reorganisation, divisions: list[Node], on: date) -> None:
    """The smallest ends; one neighbour takes it over."""
    plan.hand_over(divisions[-1].code, [divisions[0].code], on)


def _stem(node: Node) -> str:
    return node.name.removesuffix("課").removesuffix("室")
