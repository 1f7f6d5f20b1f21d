"""What is wrong now, decided from facts alone: `status`, `doctor`, the messages and the sensor all ask here.

Nothing is looked at here (looking.py, run_facts.py), so every rule can be tried on facts that somebody made up. One
cause is one trouble: what follows from another trouble is not said a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.common.eras import TOKYO
from pipelines.orchestration.datasets import DatasetStatus
from pipelines.orchestration.facts import Facts
from pipelines.orchestration.machine import troubles_of_machine
from pipelines.orchestration.run_facts import ARRIVED, NO_DAY_LOST, PEOPLE_MATCH, RunFact, Runs
from pipelines.orchestration.troubles import Trouble, cause_of, counted, listed, trouble
from pipelines.orchestration.words import remedy

# A missing day that will be lost within so many days is said whatever else is wrong.
URGENT_DAYS = 14
# Services are late at times; a dataset that is behind for longer than this after a good run is said.
LATE_DAYS = 3
# By noon the run of the morning has published.
PUBLISHED_BY_HOUR = 12
# A run that failed within this time explains why nothing newer was published.
LATELY = timedelta(hours=36)

State = Literal["good", "warning", "fix"]


@dataclass(frozen=True, slots=True)
class Health:
    """The facts, and what is wrong with them: what is to be mended first."""

    facts: Facts
    troubles: tuple[Trouble, ...]

    @property
    def state(self) -> State:
        if any(one.severity == "fix" for one in self.troubles):
            return "fix"
        return "warning" if self.troubles else "good"


def health(facts: Facts) -> Health:
    """Decide. The same facts give the same troubles, in the same order."""
    troubles = [
        *troubles_of_machine(facts),
        *_runs(facts),
        *_daemon(facts),
        *_publication(facts),
        *_not_built(facts),
        *_gaps(facts),
        *_late(facts),
        *_lost(facts),
    ]
    return Health(facts, tuple(sorted(troubles, key=lambda one: one.severity != "fix")))


def _runs(facts: Facts) -> Iterator[Trouble]:
    """One trouble a cause, however many steps, datasets and runs it stopped."""
    causes: dict[str, tuple[str, RunFact, set[str], str | None]] = {}
    for run in _telling(facts.runs):
        for complaint in run.complaints:
            if complaint.check != NO_DAY_LOST:  # else told by _lost
                name, text = cause_of(complaint.sentence)
                _, _, subjects, _ = causes.setdefault(name, (text, run, set(), complaint.check))
                subjects |= {complaint.subject} if complaint.check == ARRIVED else set()
    for name, (text, run, subjects, check) in causes.items():
        names = listed(sorted(subjects))
        number = f" ({counted(len(subjects), 'dataset')}: {names})" if subjects else ""
        kind = "run-people" if check == PEOPLE_MATCH else "run-gaps" if run.outcome == "gaps" else "run-failed"
        yield trouble(
            kind,
            f"run-{name}",
            "fix",
            f"{text.removesuffix('.')}{number}.",
            run.began_at.astimezone(TOKYO).date(),
            names=names,
            remedy=remedy(text),
        )
    for run in facts.runs.open:
        if not run.complaints:
            text = f"The newest run of {run.job} was stopped before its end: run `katsuyo run` to go on."
            began = run.began_at.astimezone(TOKYO).date()
            yield trouble("run-stopped", f"run-stopped-{run.job}", "warning", text, began, job=run.job)


def _telling(runs: Runs) -> list[RunFact]:
    """The runs whose complaints hold now: those that ended badly, else the newest good one of the daily job."""
    good = runs.last_good
    if good is None or any(run.job == good.job for run in runs.open):
        return [*runs.open]
    return [*runs.open, good]


def _is_told(facts: Facts, one: DatasetStatus) -> bool:
    """Whether a complaint of a run names this dataset: then its gaps are no news."""
    subjects = {complaint.subject for run in _telling(facts.runs) for complaint in run.complaints}
    return f"{one.source}_{one.dataset}" in subjects


def _is_daemon_gone(facts: Facts) -> bool:
    return facts.automation.is_scheduled and not facts.automation.is_daemon_alive


def _daemon(facts: Facts) -> Iterator[Trouble]:
    if _is_daemon_gone(facts):
        seen = facts.automation.daemon_seen_at
        last = f"since {seen.astimezone(TOKYO):%Y-%m-%d %H:%M}" if seen else "ever"
        text = f"The schedule is on, but Dagster's daemon gave no sign of life {last}: start it (docs/operations.md)."
        yield trouble("daemon", "daemon", "fix", text, seen.astimezone(TOKYO).date() if seen else None)


def _publication(facts: Facts) -> Iterator[Trouble]:
    day, newest = facts.published_as_of, facts.runs.last
    if day is None:
        if not facts.runs.open and not is_going(newest):
            yield trouble(
                "publication-none", "publication", "fix", "Nothing has been published yet: run `katsuyo run`."
            )
        return
    is_noon = facts.now.astimezone(TOKYO).hour >= PUBLISHED_BY_HOUR
    expected = facts.today if is_noon else facts.today - timedelta(days=1)
    failed_lately = bool(facts.runs.open) and newest is not None and facts.clock - newest.began_at < LATELY
    if day >= expected or failed_lately or is_going(newest) or _is_daemon_gone(facts):
        return
    if facts.automation.is_scheduled:
        kind, why = "publication-scheduled", "the schedule is on, so see in `katsuyo ui` why no run came"
    else:
        kind = "publication-by-hand"
        why = "run `katsuyo run` each morning from cron, or switch on daily_at_six in `katsuyo ui`"
    yield trouble(kind, "publication", "fix", f"Nothing has been published since {day}: {why}.", day, day=day)


def is_going(run: RunFact | None) -> bool:
    """Whether this run has not ended yet: what is half done meanwhile is no trouble."""
    return run is not None and run.outcome == "running"


def _not_built(facts: Facts) -> Iterator[Trouble]:
    """What landed and is in no figure, unless a run is going or has failed: then that is the news."""
    has_failed = any(run.outcome in ("failed", "stopped", "killed") for run in facts.runs.open)
    if not facts.not_built or is_going(facts.runs.last) or has_failed:
        return
    names = listed([name for name, _, _ in facts.not_built])
    number = sum(count for _, count, _ in facts.not_built)
    first = min(day for _, _, day in facts.not_built)
    text = (
        f"{counted(number, 'day')} of {names} landed and are in no figure yet, the first {first}: run `katsuyo run`, "
        "which loads and builds them."
    )
    yield trouble("not-built", "not-built", "fix", text, names=names, number=number)


def _gaps(facts: Facts) -> Iterator[Trouble]:
    """Days that a run can still fetch: told when no other trouble explains them, or when the time is running out."""
    has_failed = any(run.complaints for run in facts.runs.open)
    shown: list[tuple[DatasetStatus, list[date]]] = []
    for one in facts.datasets:
        days = one.to_be_had
        if days and (one.lost_on(days[0]) - facts.today).days <= URGENT_DAYS:
            shown.append((one, days))
        elif (between := [day for day in days if day in one.missing]) and not has_failed and not _is_told(facts, one):
            shown.append((one, between))
    if shown:
        first, days = min(shown, key=lambda found: (found[0].lost_on(found[1][0]), found[0].name))
        deadline, number = first.lost_on(days[0]), sum(len(days) for _, days in shown)
        names = listed([one.name for one, _ in shown])
        text = (
            f"{counted(number, 'day')} of {names} can still be had but {'is' if number == 1 else 'are'} missing: run "
            f"`katsuyo run` before {deadline}, when {first.name} of {days[0]} is lost for good."
        )
        yield trouble(
            "gaps",
            "gaps",
            "fix",
            text,
            days[0],
            names=names,
            number=number,
            deadline=deadline,
            first=first.name,
            day=days[0],
        )


def _late(facts: Facts) -> Iterator[Trouble]:
    """Datasets that got no newer day though the runs are good: the service is late."""
    day = facts.published_as_of
    if facts.runs.open or day is None or (facts.today - day).days > 1:
        return
    late = [one for one in facts.datasets if len(one.behind) > LATE_DAYS and not _is_told(facts, one)]
    if late:
        first, names = min(one.behind[0] for one in late), listed([one.name for one in late])
        text = (
            f"The services give no day from {first} on for {names}: see the service health in the Microsoft 365 admin "
            "centre or the status page of Box; the next runs ask again."
        )
        yield trouble("late", "late", "warning", text, first, names=names, day=first)


def _lost(facts: Facts) -> Iterator[Trouble]:
    """What nobody can mend: told once, then listed."""
    found = ((one, [day for day in one.absent if one.lost_on(day) <= facts.today]) for one in facts.datasets)
    lost = [(one, days) for one, days in found if days]
    if lost:
        ranges = (f"{one.name} {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") for one, days in lost)
        number, names = sum(len(days) for _, days in lost), listed(list(ranges))
        text = f"{counted(number, 'day')} can no longer be had from the services and stay missing: {names}."
        yield trouble("lost", "lost", "warning", text, min(days[0] for _, days in lost), number=number, names=names)
