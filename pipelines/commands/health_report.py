"""Health on a terminal, and as data for other programs (docs/operations.md describes the form)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipelines.common.eras import TOKYO
from pipelines.orchestration.datasets import DatasetStatus
from pipelines.orchestration.facts import Facts
from pipelines.orchestration.health import Health
from pipelines.orchestration.run_facts import RunFact

SCHEMA = 1
MARKS = {"fix": "FIX", "warning": "WARN"}
OUTCOMES = {
    "done": "done",
    "gaps": "done with gaps",
    "failed": "failed",
    "stopped": "stopped",
    "killed": "killed",
    "running": "still going",
}


def health_report(found: Health) -> Group:
    """What is wrong, one trouble a line, then how things stand."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for trouble in found.troubles:
        since = f" (since {trouble.since})" if trouble.since else ""
        table.add_row(MARKS[trouble.severity], Text(f"{trouble.sentence}{since}"))
    for name, text in _standing(found.facts):
        table.add_row(Text(name), Text(text))
    return Group(Text(_headline(found), style="bold"), table, Text(""))


def _headline(found: Health) -> str:
    fixes = sum(one.severity == "fix" for one in found.troubles)
    warnings = len(found.troubles) - fixes
    if not found.troubles:
        return "Health: nothing is wrong."
    things = {0: "nothing", 1: "1 thing"}.get(fixes, f"{fixes} things")
    return f"Health: {things} to be mended, {warnings} worth a look."


def _standing(facts: Facts) -> Iterator[tuple[str, str]]:
    yield "last run", _run_text(facts.runs.last)
    if facts.runs.last_good != facts.runs.last:
        yield "last good run", _run_text(facts.runs.last_good)
    published = (
        f"as of {facts.published_as_of}, days to {facts.published_to}" if facts.published_as_of else "nothing yet"
    )
    yield "published", published
    seen = facts.automation.daemon_seen_at
    daemon = "alive" if facts.automation.is_daemon_alive else f"last seen {_minute(seen)}" if seen else "never seen"
    yield "schedule", f"{'on' if facts.automation.is_scheduled else 'off'}; Dagster's daemon: {daemon}"
    for place in facts.places:
        if place.free_bytes is not None:
            yield place.role, f"{place.free_bytes / 1e9:.1f} GB free"


def _run_text(run: RunFact | None) -> str:
    return "none on record" if run is None else f"{run.job}, {_minute(run.began_at)}: {OUTCOMES[run.outcome]}"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M} (Tokyo)"


def health_as_data(found: Health) -> dict[str, object]:
    """The same as plain data; names are only ever added within one number of `schema`."""
    facts = found.facts
    return {
        "schema": SCHEMA,
        "as_of": facts.now.isoformat(),
        "state": found.state,
        "troubles": [
            {"cause": one.cause, "severity": one.severity, "sentence": one.sentence, "since": _iso(one.since)}
            for one in found.troubles
        ],
        "last_run": _run_data(facts.runs.last),
        "last_good_run": _run_data(facts.runs.last_good),
        "published": {"as_of": _iso(facts.published_as_of), "last_day": _iso(facts.published_to)},
        "schedule": {
            "is_on": facts.automation.is_scheduled,
            "is_daemon_alive": facts.automation.is_daemon_alive,
            "daemon_seen_at": _iso(facts.automation.daemon_seen_at),
        },
        "folders": [
            {"setting": one.setting, "is_writable": one.is_writable, "free_bytes": one.free_bytes}
            for one in facts.places
        ],
        "expiries": [{"name": one.name, "day": _iso(one.day)} for one in facts.expiries],
        "datasets": [_dataset_data(one) for one in facts.datasets],
    }


def _run_data(run: RunFact | None) -> dict[str, object] | None:
    if run is None:
        return None
    return {
        "job": run.job,
        "outcome": run.outcome,
        "began_at": _iso(run.began_at),
        "ended_at": _iso(run.ended_at),
        "run_id": run.run_id,
    }


def _dataset_data(one: DatasetStatus) -> dict[str, object]:
    return {
        "source": one.source,
        "dataset": one.dataset,
        "newest_day": _iso(one.newest_accepted),
        "newest_final_day": _iso(one.newest_final),
        "accepted_days": one.accepted_days,
        "provisional_days": one.provisional_days,
        "changed_days": one.changed_days,
        "rejected_answers": len(one.rejected),
        "missing_days": [_iso(day) for day in one.missing],
        "days_behind": [_iso(day) for day in one.behind],
        "days_to_be_had": [_iso(day) for day in one.to_be_had],
        "kept_days": one.kept_days,
        "is_switched_off": one.is_switched_off,
    }


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
