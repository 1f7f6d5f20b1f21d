"""Non-interactive sign-ins added up by user, app, address and UTC day, as only beta gives them.

No device, no user id and often no address: what it adds up is the log of sign_in_log.py. HTTP belongs to graph_http.py.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

import polars as pl

if TYPE_CHECKING:
    from pipelines.simulator.world import World

NO_ADDRESS_EVERY = 4
_BOUNDS = re.compile(r"^firstSignInDateTime ge (?P<first>\S+Z) and firstSignInDateTime lt (?P<end>\S+Z)$")


class SignInSummaries:
    """One record per user, app, address, outcome and day."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of_day = lru_cache(maxsize=4)(self._added_up)

    def records(self, question: str, now: datetime) -> list[bytes]:
        """Of the UTC days within the bounds of the $filter. Raises ValueError for another filter."""
        found = _BOUNDS.match(question.strip())
        if found is None:
            raise ValueError(question)
        first, end = (datetime.fromisoformat(found[name]).date() for name in ("first", "end"))
        until = min(end, now.astimezone(UTC).date())
        return [line for n in range((until - first).days) for line in self._of_day(first + timedelta(days=n))]

    def _added_up(self, day: date) -> list[bytes]:
        world = self._world
        span = world.config
        tokyo_days = [one for one in (day, day + timedelta(days=1)) if span.first_day <= one <= span.last_day]
        parts = []
        for one in tokyo_days:
            frame = pl.concat([world.sign_ins(one).filter(~pl.col("is_interactive")), world.token_sign_ins(one)])
            people = world.named_on(world.people, one).select("person_no", "upn")
            parts.append(frame.join(people, on="person_no", how="inner"))
        if not parts:
            return []
        rows = (
            pl.concat(parts)
            .filter(pl.col("created_at").dt.date() == day)
            .group_by("upn", "app_id", "app_display_name", "ip_address", "error_code")
            .agg(count=pl.len(), first=pl.col("created_at").min())
            .sort("first", "upn", "app_id", "ip_address", "error_code")
        )
        return [_record(day, number, row) for number, row in enumerate(rows.iter_rows(named=True))]


def _record(day: date, number: int, row: dict) -> bytes:
    record = {
        "id": str(uuid5(NAMESPACE_OID, f"{day} {number}")),
        "signInCount": row["count"],
        "aggregationDateTime": f"{day}T00:00:00Z",
        "firstSignInDateTime": f"{row['first']:%Y-%m-%dT%H:%M:%SZ}",
        "userPrincipalName": row["upn"].lower(),
        "appId": row["app_id"],
        "appDisplayName": row["app_display_name"],
        "ipAddress": None if number % NO_ADDRESS_EVERY == 0 else row["ip_address"],
        "conditionalAccessStatus": "success",
        "resourceId": "00000003-0000-0000-c000-000000000000",
        "resourceDisplayName": "Microsoft Graph",
        "tenantId": None,
        "servicePrincipalId": None,
        "servicePrincipalName": None,
        "status": {"errorCode": row["error_code"], "failureReason": None, "additionalDetails": None},
        "managedServiceIdentity": None,
        "agent": {"agentType": "notAgentic", "parentAppId": None},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
