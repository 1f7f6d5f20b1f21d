"""Opening the warehouse: one writer at a time, a bounded wait for it, UTC, and limits on memory.

DuckDB's own file lock is the law; a process that finds it taken waits here and then says who has to finish first.
"""

from __future__ import annotations

import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from pipelines.common.durable import make_folder
from pipelines.common.faults import fault_sentence
from pipelines.errors import KatsuyoError, UnusableWarehouseError

WAIT_SECONDS = 60.0
# Of 4 GiB for the process. Three years of 6,000 people cannot be built within half of it.
MEMORY_LIMIT = "3GB"
# What leaves the warehouse is readable by DuckDB 1.5 as well: analysts' tools are not all upgraded on one day.
STORAGE_VERSION = "v1.5.0"

UNUSABLE = (
    "{} cannot be opened: restore it from a copy, or run `katsuyo rebuild`, which moves it aside and makes it anew."
)


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, duckdb.IOException) and "lock" in str(error).lower()


@contextmanager
def connect(
    path: Path, *, read_only: bool = False, wait_seconds: float = WAIT_SECONDS
) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection in UTC that is closed whatever happens. Raises KatsuyoError when another process keeps the file."""
    if read_only and not path.is_file():
        raise KatsuyoError(f"There is no {path.name} yet: run `katsuyo run` first.")
    make_folder(path.parent)
    attempts = Retrying(
        retry=retry_if_exception(_is_locked),
        stop=stop_after_delay(wait_seconds),
        wait=wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.1),
        reraise=True,
    )
    try:
        con = attempts(duckdb.connect, str(path), read_only=read_only)
    except duckdb.IOException as error:
        if _is_locked(error):
            raise KatsuyoError(
                f"{path.name} is in use by another process: wait until the running job has finished, or stop it."
            ) from None
        if sentence := fault_sentence(error, {f"the folder of {path.name}": path.parent}):
            raise KatsuyoError(sentence) from error
        raise UnusableWarehouseError(UNUSABLE.format(path.name)) from error
    except (duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException) as error:
        raise UnusableWarehouseError(UNUSABLE.format(path.name)) from error
    try:
        if not read_only:
            _close_to_others(path)
        con.execute("set timezone = 'UTC'")
        con.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        con.execute("set preserve_insertion_order = false")
        con.execute(f"set temp_directory = '{(path.parent / 'tmp').as_posix()}'")
        yield con
    finally:
        con.close()


def _close_to_others(path: Path) -> None:
    """Take away from all but owner and group what they may do with the file: it holds the working days of everyone."""
    mode = path.stat().st_mode
    if mode & stat.S_IRWXO:
        with suppress(PermissionError):  # another account's file: `katsuyo status` tells of it
            path.chmod(stat.S_IMODE(mode) & ~stat.S_IRWXO)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Generator[None]:
    """All of it or nothing: whatever stops the statements inside leaves the tables as they were."""
    con.execute("begin transaction")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")
