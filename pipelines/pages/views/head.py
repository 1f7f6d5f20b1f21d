"""The answer on top of 全庁 and of each 部: habit, use per working day, what changed, against the others, targets.

Every comparison in it is a published verdict. What does not belong here: the panels below (headline_panels.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.pages.figures.targets import Target
from pipelines.pages.figures.verdicts import CHANGE_VERDICTS, DIFFERENCE_VERDICTS
from pipelines.pages.views.answer_notes import answer_notes
from pipelines.pages.views.context import Context
from pipelines.pages.views.target_words import distance, target_value
from pipelines.pages.views.tools import Tool
from pipelines.pages.views.verdict_words import because


@dataclass(frozen=True)
class Head:
    """`answer` are sentences in large type, `more` the paragraph below, `notes` what they rest on."""

    answer: list[str]
    more: str
    notes: list[str]


def head_of(context: Context, tools: Sequence[Tool], targets: Sequence[tuple[Tool, str, Target]]) -> Head:
    more = [_days(context, tools), _changes(context, tools)]
    if not context.is_whole:
        more.append(_differences(context, tools))
    more.append(_targets(context, targets))
    return Head(
        _habits(context, tools), context.language.sentences([part for part in more if part]), answer_notes(context)
    )


def _habits(context: Context, tools: Sequence[Tool]) -> list[str]:
    say, whole_percent = context.language.say, context.language.form.whole_percent
    shown = [tool for tool in tools if tool.habit.value is not None and tool.habit.state == "shown"]
    if not shown:
        hidden = any(tool.habit.state == "hidden" for tool in tools)
        return [say("head.habit_hidden" if hidden else "head.habit_none")]
    sentences = []
    plain = [tool for tool in shown if not tool.subject.is_at_least]
    if plain:
        clauses = [
            say(f"head.habit_{'next' if place else 'first'}", name=tool.name, value=whole_percent(tool.habit.value))
            for place, tool in enumerate(plain)
        ]
        sentences.append(say("head.habit", clauses=say("head.and").join(clauses)))
    sentences += [
        say("head.habit_least", name=tool.name, value=whole_percent(tool.habit.value))
        for tool in shown
        if tool.subject.is_at_least
    ]
    sentences += [
        say("head.habit_unshown", name=tool.name, mark=say(f"mark.{tool.habit.state}"))
        for tool in tools
        if tool not in shown
    ]
    return sentences


def _days(context: Context, tools: Sequence[Tool]) -> str:
    say, whole_percent = context.language.say, context.language.form.whole_percent
    clauses = []
    for tool in tools:
        cell = tool.day.cell
        if cell.state != "shown" or cell.value is None:
            clauses.append(say("head.day_unshown", name=tool.name, mark=say(f"mark.{cell.state}")))
        else:
            key = "head.day_least" if tool.subject.is_at_least else "head.day_one"
            clauses.append(say(key, name=tool.name, value=whole_percent(cell.value)))
    return say("head.day", clauses=say("head.and").join(clauses))


def _changes(context: Context, tools: Sequence[Tool]) -> str:
    """Against the period before, in the order 上昇, 低下, 横ばい, 判断できない, and what is not compared and why."""
    language = context.language
    told = [
        (tool, tool.change) for tool in tools if tool.change and tool.change.verdict and tool.day.cell.state == "shown"
    ]
    if not told:
        return language.say("head.change_none")
    groups: list[tuple[str, list[str], str]] = []
    for verdict in CHANGE_VERDICTS:
        of_verdict = [(tool.name, change) for tool, change in told if change.verdict == verdict]
        if verdict == "not_comparable":
            reasons: dict[str, list[str]] = {}
            for name, change in of_verdict:
                reasons.setdefault(because(change, language), []).append(name)
            groups += [(verdict, names, reason) for reason, names in reasons.items()]
        elif of_verdict:
            detail = _detectable(context, "change", [change.detectable for _, change in of_verdict])
            groups.append((verdict, [name for name, _ in of_verdict], detail))
    before = language.form.month(told[0][1].other_start)
    return _told(context, "change", groups, len(tools), before)


def _differences(context: Context, tools: Sequence[Tool]) -> str:
    """Against the other 部 at the same staffing, in the order 高い, 低い, 同程度, 判断できない."""
    told = [(tool, tool.difference) for tool in tools if tool.difference and tool.difference.verdict]
    if not told:
        return context.language.say("head.difference_none")
    groups: list[tuple[str, list[str], str]] = []
    for verdict in DIFFERENCE_VERDICTS:
        of_verdict = [(tool.name, one) for tool, one in told if one.verdict == verdict]
        if of_verdict:
            detail = _detectable(context, "difference", [one.detectable for _, one in of_verdict])
            groups.append((verdict, [name for name, _ in of_verdict], detail))
    return _told(context, "difference", groups, len(tools), "")


def _told(context: Context, what: str, groups: list[tuple[str, list[str], str]], count: int, before: str) -> str:
    language = context.language
    if len(groups) == 1 and len(groups[0][1]) == count:
        verdict, _, detail = groups[0]
        return language.say(f"head.{what}_all.{verdict}", before=before, detail=detail)
    clauses = []
    for place, (verdict, names, detail) in enumerate(groups):
        key = f"head.{what}_last.{verdict}" if place == len(groups) - 1 else f"head.{what}.{verdict}"
        clauses.append(language.say(key, names=language.form.listed(names), detail=detail))
    return language.say(f"head.{what}_some", before=before, clauses=language.say("head.and").join(clauses))


def _detectable(context: Context, what: str, detectable: Sequence[float | None]) -> str:
    """The smallest change or difference that would have shown, for each tool in turn."""
    say, form = context.language.say, context.language.form
    known = [one for one in detectable if one is not None]
    if len(known) < len(detectable):
        return say("head.few_people")
    *first, last = known
    points = say("head.and").join([*(form.number(100 * one) for one in first), form.points(last)])
    return say(f"head.detectable_{what}{'_each' if first else ''}", points=points)


def _targets(context: Context, targets: Sequence[tuple[Tool, str, Target]]) -> str:
    language = context.language
    if not targets:
        return ""
    clauses = [
        language.say(
            f"head.target.{target.verdict}",
            name=tool.name,
            date=language.form.era_date(target.target_date),
            what=language.say(f"target.what.{what}"),
            target=target_value(target, language),
            distance=distance(target, language, with_people=False),
        )
        for tool, what, target in targets
    ]
    return language.say("head.targets", clauses=language.say("head.and").join(clauses))
