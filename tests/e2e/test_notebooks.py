"""Every notebook runs on the published file of the small ward, and is stored without outputs."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines.settings import CHECKOUT
from tests.e2e.conftest import Ward

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel client of Jupyter opens its sockets in a way that asyncio and zmq warn about; nothing of ours is meant.
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_from_top_to_bottom(ward: Ward, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KATSUYO_HOME", str(ward.home))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(CHECKOUT)}}).execute()
    tables = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]
    assert tables


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
