"""What the services were asked, in counts and in the last requests, without tokens."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from dataclasses import dataclass, replace

from pipelines.simulator.apis.quotas import QuotaBook

RECENT = 2000
_SECRETS = re.compile(r"(token|assertion|secret)=[^&]*", re.IGNORECASE)


@dataclass(frozen=True)
class LoggedRequest:
    """One request: `target` is path?query as sent, secrets blanked; `endpoint` groups alike ones."""

    host: str
    method: str
    endpoint: str
    target: str
    status: int
    fault: str | None


class RequestLog:
    """Counts per endpoint and status. Written by the server's thread, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._recent: deque[LoggedRequest] = deque(maxlen=RECENT)
        self.authorization_on_download = 0  # must stay 0: the ticket is the only credential there
        self.quotas = QuotaBook()

    def add(self, request: LoggedRequest) -> None:
        blanked = replace(request, target=_SECRETS.sub(r"\1=...", request.target))
        with self._lock:
            self._counts[f"{request.host} {request.method} {request.endpoint}", request.status] += 1
            self._recent.append(blanked)

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()
            self._recent.clear()
            self.authorization_on_download = 0
        self.quotas.clear()

    def refused(self) -> int:
        """How many requests were answered 429, by a quota or by a fault."""
        with self._lock:
            return sum(count for (_, status), count in self._counts.items() if status == 429)

    def recent(self) -> list[LoggedRequest]:
        """The last requests, oldest first."""
        with self._lock:
            return list(self._recent)

    def document(self) -> dict[str, object]:
        """For the control port: {"requests": {endpoint: {"count": n, "status": {"200": n}}}, "quotas": {...}, ...}."""
        with self._lock:
            requests: dict[str, dict[str, object]] = {}
            for endpoint in sorted({endpoint for endpoint, _ in self._counts}):
                by_status = {str(s): n for (e, s), n in sorted(self._counts.items()) if e == endpoint}
                requests[endpoint] = {"count": sum(by_status.values()), "status": by_status}
        return {
            "requests": requests,
            "quotas": self.quotas.document(),
            "authorization_on_download": self.authorization_on_download,
        }


def endpoint_of(path: str) -> str:
    """The path with its arguments removed: /v1.0/reports/getX(date=2026-01-05) -> /v1.0/reports/getX."""
    return re.sub(r"\(.*\)$", "", path)
