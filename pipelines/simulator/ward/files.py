"""The personnel and organisation files of the ward, as an administrator would export them. Formats: see the README."""

from __future__ import annotations

from pathlib import Path

import polars as pl

# Spreadsheet programs write a byte order mark, database exports do not: readers must take both.
WITH_BOM = ("departments", "staff", "training")


def staff_frame(people: pl.DataFrame) -> pl.DataFrame:
    """Columns of staff.csv: the address is that of the account."""
    return people.select("employee_number", pl.col("mail").alias("address"), "joined_on", "left_on").sort(
        "employee_number"
    )


def write_files(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write `<name>.csv` for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        with_bom = name in WITH_BOM
        frame.write_csv(folder / f"{name}.csv", include_bom=with_bom, line_terminator="\r\n" if with_bom else "\n")
