"""Without personnel files: daily snapshots of the directory alone tell everyone's department, from the first one on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.simulator.world import WorldConfig
from tests.e2e.snapshot_ward import SnapshotWard

pytestmark = pytest.mark.slow

STAFF = 300


def test_every_department_is_exact_from_the_first_snapshot_on(tmp_path: Path) -> None:
    """Transfers, joiners, leavers, a merger, a split and new names, seen by the directory alone."""
    config = WorldConfig(seed=5, staff=STAFF, first_day=date(2026, 3, 27), last_day=date(2026, 4, 17))
    ward = SnapshotWard(tmp_path, config)
    ward.read_every_morning()
    compared, differences = ward.differences()
    assert not differences, f"{len(differences)} of {compared} differ, the first ten: {differences[:10]}"
    assert compared >= STAFF * len(ward.days)
    with duckdb.connect(str(ward.warehouse), read_only=True) as con:
        kinds = con.execute("select distinct source_kind from intermediate.int_person_assignments").fetchall()
    assert {"directory"} <= {kind for (kind,) in kinds} <= {"directory", "assumed"}
