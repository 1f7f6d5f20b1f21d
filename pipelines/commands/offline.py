"""Everything that needs no network: taking in exported files, and building all again from the landing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.common import progress
from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError
from pipelines.ingest import ingest_org
from pipelines.ingest.acceptance import EXPORT_AGAIN, Acceptance
from pipelines.ingest.outcomes import take
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.daily import run_job
from pipelines.orchestration.schedules import REBUILD
from pipelines.settings import Settings
from pipelines.sources.dropin import WholeDays, parser_of, recognise
from pipelines.sources.graph.reports import CATALOGUE, PERIOD_REPORTS
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.load import load_dataset


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """One day of one dataset that came from an exported file."""

    source: str
    dataset: str
    day: date
    row_count: int
    is_partial: bool


def import_files(
    settings: Settings, paths: list[Path], whole: WholeDays | None = None, zone: ZoneInfo = TOKYO
) -> list[ImportedDay]:
    """Recognise, land and load exported files, then build, publish and render.

    `whole` names the UTC days of which the Box files hold every event; all others count as parts, not as days.
    `zone` is that of the administrator who ran the User Activity reports.
    Nothing is taken in unless every file is recognised; a file that is refused is named in the error.
    """
    workspace = Workspace(settings)
    for organisation_file in ingest_org(workspace).files:
        organisation_file.raise_if_failed()
    drop_ins = recognise(paths, settings.now(), whole, zone)
    if not drop_ins:
        raise InputFileError("There is no file to take in: name exported reports or a folder that holds them.")
    progress.stage("Import", len(drop_ins))
    taken = []
    acceptance = Acceptance(workspace, EXPORT_AGAIN)
    # Totals of the tenant first: the days are compared with them.
    for one in sorted(drop_ins, key=lambda one: one.answer.dataset not in PERIOD_REPORTS):
        spec = CATALOGUE.get(one.answer.dataset)
        parse = acceptance.parser(spec) if spec is not None else parser_of(one.answer)
        outcome = take(workspace.intake, one.answer, parse, is_partial=one.is_partial)
        if outcome.error is not None:
            raise outcome.error
        taken.append(ImportedDay(one.answer.source, one.answer.dataset, outcome.day, outcome.row_count, one.is_partial))
        progress.step(outcome.day.isoformat())
    rebuild(settings)
    return taken


def rebuild(settings: Settings) -> None:
    """Load whatever of the landing is not loaded yet, then the job `rebuild`."""
    landing = Workspace(settings).landing
    datasets = landing.datasets()
    progress.stage("Load", len(datasets))
    with connect(settings.warehouse_file) as con:
        for source, dataset in datasets:
            load_dataset(con, landing, source, dataset)
            progress.step()
    run_job(settings, REBUILD)
