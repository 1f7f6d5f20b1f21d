"""What the Graph client needs to know, as plain values. Where they come from is settings.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.sources.quota import Quota

REPORT_QUOTA, SIGN_IN_QUOTA, NAMED_LOCATION_QUOTA = Quota(14, 600.0), Quota(5, 10.0), Quota(1, 1.0)


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """One tenant's application, and where Graph and its login are.

    It signs in with the secret or, where there is one, with the certificate.

    `max_retry_seconds` bounds one call with all its waits; `retry_base_seconds` is the first wait if Graph names none.
    The quotas are the documented ones; that of the reports holds for each report function by itself.
    """

    tenant_id: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    certificate_file: Path | None = None
    certificate_password: str | None = field(default=None, repr=False)
    authority: str = "https://login.microsoftonline.com"
    base_url: str = "https://graph.microsoft.com/v1.0"
    ca_file: Path | None = None
    max_retry_seconds: float = 900.0
    retry_base_seconds: float = 1.0
    report_quota: Quota = REPORT_QUOTA
    sign_in_quota: Quota = SIGN_IN_QUOTA
    named_location_quota: Quota = NAMED_LOCATION_QUOTA

    @property
    def beta_base_url(self) -> str:
        """The root of the beta version on the same host."""
        return self.base_url.rpartition("/")[0] + "/beta"
