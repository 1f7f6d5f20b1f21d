"""Which certificates the clients trust: those the operating system trusts, plus the file KATSUYO_CA_FILE names.

The store of the system holds the authorities of an organisation's own proxy where its administrator put them. The file
adds to it and never replaces it, because a proxy that inspects TLS often lets the login host through untouched. No
other TLS choice belongs here; verification is never switched off.
"""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import truststore

from pipelines.errors import ConfigurationError

CA_REMEDY = "name the certificate of your proxy's authority in KATSUYO_CA_FILE"


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """An SSL context for clients. Raises ConfigurationError when the file is not a readable PEM bundle."""
    stamp = ca_file.stat().st_mtime_ns if ca_file is not None and ca_file.exists() else None
    return _trusting(ca_file, stamp)


@cache
def _trusting(ca_file: Path | None, _stamp: int | None) -> ssl.SSLContext:
    """Made once and again when the file changes: reading the authorities takes longer than most answers."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError):
            raise ConfigurationError(
                f"KATSUYO_CA_FILE names {ca_file}, which is not a readable PEM bundle: correct the path or the file."
            ) from None
    return context


def is_certificate_problem(error: BaseException) -> bool:
    """Whether a connection failed because the other side's certificate was not trusted."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
