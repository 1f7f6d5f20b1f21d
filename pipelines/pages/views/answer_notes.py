"""What stands under an answer: how complete each dataset is in the period, by name, and how new the data are.

What does not belong here: the answer itself (head.py, the views) and remarks beside single figures (remarks.py).
"""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.pages.figures.measures import Dataset
from pipelines.pages.views.context import Context

# A week without anything new is longer than the reports of any service are late.
OLD_DAYS = 7


def answer_notes(context: Context) -> list[str]:
    language, form, periods = context.language, context.language.form, context.periods
    as_of = context.published.publication.as_of_date
    notes = [language.say("site.as_of", date=form.full_date(as_of)) + language.say("answer_note.stop"), _days(context)]
    notes += _completeness(context)
    if off := context.published.switched_off:
        names = [context.published.dataset_name(*dataset, language.code) for dataset in off]
        notes.append(language.say("answer_note.switched_off", names=language.say("head.and").join(names)))
    newest = [day for dataset, day in periods.newest.items() if day and dataset not in off]
    if newest:
        yesterday = as_of - timedelta(days=1)
        has_yesterday = {day >= yesterday for day in newest}
        key = "part" if len(has_yesterday) == 2 else "in" if True in has_yesterday else "out"
        notes.append(language.say(f"answer_note.yesterday_{key}", date=form.short_date(yesterday)))
        age_days = (as_of - max(newest)).days
        if age_days > OLD_DAYS:
            notes.append(language.say("answer_note.old", count=age_days))
    if periods.is_assumed(context.kind, context.start) and periods.assumed_before:
        notes.append(language.say("answer_note.assumed", date=form.date_with_weekday(periods.assumed_before)))
    return notes


def _days(context: Context) -> str:
    """The working days of the period, or what part of it is known."""
    language, form, periods = context.language, context.language.form, context.periods
    name = form.full_month(context.start) if context.kind == "month" else context.period_name
    if context.kind == "fiscal_year":
        return language.say("answer_note.to_date", period=name)
    if not periods.is_whole(context.kind, context.start):
        first, last = periods.published_part(context.kind, context.start)
        return language.say("answer_note.partial", month=name, span=form.date_range(first, last))
    working_days = len(periods.working_days_of(context.kind, context.start))
    return language.say("answer_note.working_days", month=name, count=working_days)


def _completeness(context: Context) -> list[str]:
    """Which datasets are provisional from which day, and which lack days: each by name, never the worst for all."""
    language, form, periods = context.language, context.language.form, context.periods
    datasets = sorted(dataset for dataset, newest in periods.newest.items() if newest)
    if not datasets:
        return []
    provisional: dict[date, list[Dataset]] = {}
    lacking: dict[int, list[Dataset]] = {}
    for dataset in datasets:
        since = periods.provisional_since(context.kind, context.start, dataset)
        if since:
            provisional.setdefault(since, []).append(dataset)
        lost = len(periods.gap_days(context.kind, context.start, (dataset,)))
        lost += len(periods.pending_days(context.kind, context.start, (dataset,)))
        if lost:
            lacking.setdefault(lost, []).append(dataset)
    if not provisional and not lacking:
        return [language.say("answer_note.all_final")]
    notes = [
        language.say("answer_note.provisional", names=_names(context, some, datasets), date=form.short_date(since))
        for since, some in sorted(provisional.items())
    ]
    notes += [
        language.say("answer_note.lacking", names=_names(context, some, datasets), count=count)
        for count, some in sorted(lacking.items())
    ]
    touched = {dataset for some in (*provisional.values(), *lacking.values()) for dataset in some}
    if len(touched) < len(datasets):
        notes.append(language.say("answer_note.others_final"))
    return notes


def _names(context: Context, some: list[Dataset], known: list[Dataset]) -> str:
    if len(some) == len(known):
        return context.language.say("answer_note.all_datasets")
    names = [context.published.dataset_name(*dataset, context.language.code) for dataset in some]
    return context.language.say("head.and").join(names)
