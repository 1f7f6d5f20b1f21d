"""The parts all charts share: colours, layout, lines with gaps, bands, marks and labels. Plain dicts in plotly's terms.

What does not belong here: which parts make up a chart (line_charts.py), texts, sizes of the page.
Colours are the light ones of static/katsuyo.css; static/katsuyo.js exchanges them for the dark ones by exact text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal
from unicodedata import east_asian_width

Mark = Literal["final", "provisional", "incomplete", "missing", "hidden"]

INK = "#1a1a1a"
MAIN = "#12436d"
SECOND = "#28a197"
BAR = "#2073bc"
REFERENCE = "#6b6b6b"
LIMIT = "#801650"
BAND = "rgba(18,67,109,0.18)"
GAP = "rgba(107,107,107,0.16)"
GRID = "#dcdcdc"
PAPER = "#ffffff"
NOTHING = "rgba(0,0,0,0)"
COLOURS = (INK, MAIN, SECOND, BAR, REFERENCE, LIMIT, BAND, GAP, GRID, PAPER, NOTHING)

FONT = '"Hiragino Sans","BIZ UDPGothic","Yu Gothic UI","Meiryo","Noto Sans CJK JP","Noto Sans JP",sans-serif'
LABEL_SIZE = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One place on a chart. `value` is None for what is missing or hidden; `hover` is the finished text.

    `note` stands under the point: what must be known to read it, such as a week of two working days.
    """

    day: date
    value: float | None
    mark: Mark = "final"
    low: float | None = None
    high: float | None = None
    hover: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One department of a comparison; `label` is printed at the end of the bar, also where there is none."""

    name: str
    value: float | None
    label: str
    low: float | None = None
    high: float | None = None
    colour: str = MAIN


def plain_text(text: str) -> str:
    """Text for plotly, which reads a little HTML: a department called <b> is drawn as written."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def hover_text(text: str) -> str:
    """The same for several lines."""
    return plain_text(text).replace("\n", "<br>")


def base_layout(*, height: int, left: int = 40, right: int = 8, top: int = 12, bottom: int = 22) -> dict[str, Any]:
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": LABEL_SIZE, "color": INK},
    }
    return {
        # An empty template keeps plotly's own seven kilobytes of style out of every figure.
        "template": {},
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 2},
        "font": {"family": FONT, "size": LABEL_SIZE, "color": INK},
        "paper_bgcolor": NOTHING,
        "plot_bgcolor": NOTHING,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": INK, "font": {"color": INK, "size": LABEL_SIZE}},
        "xaxis": axis | {"showgrid": False, "showline": True, "linecolor": REFERENCE},
        "yaxis": axis | {"showgrid": True, "gridcolor": GRID, "rangemode": "tozero"},
    }


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


def band(points: Sequence[Point]) -> dict[str, Any]:
    """The interval as one closed shape per run of weeks, so that gaps stay gaps."""
    xs: list[str | None] = []
    ys: list[float | None] = []
    for run in _runs_with_interval(points):
        forth = [point.day.isoformat() for point in run]
        xs += [*forth, *reversed(forth), None]
        ys += [*(point.high for point in run), *(point.low for point in reversed(run)), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"color": NOTHING, "width": 0},
        "hoverinfo": "skip",
    }


