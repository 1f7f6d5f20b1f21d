"""The marts of the usual ward as it is, and of the same with everybody twice: built once for all files of this room."""

from __future__ import annotations

import pytest

from tests.metamorphic.warehouses import Marts, everybody_twice, marts_after


@pytest.fixture(scope="session")
def before() -> Marts:
    return marts_after(lambda con: None)


@pytest.fixture(scope="session")
def doubled() -> Marts:
    return marts_after(everybody_twice)
