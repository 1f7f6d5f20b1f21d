"""Charts draw gaps as gaps, start at zero, print their values, and use no colour the style sheet does not know."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

import plotly.graph_objects as go
import pytest

from pipelines.pages.charts import line_charts, style
from pipelines.pages.charts.parts import Bar, Point
from pipelines.pages.views.chart import figure_json
from pipelines.pages.views.context import month_labels
from pipelines.pages.wording.language import Language, language

MONDAY = date(2026, 1, 5)
WORDS = language("ja").texts["chart"]


def points(*values: float | None, marks: dict[int, str] | None = None) -> list[Point]:
    return [
        Point(
            MONDAY + timedelta(weeks=week),
            value,
            (marks or {}).get(week, "final" if value is not None else "missing"),
            None if value is None else value - 0.02,
            None if value is None else value + 0.02,
        )
        for week, value in enumerate(values)
    ]


def daily(line: list[Point], ja: Language) -> go.Figure:
    return line_charts.people_by_day(line, ja.texts["chart"], month_labels=month_labels([one.day for one in line], ja))


def test_a_missing_day_is_a_gap_with_a_grey_field_and_never_a_zero(ja: Language) -> None:
    figure = daily(points(50, 60, None, 70), ja)
    assert tuple(figure.data[0].y) == (50, 60, None, 70)
    assert not figure.data[0].connectgaps
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(1.5, 2.5)]
    assert "欠測" in [note.text for note in figure.layout.annotations]
    assert 0 not in [value for trace in figure.data for value in trace.y]


def test_provisional_days_are_dotted_and_named(ja: Language) -> None:
    figure = daily(points(50, 60, 70, marks={2: "provisional"}), ja)
    full, dotted = figure.data
    assert tuple(full.y) == (50, 60, None)
    assert dotted.line.dash == "dot"
    assert tuple(dotted.y) == (60, 70, None)
    assert "暫定" in [note.text for note in figure.layout.annotations]


def test_the_second_series_is_hatched_and_provisional_weeks_are_hollow(ja: Language) -> None:
    one, other = points(5.0, 7.0, marks={1: "provisional"}), points(2.0, 3.0)
    series = [("a", style.MAIN, one), ("b", style.MAIN, other)]
    figure = line_charts.weekly_counts(series, ja.texts["chart"], month_labels={})
    assert [trace.marker.pattern.shape for trace in figure.data] == ["", "/"]
    assert figure.data[0].marker.color == (style.MAIN, style.PAPER)


def test_shares_are_drawn_from_zero_to_one_hundred(ja: Language) -> None:
    assert line_charts.department_bars([Bar("課", 0.5, "50.0％")], WORDS).layout.xaxis.range[0] == 0
    counts = line_charts.weekly_counts([("a", style.MAIN, points(5.0, 7.0))], ja.texts["chart"], month_labels={})
    assert counts.layout.yaxis.range[0] == 0


def test_the_ceiling_is_a_line_with_its_name_inside_the_range(ja: Language) -> None:
    figure = line_charts.people_by_day(
        points(20.0, 30.0), ja.texts["chart"], month_labels={}, ceiling=200, ceiling_label="旧PC 200台"
    )
    assert figure.layout.shapes[-1].y0 == 200
    assert figure.layout.yaxis.range[1] > 200
    assert figure.layout.annotations[-1].text == "旧PC 200台"


def test_a_hidden_department_has_a_label_and_no_bar() -> None:
    figure = line_charts.department_bars([Bar("人事課", 0.8, "80.0％", 0.7, 0.9), Bar("税務課", None, "秘匿")], WORDS)
    bars, labels = figure.data
    assert tuple(bars.x) == (0.8, None)
    assert tuple(labels.text) == (" 80.0％", " 秘匿")
    assert tuple(bars.error_x.array) == (0.1, 0.0)


def test_markup_in_a_name_is_drawn_as_text_and_cannot_end_the_script_block() -> None:
    figure = line_charts.department_bars([Bar("<script>alert(1)</script>", 0.5, "50.0％")], WORDS)
    text = figure_json(figure)
    assert "<" not in text
    assert "&" not in text
    assert "lt;script" in text


def test_long_names_are_wrapped_and_very_long_ones_are_cut() -> None:
    assert style.wrapped("相談支援担当課") == "相談支援担当課"
    assert style.wrapped("まちづくり推進担当課").count("<br>") == 1
    assert style.wrapped("あ" * 60).endswith("…")


def test_an_empty_publication_still_draws(ja: Language) -> None:
    assert line_charts.people_by_day([], ja.texts["chart"], month_labels={}).layout.yaxis.range[0] == 0


def test_figures_carry_no_plotly_template() -> None:
    assert len(figure_json(line_charts.department_bars([Bar("課", 0.5, "50.0％")], WORDS))) < 2500


def static(name: str) -> str:
    return resources.files("pipelines.pages.site").joinpath("static", name).read_text(encoding="utf-8")


def test_every_colour_of_the_charts_has_a_dark_partner() -> None:
    script, sheet = static("katsuyo.js"), static("katsuyo.css")
    for colour in style.COLOURS:
        if colour != style.NOTHING:
            name = re.search(rf'"{re.escape(colour)}": "(--[a-z]+)"', script)
            assert name, f"{colour} is not exchanged in the dark"
            assert f"{name[1]}: {colour};" in sheet
            assert sheet.count(f"{name[1]}:") == 2


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((name, "paper", 4.5) for name in ("ink", "quiet", "main", "limit")),
        ("mid", "paper", 3.0),
        ("ink", "field", 4.5),
        ("main", "field", 3.0),
    ],
)
def test_contrast_is_enough_in_both_themes(theme: int, front: str, back: str, least: float) -> None:
    style = static("katsuyo.css")

    def value(name: str) -> str:
        return re.findall(rf"--{name}: (#[0-9a-f]{{6}});", style)[theme]

    assert contrast(value(front), value(back)) >= least
