"""The style all charts share: colours, font, base layout, and text as plotly takes it.

What does not belong here: lines, bars and shapes (parts.py), labels (labels.py).
Colours are the light ones of static/katsuyo.css; static/katsuyo.js exchanges them for the dark ones by exact text.
"""

from __future__ import annotations

from typing import Any
from unicodedata import east_asian_width

INK = "#1a1a1a"
QUIET = "#595959"
MID = "#767676"
MAIN = "#12436d"
LIMIT = "#ac3e00"
# Too pale to carry a meaning alone: fields behind what is drawn, and grid lines.
FIELD = "#e9e9e9"
GRID = "#d9d9d9"
PAPER = "#ffffff"
NOTHING = "rgba(0,0,0,0)"
COLOURS = (INK, QUIET, MID, MAIN, LIMIT, FIELD, GRID, PAPER, NOTHING)

FONT = '"Noto Sans CJK JP","BIZ UDPGothic","Yu Gothic UI",Meiryo,sans-serif'
LABEL_SIZE = 13


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
        "xaxis": axis | {"showgrid": False, "showline": True, "linecolor": MID},
        "yaxis": axis | {"showgrid": True, "gridcolor": GRID, "rangemode": "tozero"},
    }


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
