"""The certificate that an application proves itself with, checked before anybody is asked.

azure-identity signs with whatever the file holds: an expired certificate, a key of another one, a certificate of the
authority in front. Entra then refuses the sign-in without saying which. Only RSA is possible there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pipelines.errors import ConfigurationError
from pipelines.sources.private_file import read_private_file

FILE = "KATSUYO_CLIENT_CERTIFICATE_FILE"
PASSWORD = "KATSUYO_CLIENT_CERTIFICATE_PASSWORD"  # noqa: S105 - the name of a setting


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A usable file: its bytes as they are, and the last day (UTC) of the certificate."""

    pem: bytes = field(repr=False)
    ends_on: date


def read_certificate(path: Path, password: str | None, now: datetime) -> ClientCertificate:
    """The file, fit to sign in with at the instant `now`. Raises ConfigurationError in one sentence."""
    pem = read_private_file(path, FILE)
    if b"-----BEGIN" not in pem:
        raise _wrong("is not PEM", "write key and certificate as PEM: openssl pkcs12 -in app.pfx -out app.pem")
    key = _key(pem, password)
    try:
        leaf = x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        raise _wrong("holds no certificate", "put the certificate behind its key") from None
    if not isinstance(key, RSAPrivateKey):
        raise _wrong("has a key that is not RSA", "make a certificate with an RSA key of 2048 bits or more")
    if leaf.public_key() != key.public_key():
        raise _wrong(
            "has a key that is not that of its first certificate",
            "put the application's own certificate first, that of an authority behind it",
        )
    ends = leaf.not_valid_after_utc
    if ends <= now:
        raise _wrong(
            f"holds a certificate that ended on {ends.date()}",
            "upload a new one to the app registration and put it into the file",
        )
    if leaf.not_valid_before_utc > now:
        raise _wrong(
            f"holds a certificate that begins on {leaf.not_valid_before_utc.date()}",
            "keep the former one until then, or set the clock of this machine",
        )
    return ClientCertificate(pem, ends.astimezone(UTC).date())


def _key(pem: bytes, password: str | None) -> object:
    try:
        return load_pem_private_key(pem, password.encode() if password else None)
    except TypeError:  # its word for a password too few or too many
        if password:
            raise _wrong("has a key without a password", f"unset {PASSWORD}") from None
        raise _wrong("has a key with a password", f"set {PASSWORD}") from None
    except (ValueError, UnsupportedAlgorithm):
        if password:
            raise _wrong(f"has no key that {PASSWORD} opens", "check the password and the file") from None
        raise _wrong("holds no key that can be read", "put the private key into it, before its certificate") from None


def _wrong(what: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"The file of {FILE} {what}: {remedy}.")
