"""`katsuyo status`: what is wrong now, then what has landed, gap by gap.

What is wrong is decided in orchestration/health.py; here it is printed. It answers while a run is going.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, timedelta

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.text import Text

from pipelines.commands import console
from pipelines.commands.dataset_table import DatasetTable
from pipelines.commands.health_report import health_as_data, health_report
from pipelines.common.days import days_between
from pipelines.common.shipped import SQL_DIR
from pipelines.ingest import backfill_days, compare_streams, history_days, runs_left
from pipelines.landing.store import Landing
from pipelines.orchestration.datasets import DatasetStatus, read_status
from pipelines.orchestration.looking import look
from pipelines.settings import Settings
from pipelines.warehouse.models.model import load_project
from pipelines.warehouse.raw.schema import raw_tables

WIDTH = 100
RANGES_SHOWN = 3
# Below this many days left, a missing day is worth a warning of its own.
URGENT_DAYS = 14
ONE_DAY = timedelta(days=1)
Range = tuple[date, date]


def show_status(*, as_json: bool) -> bool:
    """Print the report; whether there is nothing that somebody can still mend."""
    settings = Settings.from_env()
    # An installation that is not whole could only say something wrong.
    raw_tables()
    load_project(SQL_DIR)
    found = look(settings)
    if as_json:
        print(json.dumps(health_as_data(found), ensure_ascii=True, indent=1))  # noqa: T201 - as it is, without a width
    else:
        console.out.print(health_report(found), markup=False, soft_wrap=False)
        if found.facts.datasets:
            console.out.print(_report(settings, list(found.facts.datasets)), markup=False, soft_wrap=False)
    return found.state != "fix"


def status_report(settings: Settings) -> Group:
    """What has landed: the table and the lists below it. Raises KatsuyoError when nothing has."""
    return _report(settings, read_status(settings))


def _report(settings: Settings, statuses: list[DatasetStatus]) -> Group:
    today = settings.now().astimezone(UTC).date()
    sections = [
        *_section("Days missing between others", _gap_lines(statuses, "missing")),
        *_section("Days after the newest one that should be there by now", _gap_lines(statuses, "behind")),
        *_section("About to be lost for good", _urgent_lines(statuses, today)),
        *_section("Lost for good: the service keeps them no longer", _lost_lines(statuses, today)),
        *_section("Box", _box_lines(settings)),
        *_section("Switched off (KATSUYO_SOURCES_OFF): not asked for, figures absent", iter(settings.sources_off)),
        *_section("Rejected answers, the newest of each dataset", _rejection_lines(statuses)),
        *_section("Lines left out of the organisation's files: correct them and run again", _refused_lines(statuses)),
        *_section("Fields that nobody has classified, so they are not stored", _dropped_fields(statuses)),
        *_section("Single records that could not be read whole", _odd_records(statuses)),
    ]
    return Group(DatasetTable(statuses, settings.today_tokyo()), *sections)


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
        left = [(day, _days_left(one, day, today)) for day in one.to_be_had]
        if left and left[0][1] <= URGENT_DAYS:
            day, days = left[0]
            yield (
                f"{one.name}: a day is lost for good after {one.kept_days} days; {_counted(days)} left to fetch {day}: "
                f"katsuyo run --from {day} --to {left[-1][0]}"
            )


def _box_lines(settings: Settings) -> Iterator[str]:
    """How far the history of Box is fetched, and whether its two streams tell the same of the newest days."""
    landing = Landing(settings.landing_dir)
    if ("box", "events") not in landing.datasets() or "box" in settings.sources_off:
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
        gone = [day for day in one.absent if _days_left(one, day, today) < 0]
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


def _odd_records(statuses: list[DatasetStatus]) -> Iterator[str]:
    """Of the newest answer of each dataset: what of single records is unknown, and how many were set aside."""
    for one in statuses:
        newest = one.newest
        if newest and (newest.odd_fields or newest.set_aside):
            parts = [f"{name} in {count}" for name, count in newest.odd_fields.items()]
            parts += [f"{newest.set_aside} without id, time or type, set aside"] if newest.set_aside else []
            yield f"{one.name} {newest.day}: {', '.join(parts)}; the exact answer is kept KATSUYO_VAULT_DAYS"


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
