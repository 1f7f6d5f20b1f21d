"""The parts of `katsuyo doctor` that need no service: which day it asks about, what its last line says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pipelines.commands.checkup import Checkup
from pipelines.commands.doctor import Finding, to_mend, verdict
from pipelines.common.eras import TOKYO
from pipelines.settings import Settings


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 4, 17, 10, tzinfo=TOKYO), date(2026, 4, 16)),  # Friday: the day before
        (datetime(2026, 4, 20, 6, tzinfo=TOKYO), date(2026, 4, 17)),  # Monday morning: Friday
        (datetime(2026, 5, 7, 6, tzinfo=TOKYO), date(2026, 5, 1)),  # after the holidays of May
        (datetime(2026, 1, 4, 6, tzinfo=TOKYO), date(2025, 12, 26)),  # the offices close on 29 December
    ],
)
def test_services_are_asked_about_the_newest_complete_working_day(now: datetime, expected: date) -> None:
    assert Checkup(Settings(as_of=now)).working_day == expected


def test_one_call_never_takes_longer_than_somebody_waits() -> None:
    assert Checkup(Settings(max_retry_seconds=900)).settings.max_retry_seconds == 120
    assert Checkup(Settings(max_retry_seconds=5)).settings.max_retry_seconds == 5


@pytest.mark.parametrize(
    ("marks", "line"),
    [
        (["OK"], "Nothing has to be mended; 0 worth a look."),
        (["OK", "WARN", "-"], "Nothing has to be mended; 1 worth a look."),
        (["FIX"], "1 thing has to be mended; 0 worth a look."),
        (["FIX", "WARN", "FIX"], "2 things have to be mended; 1 worth a look."),
    ],
)
def test_the_last_line_counts_what_is_to_be_mended(marks: list, line: str) -> None:
    findings = [Finding(mark, "settings", "text") for mark in marks]
    assert verdict(findings) == line
    assert to_mend(findings) == marks.count("FIX")
