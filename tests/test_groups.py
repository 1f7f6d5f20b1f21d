"""Every test is in the group of its ward; otherwise a second worker builds the ward again, and nobody notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.groups import LONGEST, TOGETHER, WARD_OF, WARDS, group_of

TESTS = Path(__file__).parent


def test_every_test_is_in_the_group_of_its_ward(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        if item.nodeid.startswith("tests/e2e/"):
            used = {*getattr(item, "fixturenames", ())} & {*WARDS}
            assert used <= {group_of(item.nodeid)}, item.nodeid


def test_every_name_of_a_group_is_that_of_a_file_or_a_folder() -> None:
    assert all((TESTS / folder / "conftest.py").is_file() for folder in TOGETHER)
    assert all((TESTS / "e2e" / file).is_file() for file in WARD_OF)
    assert all((TESTS / name).exists() for name in {*LONGEST} - {*WARDS})


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/e2e/test_doctor.py::test_x[a::b]", "unrun_ward"),
        ("tests/e2e/test_unmatched.py::test_x", "e2e/test_unmatched.py"),
        ("tests/sources/box/test_client.py::test_x", "sources"),
        ("tests/warehouse/raw/test_load.py::test_x", "warehouse/raw/test_load.py"),
        ("tests/test_docs.py::test_x", "test_docs.py"),
    ],
)
def test_the_group_of_a_test(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group
