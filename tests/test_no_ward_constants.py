"""The pipeline knows nothing of the simulated ward: no name, address, day or number of it stands in code or SQL.

That other values give right figures too is shown by the wards of tests/differential, which have limits and domains of
their own.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipelines.simulator.ward.people import DOMAIN
from pipelines.simulator.ward_folder import DEFAULT_SEED
from pipelines.simulator.world import World, WorldConfig

ROOT = Path(__file__).resolve().parent.parent
# What the demonstration and the templates show on purpose: the one starts the ward, the others are a clerk's examples.
ON_PURPOSE = {"pipelines/commands/demo.py", "pipelines/sources/org/templates.py"}
KINDS = {".py", ".sql", ".toml", ".csv", ".yml", ".j2", ".js"}


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(WorldConfig(seed=DEFAULT_SEED, staff=400, first_day=date(2026, 1, 2), last_day=date(2026, 7, 3)))


def pipeline_texts() -> dict[str, str]:
    paths = [path for folder in ("pipelines", "sql") for path in (ROOT / folder).rglob("*") if path.suffix in KINDS]
    names = {str(path.relative_to(ROOT)): path for path in paths}
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in names.items()
        if "simulator" not in path.parts and name not in ON_PURPOSE
    }


def ward_words(world: World) -> dict[str, set[str]]:
    """What only this ward has, by kind. Codes of departments are taken with quotes: they are short numbers."""
    departments = world.departments.filter(world.departments["department_level"] != "部")
    rollout = {day.isoformat() for day in world.rollout["starts_on"] if day.day > 1}  # 1 April is everybody's
    return {
        "department names": set(departments["department_name"]),
        "department codes": {
            f"{quote}{code}{quote}" for code in world.departments["department_code"] for quote in "'\""
        },
        "networks": set(world.networks["cidr"]),
        "mail domains": {DOMAIN, *world.partners["domain"]},
        "days of the rollout": rollout,
        "the seed": {str(DEFAULT_SEED), f"{DEFAULT_SEED:_}"},
        "box machines": set(world.other_accounts["box_login"].drop_nulls()),
        "training": set(world.training["title"]),
    }


def test_nothing_of_the_ward_stands_in_the_pipeline(world: World) -> None:
    texts = pipeline_texts()
    words = ward_words(world)
    found = {
        (name, kind, word)
        for kind, several in words.items()
        for word in several
        for name, text in texts.items()
        if re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text)
    }
    assert not found
    assert len(texts) > 200
    assert all(words.values())


def test_the_search_finds_what_is_there(world: World) -> None:
    """The simulator itself is full of these words: a search that finds none there would be no search."""
    own = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipelines" / "simulator").rglob("*.py"))
    words = ward_words(world)
    for kind in ("department names", "mail domains"):
        assert any(word in own for word in words[kind]), kind
