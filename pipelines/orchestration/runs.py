"""Which of the runs that Dagster records as started are really running; the others are ended as failed.

Dagster's records know nothing of a process that was killed: its run stays "started" for ever, and the pool slot that it
held would keep the next run waiting for ever. So every process that executes a run holds a lock on a file of that run,
and the system takes the lock away with the process, whatever the reason. A run without such a file has not begun yet;
the daemon watches those itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from pipelines.common.durable import make_folder
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings

ENDED = "The process of this run was killed or the machine stopped: run again, nothing that was complete is lost."
_held_until_exit: list[int] = []


@contextmanager
def run_lock(settings: Settings, run_id: str) -> Generator[None]:
    """Hold the lock of this run: it counts as running until this ends or the process does."""
    descriptor = _open(_folder(settings) / run_id)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def workspace_of_run(settings: Settings) -> dg.ResourceDefinition:
    """The workspace as a resource. A run that the daemon has launched counts as running until its own process ends."""

    def make(context: dg.InitResourceContext) -> Workspace:
        if context.run is not None:
            descriptor = _open(_folder(settings) / context.run.run_id)
            if _is_free(descriptor):
                _held_until_exit.append(descriptor)
            else:
                os.close(descriptor)  # this process holds it already: see daily.run_job
        return Workspace(settings)

    return dg.ResourceDefinition(make)


class RunCounts(NamedTuple):
    """How many runs were ended because their process is gone, and how many others are running now."""

    ended: int = 0
    running: int = 0

    def __str__(self) -> str:
        sentences = []
        if self.ended:
            sentences.append(f"killed before: {self.ended}, recorded as failed; what they held is free again.")
        if self.running:
            sentences.append(f"running now: {self.running}; all go on, a step of one after a step of another.")
        return " ".join(f"Runs {sentence}" for sentence in sentences)


def has_lost_its_process(settings: Settings, run_id: str) -> bool:
    """Whether the process that executed this run is gone, though nobody has recorded its end. Changes nothing.

    Not to be asked of a run that has just begun: for the moment of asking it looks as if another held its lock.
    """
    file = _folder(settings) / run_id
    if not file.is_file():
        return False  # the daemon has not begun it yet
    descriptor = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def end_abandoned_runs(settings: Settings, instance: dg.DagsterInstance) -> RunCounts:
    """Record every run whose process is gone as failed and free its slots."""
    folder = _folder(settings)
    with_file = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    # A run has its file before it asks for a slot, so one without a file is gone, too.
    holders = instance.event_log_storage.get_concurrency_run_ids()
    ended = running = 0
    for run_id in sorted(with_file | holders):
        descriptor = _open(folder / run_id)
        try:
            if _is_free(descriptor):
                ended += _end(instance, run_id)
                (folder / run_id).unlink(missing_ok=True)
            else:
                running += 1
        finally:
            os.close(descriptor)
    return RunCounts(ended, running)


def _end(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    is_abandoned = run is not None and not run.is_finished
    if run is not None and is_abandoned:
        instance.report_run_failed(run, ENDED)
    instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    return is_abandoned


def _folder(settings: Settings) -> Path:
    return settings.dagster_dir / "going"


def _open(file: Path) -> int:
    make_folder(file.parent)
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o640)


def _is_free(descriptor: int) -> bool:
    """Whether nobody held the lock; now it is held through this descriptor."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
