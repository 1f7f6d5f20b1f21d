"""What stands out: departments that differ from their staffing, and the largest cut through the whole organisation.

What does not belong here: the picture of all 部 (mix_picture.py), what to look at next (what_next.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.queries import SECTION_LEVEL, UNIT_LEVEL, Department
from pipelines.pages.figures.subjects import HABIT, SUBJECTS
from pipelines.pages.figures.verdicts import EXPECTED, STANDING_OUT, Difference
from pipelines.pages.views.context import Context
from pipelines.pages.views.verdict_words import judged_difference

MOST_LISTED = 2
CUTS = ("employment_type", "rollout_wave")
# People without a known wave are no group that anybody chose.
UNKNOWN = "不明"
_LEVELS = (("sections", SECTION_LEVEL), ("units", UNIT_LEVEL))


@dataclass(frozen=True)
class StandingOut:
    """`listed` are finished sentences, the largest difference first; `examined` says among how many they were found."""

    title: str
    listed: list[tuple[str, str]]
    examined: str
    cut: tuple[str, str] | None


@dataclass(frozen=True)
class _Found:
    department: Department
    what: str
    subject: str
    cell: Cell
    difference: Difference


def standing_out(context: Context) -> StandingOut:
    language = context.language
    members = [unit for unit in context.published.departments if unit.level in (SECTION_LEVEL, UNIT_LEVEL)]
    found = [one for unit in members for one in _of(context, unit)]
    found.sort(key=lambda one: -abs(one.difference.difference or 0.0))
    counts = {
        level: len({one.department.key for one in found if one.department.level == level})
        for level in (SECTION_LEVEL, UNIT_LEVEL)
    }
    key = "none" if not found else "_".join(name for name, level in _LEVELS if counts[level])
    listed = [_sentence(context, one) for one in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        listed.append((language.say("out.more", count=len(found) - MOST_LISTED), ""))
    title = language.say(f"out.title_{key}", sections=counts[SECTION_LEVEL], units=counts[UNIT_LEVEL])
    return StandingOut(title, listed, _examined(context), _cut(context))


def _of(context: Context, unit: Department) -> list[_Found]:
    """Day rates and habits of a department that are higher or lower than its staffing would give."""
    found = []
    for subject in SUBJECTS:
        key = (unit.key, context.kind, context.start, HABIT)
        for what, cell in (
            ("day", context.current(subject.day_rate, unit.key)),
            ("habit", context.published.part(key, "tool", subject.key)),
        ):
            difference = context.published.verdicts.difference(cell)
            if difference and difference.verdict in STANDING_OUT and cell.state == "shown":
                found.append(_Found(unit, what, subject.key, cell, difference))
    return found


def _sentence(context: Context, one: _Found) -> tuple[str, str]:
    """Name and tool first, then value, counts, expected value, difference and interval."""
    language, form = context.language, context.language.form
    parent = next((unit.name for unit in context.published.departments if unit.key == one.department.parent_key), "")
    is_unit = one.department.level == UNIT_LEVEL
    judged = judged_difference(context, one.cell, one.difference)
    head = language.say(
        "out.unit" if is_unit else "out.section",
        name=one.department.name,
        parent=parent,
        tool=language.say(f"subject.{one.subject}.label"),
    )
    text = language.say(
        f"out.{one.what}",
        value=form.percent(one.cell.value or 0.0),
        numerator=form.number(one.cell.numerator or 0.0),
        denominator=form.number(one.cell.denominator or 0.0),
        expected=form.percent(one.difference.expected or 0.0),
        difference=judged.difference + judged.interval,
        word=judged.word,
    )
    return head, text


def _examined(context: Context) -> str:
    """How many figures were examined of 部 and 課, and how many stand out by the published count."""
    language = context.language
    families = [
        context.published.verdicts.family(level, context.kind, context.start, EXPECTED)
        for level in (SECTION_LEVEL, UNIT_LEVEL)
    ]
    known = [family for family in families if family]
    if not known:
        return language.say("out.not_examined")
    return language.say(
        "out.examined",
        count=language.form.number(sum(family.examined_count for family in known)),
        found=language.form.number(sum(family.found_count for family in known)),
        share=language.form.whole_percent(context.published.verdicts.most_wrong),
    )


def _cut(context: Context) -> tuple[str, str] | None:
    """The largest difference in use per day between two groups of staff whose intervals are clear of each other."""
    language, form = context.language, context.language.form
    least = context.published.verdicts.margin("least_people_for_word", "people")
    best: tuple[float, str, str, Cell, Cell] | None = None
    for kind in CUTS:
        for subject in SUBJECTS:
            groups = _groups(context, subject.day_rate, kind, least)
            for high, low in permutations(groups, 2):
                clear = (high.interval_low or 0.0) - (low.interval_high or 1.0)
                apart = (high.value or 0.0) - (low.value or 0.0)
                if clear > 0 and (best is None or apart > best[0]):
                    best = (apart, kind, subject.key, high, low)
    if best is None:
        return None
    _, kind, key, high, low = best
    groups = language.say("head.and").join(
        language.say(
            "out.group",
            name=_group_name(context, kind, cell.segment),
            value=form.whole_percent(cell.value or 0.0),
            numerator=form.number(cell.numerator or 0.0),
            denominator=form.number(cell.denominator or 0.0),
            people=form.people(cell.people or 0),
        )
        for cell in (high, low)
    )
    head = language.say("out.cut", kind=language.say(f"out.kind.{kind}"))
    return head, language.say("out.cut_text", tool=language.say(f"subject.{key}.label"), groups=groups)


def _groups(context: Context, metric_id: str, kind: str, least_people: float) -> Sequence[Cell]:
    key = (context.department.key, context.kind, context.start, metric_id)
    cells = context.published.parts_of(key, kind)
    return [
        cell
        for cell in cells
        if cell.state == "shown"
        and cell.segment != UNKNOWN
        and (cell.people or 0) >= least_people
        and cell.interval_low is not None
        and cell.interval_high is not None
    ]


def _group_name(context: Context, kind: str, segment: str) -> str:
    """Waves are numbered; an employment type carries the name that the organisation gave it."""
    return context.language.say("out.wave", number=segment) if kind == "rollout_wave" else segment