def _runs_with_interval(points: Sequence[Point]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.low is None or point.high is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def week_bars(name: str, colour: str, points: Sequence[Point]) -> dict[str, Any]:
    unfinished = [point.mark in ("provisional", "incomplete") for point in points]
    return {
        "type": "bar",
        "name": name,
        "x": [point.day.isoformat() for point in points],
        "y": [point.value for point in points],
        "marker": {
            "color": [PAPER if hollow else colour for hollow in unfinished],
            "line": {"color": colour, "width": 1.5 if any(unfinished) else 0},
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
        "fillcolor": GAP,
        "line": {"width": 0},
        "layer": "below",
    }


def mark_labels(
    points: Sequence[Point], words: dict[str, str], *, room: float = 0.2, top: float | None = None
) -> list[dict[str, Any]]:
    """The word 暫定, 欠測, ... over each run, unless another word stands within `room`, a part of the width.

    With `top`, the upper end of the axis, the word goes to the foot of the chart where the line runs high.
    """
    labels: list[dict[str, Any]] = []
    places = {point.day: place for place, point in enumerate(points)}
    taken: list[int] = []
    for mark in ("provisional", "missing", "hidden", "incomplete"):
        for first, last in marked_runs(points, {mark}):
            middle = (places[first] + places[last]) // 2
            if any(abs(middle - place) < len(points) * room for place in taken):
                continue
            taken.append(middle)
            near = [point.value or 0.0 for point in points[max(0, middle - 3) : middle + 4]]
            is_high = top is not None and max(near) > 0.7 * top
            labels.append(
                {
                    "text": words[mark],
                    "x": points[middle].day.isoformat(),
                    "xref": "x",
                    "y": 0 if is_high else 1,
                    "yref": "paper",
                    "yanchor": "bottom" if is_high else "top",
                    "showarrow": False,
                    "font": {"size": LABEL_SIZE, "color": INK},
                }
            )
    return labels


def point_notes(points: Sequence[Point], reference: Sequence[Point] = ()) -> list[dict[str, Any]]:
    """The note of each point that has one: under it, or above the lines where there is no room under it."""
    return [
        _point_note(points, reference, place)
        for place, point in enumerate(points)
        if point.note and point.value is not None
    ]


def _point_note(points: Sequence[Point], reference: Sequence[Point], place: int) -> dict[str, Any]:
    point = points[place]
    has_room = (point.value or 0.0) >= 0.3
    around = slice(max(0, place - 3), place + 4)
    above = max(other.high or other.value or 0.0 for other in [*points[around], *reference[around]])
    return {
        "text": plain_text(point.note),
        "x": point.day.isoformat(),
        "xref": "x",
        "y": point.value if has_room else above,
        "yref": "y",
        "yanchor": "top" if has_room else "bottom",
        "yshift": -3 if has_room else 3,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": REFERENCE},
    }


def end_labels(
    points: Sequence[Point], reference: Sequence[Point], reference_label: str, percent: str
) -> list[dict[str, Any]]:
    """The last value and the name of the reference at the right end of the lines, pushed apart if they would touch."""
    last = next((point for point in reversed(points) if point.value is not None), None)
    other = next((point for point in reversed(reference) if point.value is not None), None)
    labels = []
    shift = 0
    if last is not None and other is not None and last.value is not None and other.value is not None:
        close = abs(last.value - other.value) < 0.12
        shift = (8 if last.value >= other.value else -8) if close else 0
    if last is not None and last.value is not None:
        labels.append(_end_label(last, f"{last.value * 100:.0f}{percent}", MAIN, shift))
    if other is not None:
        labels.append(_end_label(other, plain_text(reference_label), REFERENCE, -shift))
    return labels


def _end_label(point: Point, text: str, colour: str, shift: int) -> dict[str, Any]:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "y": point.value,
        "yref": "y",
        "yshift": shift,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": colour},
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


def line_label(ceiling: float, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": ceiling,
        "yref": "y",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": LIMIT},
        "bgcolor": NOTHING,
    }


def distance(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(0.0, round(upper - lower, 6))


def wrapped(name: str, width: int = 8, most_lines: int = 3) -> str:
    """A name over as many lines as it needs, `width` full-width characters each, cut with … where the room ends."""
    lines, room = [""], 2 * width
    for character in name:
        size = 2 if east_asian_width(character) in "WFA" else 1
        if size > room:
            lines.append("")
            room = 2 * width
        lines[-1] += character
        room -= size
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], lines[most_lines - 1][:-1] + "…"]
    return "<br>".join(plain_text(line) for line in lines)
