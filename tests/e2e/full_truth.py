"""`python -m tests.e2e.full_truth [--staff N] [--from D] [--to D] [--seed N] [--habits NAME] [--only WAY]`: the truth.

Too long for the suite: 6,000 staff and 26 weeks unless told otherwise. The same comparisons as test_truth.py,
test_metrics_truth.py and test_snapshots_only.py, on wards of their own in a temporary folder, or in --keep (it stays).
Exit code 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipelines.ingest.box import ingest_box_users
from pipelines.ingest.graph import ingest_graph_snapshot
from pipelines.ingest.workspace import Workspace
from pipelines.simulator.ward_folder import DEFAULT_FIRST_DAY, DEFAULT_LAST_DAY, DEFAULT_SEED, DEFAULT_STAFF
from pipelines.simulator.world import WorldConfig
from tests.e2e.conftest import morning, served
from tests.e2e.keyed_truth import attach_both, department_differences, home_differences, identity_differences
from tests.e2e.metric_truth import differences, told_and_true
from tests.e2e.other_wards import HABITS
from tests.e2e.snapshot_ward import SnapshotWard

PATIENCE_SECONDS = 3600
SUNDAY = 7


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.full_truth")
    parser.add_argument("--staff", type=int, default=DEFAULT_STAFF)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=DEFAULT_FIRST_DAY)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=DEFAULT_LAST_DAY)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--habits", choices=list(HABITS), default="usual")
    parser.add_argument("--only", choices=list(WAYS))
    parser.add_argument("--keep", type=Path, help="A new folder for the wards and their warehouses.")
    asked = parser.parse_args(argv)
    config = WorldConfig(
        seed=asked.seed,
        staff=asked.staff,
        first_day=asked.first,
        last_day=asked.last,
        habits=HABITS[asked.habits],
    )
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in [asked.only] if asked.only else WAYS:
            started = time.perf_counter()
            root = (asked.keep or Path(folder)) / name
            root.mkdir(parents=True)
            for what, compared, wrongs in WAYS[name](root, config):
                wrong += len(wrongs)
                _say(f"{name}: {what}: {compared} compared, {len(wrongs)} differ {wrongs[:5] or ''}")
            _say(f"{name}: {time.perf_counter() - started:.0f} s")
    return 1 if wrong else 0


def _files(root: Path, config: WorldConfig) -> list[tuple[str, int, list[tuple]]]:
    """Personnel files and the whole daily job."""
    first, last = config.first_day, config.last_day
    now = last + timedelta(days=9)
    with served(root, config) as ward:
        ward.patience_seconds = PATIENCE_SECONDS
        # The directory and the Box users are read every morning: here on the first one, so that names which were given
        # up later are known, and on each Sunday, the day on which a week is told, with all who had an account on it.
        for day in [first + timedelta(days=1), *_sundays(first, last)]:
            early = Workspace(ward.settings_at(morning(day)))
            ingest_graph_snapshot(early, "users").raise_if_failed()
            ingest_box_users(early).raise_if_failed()
        done = ward.katsuyo("run", "--from", str(first), "--to", str(last), now=morning(now))
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        cells = told_and_true(ward.home / "warehouse.duckdb", root / "ward" / "truth.duckdb", first, last)
        key_file = Path(ward.environment["KATSUYO_PSEUDONYM_KEY_FILE"])
        with attach_both(ward.home / "warehouse.duckdb", root / "ward" / "truth.duckdb", key_file) as con:
            posts = con.execute("select count(*) from world.truth_person_days").fetchall()[0][0]
            homes = con.execute("select count(*) from world.truth_person_days where is_main_post").fetchall()[0][0]
            identifiers = con.execute("select count(*) from identity_keys").fetchall()[0][0]
            foreign, unknown = identity_differences(con, now)
            return [
                ("posts of a person and day", posts, department_differences(con, first, last)),
                ("homes of a person and day", homes, home_differences(con, first, last)),
                ("identifiers given to somebody else", identifiers, foreign),
                ("identifiers in use given to nobody", identifiers, unknown),
                *_metrics(cells),
            ]


def _sundays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() == SUNDAY]


def _metrics(cells: pl.DataFrame) -> list[tuple[str, int, list[tuple]]]:
    """Each metric, over all departments and periods."""
    parts = cells.partition_by("metric_id", as_dict=True)
    return [(f"metric {name}", len(part), differences(part).rows()) for (name,), part in sorted(parts.items())]


def _snapshots(root: Path, config: WorldConfig) -> list[tuple[str, int, list[tuple]]]:
    """The directory of every morning alone."""
    ward = SnapshotWard(root, config)
    ward.read_every_morning()
    compared, differences = ward.differences()
    return [("departments of a person and day", compared, differences)]


WAYS = {"snapshots": _snapshots, "files": _files}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
