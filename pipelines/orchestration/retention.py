"""Dagster's records of runs are kept for 90 days (docs/privacy.md); Dagster itself never deletes any.

Which days have landed, and what is loaded and built, is known by the landing and the warehouse: nothing rests on the
records of old runs.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

KEPT_DAYS = 90
# Of one run, so that the first cleaning of an old home does not hold up the morning.
AT_ONCE = 50
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_old_runs(instance: dg.DagsterInstance, folder: Path, now: datetime) -> int:
    """Delete what is older, with the files that Dagster leaves behind; returns how many runs went.

    `folder` is Dagster's own, in which it keeps a file of events and a folder of logs for each run.
    """
    old = instance.get_run_records(
        dg.RunsFilter(statuses=FINISHED, created_before=now - timedelta(days=KEPT_DAYS)), limit=AT_ONCE, ascending=True
    )
    for record in old:
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        for path in (folder / "history" / "runs").glob(f"{run_id}.db*"):
            path.unlink(missing_ok=True)
        for path in (folder / "storage" / run_id, folder / run_id):
            shutil.rmtree(path, ignore_errors=True)
    return len(old)
