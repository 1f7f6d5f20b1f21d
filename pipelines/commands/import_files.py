"""`katsuyo import`: exported files are taken in, and all is built from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.commands import console
from pipelines.commands.options import settings_of, zone_of
from pipelines.commands.summary import raise_gaps, show_summary
from pipelines.errors import DoneWithGapsError, KatsuyoError
from pipelines.ingest.exports import ingest_exports
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.daily import in_short
from pipelines.orchestration.rebuild import catch_up
from pipelines.warehouse.publish.published_file import NO_WHOLE_DAY


def import_files(
    paths: list[Path],
    whole_from: date | None,
    whole_to: date | None,
    time_zone: str,
    *,
    accept_partial: bool,
    replace: bool = False,
) -> None:
    """Land the files, build, publish, render, list what was taken in, and end with what was refused."""
    if (whole_from is None) != (whole_to is None):
        raise KatsuyoError("Say both --whole-from and --whole-to, or neither: they name the first and the last day.")
    whole = (whole_from, whole_to) if whole_from and whole_to else None
    settings = settings_of(accept_partial=accept_partial)
    with console.shown_progress():
        imported = ingest_exports(Workspace(settings), paths, whole, zone_of(time_zone), replace=replace)
    # Before the building, which may fail for reasons of its own: what was taken in stays taken in.
    for one in imported.days:
        console.out.print(str(one), markup=False)
    try:
        with console.shown_progress():
            gaps = catch_up(settings)
    except KatsuyoError as error:
        if NO_WHOLE_DAY in str(error):
            # Parts of days are taken in and wait for more: that is no failure of the files.
            raise DoneWithGapsError("\n".join(["Taken in. " + NO_WHOLE_DAY, *imported.gaps])) from error
        if imported.refused:
            raise KatsuyoError("\n".join([str(error), *imported.gaps])) from error
        raise
    show_summary(settings)
    if imported.refused:
        # Each file with its reason: whoever imports has to do something about every one of them.
        rest = [f"Also: {in_short(gaps)}"] if gaps else []
        raise DoneWithGapsError("\n".join(["Done and published, but for these files:", *imported.gaps, *rest]))
    raise_gaps(gaps)
