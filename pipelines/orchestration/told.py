"""HOME/told.json: what each channel has told, and whether it works. Who tells what, and when, is telling.py."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from pipelines.common.durable import make_folder, write_durably
from pipelines.settings import Settings

TOLD_FILE = "told.json"


class ToldOne(msgspec.Struct, frozen=True):
    """What was said of one cause."""

    sentence: str
    title: str
    told_at: datetime
    is_told_once: bool = False


class ToldByChannel(msgspec.Struct):
    """What one channel has told, by cause, and the sentence about the channel itself while it fails.

    `owes`: there is something that it could not tell; else it delivered, but not to everybody.
    """

    told: dict[str, ToldOne] = {}
    failing: str | None = None
    owes: bool = False


# What could not be written down, so that a full disk is told once and not every ten minutes.
_remembered: dict[Path, dict[str, ToldByChannel]] = {}


def told_file(settings: Settings) -> Path:
    return settings.home / TOLD_FILE


def failing_channels(settings: Settings) -> list[tuple[str, str]]:
    """The channels that failed when they were last needed, with the sentence about it."""
    states = read_told(told_file(settings))
    set_now = {"webhook": settings.webhook_url is not None, "mail": bool(settings.smtp_host)}
    return [(name, state.failing) for name, state in states.items() if state.failing and set_now.get(name)]


@contextmanager
def one_at_a_time(home: Path) -> Generator[None]:
    """The sensor and a command may come at once: the second waits and then has nothing to say."""
    try:
        make_folder(home)
        descriptor = os.open(home / f"{TOLD_FILE}.lock", os.O_RDWR | os.O_CREAT, 0o640)
    except OSError:
        yield  # nothing can be written here, which is told all the same
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_told(file: Path) -> dict[str, ToldByChannel]:
    if file in _remembered:
        return _remembered[file]
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, ToldByChannel])
    except (OSError, msgspec.DecodeError, UnicodeError):
        return {}


def write_told(file: Path, states: dict[str, ToldByChannel]) -> None:
    try:
        write_durably(file, msgspec.json.format(msgspec.json.encode(states), indent=1))
        _remembered.pop(file, None)
    except OSError:
        _remembered[file] = states
