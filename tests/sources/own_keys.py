"""Keys and files with which an application proves itself, made for a test; the services get the public half."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

PASSWORD = "open sesame"
KEY_ID = "k3y1d001"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """Each number a key of its own, made once."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: Key, *, begins: int = -1, ends: int = 30) -> bytes:
    """PEM; the days are counted from now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "katsuyo test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now + timedelta(days=begins))
    return builder.not_valid_after(now + timedelta(days=ends)).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def private(key: Key, password: str | None = None) -> bytes:
    hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)


def public(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def written(folder: Path, content: bytes, mode: int = 0o640) -> Path:
    path = folder / "own.key"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def box_app(
    client_id: str, secret: str, enterprise_id: str, private_key: str, passphrase: str | None = PASSWORD
) -> bytes:
    """As the developer console writes it."""
    auth = {"publicKeyID": KEY_ID if private_key else "", "privateKey": private_key, "passphrase": passphrase}
    settings = {"clientID": client_id, "clientSecret": secret, "appAuth": auth}
    return json.dumps({"boxAppSettings": settings, "enterpriseID": enterprise_id}).encode()
