"""How long work looks on a terminal: stage, day, how far, time left. Plain lines when nobody watches.

No decision is made here; the steps report through progress.py.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipelines.common import progress

# In a file or a pipe there is no edge to wrap at.
WIDTH = 140
out = Console(highlight=False, width=WIDTH)
err = Console(stderr=True, highlight=False)


def suit_the_terminal() -> None:
    """As wide as the terminal, or as COLUMNS says; what it cannot write becomes a mark, not a stack of frames."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        out.width = Console().width
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


# What the whole work counts, roughly: datasets fetched per day, and all other steps.
STEPS_BY_DAY, OTHER_STEPS = 10, 118


@contextmanager
def shown_progress(*, days: int = 0) -> Generator[None]:
    """Show the progress of everything inside, which fetches so many days, loads, builds, publishes and renders.

    Dagster turns standard error away into its own logs while a step runs, so progress keeps a way to the screen of
    its own.
    """
    expected_steps = STEPS_BY_DAY * days + OTHER_STEPS
    with os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8") as screen:
        console = Console(file=screen, highlight=False)
        if console.is_terminal:
            with _Bar(expected_steps, console) as bar, progress.listening(bar):
                yield
        else:
            with progress.listening(_Lines(console)):
                yield


class _Bar(Progress):
    """One line that fills: the remaining time is that of the whole work, not of the stage."""

    def __init__(self, expected_steps: int, console: Console) -> None:
        super().__init__(
            TextColumn("{task.description:<46}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[day]:<12}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._whole = self.add_task("Starting", total=expected_steps, day="")

    def stage(self, name: str, total: int) -> None:
        self.update(self._whole, description=name, day="")

    def step(self, what: str) -> None:
        self.update(self._whole, advance=1, day=what)

    def say(self, sentence: str) -> None:
        self.console.print(sentence, markup=False, soft_wrap=True)


class _Lines:
    """A line when a stage begins, and one a quarter of the way through long ones."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._name, self._total, self._done = "", 0, 0

    def stage(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._say(f"{name}" + (f" ({total} days)" if total > 1 else ""))

    def step(self, what: str) -> None:
        self._done += 1
        if self._total >= 40 and self._done % max(1, self._total // 4) == 0 and self._done < self._total:
            self._say(f"{self._name}: {self._done} of {self._total} ({what})")

    def say(self, sentence: str) -> None:
        self._say(sentence)

    def _say(self, line: str) -> None:
        self._console.print(f"[{time.monotonic() - self._started:6.1f} s] {line}", markup=False, soft_wrap=True)
        self._console.file.flush()
