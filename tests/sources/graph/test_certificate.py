"""The certificate beside the secret: signed and verified for real, and a wrong file told before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.errors import AccessRefusedError, ConfigurationError
from pipelines.simulator.server import Simulator
from pipelines.sources.graph.certificate import read_certificate
from pipelines.sources.graph.client import GraphConfig
from tests.sources.graph.asking import ask, refusal, report
from tests.sources.own_keys import PASSWORD, certificate, private, rsa_key, written

NOW = datetime.now(UTC)


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_certificate_signs_in(
    ward: Simulator, graph_config: GraphConfig, tmp_path: Path, password: str | None
) -> None:
    own = certificate(rsa_key())
    ward.configure(client_certificate=own)
    file = written(tmp_path, own + private(rsa_key(), password))  # in any order
    config = replace(graph_config, client_secret="", certificate_file=file, certificate_password=password)
    assert ask(config, report).body
    assert PASSWORD not in repr(config)


def test_a_certificate_that_is_not_registered_is_told(
    ward: Simulator, graph_config: GraphConfig, tmp_path: Path
) -> None:
    ward.configure(client_certificate=certificate(rsa_key(1)))
    file = written(tmp_path, private(rsa_key()) + certificate(rsa_key()))
    message = refusal(replace(graph_config, certificate_file=file), report, AccessRefusedError)
    assert "the tenant does not know the certificate" in message
    assert "KATSUYO_CLIENT_CERTIFICATE_FILE" in message


def _elliptic() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return private(key) + certificate(key)


@pytest.mark.parametrize(
    ("make", "password", "words"),
    [
        (lambda: private(rsa_key()) + certificate(rsa_key(), begins=-9, ends=-1), None, "certificate that ended on"),
        (lambda: private(rsa_key()) + certificate(rsa_key(), begins=2), None, "certificate that begins on"),
        (lambda: private(rsa_key()) + certificate(rsa_key(1)), None, "not that of its first certificate"),
        (lambda: private(rsa_key()) + certificate(rsa_key(1)) + certificate(rsa_key()), None, "own certificate first"),
        (lambda: private(rsa_key()), None, "holds no certificate"),
        (lambda: certificate(rsa_key()), None, "holds no key"),
        (_elliptic, None, "not RSA"),
        (lambda: b"\x30\x82PKCS", None, "is not PEM"),
        (
            lambda: private(rsa_key(), PASSWORD) + certificate(rsa_key()),
            None,
            "set KATSUYO_CLIENT_CERTIFICATE_PASSWORD",
        ),
        (lambda: private(rsa_key(), PASSWORD) + certificate(rsa_key()), "wrong", "check the password"),
        (lambda: private(rsa_key()) + certificate(rsa_key()), PASSWORD, "unset KATSUYO_CLIENT_CERTIFICATE_PASSWORD"),
    ],
)
def test_a_file_that_cannot_sign_in_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[], bytes], password: str | None, words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_certificate(written(tmp_path, make()), password, NOW)
    message = str(caught.value)
    assert words in message
    assert message.startswith("The file of KATSUYO_CLIENT_CERTIFICATE_FILE ")
    assert message.endswith(".")
    assert str(tmp_path) not in message


def test_a_file_that_others_may_read_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    good = private(rsa_key()) + certificate(rsa_key(), ends=30)
    assert read_certificate(written(tmp_path, good), None, NOW).ends_on == (NOW + timedelta(days=30)).date()
    with pytest.raises(ConfigurationError, match="chmod o-rwx"):
        read_certificate(written(tmp_path, good, 0o644), None, NOW)
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_certificate(tmp_path / "none.pem", None, NOW)
