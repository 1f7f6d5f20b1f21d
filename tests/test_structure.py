"""The house keeps its shape: who may import whom, what each file is for, what must never be written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "pipelines").rglob("*.py"))
RUFF = Path(sys.executable).parent / "ruff"

PICTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# Libraries that a room must do without; which rooms it may know is the picture in docs/architecture.md.
FORBIDDEN = {
    "common": ("dagster", "duckdb", "msgraph", "box_sdk_gen"),
    "sources": ("dagster", "duckdb"),
    "ingest": ("dagster", "duckdb"),
    "messages": ("dagster", "duckdb", "msgraph", "box_sdk_gen"),
    "landing": ("dagster", "duckdb", "msgraph", "box_sdk_gen"),
    "privacy": ("dagster", "msgraph", "box_sdk_gen"),
    "warehouse": ("dagster", "msgraph", "box_sdk_gen"),
    "pages": ("dagster", "msgraph", "box_sdk_gen"),
    "simulator": ("dagster", "msgraph", "box_sdk_gen"),
}
# What everybody knows by name; errors alone is known by all, so the picture leaves it out.
TOP = ("cli", "definitions", "errors", "metrics", "settings")


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


def _room(path: Path) -> str:
    """The folder below pipelines/, or the name of a module that lies in none."""
    return path.relative_to(ROOT / "pipelines").with_suffix("").parts[0]


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_does_without_what_is_forbidden(room: str) -> None:
    offending = {
        (path.name, name)
        for path in (ROOT / "pipelines" / room).rglob("*.py")
        for name in _imports(path)
        for package in FORBIDDEN[room]
        if _is_below(name, package)
    }
    assert not offending


def test_the_picture_of_the_rooms_is_what_the_imports_are() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", PICTURE, flags=re.MULTILINE))
    code = {
        (_room(path), name.split(".")[1])
        for path in MODULES
        for name in _imports(path)
        if name.startswith("pipelines.") and path.name != "__main__.py"
    }
    code = {(room, other) for room, other in code if room != other and other != "errors" and room != "__init__"}
    assert drawn == code


def test_arrows_go_one_way() -> None:
    """No room knows a room that knows it, directly or through others; no file does either."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    graph = {name: (_imports(path) & names.keys()) - {name} for name, path in names.items()}
    rooms: dict[str, set[str]] = {}
    for name, others in graph.items():
        known = rooms.setdefault(_room(names[name]), set())
        known |= {_room(names[other]) for other in others} - {_room(names[name]), "__init__"}
    assert list(TopologicalSorter(rooms).static_order())
    # A package that hands on what its modules hold is not a second file.
    files = {name: {other for other in others if not name.startswith(f"{other}.")} for name, others in graph.items()}
    assert list(TopologicalSorter(files).static_order())


@pytest.mark.parametrize(
    ("room", "folders"),
    [
        ("warehouse", ("increment", "raw", "models", "publish")),
        ("pages", ("figures", "charts", "wording", "views", "site")),
    ],
)
def test_within_a_room_a_folder_knows_only_those_before_it(room: str, folders: tuple[str, ...]) -> None:
    for place, folder in enumerate(folders):
        known = {
            other
            for path in (ROOT / "pipelines" / room / folder).rglob("*.py")
            for name in _imports(path)
            for other in folders
            if _is_below(name, f"pipelines.{room}.{other}")
        }
        assert known <= {*folders[: place + 1]}, folder


def test_only_what_everybody_knows_lies_beside_the_rooms() -> None:
    assert {path.stem for path in (ROOT / "pipelines").glob("*.py")} - {"__init__"} == {*TOP}


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=str)
def test_a_folder_says_what_belongs_in_it(folder: Path) -> None:
    assert (folder / "__init__.py").is_file()


def test_the_simulator_stands_alone() -> None:
    inside = {
        (path.name, name)
        for path in (ROOT / "pipelines" / "simulator").rglob("*.py")
        for name in _imports(path)
        if _is_below(name, "pipelines") and name != "pipelines" and not _is_below(name, "pipelines.simulator")
    }
    assert not inside


@pytest.mark.parametrize("room", [*FORBIDDEN])
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
    assert readers <= {"pipelines/settings.py", "pipelines/commands/demo.py"}


def test_every_model_has_a_header_and_every_lock_line_is_a_plain_pin() -> None:
    for path in (ROOT / "sql").rglob("*.sql"):
        assert path.read_text(encoding="utf-8").lstrip().startswith("/*"), path.name
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        assert re.match(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^ ]+( ; .+)?$", line), line


def test_both_lock_files_name_the_same_versions() -> None:
    """The hashed one holds nothing besides: each line of the plain one with the hashes of its files."""
    plain = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    text = (ROOT / "requirements-hashed.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^(\S.*) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, flags=re.MULTILINE)
    assert [pin for pin, _ in pins] == plain
    assert "".join(f"{pin} \\\n{hashes}" for pin, hashes in pins) == text
