"""Building all again from the landing: what is not loaded yet is loaded, then the job `rebuild`. No network."""

from __future__ import annotations

from pipelines.common import progress
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.daily import run_job
from pipelines.orchestration.schedules import REBUILD
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.load import load_dataset


def load_everything(settings: Settings) -> None:
    """Load whatever of the landing is not loaded yet."""
    landing = Workspace(settings).landing
    datasets = landing.datasets()
    progress.stage("Load", len(datasets))
    with connect(settings.warehouse_file) as con:
        for source, dataset in datasets:
            load_dataset(con, landing, source, dataset)
            progress.step()


def rebuild(settings: Settings) -> None:
    """Load, build the models, publish and render again."""
    load_everything(settings)
    run_job(settings, REBUILD)
