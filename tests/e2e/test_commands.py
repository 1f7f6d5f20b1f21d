"""The commands a new user meets first: demo, import of exported files, simulate, render."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import duckdb
import httpx
import pytest

from pipelines.demo import read_env
from tests.e2e.conftest import KATSUYO, LAST, Ward, morning

pytestmark = pytest.mark.slow


def _demo(home: Path, site: Path) -> subprocess.CompletedProcess[str]:
    span = ["--from", "2026-03-30", "--to", "2026-04-10"]
    return subprocess.run(
        [KATSUYO, "demo", "--staff", "60", *span, "--seed", "3", "--home", str(home), "--site", str(site)],
        # An administrator who tries the demonstration has the real tenant in the environment: it must stay out of it.
        env={
            **os.environ,
            "KATSUYO_HOME": str(home.parent / "real"),
            "KATSUYO_GRAPH_BASE_URL": "https://graph.invalid",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _left_behind(home: Path, site: Path) -> tuple[set[str], dict[str, bytes], list[tuple]]:
    """Revisions in the landing, pages, and the figures of the published file as they are stored."""
    revisions = {path.name for path in (home / "landing").rglob("*.json")}
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}
    with duckdb.connect(str(home / "published" / "katsuyo.duckdb"), read_only=True) as con:
        return revisions, pages, con.execute("select * from department_metrics").fetchall()


def test_demo_ends_with_a_table_and_the_path_of_the_pages_and_can_be_run_again(tmp_path: Path) -> None:
    home, site = tmp_path / "home", tmp_path / "site"
    done = _demo(home, site)
    assert done.returncode == 0, done.stderr
    assert str(site / "index.html") in done.stdout.replace("\n", "")
    for figure in ("Chat reach", "Web meeting reach", "Telework reach", "Box reach", "coverage"):
        assert figure in done.stdout
    ward = home / "ward"
    assert (ward / "truth.duckdb").is_file()
    assert {path.name for path in (ward / "files").glob("*.csv")} >= {"assignments.csv", "staff.csv", "networks.csv"}
    assert (ward / "settings.env").stat().st_mode & 0o077 == 0
    assert "シミュレーション" in (site / "index.html").read_text(encoding="utf-8")
    # Progress without a terminal is plain lines: stage and elapsed time, no control characters.
    assert "Graph sign_ins (13 days)" in done.stderr
    assert "\x1b" not in done.stderr
    assert not (tmp_path / "real").exists()
    before = _left_behind(home, site)
    assert _demo(home, site).returncode == 0
    assert _left_behind(home, site) == before


@pytest.fixture
def exported(ward: Ward, tmp_path: Path) -> Path:
    """What an administrator could have downloaded by hand: one day's Teams report and Box pages, as served."""
    folder = tmp_path / "exports"
    folder.mkdir()
    urls = ward.simulator.urls
    friday = LAST - timedelta(days=2)
    ward.simulator.set_now(morning(LAST + timedelta(days=9)))
    settings = ward.simulator.settings()
    with httpx.Client(verify=_trust(settings["KATSUYO_CA_FILE"]), follow_redirects=True, timeout=30) as client:
        token = client.post(
            f"{urls['login']}/{settings['KATSUYO_TENANT_ID']}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": settings["KATSUYO_CLIENT_ID"],
                "client_secret": settings["KATSUYO_CLIENT_SECRET"],
                "scope": "https://graph.microsoft.com/.default",
            },
        ).json()["access_token"]
        report = client.get(
            f"{settings['KATSUYO_GRAPH_BASE_URL']}/reports/getTeamsUserActivityUserDetail(date={friday})",
            headers={"Authorization": f"Bearer {token}"},
        )
        (folder / "ダウンロード (1).csv").write_bytes(report.content)
        box = client.post(
            f"{settings['KATSUYO_BOX_BASE_URL']}/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": settings["KATSUYO_BOX_CLIENT_ID"],
                "client_secret": settings["KATSUYO_BOX_CLIENT_SECRET"],
                "box_subject_type": "enterprise",
                "box_subject_id": settings["KATSUYO_BOX_ENTERPRISE_ID"],
            },
        ).json()["access_token"]
        position: str | None = None
        for number in range(500):
            page = client.get(
                f"{settings['KATSUYO_BOX_BASE_URL']}/2.0/events",
                params={
                    "stream_type": "admin_logs",
                    "limit": "500",
                    "created_after": f"{friday - timedelta(days=1)}T00:00:00+00:00",
                    "created_before": f"{friday}T23:59:59+00:00",
                    **({"stream_position": position} if position else {}),
                },
                headers={"Authorization": f"Bearer {box}"},
            )
            if not page.json()["entries"]:
                break
            (folder / f"page{number}.json").write_bytes(page.content)
            position = str(page.json()["next_stream_position"])
    assert (folder / "page0.json").is_file()
    return folder


