"""Where long work says how far it is. The command line listens; without a listener nothing is shown.

Only counts, dates and names of stages pass here, never data.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Listener(Protocol):
    """Told of every stage and step; `total` is the number of steps of the stage. What is said stays on the screen."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, what: str) -> None: ...

    def say(self, sentence: str) -> None: ...


class _Silent:
    def stage(self, name: str, total: int) -> None:
        pass

    def step(self, what: str) -> None:
        pass

    def say(self, sentence: str) -> None:
        pass


_listener: ContextVar[Listener] = ContextVar("progress_listener", default=_Silent())  # noqa: B039 - holds no state


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Send the progress of everything inside to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def stage(name: str, total: int) -> None:
    """A stage of `total` steps begins."""
    _listener.get().stage(name, total)


def step(what: str = "") -> None:
    """One step of the stage is done; `what` is its day or name."""
    _listener.get().step(what)


def say(sentence: str) -> None:
    """Something the user should read: counts and dates, never data."""
    _listener.get().say(sentence)
