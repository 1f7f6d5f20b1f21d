"""Charts of bars that are more than one value long: parts of a whole by weekday, seats between two bounds.

What does not belong here: simple bars and lines (line_charts.py), choosing figures and titles (the views).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from pipelines.pages.charts.style import (
    FIELD,
    GRID,
    INK,
    LABEL_SIZE,
    MAIN,
    MID,
    PAPER,
    base_layout,
    plain_text,
    wrapped,
)

# A part smaller than this has no room for its figure; the table behind the chart has it.
SMALLEST_LABELLED_SHARE = 0.09
# Two figures beside a bar need this much more width than the bar, on a phone, too.
ROOM_FOR_LABELS = 1.8


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of every bar: name, colour, colour of the figures in it, and the shares from left to right.

    `hatching` is a pattern of plotly in the colour; without it the bar is full, in the colour of the paper hollow.
    """

    name: str
    colour: str
    label_colour: str
    shares: tuple[float | None, ...]
    hatching: str = ""


@dataclass(frozen=True, slots=True)
class SeatBar:
    """Seats known to be needed, seats needed if everybody at no known place was in the office, and the headcount."""

    name: str
    low: float | None
    high: float | None
    headcount: float | None
    label: str


def stacked_shares(names: Sequence[str], layers: Sequence[Layer], words: dict[str, str]) -> go.Figure:
    """One bar per name from 0 to 100 %, made of the layers, the first of them at the bottom."""
    layout = base_layout(height=300, right=8, top=54)
    layout["barmode"] = "stack"
    layout["bargap"] = 0.3
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h",
        "traceorder": "normal",
        "x": 0,
        "y": 1.02,
        "xanchor": "left",
        "yanchor": "bottom",
        "itemclick": False,
        "itemdoubleclick": False,
    }
    places = list(range(len(names)))
    layout["xaxis"] |= {"tickvals": places, "ticktext": [plain_text(name) for name in names]}
    layout["yaxis"] |= {"range": [0, 1], "tickvals": [0, 0.5, 1], "ticktext": ["0", "50", f"100{words['percent']}"]}
    return go.Figure({"data": [_layer(layer, places, words) for layer in layers], "layout": layout})


def _layer(layer: Layer, places: list[int], words: dict[str, str]) -> dict[str, Any]:
    shares = [None if share is None else round(share, 6) for share in layer.shares]
    return {
        "type": "bar",
        "name": plain_text(layer.name),
        "x": places,
        "y": shares,
        "marker": _fill(layer),
        "text": [_label(share, words) for share in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": layer.label_colour, "size": LABEL_SIZE},
        "hoverinfo": "skip",
    }


def _fill(layer: Layer) -> dict[str, Any]:
    # The seam keeps neighbours apart for those who cannot tell their colours.
    outline = MID if layer.hatching or layer.colour == FIELD else PAPER
    fill: dict[str, Any] = {"color": layer.colour, "line": {"color": outline, "width": 1}}
    if layer.hatching:
        fill["pattern"] = {"shape": layer.hatching, "bgcolor": PAPER, "solidity": 0.25, "size": 7}
    return fill


def _label(share: float | None, words: dict[str, str]) -> str:
    return "" if share is None or share < SMALLEST_LABELLED_SHARE else f"{share * 100:.1f}{words['percent']}"


def seat_bars(bars: Sequence[SeatBar], words: dict[str, str]) -> go.Figure:
    """Full bars for seats that were surely taken, hollow ones up to what may have been, a line at the headcount."""
    names = [wrapped(bar.name, 11) for bar in bars]
    most_lines = max((name.count("<br>") + 1 for name in names), default=1)
    layout = base_layout(height=54 + len(bars) * max(26, 16 * most_lines), left=150, right=12, top=30, bottom=20)
    layout["barmode"] = "stack"
    layout["bargap"] = 0.35
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h",
        "traceorder": "normal",
        "x": 0,
        "y": 1.0,
        "xanchor": "left",
        "yanchor": "bottom",
        "itemclick": False,
        "itemdoubleclick": False,
    }
    places = list(range(len(bars)))
    most = max([*(bar.headcount or bar.high or 0.0 for bar in bars), 1.0])
    layout["xaxis"] |= {"range": [0, most * ROOM_FOR_LABELS], "nticks": 5, "separatethousands": True}
    layout["xaxis"] |= {"showgrid": True, "gridcolor": GRID}
    layout["yaxis"] |= {
        "range": [len(bars) - 0.5, -0.5],
        "tickvals": places,
        "ticktext": names,
        "showgrid": False,
    }
    both = {"type": "bar", "orientation": "h", "y": places, "hoverinfo": "skip"}
    return go.Figure(
        {
            "data": [
                both | {"name": words["seats_known"], "x": [bar.low for bar in bars], "marker": {"color": MAIN}},
                both
                | {
                    "name": words["seats_possible"],
                    "x": [None if bar.low is None else (bar.high or bar.low) - bar.low for bar in bars],
                    "marker": {"color": PAPER, "line": {"color": MAIN, "width": 1.5}},
                },
                _headcounts(bars, places, words),
                _seat_labels(bars, places),
            ],
            "layout": layout,
        }
    )


def _headcounts(bars: Sequence[SeatBar], places: list[int], words: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": words["headcount"],
        "y": places,
        "x": [bar.headcount for bar in bars],
        "marker": {"symbol": "line-ns", "size": 14, "color": INK, "line": {"color": INK, "width": 2}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _seat_labels(bars: Sequence[SeatBar], places: list[int]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "y": places,
        "x": [max(bar.headcount or 0.0, bar.high or 0.0) for bar in bars],
        "text": [f"  {plain_text(bar.label)}" for bar in bars],
        "textposition": "middle right",
        "textfont": {"color": INK, "size": LABEL_SIZE},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }
