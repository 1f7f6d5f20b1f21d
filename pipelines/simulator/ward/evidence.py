"""Which traces a day's work leaves, and of which kind of place: the plan that traffic and truth both follow.

Counts per cell. `sign_ins.py` and `box_staff.py` turn each count into events; `truth.py` reads the counts.
Events that are no evidence (machines, failed attacks, outsiders) are not planned here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from pipelines.simulator.ward.presence import MIXED, OFFICE, REMOTE, Cells, Traits
from pipelines.simulator.ward.streams import Purpose, stream

TRACED_BEFORE, TRACED_AFTER = 0.84, 0.925
PHONE_ONLY = 0.008
PHONE_ONLY_BOUND = 0.035
SIGN_INS_MEAN = 1.3
BOX_LOG_ODDS_BEFORE, BOX_LOG_ODDS_GAIN = -2.9, 3.15
BOX_EVENTS_MEAN = 6.3


@dataclass(frozen=True)
class Evidence:
    """Numbers of events per cell. Sign-ins and Box events by device and place of the address.

    office: main building or branch; remote: home, gateway, mobile network; blank: an address that tells no place
    (proxy, cloud desktop, private, unreadable). `silent` sign-ins are not interactive, `deviceless` ones name no
    operating system: like `failed` ones they are no evidence.
    `is_evening`: some work at home after a day in the office.
    """

    sign_office: np.ndarray
    sign_remote: np.ndarray
    sign_blank: np.ndarray
    sign_phone: np.ndarray
    sign_failed: np.ndarray
    sign_silent: np.ndarray
    sign_deviceless: np.ndarray
    box_office: np.ndarray
    box_remote: np.ndarray
    box_blank: np.ndarray
    box_phone: np.ndarray
    is_evening: np.ndarray

    @property
    def box_events(self) -> np.ndarray:
        return self.box_office + self.box_remote + self.box_blank + self.box_phone

    def without(self, is_lost: np.ndarray) -> Evidence:
        """No event is left of these cells; whether an evening at home was worked stays true."""
        counts = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "is_evening"}
        left = {name: np.where(is_lost, 0, count).astype(count.dtype) for name, count in counts.items()}
        return Evidence(**left, is_evening=self.is_evening)


def build_evidence(seed: int, cells: Cells, traits: Traits) -> Evidence:
    rng = stream(seed, Purpose.EVIDENCE)
    person, count = cells.person, len(cells.person)
    chance = TRACED_BEFORE + (TRACED_AFTER - TRACED_BEFORE) * cells.adoption - 0.06 * traits.is_bound[person]
    is_traced = rng.random(count) < chance
    phone_chance = np.where(traits.is_bound[person], PHONE_ONLY_BOUND, PHONE_ONLY)
    on_phone = is_traced & (cells.where == OFFICE) & (rng.random(count) < phone_chance)
    at_desk = is_traced & ~on_phone
    box = _box_counts(rng, cells, traits) * is_traced
    sign_ins = rng.poisson(SIGN_INS_MEAN, count) * at_desk
    sign_ins[at_desk & (sign_ins == 0) & (box == 0)] = 1
    # A traced half day usually shows at both ends.
    both = at_desk & (cells.where == MIXED) & (rng.random(count) < 0.85)
    sign_ins[both] = np.maximum(sign_ins[both], 2)
    away = _away(rng, sign_ins, cells.where, both)
    office = sign_ins - away
    # Someone works a little more at home in the evening, which makes a half day of it.
    evening = at_desk & (cells.where == OFFICE) & cells.is_exposed & cells.is_capable & (rng.random(count) < 0.006)
    failed = rng.poisson(0.08, count)
    # The only attempt of the day failed: no evidence at all is left.
    unlucky = at_desk & (sign_ins == 1) & (box == 0) & (rng.random(count) < 0.012)
    failed = failed + unlucky
    office[unlucky], away[unlucky] = 0, 0
    with_phone = is_traced & traits.has_phone[person] & cells.is_exposed
    box_phone = np.where(on_phone, box, rng.binomial(box, np.where(with_phone, 0.06, 0.0)))
    box_blank = rng.binomial(box - box_phone, 0.02)
    box_desk = box - box_phone - box_blank
    box_away = _away(rng, box_desk, cells.where, np.zeros(count, dtype=bool))
    return Evidence(
        sign_office=_small(office),
        sign_remote=_small(away + evening),
        sign_blank=_small((rng.random(count) < np.where(is_traced, 0.015, 0.05)).astype(np.int64)),
        sign_phone=_small(rng.poisson(0.3, count) * on_phone + on_phone + rng.poisson(0.12, count) * with_phone),
        sign_failed=_small(failed),
        sign_silent=_small(rng.poisson(0.02, count)),
        sign_deviceless=_small(rng.poisson(0.02, count)),
        box_office=_small(box_desk - box_away),
        box_remote=_small(box_away),
        box_blank=_small(box_blank),
        box_phone=_small(box_phone),
        is_evening=evening,
    )


def _box_counts(rng: np.random.Generator, cells: Cells, traits: Traits) -> np.ndarray:
    """Human-driven Box events per cell, 0 for most."""
    person, count = cells.person, len(cells.person)
    log_odds = (
        BOX_LOG_ODDS_BEFORE
        + BOX_LOG_ODDS_GAIN * cells.adoption
        + 0.5 * cells.is_trained
        + 0.3 * (cells.where != OFFICE)
        + 1.1 * traits.box[person]
    )
    is_active = rng.random(count) < 1 / (1 + np.exp(-log_odds))
    mean = (BOX_EVENTS_MEAN - 1) * rng.gamma(1.2, 1 / 1.2, count) * (0.5 + 0.5 * cells.adoption)
    return np.where(is_active, 1 + rng.poisson(mean), 0)


def _away(rng: np.random.Generator, total: np.ndarray, where: np.ndarray, both: np.ndarray) -> np.ndarray:
    """How many of these events come from outside; with `both`, at least one from each side."""
    share = np.where(where == REMOTE, 1.0, np.where(where == MIXED, 0.5, 0.0))
    away = rng.binomial(total, share)
    away[both] = np.clip(away[both], 1, total[both] - 1)
    return away


def _small(counts: np.ndarray) -> np.ndarray:
    """As small whole numbers: there are a million cells."""
    return np.minimum(counts, 250).astype(np.int16)
