"""The raw tables of the usage reports, and what the seeds say of them, made from the catalogue and the kept fields.

Declared by hand each report would be written a second, third and fourth time. What does not belong here: the catalogue
(sources/graph/reports.py), tables of anything else (sql/sources.yml).
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipelines.privacy.fields import landed_columns
from pipelines.sources.graph.reports import CATALOGUE, REPORTS, ReportSpec
from pipelines.warehouse.raw.table import RawTable

_SOURCE = "graph"


def report_tables() -> dict[str, RawTable]:
    """Table name (without schema) -> declaration, for every usage report."""
    return {f"{_SOURCE}_{name}": _table(spec) for name, spec in CATALOGUE.items()}


def _table(spec: ReportSpec) -> RawTable:
    columns = landed_columns(_SOURCE, spec.dataset)
    # Totals of a tenant are a snapshot of many days, and rest on none of ours.
    of_people = spec.has_people
    account = (
        "coalesce(user_id_key, user_principal_name_key)" if "user_id_key" in columns else "user_principal_name_key"
    )
    newest = ["last_activity_date desc nulls last"] if "last_activity_date" in columns else []
    return RawTable(
        description=spec.description,
        documentation=spec.documentation,
        columns=" ".join(columns),
        one_row_per=("_day", account) if of_people else (),
        first=("_fetched_at desc", *newest, "_sha256") if of_people else (),
        # A day of Graph is a UTC day, which begins on the Tokyo day before; a snapshot is of the day of asking.
        reaches_back_days=(1 if spec.kind == "day" else 0) if of_people else None,
    )


def report_names() -> pl.DataFrame:
    """source, dataset, name_ja and name_en of every usage report, those that are not fetched by day too."""
    specs = CATALOGUE.values()
    return pl.DataFrame(
        [(_SOURCE, spec.dataset, spec.name_ja, spec.name_en) for spec in specs],
        schema=["source", "dataset", "name_ja", "name_en"],
        orient="row",
    )


@cache
def report_seeds() -> dict[str, pl.DataFrame]:
    """The rows that seeds (sql/seeds/<name>.csv) hold of usage reports besides those of the file."""
    windows = [
        {
            "source": _SOURCE,
            "dataset": spec.dataset,
            "day_kind": "report_day",
            "lag_days": spec.lag_days,
            "restatement_days": spec.restatement_days,
            "is_optional": spec.optional,
            "name_ja": spec.name_ja,
            "name_en": spec.name_en,
        }
        for spec in REPORTS.values()
    ]
    totals = [
        {"source": _SOURCE, "dataset": spec.dataset, "measure": measure, "column_name": column, "counts_as": how}
        for spec in REPORTS.values()
        for how, measures in (("number", spec.numbers), ("use", spec.uses))
        for measure, columns in measures.items()
        for column in columns.split()
    ]
    return {"dataset_windows": pl.DataFrame(windows), "report_totals": pl.DataFrame(totals)}
