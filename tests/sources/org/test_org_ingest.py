"""The organisation's files taken in: what is landed, what is counted, and what is said to have changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.commands.init import KEYS, write_templates
from pipelines.ingest import OrgIngested, ingest_org
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.sources.org.complaints import OrgFilesError
from tests.conftest import NOON
from tests.sources.org.org_folder import GOOD, added, replaced, write_folder


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    """Makes the workspace of one morning, `days` after the first, over files with some changed."""
    write_templates(tmp_path / "keys-only")

    def make(days: float = 0, *, accept_partial: bool = False, **changed: str) -> Workspace:
        folder = tmp_path / "org"
        folder.mkdir(exist_ok=True)
        keys = {name: tmp_path / "keys-only" / "keys" / file for name, file in KEYS.items()}
        return Workspace(
            Settings(
                _env_file=None, home=tmp_path / "home", org_dir=write_folder(folder, **changed), **keys,
                as_of=NOON + timedelta(days=days), accept_partial=accept_partial,
            )
        )  # fmt: skip

    return make


def _changes(taken: OrgIngested) -> dict[str, str]:
    return {change.dataset: str(change) for change in taken.changes if change.total}


def test_the_first_reading_changes_nothing_and_lands_every_file(workspace: Any) -> None:
    first = workspace()
    taken = ingest_org(first)
    assert {one.dataset for one in taken.files} == set(GOOD)
    assert taken.changes == ()
    landed = first.landing.newest("org", "assignments")
    assert landed is not None
    text = landed.table.with_suffix(".json").read_text(encoding="utf-8")
    assert "x.jp" not in text
    assert ingest_org(workspace(1)).refused_lines == 0
    assert _changes(ingest_org(workspace(2))) == {}


def test_new_ended_future_and_back_dated_orders_are_counted(workspace: Any) -> None:
    ingest_org(workspace())
    today = NOON.date() + timedelta(days=1)
    past, future = today - timedelta(days=40), today + timedelta(days=30)
    last = past - timedelta(days=1)
    post = "1003,0103,主務,1,常勤,1,2026-04-01,"
    moved = replaced("assignments", f"{post},", f"{post}{last},")["assignments"]
    moved += f"1003,0101,主務,1,常勤,1,{past},{future - timedelta(days=1)},{today}\n"
    moved += f"1003,0103,主務,1,常勤,1,{future},,{today}\n"
    assert _changes(ingest_org(workspace(1, assignments=moved))) == {
        "assignments": (
            f"assignments.csv: 2 new, 1 ended; 2 back-dated, so figures of {past} to {today - timedelta(days=1)} "
            f"change; 1 take effect later, the next on {future}"
        )
    }


def test_a_withdrawn_line_and_a_changed_one(workspace: Any) -> None:
    ingest_org(workspace())
    changed = replaced("assignments", "主務,0.8,常勤,1", "主務,0.8,常勤,0") | {"absences": GOOD["absences"]}
    changed |= added("absences", "1001,病気休職,2026-01-05,2026-01-09")
    ingest_org(workspace(1, **changed))
    told = _changes(ingest_org(workspace(2)))
    assert told["assignments"].startswith("assignments.csv: 1 changed; 1 back-dated, so figures of 2020-04-01 to ")
    assert told["absences"] == (
        "absences.csv: 1 withdrawn; 1 back-dated, so figures of 2026-01-05 to 2026-01-09 change"
    )


def test_partial_files_land_good_lines_with_the_count_of_the_others(workspace: Any) -> None:
    bad = added("assignments", "1001,0999,兼務,0.1,常勤,1,2026-04-01,,", "1001,0101,兼務,0.1,常勤,1,2026-04-99,,")
    bad["assignments"] = bad["assignments"].replace("主務,0.8", "主務,0.7")
    with pytest.raises(OrgFilesError):
        ingest_org(workspace(**bad))
    partial = workspace(accept_partial=True, **bad)
    taken = ingest_org(partial)
    assert taken.refused_lines == 2
    landed = partial.landing.newest("org", "assignments")
    assert landed is not None
    assert landed.revision.refused_lines == {"unknown_department": 1, "wrong_date": 1}
    assert landed.revision.row_count == GOOD["assignments"].count("\n") - 1
    # The same bytes on the same day with the other file mended are another answer.
    mended = bad | added("departments", "0999,広報課,0100,課,9,2020-04-01,")
    later = workspace(1 / 24, accept_partial=True, **mended)
    ingest_org(later)
    newest = later.landing.newest("org", "assignments")
    assert newest is not None
    assert newest.revision.day == landed.revision.day
    assert newest.revision.row_count == landed.revision.row_count + 1
    assert newest.revision.refused_lines == {"wrong_date": 1}


def test_a_refused_file_of_targets_leaves_the_former_one_and_a_bare_header_withdraws_all(workspace: Any) -> None:
    header = GOOD["targets"].splitlines()[0]
    first = workspace()
    ingest_org(first)
    former = first.landing.newest("org", "targets")
    assert former is not None
    bad = replaced("targets", "chat_reach", "chat_rech")
    with pytest.raises(OrgFilesError, match=r"^targets.csv line 4 names a metric that can have no target: .*\.$"):
        ingest_org(workspace(1, **bad))
    assert first.landing.newest("org", "targets") == former
    # Good lines can be accepted without the bad ones, but not a file that cannot be read.
    ingest_org(workspace(1, accept_partial=True, targets=GOOD["targets"].replace("metric_id", "goal")))
    assert first.landing.newest("org", "targets") == former
    ingest_org(workspace(2, accept_partial=True, **bad))
    newest = first.landing.newest("org", "targets")
    assert newest is not None
    assert (newest.revision.row_count, newest.revision.refused_lines) == (3, {"unknown_metric": 1})
    ingest_org(workspace(3, targets=f"{header}\n"))
    empty = first.landing.newest("org", "targets")
    assert empty is not None
    assert (empty.revision.day > newest.revision.day, empty.revision.row_count) == (True, 0)
