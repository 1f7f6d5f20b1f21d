"""What has landed, per dataset: newest days, gaps, revisions, rejected answers, and what is about to be lost for good.

Reads the landing only, so it answers while a run is going and before the first load. Which day is accepted, provisional
or final is decided by the models (int_report_days, int_watermarks), here run on what the landing says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

import duckdb
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.commands import console
from pipelines.common.days import days_between
from pipelines.common.shipped import SQL_DIR
from pipelines.errors import KatsuyoError
from pipelines.ingest import backfill_days, compare_streams, history_days, runs_left
from pipelines.ingest.workspace import Workspace
from pipelines.landing.manifest import Revision
from pipelines.landing.store import Landing
from pipelines.settings import Settings
from pipelines.warehouse.models.model import Project, load_project
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import record_days
from pipelines.warehouse.raw.loaded import only_adds_up
from pipelines.warehouse.raw.schema import ensure_raw_tables

WIDTH = 100
RANGES_SHOWN = 3
# Below this many days left, a missing day is worth a warning of its own.
URGENT_DAYS = 14
# For how long the services give a single day; after that it cannot be fetched by anybody.
KEPT_DAYS = {"graph": 28, "box": 365}
SIGN_INS, SIGN_INS_KEPT_DAYS = ("sign_ins", "non_interactive_sign_ins"), 30
ONE_DAY = timedelta(days=1)
Range = tuple[date, date]


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """What is known of one dataset. `missing` are whole gaps, `behind` the days after the newest accepted one."""

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

    @property
    def name(self) -> str:
        return f"{self.source} {self.dataset}"

    @property
    def kept_days(self) -> int | None:
        """For how many days the service keeps a day; None for what has no days."""
        return SIGN_INS_KEPT_DAYS if self.dataset in SIGN_INS else KEPT_DAYS.get(self.source)


def read_status(settings: Settings) -> list[DatasetStatus]:
    """The status of every dataset that ever landed. Raises KatsuyoError when nothing has."""
    landing = Landing(settings.landing_dir)
    datasets = landing.datasets()
    if not datasets:
        raise KatsuyoError("Nothing has landed yet: run `katsuyo run` first.")
    Workspace(settings).require_own_keys()
    watermarks = _watermarks(landing, datasets, settings.now().astimezone(UTC).date())
    return [_status_of(landing, source, dataset, watermarks.get((source, dataset))) for source, dataset in datasets]


@dataclass(frozen=True, slots=True)
class _Watermark:
    newest_accepted: date
    newest_final: date | None
    provisional_days: int
    missing: list[date]
    behind: list[date]


def _watermarks(landing: Landing, datasets: list[tuple[str, str]], today: date) -> dict[tuple[str, str], _Watermark]:
    """By (source, dataset), for those that are fetched by day."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        ensure_raw_tables(con)
        for source, dataset in datasets:
            record_days(con, landing, source, dataset, landing.days(source, dataset))
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
            days_between(newest + ONE_DAY, today - timedelta(days=lag + 1)),
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


def show_status() -> None:
    """Print the report."""
    console.out.print(status_report(Settings.from_env()), markup=False, soft_wrap=False)


def status_report(settings: Settings) -> Group:
    """The table and the lists below it, no wider than 100 columns. Raises KatsuyoError when nothing has landed."""
    statuses = read_status(settings)
    today = settings.now().astimezone(UTC).date()
    sections = [
        *_section("Days missing between others", _gap_lines(statuses, "missing")),
        *_section("Days after the newest one that should be there by now", _gap_lines(statuses, "behind")),
        *_section("About to be lost for good", _urgent_lines(statuses, today)),
        *_section("Lost for good: the service keeps them no longer", _lost_lines(statuses, today)),
        *_section("Box", _box_lines(settings)),
        *_section("Rejected answers, the newest of each dataset", _rejection_lines(statuses)),
        *_section("Lines left out of the organisation's files: correct them and run again", _refused_lines(statuses)),
        *_section("Fields that nobody has classified, so they are not stored", _dropped_fields(statuses)),
    ]
    return Group(_table(statuses, settings.today_tokyo()), *sections)


def _table(statuses: list[DatasetStatus], today: date) -> Table:
    table = Table(title=f"Landing as of {today} (days are UTC days)", title_justify="left", box=None, pad_edge=False)
    for name in ("dataset", "newest day", "newest final"):
        table.add_column(name, no_wrap=True)
    for name in ("days", "missing", "provisional", "changed", "rejected"):
        table.add_column(name, justify="right")
    for one in statuses:
        counts = (one.accepted_days, len(one.missing), one.provisional_days, one.changed_days, len(one.rejected))
        has_days = one.newest_final or one.provisional_days
        final = str(one.newest_final or "none yet") if has_days else "-"
        table.add_row(one.name, str(one.newest_accepted or "none"), final, *map(str, counts))
    return table


