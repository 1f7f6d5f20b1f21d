"""`python -m tests.mornings.ninety`: ninety mornings of a ward of 60, with everything that happened to anybody.

Outages of 1, 5 and 20 mornings, concealed names, a renamed and a new column, the restatements of every report, the
transfers of 1 April, expired tokens and pages, two revoked permissions, a full disk, a wrong key, and one report that
stays empty until days of it are lost. At the end the facts equal the truth for every day that could be had, exactly the
others are missing, and the messages sent are those of expected_messages.txt. Exit code 1 if anything differs.
"""

from __future__ import annotations

import difflib
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pipelines.common.days import days_between
from pipelines.simulator.world import WorldConfig
from tests import CHECKOUT
from tests.e2e.conftest import served
from tests.messages.servers import running_flow
from tests.mornings.play import SEED, SETTLED_DAYS, STAFF, Play, days_of

FIRST, LAST = date(2026, 3, 2), date(2026, 6, 12)
FIRST_MORNING, LAST_MORNING = date(2026, 3, 10), date(2026, 6, 7)
EXPECTED = Path(__file__).with_name("expected_messages.txt")
# The machine is off.
OFF = {
    date(2026, 3, 14),
    *days_between(date(2026, 3, 19), date(2026, 3, 23)),
    *days_between(date(2026, 3, 28), date(2026, 4, 16)),
}
# Teams comes with its header alone. On the first good morning the service keeps 28 days.
EMPTY_FROM, EMPTY_TO = date(2026, 4, 24), date(2026, 5, 26)
GRAPH_KEEPS = 28


def _keys(play: Play) -> dict[str, str]:
    other = play.ward.root / "other.key"
    other.write_text(secrets.token_hex(32), encoding="ascii")
    return {"KATSUYO_PSEUDONYM_KEY_FILE": str(other)}


def _rename(play: Play) -> None:
    play.fault(host="download", answer="replace", pattern="Send Count", replacement="Sent")


def _add(play: Play) -> None:
    play.fault(host="download", answer="replace", pattern="\r?\n", replacement=",Extra\n")


def _empty(play: Play) -> None:
    (fault,) = json.loads((CHECKOUT / "tests" / "cases" / "03" / "faults.json").read_text())
    play.fault(**fault)


def _expired(play: Play) -> None:
    """A page of the directory and a token of each service are good no more; each is asked for anew."""
    text = (CHECKOUT / "tests" / "cases" / "04" / "faults.json").read_text()
    base = play.ward.environment["KATSUYO_GRAPH_BASE_URL"]
    for fault in json.loads(text.replace("GRAPH_BASE_URL", base)):
        play.fault(**fault)
    play.fault(host="box", match="/2.0/users", status=401, times=1)


# What is wrong with the services on a morning; they are well again on the next.
HAPPENS: dict[date, Callable[[Play], None]] = {
    date(2026, 3, 12): Play.conceal,
    date(2026, 3, 16): lambda play: play.withhold("Reports.Read.All"),
    date(2026, 3, 17): lambda play: play.withhold("Reports.Read.All", "AuditLog.Read.All"),
    date(2026, 3, 25): _rename,
    date(2026, 4, 17): _expired,
    date(2026, 4, 19): _add,
    date(2026, 5, 29): _rename,
    **dict.fromkeys(days_between(EMPTY_FROM, EMPTY_TO), _empty),
}
DISK_FULL, WRONG_KEY = date(2026, 4, 20), date(2026, 4, 21)


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        config = WorldConfig(seed=SEED, staff=STAFF, first_day=FIRST, last_day=LAST)
        with served(Path(folder), config, unlimited_history=False) as ward, running_flow() as flow:
            play = Play(ward, flow)
            for day in days_between(FIRST_MORNING, LAST_MORNING):
                if day not in OFF:
                    _morning(play, day)
            differing = _judge(play)
    sys.stdout.write(f"{len(play.said)} mornings, {time.monotonic() - started:.0f} s, {differing} differ\n")
    return int(differing > 0)


def _morning(play: Play, day: date) -> None:
    if day in HAPPENS:
        HAPPENS[day](play)
    if day == DISK_FULL:
        play.morning(day, largest_file=300_000)
    elif day == WRONG_KEY:
        play.morning(day, **_keys(play))
    said = play.morning(day)
    play.heal()
    sys.stdout.write(f"{day} {said.code} {said.sentence[:160]}\n")
    sys.stdout.flush()


def _judge(play: Play) -> int:
    """Print what differs from the truth, from the expected gaps and from the expected messages."""
    last_settled = LAST_MORNING - timedelta(days=SETTLED_DAYS + 2)
    # Of Teams the last days before the emptiness were never confirmed; what the service had forgotten is lost.
    forgotten = EMPTY_TO + timedelta(days=1) - timedelta(days=GRAPH_KEEPS + 1)
    unconfirmed = days_of(
        EMPTY_FROM - timedelta(days=SETTLED_DAYS), forgotten, "chat_active_people", "meeting_active_people"
    )
    wrong = play.wrong_cells(FIRST + timedelta(days=1), last_settled, unconfirmed)
    missing = play.missing_days("chat_active_people") & set(days_between(FIRST, last_settled))
    should = set(days_between(EMPTY_FROM - timedelta(days=2), forgotten))
    for cell in wrong[:20]:
        sys.stdout.write(f"differs from the truth: {cell}\n")
    for day in sorted(missing ^ should):
        sys.stdout.write(f"{'missing' if day in missing else 'not missing'}, against what was to be had: Teams {day}\n")
    told = [f"{day} {subject}" for day, subject in play.told]
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    messages = list(difflib.unified_diff(expected, told, "expected", "told", lineterm="", n=0))
    sys.stdout.write("".join(f"{line}\n" for line in messages))
    return len(wrong) + len(missing ^ should) + len(messages)


if __name__ == "__main__":
    sys.exit(main())
