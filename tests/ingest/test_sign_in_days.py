"""Which days of sign-ins are asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.ingest import days_still_changing, ingest_non_interactive_sign_ins
from pipelines.ingest.workspace import Workspace
from pipelines.landing.manifest import Revision
from pipelines.settings import Settings
from tests.sources.csv_bodies import DAY


@pytest.mark.parametrize(("days_later", "is_asked"), [(1, True), (2, False), (9, False)])
def test_a_day_that_settled_is_not_asked_for_again(tmp_path: Path, days_later: int, is_asked: bool) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    at = datetime(DAY.year, DAY.month, DAY.day, 21, tzinfo=UTC) + timedelta(days=days_later)
    revision = Revision(
        source="graph", dataset="sign_ins", day=DAY, fetched_at=at, confirmed_at=at, sha256="0" * 64, byte_count=1,
        row_count=1, verdict="accepted",
    )  # fmt: skip
    workspace.landing.add(revision, pl.DataFrame({"id": ["1"]}))
    never = DAY + timedelta(days=1)
    assert days_still_changing(workspace, "sign_ins", [DAY, never]) == ([DAY] if is_asked else []) + [never]


def test_non_interactive_sign_ins_are_an_option(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))  # has no tenant, so a question would fail
    ingested = ingest_non_interactive_sign_ins(workspace, [DAY])
    assert [outcome.status for outcome in ingested.outcomes] == ["absent"]
    assert "KATSUYO_NON_INTERACTIVE_SIGN_INS" in str(ingested.outcomes[0].notice)
