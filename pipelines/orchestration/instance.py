"""Where Dagster's records of these settings lie, and opening them. What is read from them is run_facts.py."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy.exc import OperationalError

from pipelines.common.durable import sweep, write_durably
from pipelines.common.faults import fault_sentence
from pipelines.common.shipped import DAGSTER_FILE
from pipelines.errors import KatsuyoError
from pipelines.settings import Settings

UNREADABLE = (
    "The records of runs in KATSUYO_HOME cannot be read or written: see that the disk is not broken and that this "
    "account may use the folder, then run again; what was complete is kept."
)


def dagster_environment(settings: Settings) -> dict[str, str]:
    """The variables by which Dagster finds its configuration and its state: both lie in the data folder.

    Our dagster.yaml is copied there whenever it differs, for Dagster makes folders beside the one it reads, and nothing
    may be written beside the code.
    """
    folder = settings.dagster_dir
    configuration, ours = folder / DAGSTER_FILE.name, DAGSTER_FILE.read_bytes()
    if not configuration.is_file() or configuration.read_bytes() != ours:
        sweep(folder)
        write_durably(configuration, ours)
    return {"DAGSTER_HOME": str(folder), "KATSUYO_DAGSTER_DIR": str(folder)}


@contextmanager
def instance_of(settings: Settings) -> Generator[dg.DagsterInstance]:
    """The Dagster instance of these settings. Raises KatsuyoError where its records cannot be written."""
    os.environ.update(dagster_environment(settings))
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    except OperationalError as error:
        raise KatsuyoError(fault_sentence(error, settings.folders) or UNREADABLE) from error
