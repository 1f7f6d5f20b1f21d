"""What became of the days that were asked for, and how an answer that was taken in becomes such an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Literal

from pipelines.common import progress
from pipelines.errors import (
    AccessRefusedError,
    DayGoneError,
    KatsuyoError,
    NotYetAvailableError,
    RejectedAnswerError,
    SourceError,
)
from pipelines.landing.intake import Intake, IntakeResult
from pipelines.sources.answer import Answer, Parser

# (source, dataset) of the landing.
Dataset = tuple[str, str]

# "gone": the service no longer keeps the day and does not say so; nothing is stored, the day stays missing.
# "absent": an optional dataset that this organisation does not have; `notice` says why.
Status = Literal["new", "unchanged", "not_yet", "gone", "absent", "rejected", "failed"]


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What became of one day. `error` is the sentence for a day that was rejected or could not be fetched."""

    day: date
    status: Status
    row_count: int = 0
    error: KatsuyoError | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of all the days that were asked for."""

    source: str
    dataset: str
    outcomes: tuple[DayOutcome, ...]

    def count(self, status: Status) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def row_count(self) -> int:
        return sum(outcome.row_count for outcome in self.outcomes)

    def without_days_gone(self) -> Ingested:
        """The same, where a day that the service no longer keeps is no failure."""
        outcomes = (
            replace(one, status="gone", error=None) if isinstance(one.error, DayGoneError) else one
            for one in self.outcomes
        )
        return replace(self, outcomes=tuple(outcomes))

    def raise_if_failed(self) -> Ingested:
        """Raise the first failure, saying how many days it concerns; the days that did land stay landed."""
        failed = [outcome for outcome in self.outcomes if outcome.error is not None]
        if failed:
            first = failed[0].error
            assert first is not None
            days = f"{len(failed)} of {len(self.outcomes)} days, the first {failed[0].day}"
            raise type(first)(f"{self.source} {self.dataset} ({days}): {first}") from first
        return self


def raise_if_any_failed(all_ingested: Sequence[Ingested]) -> None:
    """Raise one sentence about all datasets that failed: the first with its cause, the others by name."""
    errors: list[KatsuyoError] = []
    others: list[str] = []
    for one in all_ingested:
        try:
            one.raise_if_failed()
        except KatsuyoError as error:
            if errors:
                count = sum(outcome.error is not None for outcome in one.outcomes)
                others.append(f"{one.source} {one.dataset} ({count} of {len(one.outcomes)} days)")
            errors.append(error)
    if others:
        raise type(errors[0])(f"{str(errors[0]).removesuffix('.')}; also failed: {', '.join(others)}.") from errors[0]
    if errors:
        raise errors[0]


def gaps_of(all_ingested: Sequence[Ingested]) -> list[str]:
    """A sentence for each dataset of which something did not come."""
    sentences = []
    for one in all_ingested:
        try:
            one.raise_if_failed()
        except KatsuyoError as error:
            sentences.append(str(error))
    return sentences


def take(intake: Intake, answer: Answer, parse: Parser, *, is_partial: bool = False) -> DayOutcome:
    """Take an answer in and say what became of its day. What is odd in a file is said of the file, not here."""
    taken = intake.take(answer, parse, is_partial=is_partial)
    if taken.odd and answer.channel != "import":
        progress.say(f"Noted: the answer about {answer.source} {answer.dataset} of {answer.day} has {taken.odd}.")
    return outcome_of(taken)


def outcome_of(taken: IntakeResult) -> DayOutcome:
    """The outcome of a day whose answer was taken in, accepted or not."""
    revision = taken.landed.revision
    if not taken.is_accepted:
        reason = revision.reason or "The answer was rejected."
        return DayOutcome(revision.day, "rejected", 0, RejectedAnswerError(reason))
    return DayOutcome(revision.day, "new" if taken.is_new else "unchanged", revision.row_count)


def failed(day: date, error: KatsuyoError) -> DayOutcome:
    """The outcome of a day whose answer did not come."""
    if isinstance(error, NotYetAvailableError):
        return DayOutcome(day, "not_yet")
    return DayOutcome(day, "failed", 0, error)


def raise_if_fatal(error: SourceError) -> None:
    """Where the service refuses the application as a whole every day meets the same: say so at once."""
    if is_fatal(error):
        raise error


def is_fatal(error: KatsuyoError | None) -> bool:
    """Whether every other question would meet the same error. What is wrong with one day or dataset stays with it."""
    return isinstance(error, AccessRefusedError)


def age_days(answer: Answer) -> int:
    """How many days lay between the day and the fetching."""
    return (answer.fetched_at.astimezone(UTC).date() - answer.day).days
