"""Who works on which day and from where: the first part of the plan, one cell per person and day worked.

Traits of people are drawn here too, because everything later depends on them. What traces the work leaves belongs
to evidence.py, what is done with chat and mail to graph_days.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulator.ward.adoption import Adoption
from pipelines.simulator.ward.habits import USUAL_HABITS, Habits
from pipelines.simulator.ward.organisation import FIXED_TERM, Organisation
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

OFFICE, REMOTE, MIXED = 0, 1, 2
DAILY_LEAVE = 0.065
CLOSED_DAY_WORK, CLOSED_DAY_SITE_WORK = 0.008, 0.05
MIXED_SHARE = 0.10  # of days with telework
GATEWAY_TELEWORK = 0.010  # before the rollout: the 200 PCs that a colleague had to switch on
RAMP_DAYS = 18.0


@dataclass(frozen=True)
class Traits:
    """Lasting inclinations of each person."""

    chat: np.ndarray  # standard normal, correlated through a common part
    meeting: np.ndarray
    box: np.ndarray
    mail: np.ndarray  # mean of mails sent a day
    telework: np.ndarray  # wish to telework, share of days
    is_early: np.ndarray
    has_phone: np.ndarray
    has_iphone: np.ndarray
    has_mac: np.ndarray
    is_bound: np.ndarray  # leaves fewer traces: counters, crews


@dataclass(frozen=True)
class Cells:
    """Days worked, by day and then person. One entry per cell; `starts` marks the days."""

    day: np.ndarray
    person: np.ndarray
    starts: np.ndarray  # [day + 1]
    adoption: np.ndarray  # 0 before the tools, then rising towards 1
    is_exposed: np.ndarray
    is_trained: np.ndarray
    is_capable: np.ndarray
    where: np.ndarray  # OFFICE, REMOTE, MIXED

    def of_day(self, number: int) -> slice:
        return slice(int(self.starts[number]), int(self.starts[number + 1]))


def build_traits(seed: int, roster: Roster, habits: Habits = USUAL_HABITS) -> Traits:
    rng = stream(seed, Purpose.TRAITS)
    count = roster.people
    common = rng.normal(size=count)
    is_fixed_term = roster.employment == FIXED_TERM
    days_on_rolls = roster.on_rolls.sum(axis=0)
    is_bound = roster.is_capable.sum(axis=0) * 2 < days_on_rolls
    lean = -0.5 * is_fixed_term - 0.6 * is_bound
    has_phone = rng.random(count) < np.where(is_fixed_term, 0.15, 0.42)
    return Traits(
        chat=0.7 * common + 0.9 * rng.normal(size=count) + lean + habits.chat,
        meeting=0.6 * common + 0.8 * rng.normal(size=count) + 1.2 * lean + habits.meeting,
        box=0.5 * common + 1.0 * rng.normal(size=count) + 0.7 * lean + habits.box,
        mail=(rng.gamma(2.0, 2.6, count) * np.where(is_bound, 0.4, 1.0) + 0.2) * habits.mail,
        telework=rng.beta(0.55, 2.6, count) * habits.telework,
        is_early=rng.random(count) < 0.15,
        has_phone=has_phone,
        has_iphone=rng.random(count) < 0.7,
        has_mac=rng.random(count) < 0.01,
        is_bound=is_bound,
    )


def build_cells(
    *,
    seed: int,
    organisation: Organisation,
    roster: Roster,
    is_licensed: np.ndarray,
    is_absent: np.ndarray,
    adoption: Adoption,
    traits: Traits,
    calendar: Calendar,
) -> Cells:
    """Decide for everyone on the rolls whether and where they work on each day."""
    rng = stream(seed, Purpose.PRESENCE)
    works = _works(rng, organisation, roster, is_absent, calendar)
    works &= is_licensed[None, :]  # without an account no trace is left anyway
    day, person = np.nonzero(works)
    since = adoption.exposed_since[person]
    is_exposed = day >= since
    elapsed = np.where(is_exposed, day - since, 0)
    progress = np.where(is_exposed, 0.35 + 0.65 * (1 - np.exp(-elapsed / RAMP_DAYS)), 0.0).astype(np.float32)
    is_capable = roster.is_capable[day, person]
    weekday = calendar.weekdays[day]
    pull = np.where((weekday == 0) | (weekday == 4), 1.22, 0.86) * (0.55 + 0.45 * progress)
    wish = np.clip(traits.telework[person] * 0.95 * pull, 0, 0.95)
    chance = np.where(is_exposed, wish, GATEWAY_TELEWORK) * is_capable
    teleworks = rng.random(len(day)) < chance
    is_mixed = teleworks & (rng.random(len(day)) < MIXED_SHARE)
    return Cells(
        day=day.astype(np.int16),
        person=person.astype(np.int32),
        starts=np.searchsorted(day, np.arange(calendar.count + 1)),
        adoption=progress,
        is_exposed=is_exposed,
        is_trained=day >= adoption.trained_since[person],
        is_capable=is_capable,
        where=np.where(is_mixed, MIXED, np.where(teleworks, REMOTE, OFFICE)).astype(np.int8),
    )


def _works(
    rng: np.random.Generator, organisation: Organisation, roster: Roster, is_absent: np.ndarray, calendar: Calendar
) -> np.ndarray:
    """Table [day, person] of those who work."""
    dice = rng.random(roster.department_of.shape, dtype=np.float32)
    is_site = organisation.branch[roster.department_of] > 0
    on_closed_days = np.where(is_site & ~roster.is_capable, CLOSED_DAY_SITE_WORK, CLOSED_DAY_WORK)
    on_working_days = 1 - DAILY_LEAVE * _leave_season(calendar)[:, None]
    chance = np.where(calendar.working[:, None], on_working_days, on_closed_days)
    return roster.on_rolls & ~is_absent & (dice < chance)


def _leave_season(calendar: Calendar) -> np.ndarray:
    """Leave is twice as common on a working day next to a closed one, thrice in mid August and year's ends."""
    padded = np.concatenate([[True], calendar.working, [True]])
    weekends = np.isin(calendar.weekdays, (0, 4))
    bridge = (~padded[:-2] | ~padded[2:]) & ~weekends
    months = np.array([(day.month, day.day) for day in map(calendar.day, range(calendar.count))])
    summer = (months[:, 0] == 8) & (months[:, 1] >= 10) & (months[:, 1] <= 16)
    winter = ((months[:, 0] == 12) & (months[:, 1] >= 26)) | ((months[:, 0] == 1) & (months[:, 1] <= 6))
    return 1.0 + bridge + 2.0 * (summer | winter)
