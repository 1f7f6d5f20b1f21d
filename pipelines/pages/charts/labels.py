"""Labels on charts: the word over an unfinished stretch, the note under a point, names and values at the end of a line.

What does not belong here: the words (they are handed in), lines and shapes (parts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.pages.charts.parts import Point, marked_runs
from pipelines.pages.charts.style import INK, LABEL_SIZE, LIMIT, MAIN, NOTHING, REFERENCE, plain_text


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
