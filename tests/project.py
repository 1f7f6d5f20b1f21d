"""The models of sql/, read once for all tests of a process: parsing them takes the better part of a second."""

from __future__ import annotations

from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.models.model import load_project

PROJECT = load_project(SQL_DIR)
