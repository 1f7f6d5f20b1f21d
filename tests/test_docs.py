"""The documentation is complete and true: every command, setting and dataset is in it, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import app
from pipelines.privacy.fields import FIELDS
from tests import CHECKOUT
from tests.generated_docs import PARTS, inside

DOCS = sorted([*(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*.md"), CHECKOUT / "sql" / "README.md"])


def _read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PARTS)
def test_a_generated_part_is_current(name: str) -> None:
    page, make = PARTS[name]
    assert inside(page.read_text(encoding="utf-8"), name) == make(), "run: make docs"


def test_every_command_is_documented() -> None:
    operations = _read("docs/operations.md")
    for name in get_command(app).commands:  # ty: ignore[unresolved-attribute]
        assert f"`katsuyo {name}" in operations, name


def test_every_dataset_of_the_services_is_documented() -> None:
    text = _read("docs/sources/services.md")
    for source, dataset in FIELDS:
        if source != "org":
            assert dataset in text, dataset


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_nothing_names_a_machine_or_a_package_index() -> None:
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(root|work)/|pypi\.org|files\.pythonhosted", text), path.name
