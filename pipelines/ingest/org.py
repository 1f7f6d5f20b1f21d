"""The files of the organisation, taken in; what changed since the last reading; the vault emptied in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from pipelines.common import progress
from pipelines.ingest.outcomes import Ingested, outcome_of
from pipelines.ingest.workspace import Workspace
from pipelines.sources.answer import Answer, Parsed
from pipelines.sources.org.accounts import AccountMatch, match_accounts
from pipelines.sources.org.changes import PERSONNEL, Changes, compare
from pipelines.sources.org.checks import OrgFiles
from pipelines.sources.org.schema import LINE
from pipelines.sources.org.values import as_text

_SOURCE = "org"


@dataclass(frozen=True, slots=True)
class OrgIngested:
    """The outcomes per file, what changed in the personnel files, and how staff and directory agree (if known)."""

    files: tuple[Ingested, ...]
    changes: tuple[Changes, ...]
    accounts: AccountMatch | None
    refused_lines: int
    unknown_columns: int

    @property
    def notes(self) -> dict[str, int | str]:
        """Rows per file, what changed since the last reading, what was left out: counts and dates only."""
        notes: dict[str, int | str] = {f"{one.dataset}_rows": one.row_count for one in self.files}
        notes |= {f"{change.dataset}_changes": str(change) for change in self.changes if change.total}
        notes |= {"lines_refused": self.refused_lines, "unknown_columns": self.unknown_columns}
        if self.accounts is not None:
            notes["people_without_account"] = self.accounts.without_account
            notes["accounts_without_person"] = self.accounts.without_person
        return notes


def ingest_org(workspace: Workspace) -> OrgIngested:
    """The organisation's files. All are checked before the first is taken in; what matters is said on the terminal."""
    found = workspace.org_files
    answers = [one for one in workspace.org_answers if one.dataset in found.tables]
    before = {one.dataset: _newest(workspace, one.dataset) for one in answers if one.dataset in PERSONNEL}
    files, changes = [], []
    for answer in answers:
        files.append(_take(workspace, found, answer))
        earlier = before.get(answer.dataset)
        later = _newest(workspace, answer.dataset) if earlier is not None else None
        if earlier is not None and later is not None:
            changes.append(compare(answer.dataset, earlier, later, workspace.settings.today_tokyo()))
    refused = sum(sum(found.refused(dataset).values()) for dataset in {one.dataset for one in found.complaints})
    for complaint in found.complaints:
        progress.say(f"Not used: {complaint}" if complaint.is_refused else f"Noted: {complaint}")
    for change in changes:
        if change.total:
            progress.say(str(change))
    unknown = sum(len(columns) for columns in found.unknown_columns.values())
    return OrgIngested(tuple(files), tuple(changes), _accounts(workspace), refused, unknown)


def _take(workspace: Workspace, found: OrgFiles, answer: Answer) -> Ingested:
    dataset = answer.dataset
    table = as_text(found.tables[dataset].drop(LINE))
    if lines := found.refused_line_numbers(dataset):
        # Which lines are left out depends on the other files too: the same bytes with other lines are another answer.
        note = f"\n# left out: lines {', '.join(map(str, lines))}\n".encode()
        answer = replace(answer, body=answer.body + note, refused_lines=found.refused(dataset))
    parsed = Parsed(table, found.unknown_columns.get(dataset, {}))
    taken = workspace.intake.take(answer, lambda _: parsed, may_become_empty=True)
    return Ingested(_SOURCE, dataset, (outcome_of(taken),))


def _newest(workspace: Workspace, dataset: str) -> pl.DataFrame | None:
    """The table that counts for a dataset at this moment."""
    landed = workspace.landing.newest(_SOURCE, dataset)
    return None if landed is None else pl.read_parquet(landed.table)


def _accounts(workspace: Workspace) -> AccountMatch | None:
    """Staff of today against the newest snapshot of the directory, by key."""
    staff, users = _newest(workspace, "staff"), workspace.landing.newest("graph", "users")
    if staff is None or users is None:
        return None
    today = workspace.settings.today_tokyo().isoformat()
    on_rolls = staff.filter(pl.col("joined_on") <= today, pl.col("left_on").fill_null("9999") >= today)
    return match_accounts(on_rolls, pl.read_parquet(users.table), "_key")


def purge_vault(workspace: Workspace) -> int:
    """Delete exact answers that were kept long enough, and what killed runs left; returns how many files went."""
    return workspace.landing.sweep() + workspace.vault.purge(workspace.settings.now(), workspace.settings.vault_days)
