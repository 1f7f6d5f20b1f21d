"""The sentences the pages say about figures, computed from them and never canned: if nothing moved, they say so.

What does not belong here: the words (texts/), the choice of figures (panels.py, views.py), drawing (charts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from pipelines.pages.cells import UNCOMPARED, Cell, Comparison, Verdict, compare
from pipelines.pages.language import Language


@dataclass(frozen=True)
class Named:
    """A figure under the name it is spoken of: a subject, a 部 or a 課."""

    name: str
    cell: Cell
    comparison: Comparison = UNCOMPARED


def value_text(cell: Cell, language: Language) -> str:
    """The rate, or 秘匿, or 欠測."""
    if cell.state == "hidden":
        return language.say("mark.hidden")
    if cell.value is None:
        return language.say("mark.missing")
    return language.form.percent(cell.value)


def headline(subject: str, current: Cell, change: Comparison, language: Language) -> str:
    """A panel's title: チャット利用者は78.3％、前月より2.1ポイント上昇."""
    noun = language.say(f"subject.{subject}.who")
    if current.state != "shown" or current.value is None:
        return language.say(f"headline.{current.state}", noun=noun)
    return language.say(
        f"headline.{change.verdict}",
        noun=noun,
        value=language.form.percent(current.value),
        difference=language.form.points(change.difference or 0.0),
    )


def answer(month: date, subjects: Sequence[Named], language: Language, *, place: str, against: str) -> str:
    """The answer in one sentence. `against` says with what the comparisons were made: `previous` or `whole`."""
    values = language.say("answer.and").join(
        language.say("answer.value", name=subject.name, value=value_text(subject.cell, language))
        for subject in subjects
    )
    named = {verdict: _with_verdict(subjects, verdict) for verdict in ("rose", "fell", "cannot_tell")}
    verdicts = [verdict for verdict, names in named.items() if names]
    parts = {"place": place, "month": language.form.era_month(month), "values": values}
    if not verdicts:
        return language.say("answer.plain", **parts)
    if len(verdicts) == 1 and len(named[verdicts[0]]) == len(subjects) > 1:
        return language.say("answer.with_one", **parts, clause=language.say(f"answer.{against}.all_{verdicts[0]}"))
    clauses = [
        language.say(f"answer.{against}.{verdict}", names=language.form.listed(named[verdict])) for verdict in verdicts
    ]
    return language.say("answer.with_change", **parts, clauses=language.say("answer.and").join(clauses))


def _with_verdict(subjects: Sequence[Named], verdict: Verdict) -> list[str]:
    return [subject.name for subject in subjects if subject.comparison.verdict == verdict]


def spread(rate: str, month: date, units: Sequence[Named], language: Language, *, kind: str) -> str:
    """Highest and lowest of several departments, or that their intervals do not tell them apart.

    `rate` is the name of the figure, `kind` what is compared: `section` (部) or `unit` (課).
    """
    shown = [unit for unit in units if unit.cell.state == "shown" and unit.cell.value is not None]
    unit_name = language.say(f"level.{kind}")
    when = language.form.month(month)
    if len(shown) < 2:
        return language.say("spread.too_few", month=when, rate=rate, level=unit_name)
    ordered = sorted(shown, key=lambda unit: unit.cell.value or 0.0)
    lowest, highest = ordered[0], ordered[-1]
    verdict = "differ" if compare(highest.cell, lowest.cell).verdict == "rose" else "alike"
    return language.say(
        f"spread.{verdict}",
        month=when,
        rate=rate,
        level=unit_name,
        count=len(shown),
        highest=highest.name,
        highest_value=value_text(highest.cell, language),
        lowest=lowest.name,
        lowest_value=value_text(lowest.cell, language),
    )


def trend(rate: str, first: date, last: date, changes: Sequence[Comparison], language: Language, *, kind: str) -> str:
    """How many departments rose, fell or cannot be told apart between two months; without two months only the name."""
    verdicts = [change.verdict for change in changes if change.verdict != "unknown"]
    if first == last or not verdicts:
        return rate
    counts = {verdict: verdicts.count(verdict) for verdict in ("rose", "fell", "cannot_tell")}
    level = language.say(f"level.{kind}")
    clauses = [language.say(f"trend.{verdict}", count=count, level=level) for verdict, count in counts.items() if count]
    return language.say(
        "trend.finding",
        rate=rate,
        first=language.form.month(first),
        last=language.form.month(last),
        count=len(verdicts),
        level=level,
        clauses=language.say("answer.and").join(clauses),
    )


def people_per_day(month: date, days: Sequence[Cell], ceiling: int, language: Language) -> str:
    """How many people teleworked on a working day of the month, against the former number of PCs if there is one."""
    form = language.form
    shown = [day for day in days if day.state == "shown" and day.numerator is not None]
    if not shown:
        return language.say("people_per_day.none", month=form.month(month))
    amounts = [day.numerator or 0.0 for day in shown]
    busiest = max(shown, key=lambda day: day.numerator or 0.0)
    above = sum(amount > ceiling for amount in amounts)
    key = "people_per_day.plain"
    if ceiling:
        key = "people_per_day.below" if not above else "people_per_day.above"
        key = "people_per_day.above_all" if above == len(shown) else key
    return language.say(
        key,
        month=form.month(month),
        days=len(shown),
        above=above,
        ceiling=form.number(ceiling),
        median=form.people(median(amounts)),
        busiest=form.people(max(amounts)),
        busiest_day=form.date_with_weekday(busiest.period_start),
    )


def external(month: date, language: Language, *, outbound: Cell, inbound: Cell, large: Cell, limit_bytes: int) -> str:
    """Files that went out, came in, and were too large for mail, in one month."""
    return language.say(
        "external.finding",
        month=language.form.month(month),
        outbound=count_text(outbound, language),
        inbound=count_text(inbound, language),
        large=count_text(large, language),
        limit=language.form.megabytes(limit_bytes),
    )


def large_files(month: date, large: Cell, language: Language) -> str:
    """Files no mail could have carried, in one month."""
    return language.say("external.large_finding", month=language.form.month(month), large=count_text(large, language))


def count_text(cell: Cell, language: Language) -> str:
    """An amount of files, or 秘匿, or 欠測."""
    if cell.state == "shown" and cell.value is not None:
        return language.say("external.count", count=language.form.number(cell.value))
    return language.say(f"mark.{cell.state}")


def alternative(title: str, kind: str, values: Sequence[tuple[str, str]], language: Language) -> str:
    """What a chart says to those who do not see it: its finding, its kind, its first, lowest, highest, last value."""
    if not values:
        return language.say("alternative.empty", title=title, kind=kind)
    parts = language.say("answer.and").join(f"{name} {value}" for name, value in values)
    return language.say("alternative.values", title=title, kind=kind, values=parts)
