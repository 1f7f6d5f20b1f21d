"""What one raw table is: its columns and types, what tells two of its rows apart, how far its records reach back.

What does not belong here: which raw tables there are (schema.py, report_tables.py).
"""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from pipelines.warehouse.increment.change_log import BEGINNING

LANDED_COLUMNS = {"_day": "DATE", "_fetched_at": "TIMESTAMP", "_sha256": "VARCHAR"}


class RawTable(BaseModel):
    """One raw table; the keys are explained in sql/sources.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    columns: str
    documentation: str | None = None
    types: dict[str, str] = {}
    landed: bool = True
    seed: bool = False
    one_row_per: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    adds_up_by: str | None = None
    reaches_back_days: int | None = None

    def column_types(self) -> dict[str, str]:
        """Column name -> DuckDB type, in order, with the three columns every landed table has."""
        declared = {name: self.types.get(name, "VARCHAR") for name in self.columns.split()}
        return declared | (LANDED_COLUMNS if self.landed else {})

    def reaches_back_to(self, day: date) -> date:
        """The first day of facts that rest on what is landed for `day`."""
        return BEGINNING if self.reaches_back_days is None else day - timedelta(days=self.reaches_back_days)
