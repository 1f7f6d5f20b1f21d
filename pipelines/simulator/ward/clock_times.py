"""At what time of a Tokyo day things happen. Everything stays inside its day, some of it at the very edge."""

from __future__ import annotations

import numpy as np

DAY_SECONDS = 86_400
TOKYO_OFFSET_US = 9 * 3_600 * 1_000_000


def office_seconds(rng: np.random.Generator, count: int) -> np.ndarray:
    """Seconds after midnight: mostly office hours with a dip at noon, some evenings, few nights."""
    dice = rng.random(count)
    hours = rng.uniform(8.5, 17.4, count)
    at_noon = (hours >= 12) & (hours < 13) & (rng.random(count) < 0.6)
    hours = np.where(at_noon, rng.uniform(9, 11.9, count), hours)
    hours = np.where(dice > 0.88, rng.normal(18.4, 1.2, count), hours)
    hours = np.where(dice > 0.96, rng.normal(8.2, 0.35, count), hours)
    hours = np.where(dice > 0.99, rng.uniform(0, 24, count), hours)
    seconds = np.clip((hours * 3600).astype(np.int64), 0, DAY_SECONDS - 1)
    edge = rng.random(count)
    seconds[edge < 0.0004] = 0
    seconds[edge > 0.9996] = DAY_SECONDS - 1
    return seconds


def any_seconds(rng: np.random.Generator, count: int) -> np.ndarray:
    """Seconds after midnight, at any time: machines, outsiders abroad."""
    return rng.integers(0, DAY_SECONDS, count)


def instants_us(day_since_epoch: int, seconds: np.ndarray) -> np.ndarray:
    """Microseconds since the epoch (UTC) of seconds after Tokyo midnight."""
    return (day_since_epoch * DAY_SECONDS + seconds) * 1_000_000 - TOKYO_OFFSET_US