def _section(title: str, lines: Iterator[str]) -> list[RenderableType]:
    """A title and the lines below it, wrapped by the width of the characters: a Japanese one takes two columns."""
    indented = [Constrain(Padding.indent(Text(line), 2), WIDTH) for line in lines]
    return [Text(f"\n{title}"), *indented] if indented else []


def _gap_lines(statuses: list[DatasetStatus], which: str) -> Iterator[str]:
    for one in statuses:
        ranges = _ranges(getattr(one, which))
        if ranges:
            shown = ", ".join(map(_range_text, ranges[:RANGES_SHOWN]))
            rest = sum((last - first).days + 1 for first, last in ranges[RANGES_SHOWN:])
            more = f" and {len(ranges) - RANGES_SHOWN} more ranges ({rest} days)" if rest else ""
            yield f"{one.name}: {shown}{more}"


def _urgent_lines(statuses: list[DatasetStatus], today: date) -> Iterator[str]:
    """The oldest missing day that can still be fetched, where the time is running out."""
    for one in statuses:
        left = [(day, days) for day in _absent(one) if (days := _days_left(one, day, today)) >= 0]
        if left and left[0][1] <= URGENT_DAYS:
            day, days = left[0]
            yield (
                f"{one.name}: a day is lost for good after {one.kept_days} days; {_counted(days)} left to fetch {day}: "
                f"katsuyo run --from {day} --to {left[-1][0]}"
            )


def _box_lines(settings: Settings) -> Iterator[str]:
    """How far the history of Box is fetched, and whether its two streams tell the same of the newest days."""
    landing = Landing(settings.landing_dir)
    if ("box", "events") not in landing.datasets():
        return
    history, left = history_days(settings), backfill_days(settings, landing)
    if left:
        runs = runs_left(settings, len(left))
        pace = f"{runs} more daily runs" if runs else "KATSUYO_BOX_BACKFILL_RUNS is 0, so nobody asks for them"
        yield (
            f"history: {len(history) - len(left)} of {_counted(len(history))} asked for, the oldest still to ask for "
            f"is {left[0]}: {pace}"
        )
    elif history:
        yield f"history: all {_counted(len(history))} asked for"
    newest = settings.now().astimezone(UTC).date()
    compared = compare_streams(landing, days_between(newest - settings.refetch_days * ONE_DAY, newest - ONE_DAY))
    if compared.days:
        yield str(compared)


def _lost_lines(statuses: list[DatasetStatus], today: date) -> Iterator[str]:
    for one in statuses:
        gone = [day for day in _absent(one) if _days_left(one, day, today) < 0]
        if gone:
            yield f"{one.name}: {_counted(len(gone))}, {', '.join(map(_range_text, _ranges(gone)[:RANGES_SHOWN]))}"


def _rejection_lines(statuses: list[DatasetStatus]) -> Iterator[str]:
    for one in statuses:
        if one.rejected:
            newest = one.rejected[-1]
            yield f"{one.name} {newest.day}, answered {newest.confirmed_at:%Y-%m-%d %H:%M} UTC: {newest.reason}"


def _refused_lines(statuses: list[DatasetStatus]) -> Iterator[str]:
    """Of the newest reading of each file. Which lines they are is not stored: `katsuyo doctor` reads them again."""
    for one in statuses:
        if one.newest and one.newest.refused_lines:
            rules = ", ".join(f"{rule} {count}" for rule, count in one.newest.refused_lines.items())
            total = sum(one.newest.refused_lines.values())
            yield (
                f"{one.dataset}.csv as read on {one.newest.day}: {total} left out, {one.newest.row_count} taken in "
                f"({rules}); katsuyo doctor says which lines and what to write"
            )


def _dropped_fields(statuses: list[DatasetStatus]) -> Iterator[str]:
    """Of the newest answer of each dataset: a service has added something, or a file has a column of its own."""
    for one in statuses:
        if one.newest and one.newest.dropped_fields:
            names = ", ".join(f"{name} ({count})" for name, count in one.newest.dropped_fields.items())
            yield (
                f"{one.name} {one.newest.day}: {names}; to keep one, classify it in pipelines/privacy/fields.py before "
                "the exact answers are deleted (KATSUYO_VAULT_DAYS)"
            )


def _absent(one: DatasetStatus) -> list[date]:
    return [*one.missing, *one.behind]


def _days_left(one: DatasetStatus, day: date, today: date) -> int:
    assert one.kept_days is not None
    return one.kept_days - (today - day).days


def _ranges(days: list[date]) -> list[Range]:
    """Runs of days without a gap."""
    ranges: list[Range] = []
    for day in days:
        if ranges and day - ranges[-1][1] == ONE_DAY:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


def _range_text(days: Range) -> str:
    first, last = days
    return str(first) if first == last else f"{first} to {last}"


def _counted(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"
