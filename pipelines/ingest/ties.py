"""Two answers of one day: which of them counts, when files of one import or a file and the landing do not agree.

One rule for all usage reports: what says the same is one answer, however it is written; of what differs the one counts
that says it is as of a later day (Report Refresh Date); where both say the same day nothing is guessed, the files are
refused by name. Box events only add up; what two files say of one event is compared in sources/dropin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.sources.dropin import DropIn, Recognised, Refusal, parser_of
from pipelines.sources.graph.reports import CATALOGUE

AS_OF = "report_refresh_date"
ONE_OF_THEM = "keep the one that was exported last and import again"


@dataclass(frozen=True, slots=True)
class _Read:
    drop_in: DropIn
    file: Path
    table: pl.DataFrame


def settled(found: Recognised) -> Recognised:
    """The same with one report at most of each dataset and day; the others are refused or noted by name."""
    by_day: dict[tuple[str, object], list[DropIn]] = {}
    for one in found.drop_ins:
        if one.file is not None:
            by_day.setdefault((one.answer.dataset, one.answer.day), []).append(one)
    left = Recognised([one for one in found.drop_ins if one.file is None], [*found.refused], [*found.notes])
    reports: list[DropIn] = []
    for same_day in by_day.values():
        reports += same_day if len(same_day) == 1 else _settle(same_day, left)
    left.drop_ins = [*reports, *left.drop_ins]
    return left


def _settle(same_day: Sequence[DropIn], left: Recognised) -> list[DropIn]:
    readable: list[_Read] = []
    for one in same_day:
        assert one.file is not None
        try:
            readable.append(_Read(one, one.file, parser_of(one.answer)(one.answer).frame))
        except RejectedAnswerError as error:
            left.refused.append(Refusal((one.file,), f"{one.file}: {error}"))
    different: list[_Read] = []
    for read in readable:
        twin = next((other for other in different if says_the_same(read.table, other.table)), None)
        if twin is None:
            different.append(read)
        else:
            left.notes.append(f"Noted: {read.file} says the same as {twin.file}.")
    if len(different) < 2:
        return [one.drop_in for one in different]
    newest = max(as_of(read.table) for read in different)
    at_last = [read for read in different if as_of(read.table) == newest]
    if len(at_last) == 1:
        (best,) = at_last
        left.notes += [
            f"Noted: {read.file} is as of {as_of(read.table)}, older than {best.file}, which counts."
            for read in different
            if read is not best
        ]
        return [best.drop_in]
    files = tuple(read.file for read in at_last)
    answer = at_last[0].drop_in.answer
    left.refused.append(
        Refusal(
            files,
            f"{' and '.join(map(str, files))} are each the {CATALOGUE[answer.dataset].label} of {answer.day}, differ, "
            f"and say of themselves that they are as of the same day: {ONE_OF_THEM}.",
        )
    )
    return []


def as_of(table: pl.DataFrame) -> str:
    """The newest day that a report says it is of, as ISO text; blank if it says none."""
    return max(table[AS_OF].drop_nulls().to_list(), default="") if AS_OF in table.columns else ""


def says_the_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Whether two tables hold the same rows, in whatever order of rows and columns."""
    if set(one.columns) != set(other.columns) or one.height != other.height:
        return False
    names = sorted(one.columns)
    first, second = (table.select(names).sort(names) for table in (one, other))
    return first.equals(second)
