"""Looks at everything that health.py decides from: records, landing, published file, folders, keys. Changes nothing.

What cannot be looked at becomes a fact, too: a sentence of what is in the way.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import duckdb
from sqlalchemy.exc import SQLAlchemyError

from pipelines.errors import ConfigurationError, KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landing
from pipelines.orchestration.built_days import days_not_built
from pipelines.orchestration.datasets import DatasetStatus, read_status
from pipelines.orchestration.expiry import known_expiries
from pipelines.orchestration.facts import Facts, Place
from pipelines.orchestration.health import Health, health
from pipelines.orchestration.instance import instance_of
from pipelines.orchestration.run_facts import Automation, Runs, read_automation, read_runs
from pipelines.orchestration.told import failing_channels
from pipelines.privacy.pseudonym import read_key
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect

# Of these nobody but their owner and group may read: with one of them a day's work would be copied.
PRIVATE_FILES = ("warehouse.duckdb", "warehouse.duckdb.wal", "published/analysts.duckdb")
KEY_FILES = ("pseudonym_key_file", "vault_key_file")


def look(settings: Settings, instance: dg.DagsterInstance | None = None) -> Health:
    """What is wrong now. `instance`: Dagster's records where they are open already."""
    unreadable: list[str] = []
    runs, automation = _records(settings, instance, unreadable)
    has_landed, datasets = _datasets(settings, unreadable)
    as_of, last = _published(settings, unreadable)
    return health(
        Facts(
            now=settings.now(),
            clock=datetime.now(UTC),
            runs=runs,
            automation=automation,
            has_landed=has_landed,
            datasets=datasets,
            not_built=tuple((" ".join(name), len(days), days[0]) for name, days in days_not_built(settings).items()),
            published_as_of=as_of,
            published_to=last,
            places=(data_folder(settings), site_folder(settings)),
            key_problems=tuple(key_problems(settings)),
            expiries=known_expiries(settings),
            failing_channels=tuple(failing_channels(settings)),
            unreadable=tuple(unreadable),
        )
    )


def _records(settings: Settings, instance: dg.DagsterInstance | None, unreadable: list[str]) -> tuple[Runs, Automation]:
    if instance is not None:
        return read_runs(settings, instance), read_automation(instance)
    if not settings.dagster_dir.is_dir():
        return Runs(), Automation()  # no run yet: nothing is made for a look
    try:
        with instance_of(settings) as opened:
            return read_runs(settings, opened), read_automation(opened)
    except (OSError, KatsuyoError, sqlite3.Error, SQLAlchemyError):
        unreadable.append(
            "Dagster's records in KATSUYO_HOME/dagster cannot be read, so nobody knows how the last run ended: run as "
            "the account that runs katsuyo, and see that the disk is not full."
        )
        return Runs(), Automation()


def _datasets(settings: Settings, unreadable: list[str]) -> tuple[bool, tuple[DatasetStatus, ...]]:
    try:
        if not Landing(settings.landing_dir).datasets():
            return False, ()
        return True, tuple(read_status(settings))
    except (OSError, KatsuyoError) as error:
        said = str(error) if isinstance(error, KatsuyoError) else "The landing cannot be read by this account."
        unreadable.append(said)
        return True, ()


def _published(settings: Settings, unreadable: list[str]) -> tuple[date | None, date | None]:
    """As of which day the published file is, and the last day it holds."""
    if not settings.published_file.is_file():
        return None, None
    try:
        with connect(settings.published_file, read_only=True) as con:
            return con.execute("select as_of_date, last_date from publication").fetchall()[0]
    except (KatsuyoError, duckdb.Error, OSError):
        unreadable.append("The published file cannot be read: make it again with `katsuyo publish`.")
        return None, None


def key_problems(settings: Settings) -> list[str]:
    """What is wrong with the two key files: not there, or not those that the data were made with."""
    problems = []
    for name in KEY_FILES:
        try:
            read_key(getattr(settings, name), f"KATSUYO_{name.upper()}")
        except ConfigurationError as error:
            problems.append(str(error))
    if not problems:
        try:
            Workspace(settings).require_own_keys()
        except ConfigurationError as error:
            problems.append(str(error))
    return problems


def data_folder(settings: Settings) -> Place:
    """The folder of all data: nobody else on this machine may read it."""
    home = settings.home
    mode = _mode(home)
    readable = [name for name in PRIVATE_FILES if (_mode(home / name) or 0) & stat.S_IROTH]
    is_open = mode is not None and bool(mode & stat.S_IRWXO)
    # A file that others may read is no harm in a folder that they cannot enter.
    reachable = tuple(readable) if mode is not None and mode & stat.S_IXOTH else ()
    return Place(
        "data folder",
        "KATSUYO_HOME",
        is_writable=is_writable(home),
        free_bytes=free_bytes(home),
        is_open=is_open,
        open_files=reachable,
        is_foreign=_is_foreign(home),
    )


def site_folder(settings: Settings) -> Place:
    """The folder of the pages: others may read it, that is what it is for. Its disk counts where it is another one."""
    site = settings.site
    has_own_disk = _device(site) != _device(settings.home)
    return Place(
        "site",
        "KATSUYO_SITE",
        is_writable=is_writable(site),
        free_bytes=free_bytes(site) if has_own_disk else None,
        full_below_bytes=20_000_000,
        low_below_bytes=200_000_000,
    )


def is_writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above that exists, may be written to. Nothing is written."""
    existing = existing_folder(folder)
    return existing.is_dir() and os.access(
        existing, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    )


def free_bytes(folder: Path) -> int | None:
    """How much space there is for this account on the disk of a folder that may not be there yet."""
    with suppress(OSError):
        return shutil.disk_usage(existing_folder(folder)).free
    return None


def _device(folder: Path) -> int:
    return existing_folder(folder).stat().st_dev


def existing_folder(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if _mode(path) is not None)


def _mode(path: Path) -> int | None:
    with suppress(OSError):
        return path.stat().st_mode
    return None


def _is_foreign(folder: Path) -> bool:
    with suppress(OSError):
        return folder.stat().st_uid != os.geteuid()
    return False
