"""The internet addresses from which people work: office, branch, gateway, home, phone, and those that tell nothing.

All addresses of a world stand in one list; events hold positions in it. Which networks the ward publishes belongs
to organisation.py and must agree with the ranges here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, pick, stream
from pipelines.simulator.ward.workdays import Calendar

# No place can be told from these: private, carrier, loopback, link-local, unreadable.
BLANK_TEXTS = (
    "10.20.30.40",
    "10.112.4.19",
    "172.20.3.4",
    "192.168.11.5",
    "100.72.1.9",
    "127.0.0.1",
    "169.254.10.2",
    "fd12:3456:789a::15",
    "fe80::1c2d:3e4f:5a6b:7c8d",
)
UNKNOWN_TEXT = "Unknown IP"  # Box writes this
REDACTED_TEXT = "198.51.100.XXX"  # the sign-in log writes this for some cross-tenant records
BRANCHES = ((32, 46), (48, 62), (64, 94))


@dataclass(frozen=True)
class AddressBook:
    """Positions of each kind of address in `texts`."""

    texts: pl.Series
    old_range: np.ndarray  # main building until the turn, afterwards nobody's
    new_range: np.ndarray  # gateway until the turn, main building from then on
    late_gateway: np.ndarray
    office_v6: np.ndarray
    branches: tuple[np.ndarray, ...]
    proxy: np.ndarray  # and cloud desktops
    mobile: np.ndarray
    blank: np.ndarray
    unknown: np.ndarray
    redacted: np.ndarray
    elsewhere: np.ndarray  # public addresses of nobody in particular
    home: np.ndarray  # [person, 2]: fixed line and a second line
    turn: int  # day number

    def office(self, rng: np.random.Generator, branch: np.ndarray, day: int) -> np.ndarray:
        """Main building (branch 0) or branch of each."""
        main = self.old_range if day < self.turn else self.new_range
        result = rng.choice(main, len(branch))
        result = np.where(rng.random(len(branch)) < 0.15, rng.choice(self.office_v6, len(branch)), result)
        for number, positions in enumerate(self.branches, start=1):
            result = np.where(branch == number, rng.choice(positions, len(branch)), result)
        return result

    def gateway(self, rng: np.random.Generator, count: int, day: int) -> np.ndarray:
        return rng.choice(self.new_range if day < self.turn else self.late_gateway, count)

    def homes(self, rng: np.random.Generator, person: np.ndarray, day: int) -> np.ndarray:
        """Mostly one's own line; the provider gives the ward's former range to someone else after the turn."""
        own = self.home[person, (rng.random(len(person)) < 0.2).astype(np.int64)]
        if day < self.turn:
            return own
        return np.where(rng.random(len(person)) < 0.02, rng.choice(self.old_range, len(person)), own)

    def remote(self, rng: np.random.Generator, person: np.ndarray, day: int, gateway_share: np.ndarray) -> np.ndarray:
        """Home, gateway, or a laptop on the ward's mobile network."""
        dice = rng.random(len(person))
        result = self.homes(rng, person, day)
        result = np.where(dice < gateway_share, self.gateway(rng, len(person), day), result)
        return np.where(dice > 0.985, rng.choice(self.mobile, len(person)), result)

    def phone(self, rng: np.random.Generator, person: np.ndarray, branch: np.ndarray, day: int) -> np.ndarray:
        """Anywhere: mobile network, home, the office's wireless network, or nowhere in particular."""
        dice = rng.random(len(person))
        result = np.where(dice < 0.45, rng.choice(self.mobile, len(person)), self.homes(rng, person, day))
        result = np.where(dice > 0.75, self.office(rng, branch, day), result)
        return np.where(dice > 0.97, rng.choice(self.blank, len(person)), result)


def build_address_book(seed: int, roster: Roster, calendar: Calendar) -> AddressBook:
    rng = stream(seed, Purpose.ADDRESSES)
    texts: list[str] = []

    def add(values: list[str]) -> np.ndarray:
        texts.extend(values)
        return np.arange(len(texts) - len(values), len(texts))

    def office_range(first: int, last: int) -> list[str]:
        return [f"192.0.2.{host}" for host in range(first, last + 1)]

    outside = [f"{prefix}.{host}" for prefix in ("198.51.100", "203.0.113") for host in range(1, 255)]
    fixed = {
        "old_range": add(office_range(1, 14)),
        "new_range": add(office_range(17, 30)),
        "late_gateway": add(office_range(129, 142)),
        "office_v6": add([f"2001:db8:100:{block:x}::{host:x}" for block in (1, 2, 16) for host in range(16, 32)]),
        "proxy": add([*office_range(145, 158), *office_range(161, 174)]),
        "mobile": add(office_range(193, 206)),
        "blank": add(list(BLANK_TEXTS)),
        "unknown": add([UNKNOWN_TEXT]),
        "redacted": add([REDACTED_TEXT]),
        "elsewhere": add(outside),
    }
    branches = tuple(add(office_range(first, last)) for first, last in BRANCHES)
    first_home = len(texts)
    numbers = np.arange(2 * roster.people)
    prefix, block, host = pick(numbers, 0xDFFF, 1) + 0x1000, pick(numbers, 0xFFFE, 2) + 1, pick(numbers, 0xFFFE, 3) + 1
    lines = zip(prefix.tolist(), block.tolist(), host.tolist(), strict=True)
    six = [f"2001:db8:{a:x}:{b:x}::{c:x}" for a, b, c in lines]
    has_four = rng.random(2 * roster.people) < 0.6
    home = np.where(has_four, rng.choice(fixed["elsewhere"], 2 * roster.people), first_home + numbers)
    return AddressBook(
        texts=pl.Series("ip_address", [*texts, *six]),
        branches=branches,
        home=home.reshape(roster.people, 2),
        turn=calendar.number(calendar.turn),
        **fixed,
    )
