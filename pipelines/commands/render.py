"""`katsuyo render`: the pages again from the published file, and one of them as one file for mail."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands import console
from pipelines.commands.summary import show_index
from pipelines.errors import KatsuyoError
from pipelines.pages.site.single_file import write_single_file
from pipelines.pages.site.write import render_site
from pipelines.settings import Settings


def render(single_file: str | None, to: Path | None) -> None:
    """Write all pages, then `single_file` (the name of a page) to `to`, and print where it lies."""
    if to is not None and single_file is None:
        raise KatsuyoError("Say with --single-file which page is to be written to that file.")
    settings = Settings.from_env()
    render_site(settings.published_file, settings.site)
    if single_file is None:
        show_index(settings)
    else:
        target = to or Path(f"katsuyo-{single_file.replace('/', '-')}")
        console.out.print(str(write_single_file(settings.site, single_file, target)), markup=False, soft_wrap=True)
