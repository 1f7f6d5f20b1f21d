"""Answers as values, and the error bodies the real services send.

An Answer knows nothing of sockets; delivery.py sends it, or spoils it if a fault says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from pipelines.simulator.apis.quotas import Refusal


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of one HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(document: object, status: int = 200, **headers: str) -> Answer:
    """Compact JSON with Japanese text as it is."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, headers={name.replace("_", "-"): value for name, value in headers.items()})


class ServiceError(Exception):
    """A refusal that already carries its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def graph_error(status: int, code: str, message: str, now: datetime, **headers: str) -> ServiceError:
    """The error body of Microsoft Graph; `innerError.date` is the simulated now."""
    request_id = str(uuid4())
    inner = {
        "date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": request_id,
    }
    document = {"error": {"code": code, "message": message, "innerError": inner}}
    return ServiceError(as_json(document, status, request_id=request_id, **headers))


def report_backend_error(status: int, code: str, message: str, now: datetime) -> ServiceError:
    """The report back-end wraps its own error as JSON text in the message of an UnknownError."""
    nested = json.dumps({"error": {"code": code, "message": message}}, separators=(",", ":"))
    return graph_error(status, "UnknownError", nested, now)


def box_error(status: int, code: str, message: str) -> ServiceError:
    """The error body of the Box API."""
    document = {
        "type": "error",
        "status": status,
        "code": code,
        "help_url": "https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/",
        "message": message,
        "request_id": uuid4().hex[:21],
    }
    return ServiceError(as_json(document, status))


def too_many_requests(refusal: Refusal, now: datetime) -> Answer:
    """The 429 of the host that was asked too often; named locations come without a Retry-After."""
    if refusal.host == "box":
        error = box_error(429, "rate_limit_exceeded", "Request rate limit exceeded, please try again later")
    else:
        error = graph_error(429, "TooManyRequests", "Too many requests.", now)
    seconds = refusal.retry_after_seconds
    given = {} if seconds is None else {"Retry-After": str(seconds)}
    return replace(error.answer, headers={**error.answer.headers, **given})


def entra_error(status: int, error: str, number: int, text: str, now: datetime) -> ServiceError:
    """The error body of the Entra token endpoint. `text` begins after the AADSTS number."""
    trace_id, correlation_id = str(uuid4()), str(uuid4())
    stamp = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    description = f"AADSTS{number}: {text} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {stamp}"
    document = {
        "error": error,
        "error_description": description,
        "error_codes": [number],
        "timestamp": stamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"https://login.microsoftonline.com/error?code={number}",
    }
    return ServiceError(as_json(document, status))
