"""The Dagster webserver and daemon as two processes on this machine, with the state in the data folder."""

from __future__ import annotations

import os
import subprocess
import sys

from pipelines.commands import console
from pipelines.commands.demo import settings_file, use_settings_file
from pipelines.errors import KatsuyoError
from pipelines.orchestration.instance import dagster_environment, instance_of
from pipelines.orchestration.runs import end_abandoned_runs
from pipelines.settings import Settings, default_home

HOST = "127.0.0.1"  # Dagster has no login of its own: put the organisation's proxy in front of it
_MODULE = ("-m", "pipelines.definitions")


def ui(port: int, *, demo_data: bool) -> None:
    """The processes for the settings of the environment, or for those of the demonstration."""
    if demo_data:
        file = settings_file(default_home())
        if not file.is_file():
            raise KatsuyoError("There are no demo data yet: run `katsuyo demo` first.")
        use_settings_file(file)
    serve_ui(Settings.from_env(), port)


def serve_ui(settings: Settings, port: int) -> None:
    """Run both until one stops or the person interrupts. Raises KatsuyoError when one cannot start."""
    with instance_of(settings) as instance:
        end_abandoned_runs(settings, instance)
    environment = {**os.environ, **dagster_environment(settings)}
    # As modules, like Dagster itself starts them: their scripts need not lie beside this Python.
    commands = (
        ["dagster_webserver", "--host", HOST, "--port", str(port), *_MODULE],
        ["dagster._daemon", "run", *_MODULE],
    )
    processes = [
        subprocess.Popen([sys.executable, "-m", *command], env=environment, cwd=settings.dagster_dir)  # noqa: S603 - our own tools
        for command in commands
    ]
    console.out.print(f"Dagster: http://{HOST}:{port}  (stop with Ctrl-C)", markup=False)
    try:
        while True:
            for process in processes:
                try:
                    code = process.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    continue
                raise KatsuyoError(f"Dagster stopped with code {code}: the lines above say why.")
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
