"""Habits, tiers and the funnel, person by person and week by week; stickiness and the top tenth of plain_intensity.py.

A week belongs to the tool, a window is its last twelve weeks; whoever is on the rolls on the Sunday is judged, where
the person counts in that week, with all twelve, wherever they were spent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import COUNTS, FIGURES, KEY, PART
from tests.differential.plain_counted import counted
from tests.differential.plain_intensity import ACTIONS, INTENSITY, TOOLS, intensity_metrics, with_telework
from tests.differential.plain_metrics import rated
from tests.differential.plain_sums import summed

FUNNEL = ("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual")
HABIT = ("habit_share", "too_new_share", *FUNNEL, "tier_share", *INTENSITY)
TIERS = ("power", "habitual", "novice", "low", "non_user", "too_new")
COLUMNS = [*KEY, "numerator", "denominator", "group_people"]


@dataclass
class Judgement:
    """What is said of one person, one week and one tool; habit and tier are None where they cannot be told."""

    is_too_new: bool
    habit: bool | None
    ever: bool
    recent: bool
    tier: str | None


def habit_metrics(facts: Facts) -> pl.DataFrame:
    """One row per KEY: FIGURES, rate."""
    parts = [*intensity_metrics(facts), *(part for tool in TOOLS for part in _of_tool(facts, tool))]
    absent = [[pl.lit(None).alias(name) for name in FIGURES if name not in part.columns] for part in parts]
    every = (part.with_columns(added) for part, added in zip(parts, absent, strict=True))
    return rated(pl.concat(part.select(*KEY, pl.col(FIGURES).cast(pl.Float64)) for part in every))


@dataclass
class Week:
    start: date
    status: str
    known_days: int

    @property
    def end(self) -> date:
        return self.start + timedelta(days=6)


def _weeks(facts: Facts, measure: str) -> list[Week]:
    """known: all seven days; missing: no working day of it (or, without any, no day) is known; else partly."""
    whole = dict(facts.calendar.group_by("iso_week_start").agg(pl.col("is_working_day").sum()).iter_rows())
    weeks = []
    for (start,), days in sorted(facts.days.partition_by("iso_week_start", as_dict=True).items()):
        known = days.filter(pl.col(measure) != "missing")
        if len(known) == 7:
            status = "known"
        elif len(known) == 0 or (known["is_working_day"].sum() == 0 and whole[start] > 0):
            status = "missing"
        else:
            status = "partly"
        weeks.append(Week(start, status, len(known)))
    return weeks


def _judged(weeks: list[Week], number: int, length: int) -> bool:
    window = weeks[max(number - length + 1, 0) : number + 1]
    return len(window) == length and all(week.status != "missing" for week in window)


def _judge(done: list[int | None], weeks: list[Week], number: int, tenure_from: date) -> Judgement:
    """`done`: the person's actions in each week, None where nothing is known."""
    begin = max(number - 11, 0)
    window = list(zip(done[begin : number + 1], weeks[begin : number + 1], strict=True))
    active = sum((count or 0) > 0 for count, _ in window)
    is_open = sum(not count and week.status != "known" for count, week in window)
    is_too_new = tenure_from > weeks[number].start - timedelta(days=77)
    habit = None
    if not is_too_new and _judged(weeks, number, 12):
        habit = True if active >= 9 else (False if active + is_open < 9 else None)
    active_weeks = [place for place in range(number + 1) if (done[place] or 0) > 0]
    known = [count for count, week in window if week.status == "known" and count is not None]
    tier = None
    if habit is not None and known:
        mean = round(sum(known) / sum(week.status == "known" for _, week in window), 9)
        total = sum(count or 0 for count, _ in window)
        if habit:
            tier = "power" if mean >= 15 else "habitual"
        else:
            tier = "novice" if mean >= 1 else "low" if total > 0 else "non_user"
    recent = bool(active_weeks) and weeks[active_weeks[-1]].start >= weeks[number].start - timedelta(days=21)
    return Judgement(is_too_new, habit, bool(active_weeks), recent, tier)


def judged_people(facts: Facts, tool: str) -> tuple[list[Week], dict[int, dict[str, Judgement]]]:
    """The weeks of a tool, and of each that is over who is on the rolls on its last day, with what is said of them."""
    weeks = _weeks(facts, TOOLS[tool])
    place = {week.start: number for number, week in enumerate(weeks)}
    name = ACTIONS[tool]
    sums = with_telework(facts).group_by("person_key", "iso_week_start").agg(
        actions=pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())
    )  # fmt: skip
    done: dict[str, list[int | None]] = {}
    for person, start, actions in sums.iter_rows():
        done.setdefault(person, [None] * len(weeks))[place[start]] = actions
    on_the_rolls: dict[date, list[str]] = {}
    for day, person in facts.homes.select("activity_date", "person_key").iter_rows():
        on_the_rolls.setdefault(day, []).append(person)
    over = [number for number, week in enumerate(weeks) if week.end <= facts.last_day]
    return weeks, {
        number: {
            person: _judge(done[person], weeks, number, facts.tenures[person, weeks[number].end])
            for person in on_the_rolls.get(weeks[number].end, ())
        }
        for number in over
    }


_SAID = {
    "week_start": pl.Date, "person_key": pl.String, "is_too_new": pl.Boolean, "habit": pl.Boolean, "ever": pl.Boolean,
    "recent": pl.Boolean, "tier": pl.String,
}  # fmt: skip
_TOLD = {
    "week_start": pl.Date, "is_judged": pl.Boolean, "is_recent_judged": pl.Boolean, "period_kind": pl.String,
    "period_start": pl.Date,
}  # fmt: skip


