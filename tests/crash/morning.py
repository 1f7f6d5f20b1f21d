"""One daily run without Dagster: the very steps the assets take, from the same lists. Runs in children that die.

Dagster's own records are not ours to protect and cost seconds.
Imported by the fork server of tests/children.py.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import date
from pathlib import Path

from pipelines import ingest
from pipelines.assets.loading import LANDED, load_landed
from pipelines.ingest.switches import datasets_off
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.figures import publish_figures
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters
from tests.project import PROJECT

# Everything Python does to the disk is announced by one of these before it happens.
TOUCHES_THE_DISK = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.truncate", "socket.connect"})


def run_morning(settings: Settings, days: list[date], *, heals: bool = False, dies_before: int | None = None) -> None:
    """fetch -> land -> load -> model -> publish, for all days or what is open of them; may die while it loads."""
    workspace = Workspace(settings)
    taken: list[ingest.Ingested] = []
    for step in ingest.STEPS:
        taken += ingest.take_step(step, ingest.Request(workspace, days, step.names, heals=heals)).ingested
    with connect(settings.warehouse_file) as con:
        if dies_before is not None:
            load_landed(con, workspace, LANDED[:dies_before])
            os.kill(os.getpid(), signal.SIGKILL)
        load_landed(con, workspace, LANDED)
    with connect(settings.warehouse_file) as con:
        refresh_calendar(con, dict(settings.own_holidays))
        ensure_raw_tables(con)
        write_parameters(
            con,
            mail_limit_bytes=settings.mail_limit_bytes,
            own_domains=settings.own_domains,
            switched_off=datasets_off(settings),
        )
        run_all(con, PROJECT, full_refresh=False)
    publish_figures(settings)
    ingest.raise_if_any_failed(taken)


def child(
    values: dict[str, object],
    days: list[date],
    dies_at: int | None,
    dies_before: int | None,
    report: Path | None,
    largest_file: int | None,
) -> None:
    """Run one morning; die before the `dies_at`-th touch of the disk, or write down how many there were.

    With `dies_before` it dies when all has landed and so many datasets are loaded.

    With `largest_file` no file can grow beyond so many bytes: the disk refuses, as a full one does.
    """
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    touched = 0

    def count(event: str, _arguments: object) -> None:
        nonlocal touched
        if event in TOUCHES_THE_DISK:
            touched += 1
            if touched == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    run_morning(Settings(**values), days, heals=True, dies_before=dies_before)  # ty: ignore[invalid-argument-type]
    if report is not None:
        report.write_text(str(touched), encoding="ascii")
