"""`katsuyo doctor` before the first run: what is in order, what an administrator got wrong, and nothing left behind."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from pipelines.commands.doctor import CHECKS, Finding, examine, to_mend
from pipelines.settings import Settings
from tests.e2e.conftest import FEW_STAFF, Ward, morning

pytestmark = pytest.mark.slow

# A Saturday: the newest complete working day is the Thursday before, well inside the world.
NOW = morning(date(2026, 4, 18))
TENANT_WIDE = {
    "withheld_permissions": frozenset[str](),
    "has_premium_licence": True,
    "display_concealed_names": False,
}
# A settings file of a machine that runs the tests must not reach them.
NOT_SET = {"KATSUYO_ENV_FILE": ""}


@pytest.fixture(autouse=True)
def restored(unrun_ward: Ward) -> Iterator[None]:
    """The services believe in NOW, and afterwards in what they believed before."""
    before = unrun_ward.simulator.services.config.now
    unrun_ward.simulator.configure(now=NOW)
    yield
    unrun_ward.simulator.configure(now=before, **TENANT_WIDE)


@pytest.fixture
def home(unrun_ward: Ward, tmp_path: Path) -> Iterator[Path]:
    """An empty data folder that is still empty afterwards."""
    folder = tmp_path / "data"
    folder.mkdir()
    yield folder
    assert not list(folder.rglob("*"))


@pytest.fixture
def examined(unrun_ward: Ward, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Finding]]:
    """The findings for the ward's settings with some of them changed."""

    def run(**changed: str) -> list[Finding]:
        values = {**unrun_ward.environment, **NOT_SET, "KATSUYO_HOME": str(home), "KATSUYO_AS_OF": NOW.isoformat()}
        for name, value in {**values, **changed}.items():
            monkeypatch.setenv(name, value)
        findings = examine(Settings.from_env())
        # Whatever is broken, every check has been made or says why not.
        assert {finding.subject for finding in findings} == {subject for subject, _ in CHECKS}
        return findings

    return run


@pytest.fixture
def fault(examined: Callable[..., list[Finding]]) -> Callable[..., str]:
    """The one thing to mend."""

    def run(**changed: str) -> str:
        faults = [finding.text for finding in examined(**changed) if finding.mark == "FIX"]
        assert len(faults) == 1, faults
        return faults[0]

    return run


def _marks(findings: list[Finding], subject: str) -> list[str]:
    return [finding.mark for finding in findings if finding.subject == subject]


