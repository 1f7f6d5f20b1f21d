"""Which accepted days of the landing the warehouse does not hold yet: not loaded, or loaded and not in the facts."""

from __future__ import annotations

from datetime import date

import duckdb

from pipelines.errors import KatsuyoError
from pipelines.landing.store import Landing
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.loaded import days_not_loaded

# Somebody who looks does not wait for a run that is going.
WAIT_SECONDS = 0.5


def days_not_built(settings: Settings) -> dict[tuple[str, str], list[date]]:
    """Per dataset; nothing while a run holds the warehouse or where there is none, for then the run is the news."""
    if not settings.warehouse_file.is_file():
        return {}
    landing = Landing(settings.landing_dir)
    try:
        with connect(settings.warehouse_file, read_only=True, wait_seconds=WAIT_SECONDS) as con:
            found = {dataset: set(days) for dataset, days in days_not_loaded(con, landing).items()}
            for source, dataset, day in _not_in_the_facts(con):
                found.setdefault((source, dataset), set()).add(day)
    except (KatsuyoError, duckdb.Error):
        return {}
    return {dataset: sorted(days) for dataset, days in sorted(found.items())}


def _not_in_the_facts(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, date]]:
    """Accepted days that are loaded and of which the facts know nothing, doubtful ones left aside."""
    return con.execute(
        """
        select l.source, l.dataset, l._day
        from raw.landing_days as l
        inner join intermediate.int_report_days as r
            on l.source = r.source and l.dataset = r.dataset and l._day = r.activity_date
        anti join intermediate.int_doubtful_days as d
            on l.source = d.source and l.dataset = d.dataset and l._day = d.source_date
        where l.status = 'accepted' and r.report_status = 'missing'
        union
        select l.source, l.dataset, l._day
        from raw.landing_days as l
        inner join staging.stg_run__dataset_windows as w on l.source = w.source and l.dataset = w.dataset
        where l.status = 'accepted' and l._day > (select max(activity_date) from intermediate.int_report_days)
        """
    ).fetchall()
