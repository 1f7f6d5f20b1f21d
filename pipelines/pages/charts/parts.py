"""The parts charts are made of: points and bars, lines with gaps, bands, fields. Plain dicts in plotly's terms.

What does not belong here: which parts make up a chart (line_charts.py, bar_charts.py), colours (style.py), labels
(labels.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from pipelines.pages.charts.style import FIELD, LIMIT, MAIN, PAPER, hover_text
from pipelines.pages.figures.quality import QualityMark


@dataclass(frozen=True, slots=True)
class Point:
    """One place on a chart. `value` is None for what is missing or hidden; `hover` is the finished text."""

    day: date
    value: float | None
    mark: QualityMark = "final"
    low: float | None = None
    high: float | None = None
    hover: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of several; `label` is printed at the end of the bar, also where there is none."""

    name: str
    value: float | None
    label: str
    low: float | None = None
    high: float | None = None
    colour: str = MAIN


def week_axis(
    points: Sequence[Point], month_labels: dict[date, str], step: timedelta = timedelta(days=7)
) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "type": "date",
        "tickvals": [day.isoformat() for day in month_labels],
        "ticktext": list(month_labels.values()),
    }
    if points:
        edge = step * 4 / 7
        axis["range"] = [(points[0].day - edge).isoformat(), (points[-1].day + edge).isoformat()]
    return axis


def marked_line(points: Sequence[Point], colour: str, size: int = 4) -> list[dict[str, Any]]:
    """A full line through final points; from and to unfinished points it is dotted, and those are hollow."""
    solid = [point.value if point.mark == "final" else None for point in points]
    traces = [share_line(points, colour, values=solid, size=size)]
    dotted = _unfinished_stretches(points)
    if dotted:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [point.day.isoformat() if point else None for point in dotted],
                "y": [point.value if point else None for point in dotted],
                "line": {"color": colour, "width": 2, "dash": "dot"},
                "hoverinfo": "skip",
            }
        )
    hollow = [point for point in points if point.value is not None and point.mark != "final"]
    if hollow and size:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [point.day.isoformat() for point in hollow],
                "y": [point.value for point in hollow],
                "marker": {"size": size + 3, "color": PAPER, "line": {"color": colour, "width": 1.5}},
                "hovertext": [hover_text(point.hover) for point in hollow],
                "hoverinfo": "text",
            }
        )
    return traces


def share_line(
    points: Sequence[Point],
    colour: str,
    *,
    values: list[float | None] | None = None,
    width: float = 2,
    size: int = 4,
    hovers: bool = True,
) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        # A week between two gaps has no neighbour to draw a line to: its marker keeps it visible.
        "mode": "lines+markers" if size else "lines",
        "x": [point.day.isoformat() for point in points],
        "y": values if values is not None else [point.value for point in points],
        "connectgaps": False,
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
    }
    if size:
        trace["marker"] = {"size": size if hovers else 2, "color": colour}
    if hovers:
        trace |= {"hovertext": [hover_text(point.hover) for point in points], "hoverinfo": "text"}
    return trace


def _unfinished_stretches(points: Sequence[Point]) -> list[Point | None]:
    """Pairs of neighbours of which at least one is unfinished, each pair closed by None."""
    stretches: list[Point | None] = []
    for left, right in pairwise(points):
        if left.value is None or right.value is None or (left.mark == "final" and right.mark == "final"):
            continue
        stretches += [left, right, None]
    return stretches


def week_bars(name: str, colour: str, points: Sequence[Point], hatching: str = "") -> dict[str, Any]:
    unfinished = [point.mark in ("provisional", "incomplete") for point in points]
    return {
        "type": "bar",
        "name": name,
        "x": [point.day.isoformat() for point in points],
        "y": [point.value for point in points],
        "marker": {
            "color": [PAPER if hollow else colour for hollow in unfinished],
            "line": {"color": colour, "width": 1.5 if any(unfinished) or hatching else 0},
            "pattern": {"shape": hatching, "bgcolor": PAPER, "solidity": 0.3, "size": 6},
        },
        "hovertext": [hover_text(point.hover) for point in points],
        "hoverinfo": "text",
    }


def marked_runs(points: Sequence[Point], marks: set[str]) -> list[tuple[date, date]]:
    """First and last day of each run of neighbouring points with one of these marks."""
    runs: list[tuple[date, date]] = []
    is_inside = False
    for point in points:
        belongs = point.mark in marks
        if belongs and is_inside:
            runs[-1] = (runs[-1][0], point.day)
        elif belongs:
            runs.append((point.day, point.day))
        is_inside = belongs
    return runs


def gap_fields(points: Sequence[Point], half: timedelta) -> list[dict[str, Any]]:
    """A grey field over each run of missing or hidden points, reaching `half` a step beyond it on both sides."""
    midnight = time()
    return [
        grey_field(
            (datetime.combine(first, midnight) - half).isoformat(),
            (datetime.combine(last, midnight) + half).isoformat(),
        )
        for first, last in marked_runs(points, {"missing", "hidden"})
    ]


def grey_field(left: str | float, right: str | float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": left,
        "x1": right,
        "y0": 0,
        "y1": 1,
        "fillcolor": FIELD,
        "line": {"width": 0},
        "layer": "below",
    }


def ceiling_line(ceiling: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": ceiling,
        "y1": ceiling,
        "line": {"color": LIMIT, "width": 1.5, "dash": "dash"},
    }


def distance(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(0.0, round(upper - lower, 6))
