"""Who occupies which post on which day: joiners, leavers, the 1 April wave, mid-month transfers.

A ward has a fixed number of posts, always filled: the successor of a leaver begins the next day. Results are
occupations (person, post, first and last day number) and a table of day x person.
Names, concurrent posts and leave belong to people.py and assignments.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipelines.simulator.ward.organisation import FIXED_TERM, PERMANENT, REAPPOINTED, Organisation
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

BEFORE = -1  # day number of an occupation that began before the first day
MOVERS_SHARE = 0.25  # of permanent staff, on 1 April
LEAVERS_SHARE = {PERMANENT: 0.04, FIXED_TERM: 0.10, REAPPOINTED: 0.25}  # on 31 March
MONTHLY_LEAVERS = 0.0015
MONTHLY_MOVERS = 0.0015
MID_MONTH_DAY, MID_MONTH_JOINERS = 10, 0.0007
SHUFFLES = 12


@dataclass(frozen=True)
class Roster:
    """Occupations, and what they say about each day. Arrays over occupations unless noted."""

    people: int
    person: np.ndarray
    department: np.ndarray  # row of the organisation's frame
    capable: np.ndarray
    from_day: np.ndarray  # day number, BEFORE if earlier than the first
    to_day: np.ndarray  # day number of the last day, calendar.count if still there after the last
    employment: np.ndarray  # of each person
    department_of: np.ndarray  # [day, person], -1 off the rolls
    is_capable: np.ndarray  # [day, person]

    @property
    def on_rolls(self) -> np.ndarray:
        return self.department_of >= 0


@dataclass
class _Ledger:
    """State while walking through the changes: who is where since when, and the closed occupations."""

    occupant: np.ndarray
    since: np.ndarray
    employment: list[int]
    closed: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def close(self, posts: np.ndarray, last_day: int) -> None:
        self.closed.append(
            (self.occupant[posts].copy(), posts.copy(), self.since[posts].copy(), np.full(len(posts), last_day))
        )

    def seat(self, posts: np.ndarray, people: np.ndarray, day: int) -> None:
        """From that day on these people sit in these posts."""
        self.close(posts, day - 1)
        self.occupant[posts] = people
        self.since[posts] = day

    def stay(self, posts: np.ndarray, day: int) -> None:
        """These posts belong to another department from that day; who did not move then keeps the post."""
        kept = posts[self.since[posts] != day]
        self.seat(kept, self.occupant[kept].copy(), day)

    def hire(self, posts: np.ndarray, kinds: np.ndarray, day: int) -> None:
        """New people replace whoever is in these posts."""
        first = len(self.employment)
        self.employment += kinds[posts].tolist()
        self.seat(posts, np.arange(first, first + len(posts)), day)


def build_roster(seed: int, organisation: Organisation, calendar: Calendar, *, joins_mid_month: bool) -> Roster:
    """Walk through the changes of the span."""
    rng, mid_month = stream(seed, Purpose.PEOPLE), stream(seed, Purpose.CAREERS)
    posts = organisation.posts
    count = len(posts.before)
    ledger = _Ledger(np.arange(count), np.full(count, BEFORE), posts.employment.tolist())
    for number in range(1, calendar.count):
        day = calendar.day(number)
        place = posts.department(day)
        moved = place != posts.department(calendar.day(number - 1))
        if (day.month, day.day) == (4, 1):
            _spring(rng, ledger, organisation, place=place, day=number)
        elif day.day == 1:
            _replace_some(rng, ledger, posts.employment, MONTHLY_LEAVERS, number)
        elif day.day == 16:
            _exchange_some(rng, ledger, organisation.bureau[place], number)
        elif day.day == MID_MONTH_DAY and joins_mid_month:
            _replace_some(mid_month, ledger, posts.employment, MID_MONTH_JOINERS, number)
        ledger.stay(np.flatnonzero(moved), number)
    ledger.close(np.arange(count), calendar.count)
    return _tabulate(organisation, calendar, ledger)


def _replace_some(rng: np.random.Generator, ledger: _Ledger, kinds: np.ndarray, share: float, day: int) -> None:
    """A few leave; their successors begin on the day after."""
    leaving = max(1, round(share * len(kinds)))
    ledger.hire(rng.choice(len(kinds), size=leaving, replace=False), kinds, day)


def _exchange_some(rng: np.random.Generator, ledger: _Ledger, bureau: np.ndarray, day: int) -> None:
    """A few permanent staff change places in the middle of a month."""
    permanent = np.flatnonzero(np.array(ledger.employment)[ledger.occupant] == PERMANENT)
    wanted = min(len(permanent), max(2, round(MONTHLY_MOVERS * len(bureau))))
    _rotate(rng, ledger, rng.choice(permanent, size=wanted, replace=False), bureau, day)


def _spring(rng: np.random.Generator, ledger: _Ledger, chart: Organisation, *, place: np.ndarray, day: int) -> None:
    """31 March and 1 April: leavers, successors, and the transfer wave."""
    kinds = chart.posts.employment
    chances = np.array([LEAVERS_SHARE[kind] for kind in (PERMANENT, FIXED_TERM, REAPPOINTED)])
    is_leaving = rng.random(len(kinds)) < chances[kinds]
    staying = np.flatnonzero((kinds == PERMANENT) & ~is_leaving)
    movers = rng.choice(staying, size=round(MOVERS_SHARE * (kinds == PERMANENT).sum()), replace=False)
    _rotate(rng, ledger, movers, chart.bureau[place], day)
    ledger.hire(np.flatnonzero(is_leaving), kinds, day)


def _rotate(
    rng: np.random.Generator,
    ledger: _Ledger,
    posts: np.ndarray,
    bureau: np.ndarray,
    day: int,
) -> None:
    """Exchange the occupants of these posts, as far as possible into another 部 (`bureau` of each post)."""
    origin = rng.permutation(posts)  # origin[i] is where the new occupant of posts[i] comes from
    for _ in range(SHUFFLES):
        same = np.flatnonzero(bureau[origin] == bureau[posts])
        if not len(same):
            break
        others = rng.integers(0, len(posts), size=len(same))
        for here, there in zip(same.tolist(), others.tolist(), strict=True):  # a few dozen at most
            origin[here], origin[there] = origin[there], origin[here]
    ledger.seat(posts, ledger.occupant[origin].copy(), day)


def _tabulate(organisation: Organisation, calendar: Calendar, ledger: _Ledger) -> Roster:
    """Occupations by person and time, neighbours without a difference joined; and the tables by day."""
    posts = organisation.posts
    person, post, from_day, to_day = (np.concatenate(part) for part in zip(*ledger.closed, strict=True))
    order = np.lexsort((from_day, person))
    person, post, from_day, to_day = person[order], post[order], from_day[order], to_day[order]
    department = posts.before[post]
    for since, rows in posts.later:
        department = np.where(from_day >= calendar.number(since), rows[post], department)
    capable = posts.is_capable[post]
    same = (np.diff(person) == 0) & (np.diff(department) == 0) & (np.diff(capable.astype(np.int8)) == 0)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.concatenate([starts[1:], [len(person)]]) - 1
    person, department, capable = person[starts], department[starts], capable[starts]
    from_day, to_day = from_day[starts], to_day[ends]

    first = np.maximum(from_day, 0)
    lengths = np.minimum(to_day, calendar.count - 1) - first + 1
    which = np.repeat(np.arange(len(person)), lengths)
    day = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[which]
    department_of = np.full((calendar.count, len(ledger.employment)), -1, dtype=np.int16)
    department_of[day, person[which]] = department[which]
    is_capable = np.zeros(department_of.shape, dtype=bool)
    is_capable[day, person[which]] = capable[which]
    return Roster(
        people=len(ledger.employment),
        person=person,
        department=department,
        capable=capable,
        from_day=from_day,
        to_day=to_day,
        employment=np.array(ledger.employment, dtype=np.int8),
        department_of=department_of,
        is_capable=is_capable,
    )
