"""What is wrong with the machine and its files: keys, folders, disks, secrets that end, channels. Judged from facts."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.orchestration.facts import Facts, Place
from pipelines.orchestration.troubles import Trouble, cause_of, trouble

EXPIRES_SOON_DAYS, EXPIRES_NOW_DAYS = 45, 10


def troubles_of_machine(facts: Facts) -> Iterator[Trouble]:
    """In the order in which they stop a run."""
    is_full = any(one.free_bytes is not None and one.free_bytes < one.full_below_bytes for one in facts.places)
    # On a full disk SQLite cannot even read.
    unreadable = () if is_full else facts.unreadable
    for kind, sentences in (("unreadable", unreadable), ("keys", facts.key_problems)):
        for sentence in dict.fromkeys(sentences):
            yield trouble(kind, f"{kind}-{cause_of(sentence)[0]}", "fix", sentence)
    for place in facts.places:
        yield from troubles_of_place(place)
    yield from _expiries(facts)
    for name, sentence in facts.failing_channels:
        yield trouble("channel", f"channel-{name}", "fix", sentence, name=name)


def troubles_of_place(place: Place) -> Iterator[Trouble]:
    """A folder that is written to: whether it can be, its disk, and who else can read it."""
    where, setting = f"{place.role} {place.setting}", place.setting
    if not place.is_writable:
        text = "cannot be written to: give the account that runs katsuyo the right, or name another folder"
        yield trouble("unwritable", f"unwritable-{setting}", "fix", f"The {where} {text}.", setting=setting)
    free = place.free_bytes
    if free is not None and free < place.full_below_bytes:
        text = "is full: make room, half a year of a large office needs some GB"
        yield trouble("disk-full", f"disk-{setting}", "fix", f"The disk of the {where} {text}.", setting=setting)
    elif free is not None and free < place.low_below_bytes:
        left = f"{place.low_below_bytes / 1e9:g} GB"
        text = f"has less than {left} left: make room, half a year of a large office needs some GB"
        yield trouble(
            "disk-low", f"disk-{setting}", "warning", f"The disk of the {where} {text}.", setting=setting, left=left
        )
    if place.is_open:
        what = f"{', '.join(place.open_files)} in the {where}" if place.open_files else f"The {where}"
        text = "can be read by every account of this machine: take that away with chmod -R o-rwx"
        severity = "fix" if place.open_files else "warning"
        yield trouble("modes", f"modes-{setting}", severity, f"{what} {text}.", setting=setting)
    if place.is_foreign:
        text = "belongs to another account: run katsuyo as its owner, or files of two owners get mixed"
        yield trouble("owner", f"owner-{setting}", "warning", f"The {where} {text}.", setting=setting)


def _expiries(facts: Facts) -> Iterator[Trouble]:
    for one in facts.expiries:
        left = (one.day - facts.today).days
        if left <= EXPIRES_SOON_DAYS:
            kind, verb = ("expired", "expired on") if left < 0 else ("expires", "expires on")
            yield trouble(
                kind,
                f"expiry-{one.name.replace(' ', '-')}",
                "fix" if left <= EXPIRES_NOW_DAYS else "warning",
                f"The {one.name} {verb} {one.day}: make a new one, put it into the settings, then remove the old one.",
                what=one.japanese,
                day=one.day,
            )
