"""The last two steps with their settings: publish the figures, render the pages. For assets/ and the command line."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from pipelines import progress
from pipelines.pages.single_file import write_single_file
from pipelines.pages.site import render_site
from pipelines.settings import Settings
from pipelines.warehouse.publish import PublishOptions, publish


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
            targets=dict(settings.targets),
        ),
    )
    progress.step()
    return path


def render_pages(settings: Settings) -> list[Path]:
    """Write the site from the published file; returns the pages."""
    progress.stage("Render", 1)
    pages = render_site(settings.published_file, settings.site)
    progress.step()
    return pages


def render_single_file(settings: Settings, page: str, target: Path | None) -> Path:
    """Write one page of the site as one file; without a target, beside nothing else in the current folder."""
    return write_single_file(settings.site, page, target or Path(f"katsuyo-{page.replace('/', '-')}"))
