"""Labels on charts: the word over an unfinished stretch, the name of a limit.

What does not belong here: the words (they are handed in), lines and shapes (parts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.pages.charts.parts import Point, marked_runs
from pipelines.pages.charts.style import INK, LABEL_SIZE, LIMIT, NOTHING


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
