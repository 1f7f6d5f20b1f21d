"""`katsuyo publish`: the published file again from the marts."""

from __future__ import annotations

from pipelines.commands import console
from pipelines.settings import Settings
from pipelines.warehouse.publish.figures import publish_figures


def publish() -> None:
    """Write the file and print where it lies."""
    console.out.print(str(publish_figures(Settings.from_env())), markup=False, soft_wrap=True)
