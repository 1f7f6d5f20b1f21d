"""The facts that health is decided from: looked at in looking.py and run_facts.py, judged in health.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from pipelines.common.eras import TOKYO
from pipelines.orchestration.datasets import DatasetStatus
from pipelines.orchestration.run_facts import Automation, Runs


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that is written to. `free_bytes` None: it cannot be told, or is told of another folder of that disk.

    `full_below_bytes`: with less nothing can be written; `low_below_bytes`: with less it is time to make room.
    `is_open`: every account of this machine can enter it; `open_files`: and read these.
    """

    role: str
    setting: str
    is_writable: bool = True
    free_bytes: int | None = None
    full_below_bytes: int = 500_000_000
    low_below_bytes: int = 2_000_000_000
    is_open: bool = False
    open_files: tuple[str, ...] = ()
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that ends by itself: its name in English and Japanese, and its last day."""

    name: str
    japanese: str
    day: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is looked at. `now` is the clock of the data (it may be pinned), `clock` that of the machine.

    `not_built`: dataset, how many of its accepted days the warehouse does not hold, and the first of them.
    `failing_channels`: name of a channel of messages and the sentence about it. `unreadable`: sentences about what
    could not be looked at.
    """

    now: datetime
    clock: datetime
    runs: Runs = field(default_factory=Runs)
    automation: Automation = field(default_factory=Automation)
    has_landed: bool = True
    datasets: tuple[DatasetStatus, ...] = ()
    not_built: tuple[tuple[str, int, date], ...] = ()
    published_as_of: date | None = None
    published_to: date | None = None
    places: tuple[Place, ...] = ()
    key_problems: tuple[str, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    failing_channels: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        """The day in Tokyo."""
        return self.now.astimezone(TOKYO).date()
