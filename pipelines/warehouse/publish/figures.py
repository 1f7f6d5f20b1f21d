"""Publishing with the settings of the organisation, for assets/ and the command line."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from pipelines.common import progress
from pipelines.settings import Settings
from pipelines.warehouse.publish.published_file import PublishOptions, publish


def publish_figures(settings: Settings) -> Path:
    """Write published/katsuyo.duckdb and the analysts' file beside it; returns the path of the former."""
    progress.stage("Publish", 1)
    path = publish(
        settings.warehouse_file,
        settings.published_dir,
        PublishOptions(
            organisation_name=settings.required("organisation_name"),
            as_of_date=settings.today_tokyo(),
            min_group=settings.min_group,
            mail_limit_bytes=settings.mail_limit_bytes,
            telework_pc_ceiling=settings.telework_pc_ceiling,
            release=version("katsuyo"),
        ),
    )
    progress.step()
    return path
