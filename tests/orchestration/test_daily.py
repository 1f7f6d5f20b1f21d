"""What Dagster reads and writes lies in the data folder, whichever version made that folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.common.shipped import CODE_DIR, DAGSTER_FILE
from pipelines.orchestration.instance import dagster_environment, instance_of
from pipelines.settings import Settings


@pytest.mark.parametrize("former", [None, b"telemetry:\n  enabled: true\n"])
def test_dagster_reads_our_configuration_in_the_data_folder(tmp_path: Path, former: bytes | None) -> None:
    settings = Settings(home=tmp_path / "home")
    copy = settings.dagster_dir / "dagster.yaml"
    if former is not None:
        copy.parent.mkdir(parents=True)
        copy.write_bytes(former)
    environment = dagster_environment(settings)
    assert copy.read_bytes() == DAGSTER_FILE.read_bytes()
    # Dagster makes folders below the first, our file names the second for all it records.
    assert environment == dict.fromkeys(("DAGSTER_HOME", "KATSUYO_DAGSTER_DIR"), str(copy.parent))
    assert [path.name for path in copy.parent.iterdir()] == ["dagster.yaml"]


def test_an_instance_writes_nothing_beside_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "KATSUYO_DAGSTER_DIR"):
        monkeypatch.setenv(name, "")  # instance_of sets them; put back after the test
    before = {path.name for path in CODE_DIR.iterdir()}
    with instance_of(Settings(home=tmp_path)) as instance:
        assert instance.root_directory == str(tmp_path / "dagster")
        assert not instance.telemetry_enabled
    assert {path.name for path in CODE_DIR.iterdir()} == before
