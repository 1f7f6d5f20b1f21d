"""Column lineage of the real models: known paths, and completeness of the tables it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.warehouse.models.lineage import column_lineage
from pipelines.warehouse.models.model import ModelError, load_project
from tests.project import PROJECT


def test_a_column_leads_to_what_it_is_made_from() -> None:
    telework = column_lineage(PROJECT, "int_telework_days")["telework_class"]
    assert ("intermediate.int_telework_evidence", "says_phone") in telework
    phone = column_lineage(PROJECT, "int_telework_evidence")["says_phone"]
    assert ("intermediate.int_sign_in_person_days", "has_phone") in phone
    assert ("intermediate.int_box_person_days", "has_phone") in phone
    sign_ins = column_lineage(PROJECT, "int_sign_in_person_days")["has_phone"]
    assert ("staging.stg_graph__sign_ins", "device_kind") in sign_ins
    staging = column_lineage(PROJECT, "stg_graph__sign_ins")
    assert staging["is_successful"] == (
        ("raw.graph_non_interactive_sign_ins", "error_code"),
        ("raw.graph_sign_ins", "error_code"),
    )


@pytest.mark.parametrize("name", PROJECT.order)
def test_lineage_names_only_upstream_tables(name: str) -> None:
    found = column_lineage(PROJECT, name)
    assert list(found) == list(PROJECT.models[name].columns)
    tables = {table for sources in found.values() for table, _ in sources}
    assert tables <= set(PROJECT.models[name].depends_on)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    sql = "/*\ndescription: X.\ngrain: [a]\n*/\nselect t.nowhere as a from raw.graph_sign_ins as t"
    (tmp_path / "staging" / "stg_x.sql").write_text(sql, encoding="utf-8")
    with pytest.raises(ModelError, match="nowhere"):
        column_lineage(load_project(tmp_path), "stg_x")
