"""What stands under an answer: which days it rests on, whether it is complete, how new the data are.

What does not belong here: the answer itself (headline_panels.py, the views) and remarks beside single figures
(remarks.py).
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.pages.views.context import Context

# A week without anything new is longer than the reports of any service are late.
OLD_DAYS = 7


def answer_notes(context: Context) -> list[str]:
    language, form, periods = context.language, context.language.form, context.periods
    notes = [_days(context)]
    newest = [day for day in periods.newest.values() if day]
    if newest:
        notes.append(language.say("answer_note.newest", date=form.date_with_weekday(max(newest))))
        yesterday = context.published.publication.as_of_date - timedelta(days=1)
        has_yesterday = {day >= yesterday for day in newest}
        key = "part" if len(has_yesterday) == 2 else "in" if True in has_yesterday else "out"
        notes.append(language.say(f"answer_note.yesterday_{key}", date=form.short_date(yesterday)))
        age_days = (context.published.publication.as_of_date - max(newest)).days
        if age_days > OLD_DAYS:
            notes.append(language.say("answer_note.old", count=age_days))
    if periods.is_assumed(context.kind, context.start) and periods.assumed_before:
        notes.append(language.say("answer_note.assumed", date=form.date_with_weekday(periods.assumed_before)))
    if periods.first_provisional_day:
        notes.append(language.say("answer_note.provisional", date=form.short_date(periods.first_provisional_day)))
    return notes


def _days(context: Context) -> str:
    """The working days of the period and of the one before, or what part of the period is known."""
    language, form, periods = context.language, context.language.form, context.periods
    name = form.full_month(context.start) if context.kind == "month" else context.period_name
    if context.kind == "fiscal_year":
        return language.say("answer_note.to_date", period=name)
    if not periods.is_whole(context.kind, context.start):
        first, last = periods.published_part(context.kind, context.start)
        return language.say("answer_note.partial", month=name, span=form.date_range(first, last))
    working_days = len(periods.working_days_of(context.kind, context.start))
    note = language.say("answer_note.working_days", month=name, count=working_days)
    before = context.previous_start
    if before:
        days_before = len(periods.working_days_of(context.kind, before))
        key = "previous_working_days" if days_before == working_days else "different_working_days"
        said = form.month(before) if context.kind == "month" else language.say(f"view.previous.{context.kind}")
        note += language.say(f"answer_note.{key}", month=said, count=days_before)
    return note + language.say("answer_note.stop")
