"""What ends by itself: asked for once a day by whoever tells, kept in HOME/expiry.json, so `status` asks nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from pipelines.common.durable import write_durably
from pipelines.ingest.own_secret import certificate_ends_on, secret_ends_on
from pipelines.orchestration.facts import Expiry
from pipelines.settings import Settings

EXPIRY_FILE = "expiry.json"
ASKED_EVERY = timedelta(hours=20)


class Known(msgspec.Struct, frozen=True):
    """The last day of the client secret (None: the service does not tell), and when it was asked for."""

    client_secret: date | None
    asked_at: datetime


def refresh_expiries(settings: Settings) -> None:
    """Ask again, unless that was done within a day. Nothing is raised: what cannot be known is no trouble."""
    now, known = settings.now(), _read(settings)
    if settings.client_secret is None or (known and timedelta(0) <= now - known.asked_at < ASKED_EVERY):
        return
    day = secret_ends_on(settings)
    if day is None and known is not None:
        day = known.client_secret
    try:
        write_durably(_file(settings), msgspec.json.encode(Known(day, now)))
    except OSError:
        return  # a full disk is told by itself


def known_expiries(settings: Settings) -> tuple[Expiry, ...]:
    """The last days that are known now; that of a certificate stands in its file."""
    known = _read(settings)
    if settings.client_certificate_file is not None:
        day = certificate_ends_on(settings)
        return (Expiry("client certificate", "クライアント証明書", day),) if day else ()
    if known is None or known.client_secret is None or settings.client_secret is None:
        return ()
    return (Expiry("client secret", "クライアントシークレット", known.client_secret),)


def _file(settings: Settings) -> Path:
    return settings.home / EXPIRY_FILE


def _read(settings: Settings) -> Known | None:
    try:
        return msgspec.json.decode(_file(settings).read_bytes(), type=Known)
    except (OSError, msgspec.DecodeError, UnicodeError):
        return None
