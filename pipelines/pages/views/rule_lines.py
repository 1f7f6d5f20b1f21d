"""The rules by which the words of a page were found, printed on it: margins, correction, how many were examined.

What does not belong here: the rules themselves (the published judging_rules) and the verdicts.
"""

from __future__ import annotations

from pipelines.pages.figures.verdicts import EXPECTED
from pipelines.pages.views.context import Context


def rule_lines(context: Context) -> list[tuple[str, str]]:
    """What is meant by the words and marks of the page, each with its name in front."""
    language, rules = context.language, context.published.verdicts
    say, number = language.say, language.form.number
    said = {
        "change_margin": number(100 * rules.margin("change_margin")),
        "difference_margin": number(100 * rules.margin("difference_margin")),
        "people": number(rules.margin("least_people_for_word", "people")),
        "acting": number(rules.margin("least_acting_people_for_word", "people")),
        "share": language.form.whole_percent(rules.most_wrong),
    }
    lines = ["habit", "per_day", "equal_days", "change"]
    if not context.is_whole:
        lines.append("difference")
    told = [(say(f"rule.{name}_name"), say(f"rule.{name}", **said)) for name in lines]
    told[-1] = (told[-1][0], language.sentences([told[-1][1], *_examined(context, said["share"])]))
    return told


def _examined(context: Context, share: str) -> list[str]:
    """How many changes, and of 部 differences, were examined together, and how many stand out."""
    level, kind, start = context.department.level, context.kind, context.start
    comparisons = ("previous",) if context.is_whole else ("previous", EXPECTED)
    return [
        context.language.say(
            f"rule.examined_{comparison}",
            level=context.language.say(f"level.{'whole' if context.is_whole else 'section'}"),
            count=context.language.form.number(family.examined_count),
            found=context.language.form.number(family.found_count),
            share=share,
        )
        for comparison in comparisons
        if (family := context.published.verdicts.family(level, kind, start, comparison))
    ]
