"""What the Graph client needs to know, as plain values. Where they come from is settings.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """One tenant's application, and where Graph and its login are.

    `max_retry_seconds` bounds one call with all its waits; `retry_base_seconds` is the first wait if Graph names none.
    """

    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    authority: str = "https://login.microsoftonline.com"
    base_url: str = "https://graph.microsoft.com/v1.0"
    ca_file: Path | None = None
    max_retry_seconds: float = 900.0
    retry_base_seconds: float = 1.0