def habit_clusters(facts: Facts, tool: str) -> pl.DataFrame:
    """PART, person_key, n, d of months whose habit is told: 1 with the habit, of everybody who could be judged."""
    people = _told_people(facts, tool).filter("is_judged", pl.col("habit").is_not_null(), period_kind="month")
    return people.select(*PART, "person_key", n=pl.col("habit").cast(pl.Float64), d=pl.lit(1.0))


def _told_people(facts: Facts, tool: str) -> pl.DataFrame:
    """What is said of each person in every department in which the person counts, for each period that tells it."""
    weeks, said_of = judged_people(facts, tool)
    said = [
        (weeks[number].start, person, one.is_too_new, one.habit, one.ever, one.recent, one.tier)
        for number, people in said_of.items() for person, one in people.items()
    ]  # fmt: skip
    where = counted(facts, "week").rename({"period_start": "week_start"})
    people = pl.DataFrame(said, schema=_SAID, orient="row").join(where, on=["person_key", "week_start"])
    return people.join(_told_by(weeks, [*said_of]), on="week_start").with_columns(
        may=_may_use(facts, tool), segment_kind=pl.lit("tool"), segment=pl.lit(tool)
    )


def _of_tool(facts: Facts, tool: str) -> Iterable[pl.DataFrame]:
    """habit_share, too_new_share and the funnel of one tool, and of chat the tiers."""
    people = _told_people(facts, tool)
    everybody, may, habit = pl.lit(value=True), pl.col("may"), pl.col("habit").fill_null(value=False)
    is_judged, is_recent = pl.col("is_judged"), pl.col("is_recent_judged")
    is_told = pl.col("habit").is_not_null()
    yield _cells(people, "habit_share", habit, is_told, is_judged, denominator_is_known=is_judged)
    yield _cells(people, "too_new_share", pl.col("is_too_new"), everybody)
    periods = people.filter(pl.col("period_kind") != "week")
    yield _cells(periods, "funnel_licensed", may, everybody)
    yield _cells(periods, "funnel_ever", may & pl.col("ever"), everybody)
    yield _cells(periods, "funnel_recent", may & pl.col("recent"), everybody, is_recent)
    yield _cells(periods, "funnel_habitual", may & habit, everybody, is_judged)
    for tier in TIERS if tool == "chat" else ():
        tiered = people.with_columns(segment_kind=pl.lit("tier"), segment=pl.lit(tier))
        is_here = pl.col("is_too_new") if tier == "too_new" else (pl.col("tier") == tier).fill_null(value=False)
        is_any = pl.col("is_too_new") | pl.col("tier").is_not_null()
        yield _cells(tiered, "tier_share", is_here, is_any, is_judged, denominator_is_known=is_judged)


def _may_use(facts: Facts, tool: str) -> pl.Expr:
    if tool == "telework":
        return pl.col("is_telework_capable")
    return pl.col("person_key").is_in([*(facts.box_people if tool == "box" else facts.licensed_people)])


def _told_by(weeks: list[Week], over: list[int]) -> pl.DataFrame:
    """week_start, is_judged, is_recent_judged, and each period that the week tells: period_kind, period_start."""
    rows = [
        (weeks[number].start, _judged(weeks, number, 12), _judged(weeks, number, 4), kind, start)
        for number in over for kind, start in _periods_told(weeks, over, number)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_TOLD, orient="row")


def _periods_told(weeks: list[Week], over: list[int], number: int) -> Iterable[tuple[str, date]]:
    """The week itself, and the month and fiscal year of its Sunday if no later week ends in them."""
    yield "week", weeks[number].start
    later = [weeks[other].end for other in over if other > number]
    end = weeks[number].end
    if not any((day.year, day.month) == (end.year, end.month) for day in later):
        yield "month", end.replace(day=1)
    if not any(_fiscal(day) == _fiscal(end) for day in later):
        yield "fiscal_year", _fiscal(end)


def _fiscal(day: date) -> date:
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def _cells(
    people: pl.DataFrame, metric_id: str, n: pl.Expr, d: pl.Expr, is_known: pl.Expr | None = None,
    *, denominator_is_known: pl.Expr | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Of those of whom `d` holds the share of whom `n` does; null where the weeks do not tell it."""
    cell = ["period_kind", *PART]
    always = pl.lit(value=True)
    cells = people.group_by(cell).agg(
        is_known=(always if is_known is None else is_known).first(),
        has_base=(always if denominator_is_known is None else denominator_is_known).first(),
    )
    clusters = people.select(*cell, "person_key", n=(n & d).cast(pl.Float64), d=d.cast(pl.Float64))
    found = cells.join(summed(clusters, cell, is_share=True), on=cell, how="left")
    base = ("denominator", "people_count", "sum_dd")
    own = ("acting_people_count", "numerator", "sum_nn", "sum_nd", "largest_share", "interval_low", "interval_high")
    return found.with_columns(pl.col(COUNTS).fill_null(0)).with_columns(
        *(pl.when("has_base").then(pl.col(name)).alias(name) for name in base),
        *(pl.when("is_known").then(pl.col(name)).alias(name) for name in own),
        metric_id=pl.lit(metric_id),
    ).with_columns(group_people="people_count")  # fmt: skip
