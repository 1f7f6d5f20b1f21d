"""One pure function per kind of chart of plotly: points -> Figure. Same points, same figure, byte for byte.

What does not belong here: choosing figures, titles (the page prints them), and the width (static/katsuyo.js fits it).
Rules: amounts and shares start at zero; what is missing is a gap with a grey field, never a zero; labels stand beside
what they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from pipelines.pages.charts.labels import line_label, mark_labels
from pipelines.pages.charts.parts import (
    Bar,
    Point,
    ceiling_line,
    distance,
    gap_fields,
    grey_field,
    marked_line,
    marked_runs,
    week_axis,
    week_bars,
)
from pipelines.pages.charts.style import GRID, INK, MAIN, MID, PAPER, base_layout, wrapped


def people_by_day(
    points: Sequence[Point],
    words: dict[str, str],
    *,
    month_labels: dict[date, str],
    ceiling: float = 0.0,
    ceiling_label: str = "",
) -> go.Figure:
    """People per working day from zero; weekends and holidays take no room. `ceiling` is the former number of PCs."""
    traces = marked_line(points, MAIN, size=0)
    layout = base_layout(height=240, right=16)
    values = [point.value for point in points if point.value is not None]
    top = max([*values, ceiling, 1.0]) * 1.12
    layout["xaxis"] |= {
        "type": "category",
        "range": [-0.5, len(points) - 0.5],
        "tickvals": [day.isoformat() for day in month_labels],
        "ticktext": list(month_labels.values()),
    }
    layout["yaxis"] |= {"range": [0, top], "nticks": 5, "separatethousands": True}
    places = {point.day: place for place, point in enumerate(points)}
    layout["shapes"] = [
        grey_field(places[first] - 0.5, places[last] + 0.5) for first, last in marked_runs(points, {"missing"})
    ]
    layout["annotations"] = mark_labels(points, words, room=0.13)
    if ceiling:
        layout["shapes"].append(ceiling_line(ceiling))
        layout["annotations"].append(line_label(ceiling, ceiling_label))
    return _figure(traces, layout)


def weekly_counts(
    series: Sequence[tuple[str, str, Sequence[Point]]],
    words: dict[str, str],
    *,
    month_labels: dict[date, str],
) -> go.Figure:
    """Amounts by week as bars from zero, one for each (name, colour, points); the second is hatched."""
    layout = base_layout(height=220, right=8, top=28 if len(series) > 1 else 12)
    layout["barmode"] = "group"
    layout["bargap"] = 0.25
    layout["bargroupgap"] = 0.0
    points = series[0][2]
    layout["xaxis"] |= week_axis(points, month_labels)
    values = [point.value for _, _, line in series for point in line if point.value is not None]
    layout["yaxis"] |= {"range": [0, max([*values, 1.0]) * 1.15], "nticks": 5, "separatethousands": True}
    layout["shapes"] = gap_fields(points, timedelta(days=3, hours=12))
    layout["annotations"] = mark_labels(points, words)
    if len(series) > 1:
        layout["showlegend"] = True
        layout["legend"] = {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        }
    return _figure([week_bars(*one, hatching="/" if place else "") for place, one in enumerate(series)], layout)


def department_bars(
    bars: Sequence[Bar], words: dict[str, str], *, top: float | None = None, name_width: int = 8
) -> go.Figure:
    """Departments as bars from zero, with interval and printed value, first one on top.

    Shares run to 100 %; amounts run to `top`, the largest of them. `name_width` is the room for names, in characters.
    """
    names = [wrapped(bar.name, name_width) for bar in bars]
    most_lines = max((name.count("<br>") + 1 for name in names), default=1)
    height = 24 + len(names) * max(26, 16 * most_lines)
    layout = base_layout(height=height, left=4 + 13 * name_width, right=12, top=4, bottom=20)
    layout["bargap"] = 0.35
    places = list(range(len(bars)))
    layout["xaxis"] |= {"range": [0, 1.24], "tickvals": [0, 0.5, 1], "ticktext": ["0", "50", f"100{words['percent']}"]}
    if top is not None:
        layout["xaxis"] |= {"range": [0, top * 1.24], "tickvals": None, "ticktext": None}
        layout["xaxis"] |= {"nticks": 4, "separatethousands": True}
    layout["xaxis"] |= {"showgrid": True, "gridcolor": GRID}
    layout["yaxis"] |= {
        "range": [len(bars) - 0.5, -0.5],
        "tickvals": places,
        "ticktext": names,
        "showgrid": False,
    }
    solid = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "x": [bar.value for bar in bars],
        "marker": {"color": [bar.colour for bar in bars]},
        "hoverinfo": "skip",
    }
    if any(bar.high is not None for bar in bars):
        solid["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [distance(bar.high, bar.value) for bar in bars],
            "arrayminus": [distance(bar.value, bar.low) for bar in bars],
            "color": INK,
            "thickness": 1,
            "width": 3,
        }
    labels = {
        "type": "scatter",
        "mode": "text",
        "y": places,
        "x": [max(bar.value or 0.0, bar.high or 0.0) for bar in bars],
        "text": [f" {bar.label}" for bar in bars],
        "textposition": "middle right",
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return _figure([solid, labels], layout)


def status_strip(
    names: Sequence[str], days: Sequence[date], codes: Sequence[Sequence[int]], month_labels: dict[date, str]
) -> go.Figure:
    """One row per dataset, one column per day: 0 missing, 1 provisional, 2 final."""
    layout = base_layout(height=32 + 34 * len(names), left=158, right=8, top=4, bottom=22)
    layout["xaxis"] |= {
        "type": "date",
        "tickvals": [day.isoformat() for day in month_labels],
        "ticktext": list(month_labels.values()),
        "showline": False,
    }
    layout["yaxis"] |= {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": [wrapped(name, 11) for name in names],
        "showgrid": False,
    }
    layout["shapes"] = [_outline(place) for place in range(len(names))]
    strip = {
        "type": "heatmap",
        "x": [day.isoformat() for day in days],
        "y": list(range(len(names))),
        "z": [list(row) for row in codes],
        "zmin": 0,
        "zmax": 2,
        "ygap": 8,
        "showscale": False,
        "hoverinfo": "skip",
        # A missing day is an empty place in the bar, as in every other chart.
        "colorscale": [[0, PAPER], [0.33, PAPER], [0.33, MID], [0.67, MID], [0.67, MAIN], [1, MAIN]],
    }
    return _figure([strip], layout)


def _outline(place: int) -> dict[str, Any]:
    """The frame of one row, so that an empty place at its end is seen."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": place - 0.38,
        "y1": place + 0.38,
        "line": {"color": MID, "width": 1},
    }


def _figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """Built by plotly, so that a misspelt property fails here and not in the browser of an executive."""
    return go.Figure({"data": traces, "layout": layout})
