"""Every notebook runs on the published file of the small ward, and is stored without outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines.common.shipped import NOTEBOOKS_DIR
from tests.e2e.conftest import Ward

pytestmark = pytest.mark.slow

FIGURE = "application/vnd.plotly.v1+json"
EMPTY = "shape: (0,"  # how polars begins a table without rows
# The ward has five weeks: nobody's habit is judged yet, so some tables and figures about it are empty.
NEEDS_TWELVE_WEEKS = {"05_habits_and_tiers"}
# No name of another notebook is left: each has to import and to open what it needs.
NOTHING_KNOWN = "%reset -f"
NOTEBOOKS = sorted(NOTEBOOKS_DIR.glob("*.ipynb"))


def test_there_are_six_that_ask_one_question_each_with_sql_polars_and_plotly() -> None:
    """The question is the title; what is read is one of the two published files, and nothing else of a warehouse."""
    titles = set()
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title = "".join(cells[0]["source"]).splitlines()[0]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        assert title.startswith("# "), path.name
        assert "：" in title, path.name
        for means in ("con.sql(", ").pl()", "go.Figure("):
            assert means in code, path.name
        assert (".published_file" in code) != (".analysts_file" in code), path.name
        assert "warehouse" not in code, path.name
        titles.add(title)
    assert len(titles) == len(NOTEBOOKS) == 6


@pytest.fixture(scope="module")
def kernel(ward: Ward) -> Iterator[NotebookClient]:
    """One for all notebooks: to start it and to import what each of them imports takes longer than their own work."""
    folder = {"metadata": {"path": str(NOTEBOOKS_DIR)}}
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=120, resources=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KATSUYO_HOME", str(ward.home))
        with client.setup_kernel():
            yield client


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel client of Jupyter opens its sockets in a way that asyncio and zmq warn about; nothing of ours is meant.
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_from_top_to_bottom(kernel: NotebookClient, path: Path) -> None:
    kernel.nb = notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(NOTHING_KNOWN))
    for number, cell in enumerate(notebook.cells):
        kernel.execute_cell(cell, number)
    shown = [
        [output for output in cell.outputs if output.output_type in ("execute_result", "display_data")]
        for cell in notebook.cells[1:]
        if cell.cell_type == "code"
    ]
    figures = [output for outputs in shown for output in outputs if FIGURE in output.data]
    tables = [output for outputs in shown for output in outputs if FIGURE not in output.data]
    filled = [table for table in tables if EMPTY not in table.data.get("text/plain", "")]
    assert figures
    assert len(filled) > 1
    if path.stem not in NEEDS_TWELVE_WEEKS:
        assert filled == tables
        assert all(any(len(trace.get("x") or ()) for trace in figure.data[FIGURE]["data"]) for figure in figures)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
