"""The commands a new user meets first: demo and simulate. They bring a ward of their own."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import duckdb
import httpx
import pytest

from pipelines.commands.demo import read_env
from tests.e2e.conftest import KATSUYO

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
