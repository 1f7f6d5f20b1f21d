"""Checks of `katsuyo doctor` on folders, messages and the runs so far; what is wrong is decided in health.py."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.commands.checkup import Checkup, Result
from pipelines.ingest.own_secret import certificate_ends_on, secret_ends_on
from pipelines.orchestration.facts import Place
from pipelines.orchestration.looking import data_folder, existing_folder, free_bytes, look, site_folder
from pipelines.orchestration.machine import EXPIRES_NOW_DAYS, EXPIRES_SOON_DAYS, troubles_of_place
from pipelines.orchestration.telling import channels

# What the checks of folders and keys say already.
_SAID = ("keys", "unwritable", "disk", "modes", "owner", "expiry")


def check_data_folder(checkup: Checkup) -> Iterator[Result]:
    yield from _check_place(data_folder(checkup.settings), checkup.settings.home)


def check_site(checkup: Checkup) -> Iterator[Result]:
    yield from _check_place(site_folder(checkup.settings), checkup.settings.site)


def _check_place(place: Place, folder: Path) -> Iterator[Result]:
    found = list(troubles_of_place(replace(place, is_writable=place.is_writable and _takes_a_file(folder))))
    for one in found:
        yield ("FIX" if one.severity == "fix" else "WARN"), one.sentence
    if not found:
        free = free_bytes(folder)
        yield "OK", "writable" + (f", {free / 1e9:.1f} GB free" if free is not None else "")


def _takes_a_file(folder: Path) -> bool:
    """Only trying tells: a network folder may say one thing and do another."""
    try:
        with tempfile.TemporaryFile(dir=existing_folder(folder)):
            return True
    except OSError:
        return False


def check_runs(checkup: Checkup) -> Iterator[Result]:
    found = look(checkup.settings)
    if not found.facts.has_landed and not found.facts.runs.open:
        yield "-", "nothing has run yet"
        return
    troubles = [one for one in found.troubles if one.cause.partition("-")[0] not in _SAID]
    for one in troubles:
        yield ("FIX" if one.severity == "fix" else "WARN"), one.sentence
    if not troubles:
        yield "OK", "nothing is wrong with the runs so far"


def check_secret(checkup: Checkup) -> Iterator[Result]:
    """An application may read when its own secrets end; of a certificate the file tells."""
    has_file = checkup.settings.client_certificate_file is not None
    what, ends_on = ("certificate", certificate_ends_on) if has_file else ("client secret", secret_ends_on)
    day = ends_on(checkup.settings)
    if day is None:
        yield "-", f"when the {what} ends is not known: note the day yourself"
        return
    left = (day - checkup.today).days
    text = f"the {what} ends on {day}"
    if left > EXPIRES_SOON_DAYS:
        yield "OK", text
    else:
        yield ("FIX" if left <= EXPIRES_NOW_DAYS else "WARN"), f"{text}: make a new one and put it into the settings"


def check_messages(checkup: Checkup) -> Iterator[Result]:
    names = channels(checkup.settings)
    if names:
        yield "OK", f"told by {' and '.join(names)} (try it with katsuyo notify --test)"
    else:
        yield "WARN", "nobody is told when something is wrong: set KATSUYO_WEBHOOK_URL or KATSUYO_SMTP_HOST"
