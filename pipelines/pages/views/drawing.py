"""From a figure to the chart a template prints: slug, finding, caption, text alternative, height.

What does not belong here: drawing itself (line_charts.py, bar_charts.py) and what is found (findings.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from pipelines.pages.charts.parts import Bar
from pipelines.pages.views import findings
from pipelines.pages.views.context import Chart, Context, figure_json


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


def said(bars: Sequence[Bar]) -> list[tuple[str, str]]:
    """Names and figures of bars, for the text alternative."""
    return [(bar.name, bar.label) for bar in bars]
