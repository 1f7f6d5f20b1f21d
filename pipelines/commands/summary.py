"""What a run ends with: the headline figures of the newest complete month of the whole body, and the index page."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from pipelines.commands import console
from pipelines.errors import DoneWithGapsError
from pipelines.orchestration.daily import in_short
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect

_HEADLINES = ("chat_reach", "meeting_reach", "telework_reach", "box_reach")


def show_summary(settings: Settings) -> None:
    """Print both."""
    console.out.print(_table(settings.published_file))
    show_index(settings)


def raise_gaps(gaps: list[str]) -> None:
    """Raise DoneWithGapsError with what is missing, if anything is."""
    if gaps:
        raise DoneWithGapsError(f"Done and published, with gaps that the pages mark as missing: {in_short(gaps)}")


def show_index(settings: Settings) -> None:
    """Print where the pages begin."""
    console.out.print(str(settings.site / "index.html"), markup=False, soft_wrap=True)


def _table(published_file: Path) -> Table:
    """People, rate and coverage of chat, meetings, telework and Box; reads the published file only."""
    with connect(published_file, read_only=True) as con:
        rows = con.execute(
            "select m.name_en, f.period_start, f.numerator, f.denominator, f.rate, f.coverage_share, f.is_final "
            "from department_metrics as f inner join dim_metric as m on m.metric_id = f.metric_id "
            "where f.department_key = 'ALL' and f.period_kind = 'month' and f.segment_kind = 'all' "
            "and list_contains($ids, f.metric_id) "
            "and f.period_start = (select coalesce(max(period_start) filter (where is_final), max(period_start)) "
            "  from department_metrics where department_key = 'ALL' and period_kind = 'month' "
            "  and metric_id = 'chat_reach' and numerator is not null) "
            "order by list_position($ids, f.metric_id)",
            {"ids": list(_HEADLINES)},
        ).fetchall()
    month = f"{rows[0][1]:%Y-%m}" if rows else "no complete month"
    table = Table(title=f"Whole organisation, {month}", title_justify="left")
    table.add_column("figure")
    for name in ("people", "of", "rate", "coverage"):
        table.add_column(name, justify="right")
    for name, _, numerator, denominator, rate, coverage, is_final in rows:
        table.add_row(
            name if is_final else f"{name} (provisional)",
            _number(numerator),
            _number(denominator),
            _percent(rate),
            _percent(coverage),
        )
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
