"""Ctrl-C while Dagster has the signals: the run is recorded as canceled, and the command ends as interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.landing.intake import Intake
from pipelines.orchestration.instance import instance_of
from pipelines.orchestration.interrupts import noticing_stops
from pipelines.orchestration.run_facts import read_runs
from pipelines.settings import Settings
from tests.commands.test_status import FIRST, _land


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_noticed_though_dagster_takes_it_for_a_fault(number: signal.Signals) -> None:
    @dg.op
    def interrupted():
        with duckdb.connect() as con:
            threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
            con.execute("select sum(a.range) from range(1_000_000_000) as a, range(1000) as b").fetchall()

    @dg.job
    def stopped() -> None:
        interrupted()

    with noticing_stops() as was_stopped:
        assert not was_stopped()
        with dg.DagsterInstance.ephemeral() as instance:
            assert not stopped.execute_in_process(instance=instance, raise_on_error=False).success
        assert was_stopped()


def test_other_threads_get_no_signals() -> None:
    def ask() -> None:
        with noticing_stops() as was_stopped:
            assert not was_stopped()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()


def test_a_command_that_is_interrupted_in_the_models(
    tmp_path: Path, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    _land(intake, FIRST)
    for name in ("pseudonym", "vault"):
        (tmp_path / f"{name}.key").write_text(f"{bytes(range(32)).hex() if name == 'pseudonym' else bytes(32).hex()}\n")
    environment = {
        **os.environ,
        "KATSUYO_HOME": str(tmp_path),
        "KATSUYO_PSEUDONYM_KEY_FILE": str(tmp_path / "pseudonym.key"),
        "KATSUYO_VAULT_KEY_FILE": str(tmp_path / "vault.key"),
        "KATSUYO_AS_OF": "2026-07-21T06:00:00+09:00",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "rebuild"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if "Model " in line:
                break
        process.send_signal(signal.SIGINT)
        lines += process.stderr.readlines()
    assert process.returncode == 130, lines
    assert lines[-1] == "katsuyo: stopped; what was complete is kept, run again to go on.\n"
    for name in ("DAGSTER_HOME", "KATSUYO_DAGSTER_DIR"):
        monkeypatch.setenv(name, "")
    settings = Settings(home=tmp_path)
    with instance_of(settings) as instance:
        last = read_runs(settings, instance).last
    assert last is not None
    assert last.outcome == "stopped"
