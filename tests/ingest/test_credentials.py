"""By exactly one way at each service; a wrong file is told before a run asks anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.ingest.credentials import box_config, graph_config
from pipelines.ingest.own_secret import certificate_ends_on
from pipelines.settings import Settings
from tests.sources.own_keys import PASSWORD, box_app, certificate, private, rsa_key, written

GRAPH = {"tenant_id": "t", "client_id": "c"}
BOX = {"box_client_id": "c", "box_enterprise_id": "1"}


def _settings(**values: Any) -> Settings:
    return Settings(**values)


def test_entra_is_given_a_secret_or_a_certificate(tmp_path: Path) -> None:
    file = written(tmp_path, private(rsa_key(), PASSWORD) + certificate(rsa_key()))
    pair = {"client_certificate_file": file, "client_certificate_password": PASSWORD}
    assert graph_config(_settings(**GRAPH, client_secret="s")).certificate_file is None
    assert graph_config(_settings(**GRAPH, **pair)).client_secret == ""
    assert certificate_ends_on(_settings(**pair)) is not None
    with pytest.raises(ConfigurationError, match="are both set"):
        graph_config(_settings(**GRAPH, **pair, client_secret="s"))
    with pytest.raises(ConfigurationError, match="KATSUYO_CLIENT_SECRET is not set"):
        graph_config(_settings(**GRAPH))
    with pytest.raises(ConfigurationError, match="set KATSUYO_CLIENT_CERTIFICATE_PASSWORD"):
        graph_config(_settings(**GRAPH, client_certificate_file=file))


def test_box_is_given_a_secret_or_a_key_pair(tmp_path: Path) -> None:
    file = written(tmp_path, box_app("c", "s", "1", private(rsa_key(), PASSWORD).decode()))
    assert box_config(_settings(**BOX, box_client_secret="s")).jwt_file is None
    assert box_config(_settings(box_jwt_file=file)).jwt_file == file
    with pytest.raises(ConfigurationError, match="are both set"):
        box_config(_settings(box_jwt_file=file, box_client_secret="s"))
    with pytest.raises(ConfigurationError, match="KATSUYO_BOX_CLIENT_SECRET is not set"):
        box_config(_settings(**BOX))
