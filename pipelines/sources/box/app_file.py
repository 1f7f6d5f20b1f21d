"""The file that Box's developer console makes for an app with a key pair (JWT), checked before anybody is asked.

The SDK reads it without complaint and fails at the first token: with a bare TypeError or AttributeError where the key
has no passphrase, as the file of an app with client credentials has none.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from box_sdk_gen import JWTConfig
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pipelines.errors import ConfigurationError
from pipelines.sources.private_file import read_private_file

FILE = "KATSUYO_BOX_JWT_FILE"
AGAIN = "download the JSON again in the developer console (Configuration, Generate a Public/Private Keypair)"


class _AppAuth(msgspec.Struct, rename="camel"):
    public_key_id: str = msgspec.field(name="publicKeyID", default="")
    private_key: str = ""
    passphrase: str | None = None


class _App(msgspec.Struct, rename="camel"):
    client_id: str = msgspec.field(name="clientID")
    client_secret: str
    app_auth: _AppAuth


class _File(msgspec.Struct, rename="camel"):
    box_app_settings: _App
    enterprise_id: str = msgspec.field(name="enterpriseID")


def read_app_file(path: Path) -> JWTConfig:
    """What the SDK signs in with. Raises ConfigurationError in one sentence."""
    body = read_private_file(path, FILE)
    try:
        file = msgspec.json.decode(body, type=_File)
    except (msgspec.DecodeError, UnicodeError):
        raise _wrong("is not the JSON of an app with a key pair", AGAIN) from None
    app = file.box_app_settings
    auth = app.app_auth
    if not (auth.public_key_id and auth.private_key):
        raise _wrong(
            "has no key: it is of an app with client credentials",
            "set KATSUYO_BOX_CLIENT_ID, KATSUYO_BOX_CLIENT_SECRET and KATSUYO_BOX_ENTERPRISE_ID instead",
        )
    if not auth.passphrase:
        raise _wrong("has a key without a passphrase", AGAIN)
    try:
        load_pem_private_key(auth.private_key.encode("ascii"), auth.passphrase.encode("ascii"))
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise _wrong("has a key that its passphrase does not open", AGAIN) from None
    if not (app.client_id and app.client_secret and file.enterprise_id):
        raise _wrong("has no client id, client secret or enterprise id", AGAIN)
    return JWTConfig(
        client_id=app.client_id,
        client_secret=app.client_secret,
        jwt_key_id=auth.public_key_id,
        private_key=auth.private_key,
        private_key_passphrase=auth.passphrase,
        enterprise_id=file.enterprise_id,
    )


def _wrong(what: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"The file of {FILE} {what}: {remedy}.")
