"""The house keeps its shape: who may import whom, what each file is for, what must never be written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "pipelines").rglob("*.py"))
RUFF = Path(sys.executable).parent / "ruff"

FORBIDDEN = {
    "sources": ("dagster", "duckdb", "pipelines.settings", "pipelines.simulator", "pipelines.landing"),
    "ingest": ("dagster", "duckdb", "pipelines.simulator", "pipelines.warehouse"),
    "landing": ("dagster", "duckdb", "pipelines.simulator", "pipelines.warehouse"),
    "privacy": ("dagster", "pipelines.simulator", "pipelines.warehouse"),
    "warehouse": ("dagster", "msgraph", "box_sdk_gen", "pipelines.simulator", "pipelines.assets"),
    "pages": ("dagster", "pipelines.warehouse", "pipelines.landing", "pipelines.sources", "pipelines.simulator"),
    "assets": ("pipelines.simulator", "pipelines.cli"),
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    offending = {
        (path.name, name)
        for path in (ROOT / "pipelines" / room).rglob("*.py")
        for name in _imports(path)
        for package in FORBIDDEN[room]
        if _is_below(name, package)
    }
    assert not offending


def test_the_simulator_stands_alone() -> None:
    inside = {
        (path.name, name)
        for path in (ROOT / "pipelines" / "simulator").rglob("*.py")
        for name in _imports(path)
        if _is_below(name, "pipelines") and name != "pipelines" and not _is_below(name, "pipelines.simulator")
    }
    assert not inside
    outside = {
        path.name
        for path in MODULES
        if "simulator" not in path.parts and any(_is_below(name, "pipelines.simulator") for name in _imports(path))
    }
    assert not outside


@pytest.mark.parametrize("room", ["sources", "ingest", "landing", "privacy", "warehouse", "pages", "simulator"])
def test_the_linter_bites_when_a_room_imports_dagster(room: str, tmp_path: Path) -> None:
    source = "import dagster\n\nassert dagster\n"
    found = subprocess.run(
        [RUFF, "check", "--no-cache", "--select", "TID251", "--stdin-filename", f"pipelines/{room}/new.py", "-"],
        input=source, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert "TID251" in found.stdout, found.stdout + found.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring) > 30


def test_assets_keep_their_annotations_for_dagster() -> None:
    for path in (ROOT / "pipelines" / "assets").glob("*.py"):
        assert "__future__" not in _imports(path), path.name


def test_only_the_assets_folder_makes_assets() -> None:
    makers = {path.parent.name for path in MODULES if re.search(r"@(dg\.)?asset\b", path.read_text(encoding="utf-8"))}
    assert makers <= {"assets"}


def test_only_settings_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if re.search(r"os\.(getenv|environ\.get|environ\[)", path.read_text(encoding="utf-8"))
        and "simulator" not in path.parts
    }
    # cli.py and demo.py only set the variable that names the settings file.
    assert readers <= {"pipelines/settings.py", "pipelines/cli.py", "pipelines/demo.py"}


def test_every_model_has_a_header_and_every_lock_line_is_a_plain_pin() -> None:
    for path in (ROOT / "sql").rglob("*.sql"):
        assert path.read_text(encoding="utf-8").lstrip().startswith("/*"), path.name
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        assert re.match(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^ ]+( ; .+)?$", line), line
