"""`katsuyo simulate`: the simulated ward alone, with the settings to use against it."""

from __future__ import annotations

import signal
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from pipelines.commands import console
from pipelines.commands.demo import comments, read_env, settings_file, settings_for, simulated_now, simulated_ward
from pipelines.settings import ENV_FILE_VARIABLE, default_site


def simulate(home: Path, *, staff: int, first: date, last: date, seed: int) -> None:
    """Serve the ward until interrupted."""
    now = simulated_now(last)
    with simulated_ward(home, staff=staff, first=first, last=last, seed=seed, now=now) as ward:
        settings = settings_for(home, default_site(), ward, first - timedelta(days=1), now)
        console.out.print("The simulated ward is being served. Settings to use against it:\n", markup=False)
        for line in comments(settings_file(home)):
            console.out.print(f"  {line}", markup=False, soft_wrap=True)
        for name, value in read_env(settings_file(home)).items():
            shown = "(in the file below)" if "SECRET" in name else value
            console.out.print(f"  {name}={shown}", markup=False, soft_wrap=True)
        console.out.print(
            f"\nIn another terminal:\n  {ENV_FILE_VARIABLE}={settings_file(home)} katsuyo run "
            f"--from {first} --to {last}\n\nData folder: {settings.home}. Stop with Ctrl-C.",
            markup=False,
            soft_wrap=True,
        )
        _wait_for_interrupt()


def _wait_for_interrupt() -> None:
    """Wait until the person presses Ctrl-C or the process is told to stop (see cli.main)."""
    with suppress(KeyboardInterrupt):
        signal.pause()
