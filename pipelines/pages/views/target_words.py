"""Published targets in words: the value, the date, how far from it, how many people that is.

What does not belong here: whether a target is met (published), which panel it stands in (headline_panels.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.subjects import HABIT, Subject
from pipelines.pages.figures.targets import Target
from pipelines.pages.views.context import Context
from pipelines.pages.wording.language import Language


@dataclass(frozen=True)
class TargetWords:
    """`word` is the verdict, `aim` what is to be reached until when, `distance` how far that is."""

    verdict: str
    word: str
    aim: str
    distance: str


def targets_of(context: Context, subject: Subject) -> list[tuple[str, Target]]:
    """The targets of a tool, each under what it is about: its habit, its day rate, its reach at equal days."""
    places = {"habit": (HABIT, subject.key), "day": (subject.day_rate, "all"), "equal": (subject.equal_days, "all")}
    targets = context.published.targets
    found = ((what, targets.get((context.department.key, *place))) for what, place in places.items())
    return [(what, target) for what, target in found if target]


def target_words(what: str, target: Target, language: Language) -> TargetWords:
    say = language.say
    aim = say(
        "target.aim",
        date=language.form.era_date(target.target_date),
        what=say(f"target.what.{what}"),
        value=target_value(target, language),
    )
    return TargetWords(target.verdict, say(f"target.{target.verdict}"), aim, distance(target, language))


def target_value(target: Target, language: Language) -> str:
    text = language.form.percent_number(target.target_value).removesuffix(".0")
    return f"{text}{language.form.PERCENT}"


def distance(target: Target, language: Language, *, with_people: bool = True) -> str:
    """Points above the target, or points and people still to go; "" where there is no figure."""
    say, form = language.say, language.form
    if target.difference is None:
        return ""
    if target.difference >= 0:
        return say("target.above", points=form.points(target.difference))
    if target.people_left is None or not with_people:
        return say("target.left", points=form.points(target.difference))
    return say("target.left_people", points=form.points(target.difference), people=form.people(target.people_left))
