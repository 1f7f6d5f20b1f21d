"""What the organisation's own folder holds, taken in; and the vault emptied of what was kept long enough."""

from __future__ import annotations

from pipelines.ingest.outcomes import Ingested, outcome_of
from pipelines.resources import Workspace
from pipelines.sources.org import files


def ingest_org(workspace: Workspace) -> list[Ingested]:
    """The organisation's files. All are checked before the first is taken in."""
    answers = workspace.org_answers
    assert workspace.org_tables
    taken = [workspace.intake.take(answer, files.parse, may_become_empty=True) for answer in answers]
    return [Ingested("org", one.landed.revision.dataset, (outcome_of(one),)) for one in taken]


def purge_vault(workspace: Workspace) -> int:
    """Delete exact answers that were kept long enough, and what killed runs left; returns how many files went."""
    return workspace.landing.sweep() + workspace.vault.purge(workspace.settings.now(), workspace.settings.vault_days)
