"""The models of sql/, read once for all tests of a process: parsing them takes the better part of a second."""

from __future__ import annotations

from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.models.model import Model, load_project

PROJECT = load_project(SQL_DIR)


def leading_to(*targets: str) -> list[Model]:
    """These models and all that they rest on, in the order in which they are built."""
    needed: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            above = (table.split(".") for table in PROJECT.models[name].depends_on)
            waiting += [table for schema, table in above if schema != "raw"]
    return [PROJECT.models[name] for name in PROJECT.order if name in needed]
