"""What the Box client needs to know, as plain values. Where they come from is settings.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.sources.quota import Quota

# "Approximately" 1000 API requests a minute and user, says Box.
CALLS = Quota(requests=1000, seconds=60)


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """One enterprise's app with server authentication, and where Box is.

    It signs in with client credentials, or with the key pair of `jwt_file`, which then says all three ids.

    `quota` is how often Box lets one app call.
    `max_retry_seconds` bounds one call with all its waits; `retry_base_seconds` is the first wait if Box names none.
    """

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    enterprise_id: str = ""
    jwt_file: Path | None = None
    base_url: str = "https://api.box.com"
    ca_file: Path | None = None
    max_retry_seconds: float = 900.0
    retry_base_seconds: float = 1.0
    quota: Quota = CALLS
