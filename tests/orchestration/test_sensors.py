"""The sensor that the daemon asks now and then tells what `katsuyo notify` would, and is idle without channels."""

from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from pipelines.orchestration.instance import instance_of
from pipelines.orchestration.sensors import SENSOR, message_sensor
from pipelines.orchestration.system import build_definitions
from pipelines.settings import Settings
from tests.messages.servers import running_flow


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("DAGSTER_HOME", "KATSUYO_DAGSTER_DIR"):
        monkeypatch.setenv(name, "")  # instance_of sets them; put back after the test
    return Settings(home=tmp_path / "home", site=tmp_path / "site")


def _ask(settings: Settings) -> str:
    with instance_of(settings) as instance, dg.build_sensor_context(instance=instance) as context:
        told = message_sensor(settings)(context)
    assert isinstance(told, dg.SkipReason)
    return str(told.skip_message)


def test_it_is_idle_without_a_channel(settings: Settings) -> None:
    assert "No channel is set" in _ask(settings)


def test_it_tells_once_and_half_a_channel_is_said(settings: Settings) -> None:
    with running_flow() as flow:
        by_flow = settings.model_copy(update={"webhook_url": SecretStr(flow.url)})
        assert "State: fix; messages delivered: " in _ask(by_flow)
        told = len(flow.bodies)
        assert told > 0
        assert _ask(by_flow) == "State: fix; messages delivered: 0."
        assert len(flow.bodies) == told
    assert "KATSUYO_SMTP_SENDER" in _ask(settings.model_copy(update={"smtp_host": "relay.example"}))


def test_what_is_half_done_while_a_run_goes_is_not_told(settings: Settings) -> None:
    with instance_of(settings) as instance:
        instance.create_run_for_job(dg.GraphDefinition("daily", node_defs=[]).to_job())
    with running_flow() as flow:
        assert "A run is going" in _ask(settings.model_copy(update={"webhook_url": SecretStr(flow.url)}))
        assert flow.bodies == []


def test_the_daemon_finds_it_switched_on(settings: Settings) -> None:
    (sensor,) = build_definitions(settings).sensors or []
    assert isinstance(sensor, dg.SensorDefinition)
    assert sensor.name == SENSOR
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
