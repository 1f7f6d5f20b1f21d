"""The table of mistakes names only cases and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.test_faults import CASES

CHECKOUT = Path(__file__).parents[2]
TEXT = Path(__file__).with_name("README.md").read_text(encoding="utf-8").partition("## Graph")[2]


def test_every_case_that_is_named_exists() -> None:
    named = set(re.findall("«([^»]+)»", TEXT))
    assert len(named) > 30
    assert named <= {case.name for case in CASES}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[^`:]+)(?:::(\w+))?`", TEXT)
    assert len(named) > 20
    for path, function in named:
        assert (CHECKOUT / path).exists(), path
        assert not function or f"def {function}(" in (CHECKOUT / path).read_text(encoding="utf-8"), function
