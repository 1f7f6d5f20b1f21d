"""The commands on a ward that has been run: import of exported files, render."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.e2e.conftest import LAST, Ward, morning

pytestmark = pytest.mark.slow


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


def test_render_alone_makes_the_same_pages(ward: Ward, tmp_path: Path) -> None:
    file = tmp_path / "mail.html"
    done = ward.katsuyo("render", "--single-file", "index.html", "--to", str(file), KATSUYO_SITE=str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").read_bytes() == (ward.site / "index.html").read_bytes()
    assert done.stdout.replace("\n", "") == str(file)
    assert "シミュレーション" in file.read_text(encoding="utf-8")
