"""Quantiles of Student's t, which the standard library does not have: the exact sums for whole degrees of freedom."""

from __future__ import annotations

import math
from functools import cache


def t_probability(t: float, degrees: int) -> float:
    """P(T <= t) for t of at least 0 (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan2(t, math.sqrt(degrees))
    cosine2 = math.cos(angle) ** 2
    is_odd = degrees % 2 == 1
    term, total = 1.0, 1.0
    for number in range(2 + is_odd, degrees - 1, 2):
        term *= cosine2 * (number - 1) / number
        total += term
    if not is_odd:
        between = math.sin(angle) * total
    elif degrees == 1:
        between = 2 * angle / math.pi
    else:
        between = 2 / math.pi * (angle + math.sin(angle) * math.cos(angle) * total)
    return 0.5 + between / 2


@cache
def t_quantile(probability: float, degrees: int) -> float:
    """The t that is not exceeded with this probability, which is more than a half."""
    low, high = 0.0, 1.0
    while t_probability(high, degrees) < probability:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        if t_probability(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return high
