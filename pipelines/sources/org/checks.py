"""Rules across the organisation's files: a contradiction is refused before anything is taken in.

Every message names the file, the first line and how many more there are, and says what to do; never a person.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer
from pipelines.sources.org.complaints import OrgFilesError
from pipelines.sources.org.files import read_file
from pipelines.sources.org.networks import networks_of
from pipelines.sources.org.schema import FILES, LINE

LEVELS = ("部", "課", "係")
MAIN_POST = "主務"
POST_KINDS = (MAIN_POST, "兼務", "併任", "派遣")
FAR = date(9999, 12, 31)
_SHARE_TOLERANCE = 1e-6


def check(answers: list[Answer]) -> dict[str, pl.DataFrame]:
    """The typed tables by dataset. Raises InputFileError at the first contradiction."""
    read = [read_file(answer.body, FILES[answer.dataset]) for answer in answers]
    complaints = [complaint for one in read for complaint in one.complaints]
    if complaints:
        raise OrgFilesError(complaints)
    tables = {one.spec.dataset: one.table for one in read}
    for dataset, table in tables.items():
        start, end = FILES[dataset].starts, FILES[dataset].ends
        if start and end:
            backwards = table.filter(pl.col(end) < pl.col(start))
            _refuse(backwards, dataset, "ends before it begins", "correct the dates")
    _check_departments(tables["departments"])
    if "staff" in tables:
        _check_staff(tables["staff"])
        _check_assignments(tables["assignments"], tables["departments"], tables["staff"])
    networks_of(tables["networks"])
    return tables


def _check_departments(departments: pl.DataFrame) -> None:
    wrong_level = departments.filter(~pl.col("department_level").is_in(LEVELS))
    _refuse(wrong_level, "departments", "has an unknown department_level", f"use one of {', '.join(LEVELS)}")
    _refuse_overlap(departments, "departments", "department_code", "describes a department twice for the same days")
    codes = departments["department_code"].unique().implode()
    orphans = departments.filter(pl.col("parent_code").is_not_null() & ~pl.col("parent_code").is_in(codes))
    _refuse(orphans, "departments", "names a parent_code that the file does not hold", "add it or correct the code")
    parents = dict(departments.select("department_code", "parent_code").iter_rows())
    for line, code in departments.select(LINE, "department_code").iter_rows():
        if len(_chain(code, parents)) > len(LEVELS):
            raise InputFileError(
                f"departments.csv line {line} lies more than {len(LEVELS)} levels deep or in a circle: "
                "correct its parent_code."
            )


def _chain(code: str | None, parents: dict[str, str | None]) -> list[str]:
    chain: list[str] = []
    while code is not None and len(chain) <= len(LEVELS):
        chain.append(code)
        code = parents.get(code)
    return chain


def _check_staff(staff: pl.DataFrame) -> None:
    lower = staff.with_columns(pl.col("address").str.to_lowercase(), valid_from="joined_on", valid_to="left_on")
    _refuse_overlap(lower, "staff", "employee_number", "lists a person twice for the same days")
    shared = (
        lower.group_by("address")
        .agg(pl.col("employee_number").n_unique().alias("people"), pl.col(LINE).max())
        .filter(pl.col("people") > 1)
        .sort(LINE)
    )
    _refuse(
        shared, "staff", "gives an address that belongs to another person too", "give every person one of their own"
    )


def _check_assignments(assignments: pl.DataFrame, departments: pl.DataFrame, staff: pl.DataFrame) -> None:
    unknown_kind = assignments.filter(~pl.col("post_kind").is_in(POST_KINDS))
    _refuse(unknown_kind, "assignments", "has an unknown post_kind", f"use one of {', '.join(POST_KINDS)}")
    wrong_share = assignments.filter((pl.col("share") <= 0) | (pl.col("share") > 1))
    _refuse(wrong_share, "assignments", "has a share that is not above 0 and up to 1", "correct the share")
    unknown = assignments.join(departments, on="department_code", how="anti").sort(LINE)
    if unknown.height:
        code = unknown["department_code"][0]
        _refuse(
            unknown, "assignments", f"names department {code}, which departments.csv does not hold",
            "add the department or correct the code",
        )  # fmt: skip
    strangers = assignments.join(staff, on="employee_number", how="anti").sort(LINE)
    _refuse(strangers, "assignments", "names a person whom staff.csv does not hold", "add the person to staff.csv")
    main = assignments.filter(pl.col("post_kind") == MAIN_POST)
    _refuse_overlap(main, "assignments", "employee_number", "overlaps another main post (主務) of the same person")
    _refuse_share_over_one(assignments)


def _refuse_share_over_one(assignments: pl.DataFrame) -> None:
    starts = assignments.select("employee_number", LINE, at="valid_from", change="share")
    ends = assignments.filter(pl.col("valid_to").is_not_null()).select(
        "employee_number", LINE, at=pl.col("valid_to").dt.offset_by("1d"), change=-pl.col("share")
    )
    by_day = (
        pl.concat([starts, ends])
        .group_by("employee_number", "at")
        .agg(pl.col("change").sum(), pl.col(LINE).max())
        .sort("employee_number", "at")
        .with_columns(pl.col("change").cum_sum().over("employee_number").alias("total"))
    )
    over = by_day.filter(pl.col("total") > 1 + _SHARE_TOLERANCE).sort(LINE)
    _refuse(
        over, "assignments", "overlaps other posts: the shares of the person exceed 1", "end one post or lower a share"
    )


def _refuse_overlap(table: pl.DataFrame, dataset: str, who: str, what: str) -> None:
    previous_end = pl.col("valid_to").fill_null(FAR).shift(1).over(who, order_by="valid_from")
    overlapping = table.filter(previous_end >= pl.col("valid_from")).sort(LINE)
    _refuse(overlapping, dataset, what, "correct the dates of one of the two lines")


def _refuse(lines: pl.DataFrame, dataset: str, what: str, remedy: str) -> None:
    if lines.height:
        more = f" ({lines.height} such lines)" if lines.height > 1 else ""
        raise InputFileError(f"{dataset}.csv line {lines[LINE][0]} {what}{more}: {remedy}.")
