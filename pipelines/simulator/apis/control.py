"""The control port: faults, simulated now, configuration, tokens and the request log, for tests and people.

It has no counterpart in the real services and needs no token; it listens on 127.0.0.1 only.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from pipelines.simulator.apis.answers import Answer, ServiceError, as_json

if TYPE_CHECKING:
    from pipelines.simulator.apis.services import Asked, Services


class Settable(msgspec.Struct, forbid_unknown_fields=True):
    """What POST /_sim/config may change; absent fields stay as they are."""

    display_concealed_names: bool | msgspec.UnsetType = msgspec.UNSET
    withheld_permissions: frozenset[str] | msgspec.UnsetType = msgspec.UNSET
    unlimited_history: bool | msgspec.UnsetType = msgspec.UNSET
    restatement: bool | msgspec.UnsetType = msgspec.UNSET
    report_lag_days: int | msgspec.UnsetType = msgspec.UNSET
    apps_lag_days: int | msgspec.UnsetType = msgspec.UNSET
    recent_day_is_empty: bool | msgspec.UnsetType = msgspec.UNSET
    has_premium_licence: bool | msgspec.UnsetType = msgspec.UNSET
    copilot_licences: int | msgspec.UnsetType = msgspec.UNSET
    has_copilot_v2: bool | msgspec.UnsetType = msgspec.UNSET
    gzip_downloads: bool | msgspec.UnsetType = msgspec.UNSET
    largest_page: int | msgspec.UnsetType = msgspec.UNSET
    box_short_pages: bool | msgspec.UnsetType = msgspec.UNSET
    enforce_quotas: bool | msgspec.UnsetType = msgspec.UNSET
    quota_time_scale: float | msgspec.UnsetType = msgspec.UNSET
    ticket_seconds: float | msgspec.UnsetType = msgspec.UNSET
    token_seconds: float | msgspec.UnsetType = msgspec.UNSET


class Moved(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sim/now."""

    now: datetime


def answer_control(services: Services, asked: Asked) -> Answer:
    """Route one request; what cannot be understood is a 400 with the reason."""
    try:
        return _answer(services, asked)
    except (ValueError, TypeError, re.error) as error:  # msgspec's errors are ValueErrors
        raise ServiceError(as_json({"error": str(error)}, 400)) from None


def _answer(services: Services, asked: Asked) -> Answer:
    match asked.method, asked.path.rstrip("/"):
        case "GET", "/_sim/log":
            return as_json(services.log.document())
        case "DELETE", "/_sim/log":
            services.log.clear()
        case "GET", "/_sim/faults":
            return as_json([asdict(fault) for fault in services.faults.pending()])
        case "POST", "/_sim/faults":
            return as_json({"added": services.faults.add_all(asked.body)})
        case "DELETE", "/_sim/faults":
            services.faults.clear()
        case "POST", "/_sim/now":
            services.configure(now=msgspec.json.decode(asked.body, type=Moved).now)
        case "POST", "/_sim/config":
            changes = msgspec.json.decode(asked.body, type=Settable)
            services.configure(**_given(changes))
        case "POST", "/_sim/revoke":
            return as_json({"revoked": services.graph_tokens.revoke_all() + services.box_tokens.revoke_all()})
        case _:
            raise ServiceError(as_json({"error": "No such control."}, 404))
    return as_json({"now": services.now.isoformat()})


def _given(changes: Settable) -> dict[str, object]:
    values = msgspec.structs.asdict(changes)
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