def _text(findings: list[Finding], subject: str) -> str:
    return " ".join(finding.text for finding in findings if finding.subject == subject)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def files(unrun_ward: Ward, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    shutil.copytree(unrun_ward.root / "ward" / "files", folder)
    return folder


def test_a_healthy_configuration_has_nothing_to_mend(unrun_ward: Ward, home: Path) -> None:
    done = unrun_ward.katsuyo("doctor", now=NOW, KATSUYO_HOME=str(home), **NOT_SET)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("Nothing has to be mended")
    people = unrun_ward.world.people
    for column in ("upn", "display_name", "employee_number", "entra_id"):
        assert not [value for value in people[column] if value in done.stdout]
    for secret in ("KATSUYO_CLIENT_SECRET", "KATSUYO_BOX_CLIENT_SECRET"):
        assert unrun_ward.environment[secret] not in done.stdout + done.stderr


def test_the_command_line_fails_and_counts_what_is_to_be_mended(unrun_ward: Ward, home: Path) -> None:
    done = unrun_ward.katsuyo(
        "doctor", now=NOW, KATSUYO_HOME=str(home), KATSUYO_BOX_CLIENT_SECRET="", KATSUYO_CLIENT_SECRET="wrong-secret",
        **NOT_SET,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "wrong-secret" not in done.stdout + done.stderr
    assert "KATSUYO_BOX_CLIENT_SECRET is not set" in done.stdout
    assert "the client secret is wrong" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 things have to be mended")


def test_counts_come_from_the_files_and_the_services(unrun_ward: Ward, examined: Callable[..., list[Finding]]) -> None:
    findings = examined()
    today = NOW.date()
    departments = unrun_ward.world.departments.filter(
        (unrun_ward.world.departments["valid_to"].is_null()) | (unrun_ward.world.departments["valid_to"] >= today)
    )
    assert f"{departments.height} departments" in _text(findings, "personnel files")
    on_the_rolls = unrun_ward.world.department_on(today).height
    assert f"{on_the_rolls} people on the rolls today" in _text(findings, "personnel files")
    assert on_the_rolls > FEW_STAFF / 2
    for subject in ("Reports.Read.All", "User.Read.All", "Box, managed users"):
        assert "people of staff.csv are among them" in _text(findings, subject)
        # The ward's personnel office does not know every renamed account: a warning that names the line, no fault.
        first, *others = _marks(findings, subject)
        assert first == "OK"
        assert others == (["WARN"] if "staff.csv line" in _text(findings, subject) else [])
    assert "2026-04-16" in _text(findings, "AuditLog.Read.All, Entra ID P1")
    assert _marks(findings, "AuditLog.Read.All, Entra ID P1") == ["OK"]


@pytest.mark.parametrize("name", ["KATSUYO_TENANT_ID", "KATSUYO_BOX_CLIENT_ID", "KATSUYO_ORGANISATION_NAME"])
def test_a_missing_setting_is_named_once(fault: Callable[..., str], name: str) -> None:
    assert f"{name} is not set" in fault(**{name: ""})


def test_without_settings_each_one_is_named(unrun_ward: Ward, examined: Callable[..., list[Finding]]) -> None:
    findings = examined(**{name: "" for name in unrun_ward.environment if name != "KATSUYO_HOME"})
    for name in ("KATSUYO_TENANT_ID", "KATSUYO_BOX_ENTERPRISE_ID", "KATSUYO_ORG_DIR", "KATSUYO_VAULT_KEY_FILE"):
        assert sum(f"{name} is not set" in finding.text for finding in findings) == 1
    assert to_mend(findings) == 10


def test_wrong_entra_credentials(fault: Callable[..., str]) -> None:
    assert "KATSUYO_CLIENT_SECRET" in fault(KATSUYO_CLIENT_SECRET="wrong-secret")


def test_wrong_box_credentials(fault: Callable[..., str]) -> None:
    assert "KATSUYO_BOX_CLIENT_SECRET" in fault(KATSUYO_BOX_CLIENT_SECRET="wrong-secret")


@pytest.mark.parametrize(
    ("withheld", "named"),
    [
        ("Reports.Read.All", "Reports.Read.All"),
        ("ReportSettings.Read.All", "ReportSettings.Read.All"),
        ("User.Read.All", "User.Read.All"),
        ("AuditLog.Read.All", "AuditLog.Read.All"),
        ("manage_enterprise_properties", "Manage enterprise properties"),
        ("manage_managed_users", "Manage users"),
    ],
)
def test_a_missing_permission_is_named(unrun_ward: Ward, fault: Callable[..., str], withheld: str, named: str) -> None:
    unrun_ward.simulator.configure(withheld_permissions=frozenset({withheld}))
    sentence = fault(KATSUYO_MAX_RETRY_SECONDS="2")
    assert named in sentence
    assert "give the app" in sentence


def test_a_tenant_without_the_premium_licence(unrun_ward: Ward, fault: Callable[..., str]) -> None:
    unrun_ward.simulator.configure(has_premium_licence=False)
    assert "Entra ID P1 licence" in fault()


def test_concealed_names_are_one_policy_decision(unrun_ward: Ward, fault: Callable[..., str]) -> None:
    unrun_ward.simulator.configure(display_concealed_names=True)
    sentence = fault()
    assert "displayConcealedNames" in sentence
    assert "policy decision" in sentence


@pytest.mark.parametrize(("setting", "suffix"), [("KATSUYO_GRAPH_BASE_URL", "/v1.0"), ("KATSUYO_BOX_BASE_URL", "")])
def test_an_unreachable_host_is_named_once_by_its_setting(fault: Callable[..., str], setting: str, suffix: str) -> None:
    address = f"http://127.0.0.1:{_free_port()}{suffix}"
    assert setting in fault(**{setting: address, "KATSUYO_MAX_RETRY_SECONDS": "2"})


def test_an_address_that_is_not_https_is_named_once(fault: Callable[..., str]) -> None:
    assert "KATSUYO_GRAPH_BASE_URL must begin with https" in fault(KATSUYO_GRAPH_BASE_URL="http://graph.example/v1.0")


def test_a_contradiction_in_the_personnel_files_does_not_stop_the_services(
    examined: Callable[..., list[Finding]], files: Path
) -> None:
    path = files / "assignments.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    cells = lines[1].split(",")
    path.write_text("\n".join([lines[0], ",".join([cells[0], "99999", *cells[2:]]), *lines[2:]]) + "\n", "utf-8")
    findings = examined(KATSUYO_ORG_DIR=str(files))
    assert "assignments.csv line 2 names a department that departments.csv" in _text(findings, "personnel files")
    assert to_mend(findings) == 1
    assert "not compared with staff.csv" in _text(findings, "User.Read.All")
    assert _marks(findings, "AuditLog.Read.All, Entra ID P1") == ["OK"]


def test_a_missing_personnel_file(fault: Callable[..., str], files: Path) -> None:
    (files / "staff.csv").unlink()
    assert "staff.csv is missing" in fault(KATSUYO_ORG_DIR=str(files))


def test_addresses_of_another_tenant(examined: Callable[..., list[Finding]], files: Path) -> None:
    path = files / "staff.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(re.sub("(?i)@city.mirai-ku.example", "@elsewhere.example", text), encoding="utf-8")
    findings = examined(KATSUYO_ORG_DIR=str(files))
    for subject in ("Reports.Read.All", "User.Read.All", "Box, managed users"):
        assert _marks(findings, subject) == ["FIX"]
    assert _marks(findings, "own domains") == ["WARN"]


def test_addresses_are_compared_without_regard_to_case(examined: Callable[..., list[Finding]], files: Path) -> None:
    path = files / "staff.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(re.sub("(?i)@city.mirai-ku.example", "@City.Mirai-Ku.EXAMPLE", text), encoding="utf-8")
    assert to_mend(examined(KATSUYO_ORG_DIR=str(files))) == 0


def test_a_network_table_without_the_offices_ways_out(examined: Callable[..., list[Finding]], files: Path) -> None:
    header = (files / "networks.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    (files / "networks.csv").write_text(f"{header}\n192.0.2.0/30,somewhere,office,2020-01-01,\n", encoding="utf-8")
    findings = examined(KATSUYO_ORG_DIR=str(files))
    assert to_mend(findings) == 0
    assert _marks(findings, "AuditLog.Read.All, Entra ID P1") == ["WARN"]
    assert "networks.csv" in _text(findings, "AuditLog.Read.All, Entra ID P1")


def test_key_files(unrun_ward: Ward, fault: Callable[..., str], tmp_path: Path) -> None:
    assert "KATSUYO_VAULT_KEY_FILE" in fault(KATSUYO_VAULT_KEY_FILE=str(tmp_path / "nowhere.key"))
    same = unrun_ward.environment["KATSUYO_PSEUDONYM_KEY_FILE"]
    assert "same key" in fault(KATSUYO_VAULT_KEY_FILE=same)
    assert "inside KATSUYO_HOME" in fault(
        KATSUYO_PSEUDONYM_KEY_FILE=_copied(Path(same), tmp_path / "other" / "p.key"),
        KATSUYO_HOME=str(tmp_path / "other"),
    )


def _copied(path: Path, to: Path) -> str:
    to.parent.mkdir()
    shutil.copy(path, to)
    return str(to)


def test_a_key_file_that_others_can_read_is_worth_a_look(
    unrun_ward: Ward, examined: Callable[..., list[Finding]], tmp_path: Path
) -> None:
    copies = {}
    for name in ("KATSUYO_PSEUDONYM_KEY_FILE", "KATSUYO_VAULT_KEY_FILE"):
        copies[name] = _copied(Path(unrun_ward.environment[name]), tmp_path / name / "a.key")
        Path(copies[name]).chmod(0o600)
    assert _marks(examined(**copies), "key files") == ["OK"]
    Path(copies["KATSUYO_VAULT_KEY_FILE"]).chmod(0o644)
    assert sorted(_marks(examined(**copies), "key files")) == ["OK", "WARN"]


def test_a_data_folder_that_cannot_be_one(fault: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    assert "KATSUYO_HOME cannot be written to" in fault(KATSUYO_HOME=str(tmp_path / "file"))


def test_a_clock_that_is_wrong_is_named_once(unrun_ward: Ward, fault: Callable[..., str]) -> None:
    """The services' clocks run true in the simulation, so here it is theirs that is moved, by their Date header."""
    date_header = {"Date": format_datetime(datetime.now(UTC) + timedelta(minutes=12), usegmt=True)}
    for host, match in (("graph", r"/v1\.0$"), ("box", "/2.0/users/me")):
        unrun_ward.simulator.faults.add(host=host, match=match, status=401, headers=date_header)
    sentence = fault()
    assert "12 minutes behind that of Graph and Box" in sentence
    assert "NTP" in sentence


def test_a_clock_that_is_right(unrun_ward: Ward, examined: Callable[..., list[Finding]]) -> None:
    assert _text(examined(), "clock") == "within 5 minutes of the clock of Graph and Box"


def test_no_own_domains_is_worth_a_look(examined: Callable[..., list[Finding]]) -> None:
    assert _marks(examined(KATSUYO_OWN_DOMAINS=""), "own domains") == ["WARN"]
