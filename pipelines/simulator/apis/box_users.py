"""Box users as of now: managed people, service and app accounts, with both ways of paging.

Tokens and HTTP belong to box_http.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.answers import box_error
from pipelines.simulator.apis.clock import pacific_text
from pipelines.simulator.apis.json_text import boolean, joined, page, rendered, string

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.server_config import ServerConfig

DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 100, 1000, 10_000
MINI = ("type", "id", "name", "login")
STANDARD = (
    *MINI,
    "created_at",
    "modified_at",
    "language",
    "timezone",
    "space_amount",
    "space_used",
    "max_upload_size",
    "status",
    "job_title",
    "phone",
    "address",
    "avatar_url",
    "notification_email",
)
_TRACKING = joined('[{"type":"tracking_code","name":"department","value":', string("department_name"), "}]")
FIELDS: dict[str, pl.Expr] = {
    "type": pl.lit('"user"'),
    "id": string("box_id"),
    "name": string("display_name"),
    "login": string("box_login"),
    "created_at": string("created_text"),
    "modified_at": string("created_text"),
    "language": pl.lit('"ja"'),
    "timezone": pl.lit('"Asia/Tokyo"'),
    "space_amount": pl.lit("10737418240"),
    "space_used": joined(pl.col("box_id").str.slice(-4).str.strip_chars_start("0"), "733"),
    "max_upload_size": pl.lit("53687091200"),
    "status": string("status"),
    "job_title": string(pl.col("job_title").fill_null("")),
    "phone": pl.lit('""'),
    "address": pl.lit('""'),
    "avatar_url": joined('"https://app.box.com/api/avatar/large/', pl.col("box_id"), '"'),
    "notification_email": pl.lit("[]"),
    "role": pl.lit('"user"'),
    "tracking_codes": pl.when(pl.col("department_name").is_null()).then(pl.lit("[]")).otherwise(_TRACKING),
    "is_platform_access_only": boolean("is_machine"),
    "is_external_collab_restricted": pl.lit("false"),
    "is_sync_enabled": pl.lit("true"),
    "external_app_user_id": pl.lit("null"),
    "enterprise": pl.col("enterprise_text"),
}


class BoxUsers:
    """Answers GET /2.0/users. Keeps the rendering of the last question for the pages that follow."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._last: tuple[object, pl.Series] | None = None

    def answer(self, parameters: Mapping[str, str], today: date, config: ServerConfig) -> bytes:
        """Body of one page. Raises ServiceError for parameters Box refuses."""
        names = _fields(parameters.get("fields", ""))
        lines = self._lines(today, names, parameters, config)
        limit = min(_whole(parameters.get("limit", ""), DEFAULT_LIMIT, "limit"), MAX_LIMIT, config.largest_page)
        if parameters.get("usemarker") == "true":
            return _marker_page(lines, parameters.get("marker", ""), limit)
        offset = _whole(parameters.get("offset", ""), 0, "offset")
        if offset > MAX_OFFSET:
            raise box_error(400, "bad_request", "Offset is greater than the maximum of 10000: use marker paging")
        head = f'{{"total_count":{len(lines)},"offset":{offset},"limit":{limit},"entries":['
        return page(lines[offset : offset + limit].to_list(), head=head, tail="]}")

    def _lines(
        self, today: date, names: tuple[str, ...], parameters: Mapping[str, str], config: ServerConfig
    ) -> pl.Series:
        user_type, term = parameters.get("user_type", "managed"), parameters.get("filter_term", "").lower()
        question = (today, names, user_type, term)
        if self._last is None or self._last[0] != question:
            frame = self._frame(today, config)
            if user_type == "external":  # outsiders cannot be listed, and the world has none with a full account
                frame = frame.clear()
            if term:
                name, login = pl.col("display_name").str.to_lowercase(), pl.col("box_login").str.to_lowercase()
                frame = frame.filter(name.str.starts_with(term) | login.str.starts_with(term))
            self._last = (question, rendered(frame, _record(names)))
        return self._last[1]

    def _frame(self, today: date, config: ServerConfig) -> pl.DataFrame:
        people = self._accounts.on(today).with_columns(
            status=pl.when("is_enabled").then(pl.lit("active")).otherwise(pl.lit("inactive")),
            is_machine=pl.lit(value=False),
            created_text=pacific_text(pl.col("joined_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")),
        )
        others = self._accounts.others.filter(pl.col("box_id").is_not_null()).with_columns(
            status=pl.lit("active"),
            is_machine=pl.col("account_kind").is_in(["box_service", "box_app_user"]),
            created_text=pl.lit("2025-10-01T17:00:00-07:00"),
        )
        enterprise = {"type": "enterprise", "id": config.box_enterprise_id, "name": config.organisation_name}
        text = json.dumps(enterprise, ensure_ascii=False, separators=(",", ":"))
        everyone = pl.concat([people.filter(pl.col("box_id").is_not_null()), others], how="diagonal")
        return everyone.with_columns(enterprise_text=pl.lit(text)).sort("box_id")


def _record(names: tuple[str, ...]) -> pl.Expr:
    parts: list[str | pl.Expr] = []
    for position, name in enumerate(names):
        parts += [f'{"," if position else "{"}"{name}":', FIELDS[name]]
    return joined(*parts, "}")


def _fields(text: str) -> tuple[str, ...]:
    """`fields` replaces the standard set: the mini fields, then those named (unknown names are ignored)."""
    if not text:
        return STANDARD
    named = [name.strip() for name in text.split(",")]
    return tuple(dict.fromkeys([*MINI, *(name for name in named if name in FIELDS)]))


def _whole(text: str, default: int, name: str) -> int:
    if not text:
        return default
    if not text.isdecimal():
        raise box_error(400, "bad_request", f"Invalid value for {name} parameter")
    return int(text)


def _marker_page(lines: pl.Series, marker: str, limit: int) -> bytes:
    """Marker paging has no total; the last page has an empty marker."""
    try:
        start = int(base64.urlsafe_b64decode(marker.encode()).removeprefix(b"katsuyo:")) if marker else 0
    except ValueError:
        raise box_error(400, "bad_request", "Invalid marker parameter") from None
    end = start + limit
    following = base64.urlsafe_b64encode(f"katsuyo:{end}".encode()).decode() if end < len(lines) else ""
    head = f'{{"limit":{limit},"next_marker":"{following}","entries":['
    return page(lines[start:end].to_list(), head=head, tail="]}")
