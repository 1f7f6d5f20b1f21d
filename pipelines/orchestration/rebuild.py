"""Building without any service: `rebuild` makes all again from the landing, `catch_up` what is not built yet."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import duckdb

from pipelines.common import progress
from pipelines.errors import KatsuyoError, UnusableWarehouseError
from pipelines.ingest.workspace import Workspace
from pipelines.landing.key_ring import read_key_ring
from pipelines.orchestration.daily import run_job
from pipelines.orchestration.schedules import CATCH_UP, REBUILD
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.loaded import require_own_landing
from pipelines.warehouse.raw.schema import ensure_raw_tables

ASIDE = ".aside-"


def rebuild(settings: Settings) -> list[str]:
    """Load the whole landing, build every model, publish and render; returns the gaps, a sentence each.

    A warehouse that cannot be opened, or that belongs to another landing, is moved aside first and kept.
    """
    workspace = Workspace(settings)
    workspace.require_own_keys()
    if not workspace.landing.datasets():
        raise KatsuyoError("Nothing has landed yet, so there is nothing to build from: run `katsuyo run` first.")
    _set_aside_if_unusable(settings)
    return run_job(settings, REBUILD)


def catch_up(settings: Settings) -> list[str]:
    """Load what landed and is not loaded yet, build what follows from it, publish and render; returns the gaps."""
    return run_job(settings, CATCH_UP)


def _set_aside_if_unusable(settings: Settings) -> None:
    file = settings.warehouse_file
    if not file.exists() or _is_usable(settings):
        return
    stamp = settings.now().astimezone(UTC)
    aside = file.with_name(f"{file.name}{ASIDE}{stamp:%Y%m%dT%H%M%SZ}")
    file.replace(aside)
    # Its unfinished part belongs to it.
    if (wal := Path(f"{file}.wal")).exists():
        wal.replace(f"{aside}.wal")
    progress.say(f"The former {file.name} cannot be used: it was moved to {aside.name} beside it and may be deleted.")


def _is_usable(settings: Settings) -> bool:
    """Raises KatsuyoError while another process holds the file."""
    landing = Workspace(settings).landing
    try:
        with connect(settings.warehouse_file) as con:
            ensure_raw_tables(con)
            if read_key_ring(landing.root) is not None:
                require_own_landing(con, landing)
    except (UnusableWarehouseError, duckdb.Error):
        return False
    return True
