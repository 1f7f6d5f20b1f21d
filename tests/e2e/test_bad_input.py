"""What an administrator gets wrong: one sentence that names the thing and the remedy, exit code 1, no publication."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.simulator.server import ServerConfig
from tests.e2e.conftest import LAST, Ward

pytestmark = pytest.mark.slow


@pytest.fixture
def attempt(unrun_ward: Ward, tmp_path: Path) -> Callable[..., str]:
    """A run of one day into an empty data folder, which must fail or, with code 3, leave gaps; returns the sentence."""

    def run(code: int = 1, **changed: str) -> str:
        folders = {"KATSUYO_HOME": str(tmp_path / "data"), "KATSUYO_SITE": str(tmp_path / "site")}
        done = unrun_ward.katsuyo("run", "--from", str(LAST), "--to", str(LAST), **{**folders, **changed})
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert (tmp_path / "data" / "published").exists() == (code == 3)
        assert (tmp_path / "site").exists() == (code == 3)
        sentences = [line for line in done.stderr.splitlines() if line.startswith("katsuyo: ")]
        assert len(sentences) == 1, done.stderr
        return sentences[0]

    return run


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    "name",
    [
        "KATSUYO_TENANT_ID",
        "KATSUYO_CLIENT_SECRET",
        "KATSUYO_BOX_CLIENT_ID",
        "KATSUYO_ORG_DIR",
        "KATSUYO_PSEUDONYM_KEY_FILE",
    ],
)
def test_a_missing_setting_is_named(attempt: Callable[..., str], name: str) -> None:
    assert f"{name} is not set" in attempt(**{name: ""})


def test_wrong_entra_credentials(attempt: Callable[..., str]) -> None:
    sentence = attempt(3, KATSUYO_CLIENT_SECRET="wrong-secret")
    assert "KATSUYO_CLIENT_SECRET" in sentence
    assert "wrong-secret" not in sentence


def test_wrong_box_credentials(attempt: Callable[..., str]) -> None:
    assert "KATSUYO_BOX_CLIENT_SECRET" in attempt(3, KATSUYO_BOX_CLIENT_SECRET="wrong-secret")


# The other permissions are asked for in the same way; test_doctor.py names each of them.
def test_a_missing_permission_is_named(unrun_ward: Ward, attempt: Callable[..., str]) -> None:
    config: ServerConfig = unrun_ward.simulator.config
    unrun_ward.simulator.configure(withheld_permissions=frozenset({"Reports.Read.All"}))
    try:
        assert "Reports.Read.All" in attempt(3)
    finally:
        unrun_ward.simulator.configure(withheld_permissions=config.withheld_permissions)


def test_concealed_names_stop_the_run_and_name_the_switch(unrun_ward: Ward, attempt: Callable[..., str]) -> None:
    unrun_ward.simulator.configure(display_concealed_names=True)
    try:
        sentence = attempt()
    finally:
        unrun_ward.simulator.configure(display_concealed_names=False)
    assert "displayConcealedNames" in sentence
    assert "policy decision" in sentence


# That of Box is told by its client, of which tests/sources/box/test_client.py asks the same.
def test_an_unreachable_host_is_named_by_its_setting(attempt: Callable[..., str]) -> None:
    address = f"http://127.0.0.1:{_free_port()}/v1.0"
    settings = {"KATSUYO_GRAPH_BASE_URL": address, "KATSUYO_MAX_RETRY_SECONDS": "2"}
    assert "KATSUYO_GRAPH_BASE_URL" in attempt(3, **settings)


@pytest.fixture
def files(unrun_ward: Ward, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    shutil.copytree(unrun_ward.root / "ward" / "files", folder)
    return folder


def test_a_repeated_assignment_is_refused(attempt: Callable[..., str], files: Path) -> None:
    path = files / "assignments.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    open_main = next(line for line in lines[1:] if "主務,1.0,常勤" in line or "主務,1,常勤" in line)
    path.write_text("\n".join([*lines, open_main]) + "\n", encoding="utf-8")
    sentence = attempt(KATSUYO_ORG_DIR=str(files))
    assert f"assignments.csv line {len(lines) + 1}" in sentence
    assert "says again what a line above it says" in sentence


def test_an_unknown_department_is_refused(attempt: Callable[..., str], files: Path) -> None:
    path = files / "assignments.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([cells[0], "99999", *cells[2:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "assignments.csv line 2 names a department that departments.csv" in attempt(KATSUYO_ORG_DIR=str(files))


def test_wrong_usage_is_exit_code_2(unrun_ward: Ward) -> None:
    assert unrun_ward.katsuyo("run", "--from", "yesterday").returncode == 2
    assert unrun_ward.katsuyo("no-such-command").returncode == 2
