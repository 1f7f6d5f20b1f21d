"""The sentences the pages say about figures, computed from them and never canned: if nothing moved, they say so.

What does not belong here: the words (texts/), the choice of figures (headline_panels.py, pages.py), drawing (charts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from pipelines.pages.figures.cells import UNCOMPARED, Cell, Comparison, Metric, Verdict, compare
from pipelines.pages.wording.language import Language


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


def figure_text(metric: Metric, cell: Cell, language: Language) -> str:
    """The figure in the unit of its metric, or 秘匿, or 欠測."""
    if cell.state != "shown" or cell.value is None:
        return language.say(f"mark.{cell.state}")
    return language.form.metric_value(metric, cell.value)


def headline(subject: str, current: Cell, change: Comparison, language: Language, *, kind: str = "month") -> str:
    """A panel's title: チャット利用者は78.3％、前月より2.1ポイント上昇."""
    noun = language.say(f"subject.{subject}.who")
    texts = "headline_files" if current.metric_id == "beyond_mail_share" else "headline"
    if current.state != "shown" or current.value is None:
        return language.say(f"{texts}.{current.state}", noun=noun)
    return language.say(
        f"{texts}.{change.verdict}",
        noun=noun,
        before=language.say(f"view.before.{kind}"),
        why=language.say(f"view.unknown.{kind}"),
        value=language.form.percent(current.value),
        difference=language.form.points(change.difference or 0.0),
    )


def answer(
    period: str, subjects: Sequence[Named], language: Language, *, place: str, against: str, kind: str = "month"
) -> str:
    """The answer in one sentence. `against` says with what the comparisons were made: `previous` or `whole`."""
    before = language.say(f"view.before.{kind}")
    values = language.say("answer.and").join(
        language.say("answer.value", name=subject.name, value=value_text(subject.cell, language))
        for subject in subjects
    )
    named = {verdict: _with_verdict(subjects, verdict) for verdict in ("rose", "fell", "cannot_tell")}
    verdicts = [verdict for verdict, names in named.items() if names]
    parts = {"place": place, "month": period, "values": values}
    if not verdicts:
        return language.say("answer.plain", **parts)
    if len(verdicts) == 1 and len(named[verdicts[0]]) == len(subjects) > 1:
        clause = language.say(f"answer.{against}.all_{verdicts[0]}", before=before)
        return language.say("answer.with_one", **parts, clause=clause)
    clauses = [
        language.say(f"answer.{against}.{verdict}", names=language.form.listed(named[verdict]), before=before)
        for verdict in verdicts
    ]
    return language.say("answer.with_change", **parts, clauses=language.say("answer.and").join(clauses))


def _with_verdict(subjects: Sequence[Named], verdict: Verdict) -> list[str]:
    return [subject.name for subject in subjects if subject.comparison.verdict == verdict]


def spread(rate: str, month: date, units: Sequence[Named], language: Language, *, kind: str) -> str:
    """Highest and lowest of several departments, or that their intervals do not tell them apart.

    `rate` is the name of the share, `kind` what is compared: `section` (部) or `unit` (課).
    """
    texts = [value_text(unit.cell, language) for unit in units]
    return _extremes(rate, language.form.month(month), list(zip(units, texts, strict=True)), language, kind)


def order(metric: Metric, period: str, units: Sequence[Named], language: Language, *, kind: str = "section") -> str:
    """The same for any figure in any period; amounts without intervals differ where they are not equal."""
    texts = [figure_text(metric, unit.cell, language) for unit in units]
    return _extremes(metric.name, period, list(zip(units, texts, strict=True)), language, kind)


