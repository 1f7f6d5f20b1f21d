"""What `recognise` finds, for tests of good files: the answers, or the first refusal raised."""

from __future__ import annotations

from typing import Any

from pipelines.errors import InputFileError
from pipelines.sources.dropin import DropIn, recognise


def recognised(*args: Any, **named: Any) -> list[DropIn]:
    found = recognise(*args, **named)
    if found.refused:
        raise InputFileError(found.refused[0].why)
    return found.drop_ins
