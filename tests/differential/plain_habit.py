"""Habits, tiers, the funnel, stickiness and the share of the top tenth, person by person and week by week.

A week belongs to the tool, a window is its last twelve weeks; whoever is on the rolls on the Sunday is judged, in the
departments of that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import KEY

TOOLS = {"chat": "teams", "meeting": "teams", "box": "box", "telework": "telework", "files": "files"}
ACTIONS = {"chat": "chat_messages_count", "meeting": "meetings_attended_count", "box": "box_actions_count",
           "telework": "telework_actions", "files": "files_count"}  # fmt: skip
FUNNEL = ("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual")
INTENSITY = ("stickiness", "top_decile_share")
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
    """Columns COLUMNS."""
    rows = [*_of_weeks(facts), *_of_periods(facts)]
    schema = dict.fromkeys(COLUMNS, pl.String) | {"period_start": pl.Date}
    schema |= dict.fromkeys(("numerator", "denominator", "group_people"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _acts(facts: Facts) -> pl.DataFrame:
    """With telework as an action: a working day with telework."""
    acts = facts.acts.join(facts.days, on="activity_date")
    away = pl.col("telework_class").is_in(["remote", "mixed"]) & pl.col("is_working_day")
    return acts.with_columns(telework_actions=pl.when(pl.col("telework_class").is_not_null()).then(away.cast(pl.Int64)))


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
    sums = _acts(facts).group_by("person_key", "iso_week_start").agg(
        actions=pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())
    )  # fmt: skip
    done: dict[str, list[int | None]] = {}
    for person, start, actions in sums.iter_rows():
        done.setdefault(person, [None] * len(weeks))[place[start]] = actions
    on_the_rolls: dict[date, list[str]] = {}
    for day, person in facts.belongs.select("activity_date", "person_key").unique(maintain_order=True).iter_rows():
        on_the_rolls.setdefault(day, []).append(person)
    last_day = facts.days["activity_date"].max()
    over = [number for number, week in enumerate(weeks) if week.end <= last_day]
    return weeks, {
        number: {
            person: _judge(done[person], weeks, number, facts.tenures[person, weeks[number].end])
            for person in on_the_rolls.get(weeks[number].end, ())
        }
        for number in over
    }


def _of_weeks(facts: Facts) -> Iterable[tuple]:
    """habit_share, too_new_share, tier_share and the funnel."""
    members_on = facts.belongs.partition_by("activity_date", as_dict=True)
    for tool in TOOLS:
        weeks, said_of = judged_people(facts, tool)
        for number, said in said_of.items():
            periods = list(_periods_told(weeks, [*said_of], number))
            here = members_on.get((weeks[number].end,))
            if here is None:
                continue
            for (department,), members in here.partition_by("department_key", as_dict=True).items():
                people = [(row, said[row["person_key"]]) for row in members.iter_rows(named=True)]
                for kind, start in periods:
                    yield from _habit_cells(facts, (department, kind, start), tool, people, weeks, number)


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


def _habit_cells(
    facts: Facts, cell: tuple, tool: str, people: list[tuple[dict, Judgement]], weeks: list[Week], number: int
) -> Iterable[tuple]:
    def total(chosen: Iterable[float]) -> float:
        return round(sum(chosen), 6)

    def weight_of(row: dict) -> float:
        """What of the person may use the tool."""
        if tool == "telework":
            return row["telework_capable_weight"]
        users = facts.box_people if tool == "box" else facts.licensed_people
        return row["weight"] if row["person_key"] in users else 0.0

    is_judged, is_recent_judged = _judged(weeks, number, 12), _judged(weeks, number, 4)
    headcount = total(row["weight"] for row, _ in people)
    judged = total(row["weight"] for row, said in people if said.habit is not None) if is_judged else None
    habit = total(row["weight"] for row, said in people if said.habit) if is_judged else None
    too_new = total(row["weight"] for row, said in people if said.is_too_new)
    yield (*cell, "tool", tool, "habit_share", habit, judged, judged)
    yield (*cell, "tool", tool, "too_new_share", too_new, headcount, headcount)
    if cell[1] != "week":
        recent = total(weight_of(row) for row, said in people if said.recent) if is_recent_judged else None
        steady = total(weight_of(row) for row, said in people if said.habit) if is_judged else None
        steps = (
            total(weight_of(row) for row, _ in people),
            total(weight_of(row) for row, said in people if said.ever),
            recent,
            steady,
        )
        for metric_id, amount in zip(FUNNEL, steps, strict=True):
            yield (*cell, "tool", tool, metric_id, amount, headcount, headcount)
    if tool == "chat":
        amounts = {tier: total(row["weight"] for row, said in people if said.tier == tier) for tier in TIERS[:-1]}
        amounts["too_new"] = too_new
        everyone = round(sum(amounts.values()), 6) if is_judged else None
        for tier, amount in amounts.items():
            yield (*cell, "tier", tier, "tier_share", amount if is_judged else None, everyone, everyone)


def _of_periods(facts: Facts) -> Iterable[tuple]:
    """stickiness of months, top_decile_share of months and fiscal years."""
    rows = facts.belongs.join(_acts(facts), on=["person_key", "activity_date"])
    for kind, start in (("month", "month_start"), ("fiscal_year", "fiscal_year_start")):
        for tool, measure in TOOLS.items():
            known = rows.filter(pl.col(ACTIONS[tool]).is_not_null())
            working = pl.col("is_working_day")
            active = (pl.col(ACTIONS[tool]) > 0) & working
            people = known.group_by("department_key", pl.col(start).alias("period_start"), "person_key").agg(
                actions=(pl.col("weight") * pl.col(ACTIONS[tool])).sum().round(6),
                weight=pl.col("weight").mean().round(6),
                working_weight=pl.col("weight").filter(working).mean().round(6),
                active_days=pl.col("weight").filter(active).sum().round(6),
            )
            days = facts.days.filter(pl.col(measure) != "missing", pl.col("is_working_day"))
            working_days = dict(days.group_by(start).len().iter_rows())
            for (department, begins), group in people.partition_by(
                "department_key", "period_start", as_dict=True
            ).items():
                cell = (department, kind, begins, "tool", tool)
                if kind == "month":
                    count = working_days.get(begins)
                    daily = round(group["active_days"].sum() / count, 6) if count else None
                    ever = round(group.filter(pl.col("active_days") > 0)["working_weight"].sum(), 6)
                    yield (*cell, "stickiness", daily, ever, ever)
                yield (*cell, "top_decile_share", *_top_tenth(group))


def _top_tenth(group: pl.DataFrame) -> tuple[float, float, float]:
    """Actions of the most active tenth of the people who acted, all actions, and how many people that tenth is."""
    acting = sorted(
        ((actions / weight, person, actions, weight)
         for person, actions, weight in group.select("person_key", "actions", "weight").iter_rows() if actions > 0),
        key=lambda entry: (-entry[0], entry[1]),
    )  # fmt: skip
    room = tenth = sum(weight for *_, weight in acting) / 10
    top = 0.0
    for _, _, actions, weight in acting:
        part = min(room / weight, 1)
        top += actions * part
        room -= weight * part
        if room <= 1e-12:
            break
    return round(top, 6), round(sum(actions for _, _, actions, _ in acting), 6), round(tenth, 6)
