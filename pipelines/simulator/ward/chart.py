"""The chart of one world: its 部, 課 and 係 as nodes in order of display, cut to the ward's size.

Changes of the chart belong to reorganisation.py, posts and frames to organisation.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.simulator.ward.catalogue import BRANCH_WORDS, BUREAUS, SECTION_NAMES, Bureau, Division

FOUNDED = date(2015, 4, 1)


@dataclass(frozen=True)
class Node:
    """One department. `size` is the number of posts directly in it."""

    code: str
    name: str
    level: str
    parent: str | None  # code of the department above
    bureau: Bureau
    size: int = 0
    bound: float = 0.0
    valid_from: date = FOUNDED
    valid_to: date | None = None

    @property
    def branch(self) -> int:
        """Network of the branch whose name it bears, 0 for the main building."""
        return next((number for word, number in BRANCH_WORDS if word in self.name), 0)


def build_nodes(staff: int, undivided: frozenset[str]) -> list[Node]:
    """All departments in order of display; those named in `undivided` have no 係."""
    chosen = _cut(staff)
    weights = [division.size for _, _, divisions in chosen for division in divisions]
    sizes = iter(apportion(staff - 2 * len(chosen), np.array(weights)).tolist())
    largest = max(range(len(weights)), key=weights.__getitem__)
    nodes: list[Node] = []
    count = 0
    for position, bureau, divisions in chosen:
        top = Node(f"{position:02d}00", bureau.name, "部", None, bureau, size=2)
        nodes.append(top)
        for number, division in enumerate(divisions, start=1):
            size = next(sizes)
            has_sections = count == largest or (size >= 36 and count % 3 == 1)
            sections = min(4, max(2, size // 20)) if has_sections and division.name not in undivided else 0
            nodes += _division_nodes(f"{position:02d}{number:02d}", division, size, top=top, sections=sections)
            count += 1
    return nodes


def _cut(staff: int) -> list[tuple[int, Bureau, tuple[Division, ...]]]:
    """Position in the chart, 部 and its 課, fewer of both in a smaller ward."""
    bureaus = min(len(BUREAUS), max(2, round(0.52 * staff**0.42)))
    limit = max(2, round(staff / 18 / bureaus))  # 課 per 部: not less than about 18 people each
    return [
        (position, bureau, bureau.divisions[:limit])
        for position, bureau in enumerate(BUREAUS, start=1)
        if bureau.rank <= bureaus
    ]


def _division_nodes(code: str, division: Division, size: int, *, top: Node, sections: int) -> list[Node]:
    """A 課 and its 係 if it has any."""
    if not sections:
        return [Node(code, division.name, "課", top.code, top.bureau, size, division.bound)]
    inside = apportion(round(size * 0.88), np.ones(sections))
    own = size - int(inside.sum())
    return [
        Node(code, division.name, "課", top.code, top.bureau, own, division.bound),
        *(
            Node(f"{code}{number:02d}", SECTION_NAMES[number - 1], "係", code, top.bureau, int(posts), division.bound)
            for number, posts in enumerate(inside.tolist(), start=1)
        ),
    ]


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers with that total in those proportions, none below two if the total allows it."""
    least = min(2, total // len(weights))
    exact = (total - least * len(weights)) * weights / weights.sum()
    shares = np.floor(exact).astype(np.int64)
    rest = total - least * len(weights) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return shares + least
