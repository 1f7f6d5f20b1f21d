"""The house rules for SQL: the real folder obeys them, and each of them bites."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.warehouse.models.lint import lint
from pipelines.warehouse.models.model import load_project
from tests.project import PROJECT

HEADER = "/*\ndescription: A model.\ngrain: [a]\n*/\n"
GOOD = {
    "staging/stg_x": HEADER + "select try_cast(id as integer) as a from raw.graph_sign_ins",
    "intermediate/int_x": HEADER + "select a from staging.stg_x",
}


def findings(tmp_path: Path, name: str = "", sql: str = "") -> list[str]:
    for path, text in ({**GOOD, name: sql} if name else GOOD).items():
        file = tmp_path / f"{path}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return lint(load_project(tmp_path))


def test_the_project_obeys() -> None:
    assert lint(PROJECT) == []


def test_good_models_are_clean(tmp_path: Path) -> None:
    assert findings(tmp_path) == []
    assert findings(tmp_path, "marts/dim_x", HEADER + "select a -- the a\nfrom staging.stg_x") == []


@pytest.mark.parametrize(
    ("name", "sql", "sentence"),
    [
        ("marts/fct_x", HEADER + "select a -- c\nfrom staging.stg_x", "reads staging.stg_x, but its layer"),
        ("intermediate/int_y", HEADER + "select id as a from raw.graph_sign_ins", "reads raw.graph_sign_ins"),
        ("staging/stg_y", HEADER + "select a from intermediate.int_x", "reads intermediate.int_x"),
        ("staging/stg_y", HEADER + "select a from staging.stg_x", "reads staging.stg_x, but its layer"),
        ("other/y", HEADER + "select 1 as a", "a folder that is no layer"),
        ("staging/stg_y", HEADER + "select id as a from raw.nowhere", "sources.yml does not declare"),
        ("intermediate/int_y", HEADER + "select * from staging.stg_x", "selects *"),
        ("intermediate/int_y", HEADER + "select median(a) as a from staging.stg_x", "uses Median"),
        ("intermediate/int_y", HEADER + "select a from staging.stg_x qualify true", "uses Qualify"),
        ("intermediate/int_y", HEADER + "select try_cast(a as date) as a from staging.stg_x", "uses TryCast"),
        ("intermediate/int_y", HEADER + "select isodow(a) as a from staging.stg_x", "uses"),
        ("marts/fct_x", HEADER + "select a from intermediate.int_x", "fct_x.a has no comment"),
        ("marts/fct_x", HEADER + "select 1 as b -- c\nfrom intermediate.int_x", "names a in its header"),
        ("marts/fct_x", HEADER.replace("[a]", "[]") + "select a -- c\nfrom intermediate.int_x", "without a grain"),
        ("intermediate/int_y", HEADER.replace("A model.", "x") + "select a from staging.stg_x", "not a sentence"),
        (
            "intermediate/int_y",
            HEADER.replace("*/", "checks:\n- {name: c, sql: select a from intermediate.int_x}\n*/")
            + "select a from staging.stg_x",
            "has a check `c` on intermediate.int_x",
        ),
    ],
)
def test_each_rule_bites(tmp_path: Path, name: str, sql: str, sentence: str) -> None:
    found = findings(tmp_path, name, sql)
    assert any(sentence in finding for finding in found), found
    assert all(finding.startswith(name.replace("/", ".")) for finding in found)


def test_counting_rows_is_no_star(tmp_path: Path) -> None:
    sql = HEADER + "select count(*) as a from staging.stg_x"
    assert findings(tmp_path, "intermediate/int_y", sql) == []
