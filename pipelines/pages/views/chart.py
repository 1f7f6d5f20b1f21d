"""A chart as a template prints it: the plotly figure with slug, finding, caption, text alternative and height.

What does not belong here: drawing (line_charts.py, bar_charts.py) and what is found (findings.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from pipelines.pages.charts.parts import Bar, Point
from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.periods import Periods
from pipelines.pages.figures.quality import quality_mark
from pipelines.pages.views import findings
from pipelines.pages.views.context import Context


@dataclass(frozen=True)
class Chart:
    """One drawing: `title` says the finding, `kind` what is drawn, `size` (panel, half, wide) its width on paper."""

    slug: str
    title: str
    kind: str
    figure: str
    alternative: str
    height: int
    size: str = "panel"


def chart_of(
    context: Context,
    slug: str,
    title: str,
    kind: str,
    figure: go.Figure,
    *,
    values: Sequence[tuple[str, str]] = (),
    size: str = "half",
    first: date | None = None,
) -> Chart:
    """`values` are what the text alternative lists; `first` is the first day drawn, by default that of the period."""
    caption = context.caption(kind, first or context.first_day)
    return Chart(
        slug=slug,
        title=title,
        kind=caption,
        figure=figure_json(figure),
        alternative=findings.alternative(title, caption, values, context.language),
        height=int(figure.layout.height),
        size=size,
    )


def point_of(cell: Cell, periods: Periods, hover: str, *, is_amount: bool = False) -> Point:
    """The figure as a place on a chart; `is_amount` draws people or files instead of the rate."""
    value = cell.numerator if is_amount else cell.value
    mark = quality_mark(cell, periods)
    if cell.is_hidden or value is None:
        return Point(cell.period_start, None, mark if mark in ("hidden", "missing") else "missing", hover=hover)
    low, high = (None, None) if is_amount else (cell.interval_low, cell.interval_high)
    return Point(cell.period_start, round(value, 6), mark, _rounded(low), _rounded(high), hover)


def figure_json(figure: go.Figure) -> str:
    """The figure for a script block: compact, stable, and without any character that could end the block."""
    text = json.dumps(figure.to_plotly_json(), ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def bar_labels(bars: Sequence[Bar]) -> list[tuple[str, str]]:
    """Names and figures of bars, for the text alternative."""
    return [(bar.name, bar.label) for bar in bars]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
