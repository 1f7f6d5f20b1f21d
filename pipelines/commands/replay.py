"""`katsuyo replay`: the exact answers of the vault are read again, and what differs is built."""

from __future__ import annotations

from datetime import date

from pipelines.commands import console
from pipelines.commands.summary import raise_gaps, show_summary
from pipelines.ingest.replay import replay
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.rebuild import catch_up
from pipelines.settings import Settings


def replay_answers(first: date | None, last: date | None, dataset: str | None) -> None:
    """Read, print what changed, build. Raises DoneWithGapsError for answers that are still rejected."""
    settings = Settings.from_env()
    with console.shown_progress():
        found = replay(Workspace(settings), first, last, dataset)
        gaps = catch_up(settings) if found.changed else []
    for source, name, day in found.changed:
        console.out.print(f"{day}  {source} {name}: reads otherwise than before, taken in", markup=False)
    console.out.print(f"{found.read} answers read again, {len(found.changed)} of them changed.", markup=False)
    if found.changed:
        show_summary(settings)
    raise_gaps([*found.rejected, *found.unreadable, *gaps])
