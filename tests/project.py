"""The models of sql/, read once for all tests of a process: parsing them takes the better part of a second."""

from __future__ import annotations

from pipelines.warehouse.models import load_project
from pipelines.warehouse.raw_schema import SQL_DIR

PROJECT = load_project(SQL_DIR)
