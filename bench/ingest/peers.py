"""What others do with the same bytes: dlt into DuckDB, and pandas. Runs in an environment of its own that is made from
requirements-peers.txt, so nothing of the pipeline is imported.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.ingest.processes import serve_step

if sys.argv[1].startswith("dlt"):  # not in the step: its clock runs; not both: the other's memory would count
    import dlt
    import orjson
else:
    import pandas as pd

PAGE = 5_000


def dlt_box(root: str, paths: list[str]) -> int:
    """dlt as its documentation uses it: pages of records, its fastest JSON reader, nested objects flattened by it."""

    def pages() -> Iterator[list[dict[str, object]]]:
        for path in paths:
            lines = Path(path).read_bytes().splitlines()
            for start in range(0, len(lines), PAGE):
                yield [orjson.loads(line) for line in lines[start : start + PAGE]]

    return _dlt(root, pages, "events")


def dlt_teams(root: str, paths: list[str]) -> int:
    """The same with the rows of the reports."""

    def pages() -> Iterator[list[dict[str, str]]]:
        for path in paths:
            with Path(path).open(encoding="utf-8-sig", newline="") as stream:
                yield list(csv.DictReader(stream))

    return _dlt(root, pages, "reports")


def _dlt(root: str, pages: object, table: str) -> int:
    database = Path(root) / "dlt.duckdb"
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(Path(root) / "dlt"),
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="raw",
    )
    pipeline.run(dlt.resource(pages, name=table, max_table_nesting=0))
    with pipeline.sql_client() as client, client.execute_query(f"select count(*) from {table}") as found:
        return found.fetchall()[0][0]


def pandas_box(root: str, paths: list[str]) -> int:
    """pandas day by day: lines to records, nested objects to columns, one Parquet file a day."""
    rows = 0
    for path in paths:
        records = pd.read_json(path, lines=True, dtype=False, convert_dates=False)
        frame = pd.json_normalize(records.to_dict("records")).astype("string")
        frame.to_parquet(Path(root) / (Path(path).stem + ".pandas.parquet"))
        rows += len(frame)
    return rows


def pandas_teams(root: str, paths: list[str]) -> int:
    """pandas day by day: every cell text, one Parquet file a day."""
    rows = 0
    for path in paths:
        frame = pd.read_csv(path, dtype="string", encoding="utf-8-sig")
        frame.to_parquet(Path(root) / (Path(path).stem + ".pandas.parquet"))
        rows += len(frame)
    return rows


if __name__ == "__main__":
    serve_step({step.__name__: step for step in (dlt_box, dlt_teams, pandas_box, pandas_teams)})
