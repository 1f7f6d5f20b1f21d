"""Faults of files and disks are one sentence each, on the command line as in a step, whoever raised them."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.assets.support import failures
from pipelines.common.faults import fault_sentence
from pipelines.errors import KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect

SITE, HOME = Path("/srv/www/site"), Path("/var/lib/katsuyo")
FOLDERS = {"the data folder (KATSUYO_HOME)": HOME, "the landing": HOME / "landing", "the site (KATSUYO_SITE)": SITE}


@given(
    st.sampled_from(sorted(errno.errorcode)), st.sampled_from([None, SITE / "a.html", HOME / "x" / "b", "/elsewhere"])
)
def test_whatever_the_system_says_becomes_a_sentence_without_a_path(number: int, path: Path | str | None) -> None:
    error = OSError(number, os.strerror(number), None if path is None else str(path))
    if isinstance(error, ConnectionError | TimeoutError):
        assert fault_sentence(error, FOLDERS) is None
        return
    said = fault_sentence(error, FOLDERS)
    assert said is not None
    assert said.endswith(".")
    assert said[0].isupper()
    assert "/srv" not in said
    assert "{" not in said


def test_the_innermost_folder_is_named() -> None:
    error = PermissionError(errno.EACCES, "no", str(HOME / "landing" / "graph" / "x.json"))
    assert "may not use the landing:" in (fault_sentence(error, FOLDERS) or "")
    # A folder that could not be made is a matter of the one above.
    error = PermissionError(errno.EACCES, "no", str(SITE.parent))
    assert "may not use the site (KATSUYO_SITE):" in (fault_sentence(error, FOLDERS) or "")


@pytest.mark.parametrize("error", [ValueError("No space left on device"), duckdb.BinderException("no such column")])
def test_other_errors_are_none(error: Exception) -> None:
    assert fault_sentence(error, FOLDERS) is None


def test_databases_say_it_in_words() -> None:
    full = sqlite3.OperationalError("database or disk is full")
    assert "is full: make room" in (fault_sentence(full, FOLDERS) or "")
    text = f'Could not write file "{HOME}/warehouse.duckdb": No space left on device'
    wrapped = RuntimeError("step failed")
    wrapped.__cause__ = duckdb.TransactionException(text)
    assert "The disk of the data folder (KATSUYO_HOME) is full" in (fault_sentence(wrapped, FOLDERS) or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another account")
def test_a_warehouse_that_may_not_be_opened_is_not_taken_for_a_damaged_one() -> None:
    """Else a rebuild would move it aside."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "warehouse.duckdb"
        with connect(file):
            pass
        os.seteuid(65534)
        try:
            with pytest.raises(KatsuyoError, match="This account may not use the folder") as raised, connect(file):
                pass
        finally:
            os.seteuid(0)
    assert type(raised.value) is KatsuyoError


def test_a_step_says_it_as_well(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    with pytest.raises(dg.Failure) as raised, failures(workspace):
        raise OSError(errno.ENOSPC, "full", str(tmp_path / "landing" / "x"))
    assert (raised.value.description or "").startswith("The disk of the landing (KATSUYO_HOME/landing) is full")


def test_the_warehouse_and_its_folder_are_closed_to_others(tmp_path: Path) -> None:
    former = os.umask(0o022)
    try:
        with connect(tmp_path / "home" / "warehouse.duckdb") as con:
            con.execute("create table a as select 1 as b")
    finally:
        os.umask(former)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "home" / "warehouse.duckdb").stat().st_mode & 0o777 == 0o640


def _katsuyo(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *command],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_command_ends_with_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    done = _katsuyo("run", KATSUYO_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "There is a file where" in done.stderr


def test_a_terminal_that_knows_no_japanese_gets_marks(tmp_path: Path) -> None:
    done = _katsuyo("init", str(tmp_path / "new"), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Next steps" in done.stdout
