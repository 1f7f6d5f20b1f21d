"""What to look at next: people close to a habit, large files, days without a known place. People and places, no person.

What does not belong here: comparisons (standing_out.py). Nothing here says that a figure is good or bad.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.queries import Department
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND
from pipelines.pages.views import findings
from pipelines.pages.views.context import Context

# Used within the last 28 days, and used by habit: published counts of the same people.
RECENT, HABITUAL = "funnel_recent", "funnel_habitual"
TOOL = "meeting"
COVERAGE = "telework_coverage"
MOST_NAMED = 3


@dataclass(frozen=True)
class NextStep:
    """`link` is a page of the site and the text of the link, both "" where there is none."""

    head: str
    text: str
    page: str = ""


def what_next(context: Context) -> list[NextStep]:
    # Of 全庁 the panel of Box tells of large files.
    large_files = None if context.is_whole else _large_files(context)
    steps = [_training(context), large_files, _unknown_places(context)]
    return [step for step in steps if step]


def _nearly(context: Context, key: str) -> tuple[int, int] | None:
    """People who used it lately and not by habit, and all of whom that is told."""
    recent, habitual = (context.part(metric_id, "tool", TOOL, key) for metric_id in (RECENT, HABITUAL))
    if recent.numerator is None or habitual.numerator is None or recent.denominator is None:
        return None
    return round(recent.numerator - habitual.numerator), round(recent.denominator)


def _training(context: Context) -> NextStep | None:
    language, form = context.language, context.language.form
    nearly = _nearly(context, context.department.key)
    # A difference of two counts may be of fewer people than are ever shown.
    least = context.published.publication.min_group
    if nearly is None or nearly[0] < least:
        return None
    tool = language.say(f"subject.{TOOL}.label")
    head = language.say("next.training", tool=tool, people=form.people(nearly[0]))
    text = language.say("next.training_text", people=form.people(nearly[1]))
    named = _most(context, least) if context.is_whole else []
    if named:
        listed = language.say("head.and").join(f"{unit.name} {form.people(count)}" for count, unit in named)
        text = language.sentences([text, language.say("next.training_where", listed=listed)])
    return NextStep(head, text)


def _most(context: Context, least: int) -> list[tuple[int, Department]]:
    """The 部 with most of them: places to go to, not a ranking of how well they do."""
    counts = [
        (nearly[0], unit)
        for unit in context.published.sections()
        if context.existed(unit) and (nearly := _nearly(context, unit.key)) and nearly[0] >= least
    ]
    return sorted(counts, key=lambda pair: -pair[0])[:MOST_NAMED]


def _large_files(context: Context) -> NextStep | None:
    language = context.language
    large, outbound, inbound = (context.current(metric_id) for metric_id in (BEYOND_MAIL, OUTBOUND, INBOUND))
    if large.is_empty:
        return None
    limit = language.form.megabytes(context.published.publication.mail_limit_bytes)
    return NextStep(
        language.say("next.large", count=findings.count_text(large, language)),
        language.say(
            "next.large_text",
            limit=limit,
            outbound=findings.count_text(outbound, language),
            inbound=findings.count_text(inbound, language),
        ),
        "external",
    )


def _unknown_places(context: Context) -> NextStep | None:
    """Days without a known place widen every figure of telework and seats."""
    language, form = context.language, context.language.form
    cell = context.current(COVERAGE)
    if cell.state != "shown" or cell.value is None or cell.numerator is None or cell.denominator is None:
        return None
    return NextStep(
        language.say("next.places", share=form.whole_percent(1 - cell.value)),
        language.say(
            "next.places_text",
            unknown=form.number(cell.denominator - cell.numerator),
            days=form.number(cell.denominator),
        ),
        "data",
    )
