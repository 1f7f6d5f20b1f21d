"""`katsuyo publish`: the published file again from the marts."""

from __future__ import annotations

from pipelines.commands import console
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.warehouse.publish.figures import publish_figures


def publish() -> None:
    """Write the file and print where it lies."""
    settings = Settings.from_env()
    Workspace(settings).require_own_keys()
    console.out.print(str(publish_figures(settings)), markup=False, soft_wrap=True)
