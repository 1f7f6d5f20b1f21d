"""`python -m pipelines.simulator`: write a ward, serve it, stop at SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import date, datetime
from pathlib import Path

from pipelines.simulator.apis.clock import TOKYO
from pipelines.simulator.ward_folder import (
    DEFAULT_FIRST_DAY,
    DEFAULT_LAST_DAY,
    DEFAULT_SEED,
    DEFAULT_STAFF,
    WardOptions,
    serve_ward,
)


def main(argv: list[str] | None = None) -> int:
    """Run until a signal comes. Prints one line, `ready <settings file>`, when the services answer."""
    options = _options(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve_ward(options, stop, _announce)
    return 0


def _announce(settings_file: Path) -> None:
    sys.stdout.write(f"ready {settings_file}\n")
    sys.stdout.flush()


def _options(argv: list[str] | None) -> WardOptions:
    parser = argparse.ArgumentParser(prog="python -m pipelines.simulator", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="data folder; the ward is written to HOME/ward")
    parser.add_argument("--staff", type=int, default=DEFAULT_STAFF)
    parser.add_argument("--from", dest="first_day", type=date.fromisoformat, default=DEFAULT_FIRST_DAY, metavar="D")
    parser.add_argument("--to", dest="last_day", type=date.fromisoformat, default=DEFAULT_LAST_DAY, metavar="D")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--now", type=_instant, help="simulated now; default: 06:00 three days after --to")
    parser.add_argument(
        "--unlimited-history", action="store_true", help="serve days the real services would have forgotten"
    )
    parser.add_argument("--no-restatement", action="store_true", help="report days are final at once")
    parser.add_argument("--concealed-names", action="store_true", help="reports show no names")
    given = parser.parse_args(argv)
    return WardOptions(
        home=given.home,
        staff=given.staff,
        first_day=given.first_day,
        last_day=given.last_day,
        seed=given.seed,
        now=given.now,
        server={
            "unlimited_history": given.unlimited_history,
            "restatement": not given.no_restatement,
            "display_concealed_names": given.concealed_names,
        },
    )


def _instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is Tokyo time."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=TOKYO)


if __name__ == "__main__":
    sys.exit(main())
