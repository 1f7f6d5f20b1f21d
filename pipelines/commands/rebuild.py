"""`katsuyo rebuild`: all again from the landing."""

from __future__ import annotations

from pipelines.commands import console
from pipelines.commands.summary import raise_gaps, show_summary
from pipelines.orchestration.rebuild import rebuild
from pipelines.settings import Settings


def rebuild_all() -> None:
    """Load, build, publish and render, with progress."""
    settings = Settings.from_env()
    with console.shown_progress():
        gaps = rebuild(settings)
    show_summary(settings)
    raise_gaps(gaps)
