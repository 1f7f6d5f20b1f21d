"""What has landed, per dataset: newest days, gaps, changed days, rejected answers, and until when a gap can be filled.

Reads the landing only, so it answers while a run is going and before the first load. Which day is accepted, provisional
or final is decided by the models (int_report_days, int_watermarks), here run on what the landing says. What of it is
wrong is decided in health.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

import duckdb

from pipelines.common.days import days_between
from pipelines.common.shipped import SQL_DIR
from pipelines.errors import KatsuyoError
from pipelines.ingest import DATASETS_BY_DAY
from pipelines.ingest.open_days import days_to_be_had, kept_days
from pipelines.ingest.switches import datasets_off, is_off
from pipelines.landing.manifest import Revision
from pipelines.landing.store import Landing
from pipelines.settings import Settings
from pipelines.warehouse.models.model import Project, load_project
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import record_days
from pipelines.warehouse.raw.loaded import only_adds_up
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """What is known of one dataset.

    `missing` are whole gaps, `behind` the days after the newest accepted one; `to_be_had` those of both that the
    service still gives and that a daily run asks for. Of what is switched off nobody waits for any day.
    """

    source: str
    dataset: str
    newest_accepted: date | None = None
    newest_final: date | None = None
    accepted_days: int = 0
    provisional_days: int = 0
    changed_days: int = 0
    missing: list[date] = field(default_factory=list)
    behind: list[date] = field(default_factory=list)
    rejected: list[Revision] = field(default_factory=list)
    newest: Revision | None = None
    to_be_had: list[date] = field(default_factory=list)
    is_switched_off: bool = False

    @property
    def name(self) -> str:
        return f"{self.source} {self.dataset}"

    @property
    def kept_days(self) -> int | None:
        """For how many days the service keeps a day; None for what has no days."""
        pair = self.source, self.dataset
        return kept_days(pair) if pair in DATASETS_BY_DAY else None

    @property
    def absent(self) -> list[date]:
        """All days without an accepted answer that should be there by now."""
        return [] if self.is_switched_off else [*self.missing, *self.behind]

    def lost_on(self, day: date) -> date:
        """The first day on which the service no longer gives `day`."""
        assert self.kept_days is not None
        return day + timedelta(days=self.kept_days + 1)


def read_status(settings: Settings) -> list[DatasetStatus]:
    """The status of every dataset that ever landed. Raises KatsuyoError when nothing has."""
    landing = Landing(settings.landing_dir)
    datasets = landing.datasets()
    if not datasets:
        raise KatsuyoError("Nothing has landed yet: run `katsuyo run` first.")
    today = settings.now().astimezone(UTC).date()
    watermarks = _watermarks(settings, landing, datasets, today)
    statuses = [
        replace(_status_of(landing, *one, watermarks.get(one)), is_switched_off=is_off(settings, one))
        for one in datasets
    ]
    return [
        replace(one, to_be_had=sorted({*one.absent} & {*days_to_be_had(settings, landing, (one.source, one.dataset))}))
        if one.absent
        else one
        for one in statuses
    ]


@dataclass(frozen=True, slots=True)
class _Watermark:
    newest_accepted: date
    newest_final: date | None
    provisional_days: int
    missing: list[date]
    behind: list[date]


def _watermarks(
    settings: Settings, landing: Landing, datasets: list[tuple[str, str]], today: date
) -> dict[tuple[str, str], _Watermark]:
    """By (source, dataset), for those that are fetched by day."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        ensure_raw_tables(con)
        for source, dataset in datasets:
            record_days(con, landing, source, dataset, landing.days(source, dataset))
        write_parameters(con, switched_off=datasets_off(settings))
        refresh_calendar(con)
        project = load_project(SQL_DIR)
        for name in _with_upstream(project, "int_watermarks"):
            run_model(con, project.models[name], collect=True)
        gaps = con.execute(
            "select d.source, d.dataset, d.activity_date from intermediate.int_report_days as d "
            "inner join intermediate.int_watermarks as w on d.source = w.source and d.dataset = w.dataset "
            "where d.report_status = 'missing' "
            "and d.activity_date between w.first_accepted_date and w.newest_accepted_date order by all"
        ).fetchall()
        rows = con.execute(
            "select w.source, w.dataset, newest_accepted_date, newest_final_date, provisional_days_count, lag_days "
            "from intermediate.int_watermarks as w "
            "inner join raw.dataset_windows as r on w.source = r.source and w.dataset = r.dataset"
        ).fetchall()
    return {
        (source, dataset): _Watermark(
            newest,
            final,
            provisional,
            [day for one, other, day in gaps if (one, other) == (source, dataset)],
            # A day more than the usual lag: the run of this morning may still be to come.
            []
            if is_off(settings, (source, dataset))
            else days_between(newest + ONE_DAY, today - timedelta(days=lag + 1)),
        )
        for source, dataset, newest, final, provisional, lag in rows
    }


def _with_upstream(project: Project, name: str) -> list[str]:
    """The model and all it is made from, in the order in which they are built."""
    wanted, waiting = set(), [name]
    while waiting:
        model = project.models[waiting.pop()]
        wanted.add(model.name)
        waiting += [table.split(".")[1] for table in model.depends_on if not table.startswith("raw.")]
    return [one for one in project.order if one in wanted]


def _status_of(landing: Landing, source: str, dataset: str, watermark: _Watermark | None) -> DatasetStatus:
    accepted, changed, rejected, newest = [], 0, [], None
    for day in landing.days(source, dataset):
        revisions = [one.revision for one in landing.revisions(source, dataset, day)]
        good = [one for one in revisions if one.verdict == "accepted"]
        rejected += [one for one in revisions if one.verdict == "rejected"]
        accepted += [day] if good else []
        newest = good[-1] if good else newest
        changed += len(good) > 1 and not only_adds_up(source, dataset)
    return DatasetStatus(
        source,
        dataset,
        newest_accepted=watermark.newest_accepted if watermark else max(accepted, default=None),
        newest_final=watermark.newest_final if watermark else None,
        accepted_days=len(accepted),
        provisional_days=watermark.provisional_days if watermark else 0,
        changed_days=changed,
        missing=watermark.missing if watermark else [],
        behind=watermark.behind if watermark else [],
        rejected=sorted(rejected, key=lambda one: one.confirmed_at),
        newest=newest,
    )
