"""What time a service believes it is: the Date header that every answer carries, also a refusal.

Nothing but the time is asked for and no credential is sent. What a difference means is decided by who asks.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from pipelines.sources.tls import trusting

PATIENCE_SECONDS = 10.0


def ahead_seconds(url: str, ca_file: Path | None) -> float | None:
    """By how many seconds the service's clock is ahead of this machine's; None when it does not say."""
    started = datetime.now(UTC)
    try:
        answer = httpx.head(url, verify=trusting(ca_file), timeout=PATIENCE_SECONDS, follow_redirects=False)
        served = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    # The header is cut to whole seconds and was written somewhere between asking and hearing.
    heard = datetime.now(UTC)
    return (served.astimezone(UTC) - (started + (heard - started) / 2)).total_seconds()
