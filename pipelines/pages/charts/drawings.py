"""Places of lines, dots and bars for the drawings that stand in the page itself, as parts of their width and height.

They fit every width, screen and paper, and are seen without scripts. What does not belong here: which figures are drawn
(views/), markup (templates/_drawings.html.j2), colours (site/static/katsuyo.css), charts of plotly (line_charts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

# Labels at the end of two lines are kept this far apart, in percent of the height.
LABEL_GAP = 21.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` along one edge."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Percent of the way; what lies outside stands at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


@dataclass(frozen=True, slots=True)
class LinePoint:
    """`is_joined` is off where the line from the point before is dashed: the two are not compared."""

    value: float | None
    is_joined: bool = True
    is_final: bool = True


@dataclass(frozen=True)
class Line:
    """`kind` names its style; segments are x1, y1, x2, y2, dashed; dots are x, y, open. No label, no `label_y`."""

    kind: str
    segments: list[tuple[float, float, float, float, bool]]
    dots: list[tuple[float, float, bool]]
    label: str
    label_y: float | None


@dataclass(frozen=True)
class LineDrawing:
    """Lines over months; `target` is the height of a dotted line and its label."""

    lines: list[Line]
    ticks_x: list[tuple[float, str]]
    ticks_y: list[tuple[float, str]]
    target: tuple[float, str] | None
    alternative: str


def line_drawing(
    lines: Sequence[tuple[str, str, Sequence[LinePoint]]],
    labels_x: Sequence[str],
    *,
    top: float,
    percent: str,
    target: tuple[float, str] | None = None,
    alternative: str,
) -> LineDrawing:
    """`lines` are style, label and one point for each of `labels_x`; shares from zero to `top`."""
    height = Scale(top, 0.0)
    across = Scale(0.0, max(len(labels_x) - 1, 1))
    drawn = [_line(kind, label, points, across, height) for kind, label, points in lines]
    return LineDrawing(
        lines=_apart(drawn),
        ticks_x=[(across.at(place), label) for place, label in enumerate(labels_x)],
        ticks_y=[
            (height.at(value), f"{value * 100:.0f}{percent if value == top else ''}") for value in (0.0, top / 2, top)
        ],
        target=(height.at(target[0]), target[1]) if target else None,
        alternative=alternative,
    )


def _line(kind: str, label: str, points: Sequence[LinePoint], across: Scale, height: Scale) -> Line:
    places = [
        None if point.value is None else (across.at(place), height.at(point.value))
        for place, point in enumerate(points)
    ]
    segments = [
        (*before, *place, not point.is_joined)
        for before, place, point in zip(places, places[1:], points[1:], strict=False)
        if before and place
    ]
    dots = [(*place, not point.is_final) for place, point in zip(places, points, strict=True) if place]
    last = places[-1] if places else None
    return Line(kind, segments, dots, label, last[1] if last else None)


def _apart(lines: list[Line]) -> list[Line]:
    """Labels at the right end pushed apart where they would touch."""
    labelled = sorted((line for line in lines if line.label_y is not None), key=lambda line: line.label_y or 0.0)
    if len(labelled) == 2:
        upper, lower = labelled
        overlap = LABEL_GAP - ((lower.label_y or 0.0) - (upper.label_y or 0.0))
        if overlap > 0:
            # Not below the axis, where its months are named.
            down = min(overlap / 2, max(0.0, 97.0 - (lower.label_y or 0.0)))
            moved = {
                id(upper): (upper.label_y or 0.0) - (overlap - down),
                id(lower): (lower.label_y or 0.0) + down,
            }
            return [
                Line(line.kind, line.segments, line.dots, line.label, moved.get(id(line), line.label_y))
                for line in lines
            ]
    return lines


@dataclass(frozen=True)
class Axis:
    """One tool of the picture of departments: its ticks and the line of the whole, in percent of the width."""

    scale: Scale
    ticks: list[tuple[float, str]]
    whole: float | None


@dataclass(frozen=True)
class Mark:
    """One figure on an axis: its dot, its interval, what is expected and the band around that."""

    value: float
    low: float | None
    high: float | None
    expected: float | None
    band: tuple[float, float] | None


# An axis is not drawn narrower than this, so that small differences do not look large.
LEAST_SPAN = 0.2


def axes(extents: Sequence[tuple[float, float]], wholes: Sequence[float | None]) -> list[Axis]:
    """One axis for each (least, most), all of the same length per point."""
    steps = 0.05
    rounded = [(floor(low / steps) * steps, ceil(high / steps) * steps) for low, high in extents]
    span = max([LEAST_SPAN, *(high - low for low, high in rounded)])
    drawn = []
    for (low, high), whole in zip(rounded, wholes, strict=True):
        first = min(max(0.0, (low + high - span) / 2), max(0.0, 1.0 - span))
        first = floor(first / steps + 1e-9) * steps
        scale = Scale(first, first + span + steps)
        # Three or four numbers on each.
        step = next(step for step in (0.05, 0.1, 0.2, 0.25, 0.5) if (span + steps) / step <= 4)
        number = ceil(first / step - 1e-9)
        ticks = []
        while number * step <= scale.high + 1e-9:
            ticks.append((scale.at(number * step), f"{number * step * 100:.0f}"))
            number += 1
        drawn.append(Axis(scale, ticks, None if whole is None else scale.at(whole)))
    return drawn


def mark(
    scale: Scale, value: float, interval: tuple[float | None, float | None], expected: float | None, margin: float
) -> Mark:
    low, high = interval
    return Mark(
        scale.at(value),
        None if low is None else scale.at(low),
        None if high is None else scale.at(high),
        None if expected is None else scale.at(expected),
        None if expected is None else (scale.at(expected - margin), scale.at(expected + margin)),
    )
