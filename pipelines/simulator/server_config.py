"""What the simulated services are told before they start: identity, simulated now, limits, options.

Every value that a test or the control port may change at run time is here too; the server replaces the whole object.
No behaviour belongs in this module.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

ORGANISATION_NAME = "東京都みらい区（架空）"
OWN_DOMAIN = "city.mirai-ku.example"
TENANT_ID = "7d1c3a52-90be-4f6b-8a27-5e0c46b1d9f3"
CLIENT_ID = "2b8f60d1-4c7e-49a5-b3d8-61f09e7a5c24"
BOX_CLIENT_ID = "k4tsuy0mirai9box3client7id00app1"
BOX_ENTERPRISE_ID = "1144649801"

GRAPH_PERMISSIONS = (
    "Reports.Read.All",
    "ReportSettings.Read.All",
    "User.Read.All",
    "AuditLog.Read.All",
    "Policy.Read.All",
)
BOX_SCOPES = ("manage_enterprise_properties", "manage_managed_users")
HOST_KINDS = ("login", "graph", "download", "box", "control")


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """Settings of one simulator. `now` is the instant all services believe in; it moves only when told to."""

    now: datetime
    unlimited_history: bool = False  # serve days the real services would have forgotten (28, 30, 365 days)
    restatement: bool = True  # the three newest report days still miss some rows
    display_concealed_names: bool = False
    report_lag_days: int = 2  # newest report day = UTC today minus this
    apps_lag_days: int = 4  # the same of the Microsoft 365 apps: later days answer with the header alone
    recent_day_is_empty: bool = False  # a day too recent answers 200 with the header alone, not 400
    withheld_permissions: frozenset[str] = frozenset()  # of GRAPH_PERMISSIONS and BOX_SCOPES
    has_premium_licence: bool = True  # Entra ID P1; without it the sign-in log is refused
    copilot_licences: int = 0  # people with Microsoft 365 Copilot; without any its report is refused
    has_copilot_v2: bool = True  # not every tenant knows version 2 of its report
    gzip_downloads: bool = False
    largest_page: int = 1000  # no page of records holds more, whatever was asked for
    box_short_pages: bool = True
    box_stream_duplicates: bool = True
    sign_in_duplicates: bool = True
    enforce_quotas: bool = False  # answer 429 to a request too many; they are counted in any case
    quota_time_scale: float = 1.0  # windows of the quotas are this much as long as the real ones
    ticket_seconds: float = 300.0
    token_seconds: float = 3599.0

    tenant_id: str = TENANT_ID
    client_id: str = CLIENT_ID
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    client_certificate: bytes = b""  # PEM, as it is uploaded to an app registration; without one assertions are refused
    box_public_keys: dict[str, bytes] = field(default_factory=dict, hash=False)  # key id -> PEM, of the app with a key
    secret_days: int = 730  # from the simulated now until the client secret ends
    box_client_id: str = BOX_CLIENT_ID
    box_client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    box_enterprise_id: str = BOX_ENTERPRISE_ID
    organisation_name: str = ORGANISATION_NAME
    own_domains: tuple[str, ...] = (OWN_DOMAIN,)
    ca_folder: Path | None = None  # where ca.pem is written; None: a temporary folder, removed at the end
    ports: dict[str, int] = field(default_factory=dict)  # by host kind; 0 or absent: a free one

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("The simulated now needs a time zone: write 2026-07-06T06:00:00+09:00.")
        unknown = self.withheld_permissions - {*GRAPH_PERMISSIONS, *BOX_SCOPES}
        if unknown:
            raise ValueError(f"Unknown permission {sorted(unknown)[0]}: use a name of GRAPH_PERMISSIONS.")

    def simulated_header(self, seed: int) -> str:
        """Value of X-Simulated-Data. Header values are ASCII: the name is percent-encoded UTF-8."""
        return f"{quote(self.organisation_name)}; seed {seed}"
