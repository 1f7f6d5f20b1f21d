"""The two seeds that are mathematics are what they say: worked out here another way."""

from __future__ import annotations

import csv
from itertools import pairwise
from math import comb, isclose

import pytest
from scipy.special import stdtr

from pipelines.common.shipped import SQL_DIR


def _rows(name: str) -> list[dict[str, str]]:
    with (SQL_DIR / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("period_kind", "drawn", "most"), [("week", 3, 7), ("month", 15, 31)])
def test_the_chance_of_being_seen_is_that_of_drawing_without_replacement(
    period_kind: str, drawn: int, most: int
) -> None:
    rows = [row for row in _rows("equal_days") if row["period_kind"] == period_kind]
    assert {int(row["equal_days"]) for row in rows} == {drawn}
    held = {(int(row["known_days"]), int(row["active_days"])) for row in rows}
    assert held == {(known, active) for known in range(drawn, most + 1) for active in range(known + 1)}
    for row in rows:
        known, active = int(row["known_days"]), int(row["active_days"])
        chance = 1 - comb(known - active, drawn) / comb(known, drawn)
        assert isclose(float(row["seen_probability"]), chance, abs_tol=1e-9), row


def test_the_quantiles_of_t_cover_all_degrees_and_hold_what_they_say() -> None:
    rows = _rows("t_quantiles")
    assert rows[0]["degrees_from"] == "1"
    assert all(int(row["degrees_to"]) + 1 == int(after["degrees_from"]) for row, after in pairwise(rows))
    for row in rows:
        degrees = int(row["degrees_from"])
        assert isclose(stdtr(degrees, float(row["t_975"])), 0.975, abs_tol=1e-6), row
        assert isclose(stdtr(degrees, float(row["t_80"])), 0.8, abs_tol=1e-6), row
