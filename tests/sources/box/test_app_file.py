"""The key pair beside client credentials: signed for real, verified for real, and a wrong file told beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import AccessRefusedError, ConfigurationError
from pipelines.simulator.server import Simulator
from pipelines.sources.box.app_file import read_app_file
from pipelines.sources.box.client import BoxConfig, BoxSource
from tests.sources.conftest import NOW
from tests.sources.own_keys import KEY_ID, PASSWORD, box_app, private, public, rsa_key, written


def _config(config: BoxConfig, folder: Path) -> BoxConfig:
    key = private(rsa_key(), PASSWORD).decode()
    file = written(folder, box_app(config.client_id, config.client_secret, config.enterprise_id, key))
    return replace(config, client_id="", client_secret="", enterprise_id="", jwt_file=file)


def test_a_key_pair_signs_in(ward: Simulator, box_config: BoxConfig, tmp_path: Path) -> None:
    ward.configure(box_public_keys={KEY_ID: public(rsa_key())})
    with BoxSource(_config(box_config, tmp_path)) as box:
        assert box.users(NOW).body


def test_a_key_that_box_does_not_know_is_told(ward: Simulator, box_config: BoxConfig, tmp_path: Path) -> None:
    ward.configure(box_public_keys={KEY_ID: public(rsa_key(1))})
    with (
        BoxSource(_config(box_config, tmp_path)) as box,
        pytest.raises(AccessRefusedError, match="KATSUYO_BOX_JWT_FILE"),
    ):
        box.users(NOW)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"{", "is not the JSON of an app with a key pair"),
        (lambda: box_app("id", "secret", "1", ""), "of an app with client credentials"),
        (lambda: box_app("id", "secret", "1", private(rsa_key()).decode(), None), "without a passphrase"),
        (lambda: box_app("id", "secret", "1", private(rsa_key()).decode()), "its passphrase does not open"),
        (lambda: box_app("id", "secret", "1", private(rsa_key(), "other").decode()), "its passphrase does not open"),
        (lambda: box_app("id", "secret", "", private(rsa_key(), PASSWORD).decode()), "no client id"),
    ],
)
def test_a_file_that_cannot_sign_in_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[], bytes], words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_app_file(written(tmp_path, make()))
    message = str(caught.value)
    assert words in message
    assert message.startswith("The file of KATSUYO_BOX_JWT_FILE ")
    assert str(tmp_path) not in message
