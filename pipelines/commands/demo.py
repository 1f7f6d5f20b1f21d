"""The demonstration: a simulated ward in a process of its own, and the ordinary daily job pointed at it.

Nothing of the pipeline knows that it is a demonstration: the ward is reached through the same settings as the real
services, and its data are known as simulated because the simulated services say so in every answer.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.commands import console
from pipelines.common import progress
from pipelines.common.durable import write_durably
from pipelines.common.eras import TOKYO
from pipelines.errors import KatsuyoError
from pipelines.settings import ENV_FILE_VARIABLE, Settings

FIRST_DAY, LAST_DAY = date(2026, 1, 2), date(2026, 7, 3)
STAFF = 6000
SEED = 20260102
# Reports lie two days back and are restated for three more: the run is made as if three mornings later.
DAYS_AFTER = 3


def ward_folder(home: Path) -> Path:
    return home / "ward"


def settings_file(home: Path) -> Path:
    """The settings that point at the ward of this data folder; `katsuyo ui` and others can use them again."""
    return ward_folder(home) / "settings.env"


def run_demo(home: Path, site: Path, *, staff: int, first: date, last: date, seed: int) -> None:
    """Build the ward, serve it, run the daily job over all its days."""
    # Dagster takes half a second to import, and the defaults of this module stand in every help.
    from pipelines.commands.summary import show_summary  # noqa: PLC0415
    from pipelines.orchestration.daily import run_daily  # noqa: PLC0415

    if last < first:
        raise KatsuyoError(f"The demonstration would end ({last}) before it begins ({first}): swap --from and --to.")
    now = simulated_now(last)
    # The Tokyo day begins nine hours before the UTC day of the same date, so fetching begins a day earlier.
    first_utc = first - timedelta(days=1)
    with (
        console.shown_progress(days=(last - first_utc).days + 1),
        simulated_ward(home, staff=staff, first=first, last=last, seed=seed, now=now) as ward,
    ):
        settings = settings_for(home, site, ward, first_utc, now)
        run_daily(settings, (first_utc, last))
    show_summary(settings)
    console.out.print("All data are simulated. See the runs and the lineage with: katsuyo ui --demo", markup=False)


@contextmanager
def simulated_ward(
    home: Path, *, staff: int, first: date, last: date, seed: int, now: datetime
) -> Generator[dict[str, str]]:
    """The simulator in its own process; yields the settings that reach it, stops it at the end."""
    command = [
        # -P: the folder where the person stands may hold another package of this name.
        sys.executable, "-P", "-m", "pipelines.simulator", "--home", str(home), "--staff", str(staff),
        "--from", str(first), "--to", str(last), "--seed", str(seed), "--now", now.isoformat(), "--unlimited-history",
    ]  # fmt: skip
    progress.stage(f"Simulated ward of {staff} staff", 1)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    try:
        assert process.stdout is not None
        ready = next((line for line in process.stdout if line.startswith("ready")), None)
        if ready is None:
            raise KatsuyoError("The simulated ward did not start: the lines above say why.")
        progress.step()
        yield read_env(settings_file(home))
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def read_env(path: Path) -> dict[str, str]:
    """KEY=VALUE lines of a settings file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (re.fullmatch(r"([A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[1]: match[2].strip("'\"") for match in found if match}


def comments(path: Path) -> list[str]:
    """What a settings file says besides its values: where the simulated ward takes faults."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line for line in lines if line.startswith("#")]


def simulated_now(last: date) -> datetime:
    """06:00 in Tokyo, three mornings after the last day."""
    return datetime.combine(last + timedelta(days=DAYS_AFTER), time(6), tzinfo=TOKYO)


def settings_for(home: Path, site: Path, ward: dict[str, str], first_day: date, now: datetime) -> Settings:
    """Settings that point at the ward, also written to its settings file so that other commands can use them."""
    folder = ward_folder(home)
    own = {
        "KATSUYO_HOME": str(home.absolute()),
        "KATSUYO_SITE": str(site.absolute()),
        "KATSUYO_ORG_DIR": str((folder / "files").absolute()),
        "KATSUYO_PSEUDONYM_KEY_FILE": str(_key_file(folder / "pseudonym.key")),
        "KATSUYO_VAULT_KEY_FILE": str(_key_file(folder / "vault.key")),
        "KATSUYO_FIRST_DAY": first_day.isoformat(),
        "KATSUYO_AS_OF": now.isoformat(),
    }
    lines = "".join(f"{line}\n" for line in comments(settings_file(home)))
    lines += "".join(f"{name}={value}\n" for name, value in {**ward, **own}.items())
    write_durably(settings_file(home), lines.encode(), mode=0o600)
    use_settings_file(settings_file(home))
    return Settings.from_env()


def use_settings_file(path: Path) -> None:
    """Make `path` the only source of settings for this process and those it starts.

    Variables win over the file, so those of a real tenant that are set here must not reach a demonstration.
    """
    for name in [name for name in os.environ if name.startswith("KATSUYO_")]:
        del os.environ[name]
    os.environ[ENV_FILE_VARIABLE] = str(path)


def _key_file(path: Path) -> Path:
    """The ward's own keys, made once. They belong to the ward, like its files, not to the pipeline's data."""
    if not path.is_file():
        write_durably(path, (secrets.token_hex(32) + "\n").encode(), mode=0o600)
    return path.absolute()
