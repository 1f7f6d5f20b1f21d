"""What has landed, per dataset: newest day, gaps, revisions, rejected answers. Reads the landing only."""

from __future__ import annotations

from datetime import timedelta

from rich.table import Table

from pipelines.errors import KatsuyoError
from pipelines.landing.store import Landing
from pipelines.settings import Settings


def status_table(settings: Settings) -> Table:
    """One line per dataset. Raises KatsuyoError when nothing has landed."""
    landing = Landing(settings.landing_dir)
    datasets = landing.datasets()
    if not datasets:
        raise KatsuyoError("Nothing has landed yet: run `katsuyo run` first.")
    table = Table(title=f"Landing as of {settings.today_tokyo()}", title_justify="left")
    for name in ("dataset", "first day", "newest day"):
        table.add_column(name, no_wrap=True)
    for name in ("days", "missing", "revisions", "rejected"):
        table.add_column(name, justify="right")
    for source, dataset in datasets:
        table.add_row(f"{source} {dataset}", *_facts(landing, source, dataset))
    return table


def _facts(landing: Landing, source: str, dataset: str) -> tuple[str, ...]:
    days = landing.days(source, dataset)
    accepted = [day for day in days if landing.current(source, dataset, day)]
    revisions = [one for day in days for one in landing.revisions(source, dataset, day)]
    rejected = sum(one.revision.verdict == "rejected" for one in revisions)
    if not accepted:
        return "-", "none", "0", "-", str(len(revisions)), str(rejected)
    span = (accepted[-1] - accepted[0]) // timedelta(days=1) + 1
    return (
        accepted[0].isoformat(),
        accepted[-1].isoformat(),
        str(len(accepted)),
        str(span - len(accepted)),
        str(len(revisions)),
        str(rejected),
    )
