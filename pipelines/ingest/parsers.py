"""How each answer is read, with the rules by which its day counts: the same today, from a file, and from the vault."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.common.calendar import is_working_day
from pipelines.errors import RejectedAnswerError
from pipelines.ingest.acceptance import Acceptance
from pipelines.landing.store import Landing
from pipelines.sources.answer import Answer, Parsed, Parser
from pipelines.sources.box.records import parse_events, parse_users
from pipelines.sources.dropin.activity_report import parse_activity_report
from pipelines.sources.graph.records import (
    parse_named_locations,
    parse_report_settings,
    parse_sign_in_summaries,
    parse_sign_ins,
)
from pipelines.sources.graph.records import parse_users as parse_directory
from pipelines.sources.graph.reports import CATALOGUE

_OTHERS: Mapping[tuple[str, str], Parser] = {
    ("graph", "users"): parse_directory,
    ("graph", "report_settings"): parse_report_settings,
    ("graph", "named_locations"): parse_named_locations,
    ("graph", "sign_ins"): parse_sign_ins,
    ("graph", "non_interactive_sign_ins"): parse_sign_ins,
    ("graph", "sign_in_summaries"): parse_sign_in_summaries,
    ("box", "users"): parse_users,
    ("box", "activity_report"): parse_activity_report,
}


def parser_of(acceptance: Acceptance, landing: Landing, answer: Answer, *, is_partial: bool = False) -> Parser | None:
    """None for the organisation's files: they are read together, and again every morning."""
    if answer.source == "graph" and (spec := CATALOGUE.get(answer.dataset)) is not None:
        return acceptance.parser(spec)
    if (answer.source, answer.dataset) == ("box", "events"):
        return parse_events if is_partial else whole_day_of_events(landing)
    return _OTHERS.get((answer.source, answer.dataset))


def whole_day_of_events(landing: Landing) -> Parser:
    """Reads events; a working day on which nobody did anything is an alarm, once there was anything at all before.

    Box has answered with nothing, and no error, for days on end.
    """

    def parse(answer: Answer) -> Parsed:
        parsed = parse_events(answer)
        if parsed.frame.is_empty() and is_working_day(answer.day) and _had_events(landing, answer):
            raise RejectedAnswerError(
                f"The Box events of {answer.day} came without a single row although it is a working day and earlier "
                "days had some: the day stays missing, run again later, and ask Box support if it stays so."
            )
        return parsed

    return parse


def _had_events(landing: Landing, answer: Answer) -> bool:
    days = (day for day in reversed(landing.days("box", "events")) if day < answer.day)
    known = (landing.current("box", "events", day) for day in days)
    return any(one is not None and one.revision.row_count for one in known)
