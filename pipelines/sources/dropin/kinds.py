"""What a file is that cannot be taken in: told by its tell-tale beginning or columns, with what to do instead.

Each function gives the predicate of a sentence about the file, or None when it knows nothing better. Nothing of a row
is quoted: it may hold names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from pipelines.sources.graph.parse import normalise
from pipelines.sources.graph.reports import CATALOGUE
from pipelines.sources.ndjson import MALFORMED, mended

TAKE_THE_CSV = "take it as CSV (Export in the admin centre, or the API with text/csv)"
# How a file of another kind begins, whatever its name says.
_BEGINNINGS = (
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook: unpack it, or take the CSV file as downloaded"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook of the old form: take the CSV file as downloaded"),
    (b"%PDF", "is a PDF: take the CSV file as downloaded"),
    (b"\x1f\x8b", "is a gzip archive: unpack it"),
    (b"SQLite format 3", "is a database: export the report as CSV"),
)
# Columns by which reports are known that this system does not use, or cannot use.
_OTHER_REPORTS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"team_name", "team_type"}), "is the Teams report by team, which says nothing about people"),
    (frozenset({"storage_used_byte", "site_id"}), "is a report of sites and their storage, not of people's activity"),
    (frozenset({"storage_used_byte", "site_url"}), "is a report of sites and their storage, not of people's activity"),
    (frozenset({"storage_used_byte", "item_count"}), "is the mailbox usage report (storage), not the mail activity"),
    (frozenset({"group_display_name"}), "is a report of groups, which says nothing about people"),
    (frozenset({"user_state", "posted_count"}), "is the Viva Engage activity report, which is not used here"),
    (frozenset({"created_count", "responded_count"}), "is the Forms activity report, which is not used here"),
)
_RECORDS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"createdDateTime", "appDisplayName"}), "holds sign-ins of Entra in JSON, which cannot be imported"),
    (frozenset({"accountEnabled"}), "holds users of the directory in JSON, which cannot be imported"),
    (frozenset({"userPrincipalName", "id"}), "holds users of the directory in JSON, which cannot be imported"),
    (frozenset({"login", "status"}), "holds users of Box, not events"),
)
_BY_RUN = "`katsuyo run` fetches them itself"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_any = msgspec.json.Decoder().decode


def of_bytes(body: bytes) -> str | None:
    """What a file is by its first bytes, if these alone say it."""
    return next((what for begins, what in _BEGINNINGS if body.startswith(begins)), None)


def of_json(body: bytes) -> str | None:
    """What a JSON file is, if it is anything but Box events."""
    try:
        content = _any(mended(body))
    except MALFORMED:
        return None
    if isinstance(content, dict):
        if isinstance(content.get("error"), dict | str) and "entries" not in content:
            return "is an error of the service, not a report: ask for the report again and look at what comes"
        if content.get("type") == "error":
            return "is an error of Box, not its events: ask for the events again and look at what comes"
    first = _first_record(content)
    if first is None or "event_id" in first:
        return None
    return _of_record(first)


def _first_record(content: Any) -> dict[str, Any] | None:
    if isinstance(content, dict):
        for name in ("value", "entries"):
            if isinstance(content.get(name), list):
                return _first_record(content[name])
        return content
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return _first_record(content[0]) if "entries" in content[0] else content[0]
    return None


def _of_record(record: dict[str, Any]) -> str | None:
    names = {normalise(_CAMEL.sub(" ", name)) for name in record}
    if "report_refresh_date" in names:
        best = max(CATALOGUE.values(), key=lambda spec: _share(spec.required_columns, spec.named(sorted(names))))
        is_near = _share(best.required_columns, best.named(sorted(names))) > 0.5
        label = f"the {best.label}" if is_near else "a usage report"
        return f"is {label} in JSON: {TAKE_THE_CSV}"
    return next((f"{what}: {_BY_RUN}" for known, what in _RECORDS if known <= record.keys()), None)


def _share(wanted: Sequence[str], names: Sequence[str]) -> float:
    return len(set(wanted) & set(names)) / len(wanted)


def of_header(cells: Sequence[str]) -> str | None:
    """What a CSV file is by the cells of a header that no report of the catalogue has."""
    names = {normalise(cell) for cell in cells}
    for known, what in _OTHER_REPORTS:
        if known <= names:
            return f"{what}: export one of the reports in docs/sources/drop-in.md"
    if "report_refresh_date" in names and not names & {"user_principal_name", "user_name", "username"}:
        return (
            "is a report of counts for the whole organisation, without people: export the table of users "
            "(the user detail), not the chart"
        )
    if any("@" in cell for cell in cells):
        return "begins with a row of data instead of a header: take the file as downloaded"
    return None
