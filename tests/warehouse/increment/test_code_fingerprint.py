"""What other statements or another DuckDB made is made again; comments in the code and its place do not matter.

Each case is a process of its own that runs a copy of the package, changed as a release would change it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import CHECKOUT

MODEL = "/*\ndescription: One.\ngrain: [a]\n*/\nselect 1 as a\n"
# Builds the model in a file, then says which code made it and from which day on it was made again.
RUN = """
import sys
from pathlib import Path
import duckdb
duckdb.__version__ = sys.argv[2] or duckdb.__version__
from pipelines.warehouse.models.model import load_project
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.increment.code_fingerprint import code_fingerprint
from pipelines.warehouse.publish.published_file import MAKERS
with duckdb.connect(sys.argv[1] + "/warehouse.duckdb") as con:
    since = run_all(con, load_project(Path(sys.argv[1]) / "models"), full_refresh=False)["m"].since
print(since, code_fingerprint(*MAKERS))
"""
STATEMENT = "\nOTHER = 1\n"


def run(copy: Path, version: str = "") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(copy.parent), version],
        cwd=copy,
        env={"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package beside a warehouse in which its one model is built."""
    folder = tmp_path / "first"
    shutil.copytree(CHECKOUT / "pipelines", folder / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pipelines" / "shipped").mkdir()
    (folder / "pipelines" / "shipped" / "sql").symlink_to(CHECKOUT / "sql")
    (tmp_path / "models" / "marts").mkdir(parents=True)
    (tmp_path / "models" / "marts" / "m.sql").write_text(MODEL, encoding="utf-8")
    assert run(folder)[0] == "1900-01-01"
    return folder


def append(copy: Path, module: str, text: str) -> None:
    file = copy / "pipelines" / module
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_model_is_made_again_by_other_statements_and_by_nothing_else(copy: Path) -> None:
    moved = copy.with_name("elsewhere")
    copy.rename(moved)
    append(moved, "warehouse/increment/changed_range.py", "\n\n# A remark.\n")
    append(moved, "warehouse/publish/metrics.py", STATEMENT)  # makes no model
    docstring = moved / "pipelines" / "warehouse" / "models" / "build.py"
    docstring.write_text(docstring.read_text(encoding="utf-8").replace('"""Making', '"""How to make'), encoding="utf-8")
    assert run(moved)[0] == "None"
    append(moved, "warehouse/increment/changed_range.py", STATEMENT)
    assert run(moved)[0] == "1900-01-01"
    assert run(moved)[0] == "None"
    assert run(moved, "99.0.0")[0] == "1900-01-01"


def test_published_files_rest_on_the_rules_of_disclosure_too(copy: Path) -> None:
    found = [run(copy)[1]]
    for module in ("privacy/disclosure.py", "warehouse/publish/metrics.py", "warehouse/increment/incremental_copy.py"):
        append(copy, module, STATEMENT)
        found.append(run(copy)[1])
    append(copy, "warehouse/raw/calendar.py", STATEMENT)
    assert run(copy)[1] == found[-1]
    assert len(set(found)) == len(found)
