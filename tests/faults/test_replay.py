"""The vault is read again: what was damaged or rejected comes back without any service, and what was good stays."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines import ingest
from pipelines.errors import ConfigurationError, InputFileError
from pipelines.ingest.replay import replay
from pipelines.ingest.verify import verify_landing
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import DAMAGED
from pipelines.sources.graph.reports import REPORTS
from tests.faults.conftest import DAYS, GOOD_DAYS, NOW, Desk

NAMES = ("graph", "email_activity")
REPORT = "graph_email_activity"


@pytest.fixture
def workspace(desk: Desk, tmp_path: Path) -> Workspace:
    """Good days of one report, on a later day, with services that nobody may ask."""
    shutil.copytree(desk.good(REPORT), tmp_path / "data")
    desk.simulator.faults.add(host="*", times=-1, status=500)
    return desk.workspace(tmp_path / "data", NOW + timedelta(days=1))


def _rows(workspace: Workspace) -> dict[str, list]:
    landed = {day: workspace.landing.current(*NAMES, day) for day in GOOD_DAYS}
    return {str(day): pl.read_parquet(one.table).rows() for day, one in landed.items() if one is not None}


def test_what_reads_as_before_is_no_new_revision(workspace: Workspace) -> None:
    before = sorted(workspace.landing.root.rglob("*"))
    found = replay(workspace, dataset="graph email_activity")
    assert (found.read, found.changed, found.rejected) == (len(GOOD_DAYS), (), ())
    assert sorted(workspace.landing.root.rglob("*")) == before


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.9])
def test_a_flipped_bit_is_named_and_comes_again_from_the_vault(workspace: Workspace, suffix: str, place: float) -> None:
    before = _rows(workspace)
    current = workspace.landing.current(*NAMES, GOOD_DAYS[0])
    assert current is not None
    file = current.table.with_suffix(suffix)
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 1
    file.write_bytes(content)
    found = verify_landing(workspace)
    (healed,) = found.healed
    assert str(GOOD_DAYS[0]) in str(healed)
    assert found.lost == ()
    assert _rows(workspace) == before
    assert list((workspace.landing.root / DAMAGED).rglob(f"*{suffix}"))
    assert verify_landing(workspace).healed == ()


def test_without_the_vault_the_day_is_missing_and_asked_for_again(workspace: Workspace) -> None:
    current = workspace.landing.current(*NAMES, GOOD_DAYS[0])
    assert current is not None
    current.table.unlink()
    shutil.rmtree(workspace.settings.vault_dir)
    found = verify_landing(workspace)
    assert [str(one) for one in found.lost] == [f"graph email_activity {GOOD_DAYS[0]} ({current.revision.name})"]
    assert workspace.landing.current(*NAMES, GOOD_DAYS[0]) is None
    request = ingest.Request(workspace, [*GOOD_DAYS], (REPORT,), heals=True)
    assert GOOD_DAYS[0] in request.days_of(NAMES)


def test_a_day_that_was_rejected_by_a_mistake_that_is_mended_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    """The totals of the tenant were wrong that morning, and right an hour later."""
    workspace = desk.workspace(tmp_path / "data", NOW)
    spec = REPORTS["teams_user_activity"]
    desk.simulator.faults.add(host="graph", match="ActivityCounts", answer="wrong_totals", times=-1)
    ingest.ingest_period_reports(workspace)
    desk.heal()
    (rejected,) = ingest.ingest_reports(workspace, [(spec, [DAYS["known"]])])
    assert {outcome.status for outcome in rejected.outcomes} == {"rejected"}
    later = desk.workspace(tmp_path / "data", NOW + timedelta(minutes=30))
    ingest.ingest_period_reports(later)
    desk.simulator.log.clear()
    found = replay(later, dataset="graph teams_user_activity")
    assert found.changed == (("graph", "teams_user_activity", DAYS["known"]),)
    assert not desk.simulator.log.recent()
    landed = later.landing.current("graph", "teams_user_activity", DAYS["known"])
    assert landed is not None
    # It counts for the instant at which the service gave it: as provisional as it was then.
    assert landed.revision.confirmed_at == NOW
    assert replay(later, dataset="graph teams_user_activity").changed == ()


def test_another_key_or_nothing_to_read_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="katsuyo status"):
        replay(workspace, dataset="graph nothing")
    workspace.intake  # noqa: B018 - notes the keys
    other = tmp_path / "other.key"
    other.write_text("ab" * 32, encoding="ascii")
    foreign = Workspace(workspace.settings.model_copy(update={"pseudonym_key_file": other}))
    with pytest.raises(ConfigurationError, match="KATSUYO_PSEUDONYM_KEY_FILE"):
        replay(foreign)