def against_whole(rate: str, period: str, parts: Sequence[Named], language: Language) -> str:
    """Which parts lie above or below the same of 全庁, by their intervals; if none does, that no difference is told."""
    shown = [part for part in parts if part.comparison.verdict != "unknown"]
    if not shown:
        return language.say("against.unknown", rate=rate, period=period)
    clauses = [
        language.say(
            f"against.{verdict}",
            names=language.form.listed(
                [f"{part.name}{value_text(part.cell, language).join(language.form.BRACKETS)}" for part in found]
            ),
        )
        for verdict in ("rose", "fell")
        if (found := [part for part in shown if part.comparison.verdict == verdict])
    ]
    if not clauses:
        return language.say("against.alike", rate=rate, period=period)
    return language.say("against.finding", rate=rate, period=period, clauses=language.say("answer.and").join(clauses))


def least(metric: Metric, period: str, units: Sequence[Named], language: Language) -> str:
    """Which 部 has the smallest share, and whether the intervals tell it apart from the next one."""
    shown = [unit for unit in units if unit.cell.state == "shown" and unit.cell.value is not None]
    if len(shown) < 2:
        return language.say("least.too_few", period=period, rate=metric.name)
    lowest, second, *_ = sorted(shown, key=lambda unit: unit.cell.value or 0.0)
    return language.say(
        f"least.{'apart' if compare(second.cell, lowest.cell).verdict == 'rose' else 'close'}",
        period=period,
        rate=metric.name,
        lowest=lowest.name,
        value=figure_text(metric, lowest.cell, language),
        second=second.name,
        second_value=figure_text(metric, second.cell, language),
    )


def _extremes(rate: str, when: str, units: Sequence[tuple[Named, str]], language: Language, kind: str) -> str:
    level = language.say(f"level.{kind}")
    shown = [(unit, text) for unit, text in units if unit.cell.state == "shown" and unit.cell.value is not None]
    if len(shown) < 2:
        return language.say("spread.too_few", month=when, rate=rate, level=level)
    ordered = sorted(shown, key=lambda pair: pair[0].cell.value or 0.0)
    (lowest, lowest_value), (highest, highest_value) = ordered[0], ordered[-1]
    has_interval = lowest.cell.interval_low is not None
    is_apart = compare(highest.cell, lowest.cell).verdict == "rose" if has_interval else highest_value != lowest_value
    verdict = "spread.differ" if is_apart else "spread.alike"
    return language.say(
        verdict if has_interval else f"{verdict}_amount",
        month=when,
        rate=rate,
        level=level,
        highest=highest.name,
        highest_value=highest_value,
        lowest=lowest.name,
        lowest_value=lowest_value,
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


def weekly_range(metric: Metric, weeks: Sequence[Cell], language: Language) -> str:
    """Between which amounts the weeks lie, and where the latest one lies."""
    shown = [week for week in weeks if week.state == "shown" and week.value is not None]
    if not shown:
        return language.say("external.no_weeks", name=metric.name)
    return language.say(
        "external.weekly_range",
        name=metric.name,
        lowest=figure_text(metric, min(shown, key=lambda week: week.value or 0.0), language),
        highest=figure_text(metric, max(shown, key=lambda week: week.value or 0.0), language),
        latest=figure_text(metric, shown[-1], language),
        week=language.form.short_date(shown[-1].period_start),
    )


def sizes(period: str, bands: Sequence[Cell], limit: str, language: Language) -> str:
    """How many of the files of known size were larger than mail carries; `bands` begin with what mail carries."""
    amounts = [band.value for band in bands if band.state == "shown" and band.value is not None]
    if len(amounts) < len(bands) or not sum(amounts):
        return language.say("external.no_sizes", period=period)
    large = sum(amounts[1:])
    return language.say(
        "external.sizes",
        period=period,
        limit=limit,
        total=language.form.number(sum(amounts)),
        large=language.form.number(large),
        share=language.form.percent(large / sum(amounts)),
    )


def alternative(title: str, kind: str, values: Sequence[tuple[str, str]], language: Language) -> str:
    """What a chart says to those who do not see it: its finding, its kind, its first, lowest, highest, last value."""
    if not values:
        return language.say("alternative.empty", title=title, kind=kind)
    parts = language.say("answer.and").join(f"{name} {value}" for name, value in values)
    return language.say("alternative.values", title=title, kind=kind, values=parts)
