"""Published verdicts in words: the word in its box, the change with its interval, why two figures are not compared.

What does not belong here: sentences about several tools (head.py) and judging.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.verdicts import Change, Difference
from pipelines.pages.views.context import Context
from pipelines.pages.wording.language import Language


@dataclass(frozen=True)
class Judged:
    """A comparison as it is printed: `verdict` is its code and "" where there is none, `word` what is in the box.

    `values` are both figures, `difference` is what lies between them and `interval` its interval in brackets; where the
    two must not be compared `why` says so instead.
    """

    verdict: str
    word: str
    values: str = ""
    difference: str = ""
    interval: str = ""
    why: str = ""


def judged_change(context: Context, cell: Cell, change: Change | None) -> Judged:
    """The change since another period; hidden and missing figures have no word."""
    language = context.language
    if cell.state != "shown":
        return Judged("", "", why=language.say(f"mark.{cell.state}"))
    if change is None or (change.verdict is None and change.because is None):
        return Judged("", "", why=language.say("verdict.no_change"))
    verdict = change.verdict or "not_comparable"
    word = language.say(f"verdict.{verdict}")
    if change.change is None:
        return Judged(verdict, word, why=because(change, language))
    metric = context.metric(cell.metric_id)
    return Judged(
        verdict,
        word,
        values=_pair(metric, change.other_value, cell.value, language),
        difference=_difference(metric, change.change, language),
        interval=_interval(metric, change.low, change.high, language),
    )


def judged_difference(context: Context, cell: Cell, difference: Difference | None) -> Judged:
    """The difference from what the staffing would give."""
    language = context.language
    if cell.state != "shown":
        return Judged("", "", why=language.say(f"mark.{cell.state}"))
    if difference is None or difference.verdict is None or difference.expected is None:
        return Judged("", "", why=language.say("verdict.no_difference"))
    metric = context.metric(cell.metric_id)
    return Judged(
        difference.verdict,
        language.say(f"verdict.{difference.verdict}"),
        values=language.say("verdict.expected", value=language.form.metric_value(metric, difference.expected)),
        difference=_difference(metric, difference.difference, language),
        interval=_interval(metric, difference.low, difference.high, language),
    )


def because(change: Change, language: Language) -> str:
    """Why two periods are not compared; a reason of a later release is told as such."""
    return language.find(f"because.{change.because}", language.say("because.other"))


def _difference(metric: Metric, value: float | None, language: Language) -> str:
    """+1.1ポイント."""
    return "" if value is None else language.form.signed_value(metric, value)


def _interval(metric: Metric, low: float | None, high: float | None, language: Language) -> str:
    """（+0.8〜+1.5）, with a blank before it where the language puts one; nothing where none is told."""
    if low is None or high is None:
        return ""
    form = language.form
    number = form.signed_points_number if metric.is_percent else form.signed_number
    return language.say("site.gap") + form.signed_range(number(low), number(high)).join(form.BRACKETS)


def _pair(metric: Metric, before: float | None, now: float | None, language: Language) -> str:
    """45.8→46.9％: both figures in the unit of the later."""
    if before is None or now is None:
        return ""
    form = language.form
    first = form.percent_number(before) if metric.is_percent else form.amount(metric, before)
    return f"{first}→{form.metric_value(metric, now)}"