def _trust(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def test_exported_files_reach_the_same_tables_and_pages(ward: Ward, exported: Path, tmp_path: Path) -> None:
    folders = {"KATSUYO_HOME": str(tmp_path / "data"), "KATSUYO_SITE": str(tmp_path / "site")}
    friday = LAST - timedelta(days=2)
    done = ward.katsuyo(
        "import", str(exported), "--whole-from", str(friday - timedelta(days=1)), "--whole-to", str(friday),
        now=morning(LAST + timedelta(days=9)), **folders,
        KATSUYO_CLIENT_SECRET="", KATSUYO_BOX_CLIENT_SECRET="",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    query = """
        select department_key, headcount_people, chat_active_people, meeting_active_people
        from ours.marts.fct_department_days where activity_date = $day order by all
    """
    box_query = """
        select department_key, box_active_people, outbound_files_count
        from ours.marts.fct_department_days where activity_date = $day order by all
    """
    found = []
    for home in (ward.home, tmp_path / "data"):
        con = duckdb.connect()
        con.execute(f"attach '{home / 'warehouse.duckdb'}' as ours (read_only)")
        found.append(
            (con.execute(query, {"day": friday}).fetchall(), con.execute(box_query, {"day": friday}).fetchall())
        )
        con.close()
    assert found[0][0]
    assert found[1] == found[0]
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_file_that_is_not_recognised_is_refused_and_nothing_is_taken_in(ward: Ward, tmp_path: Path) -> None:
    stranger = tmp_path / "kyuyo.csv"
    stranger.write_text("Report Refresh Date,Salary\n2026-04-17,1\n", encoding="utf-8")
    done = ward.katsuyo("import", str(stranger), KATSUYO_HOME=str(tmp_path / "data"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "published").exists()
    done = ward.katsuyo("import", str(stranger), "--time-zone", "Mars/Base", KATSUYO_HOME=str(tmp_path / "data"))
    assert done.returncode == 1
    assert "Mars/Base is no time zone" in done.stderr
    assert "Traceback" not in done.stderr


def test_simulate_serves_the_ward_alone_and_prints_its_settings(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [KATSUYO, "simulate", "--staff", "40", "--from", "2026-03-30", "--to", "2026-04-03", "--home", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Stop with Ctrl-C" in line:
                break
        printed = "".join(lines)
        settings = read_env(tmp_path / "ward" / "settings.env")
        assert settings["KATSUYO_GRAPH_BASE_URL"] in printed
        assert settings["KATSUYO_CLIENT_SECRET"] not in printed
        answer = httpx.get(settings["KATSUYO_GRAPH_BASE_URL"] + "/users", timeout=10)
        assert answer.status_code == 401
        assert "X-Simulated-Data" in answer.headers
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, out + err


def test_render_alone_makes_the_same_pages(ward: Ward, tmp_path: Path) -> None:
    file = tmp_path / "mail.html"
    done = ward.katsuyo("render", "--single-file", "index.html", "--to", str(file), KATSUYO_SITE=str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").read_bytes() == (ward.site / "index.html").read_bytes()
    assert done.stdout.replace("\n", "") == str(file)
    assert "シミュレーション" in file.read_text(encoding="utf-8")
