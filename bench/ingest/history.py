"""A warehouse and a landing with a past: one real day, copied as often as wanted, with the bookkeeping of each copy."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

from bench.ingest.own import day_of, land
from bench.ingest.processes import serve_step
from pipelines.landing.store import Landing
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.load import load_dataset
from pipelines.warehouse.raw.loaded import remember_looked_at
from pipelines.warehouse.raw.schema import raw_tables


def build(root: str, source: str, dataset: str, path: str, days: int) -> int:
    """The day at `path` and `days` - 1 copies before it, landed and loaded. Returns the rows of the raw table."""
    landing, day = Landing(Path(root) / "landing"), day_of(path)
    land(root, source, dataset, [path])
    table = f"raw.{source}_{dataset}"
    with connect(Path(root) / "warehouse.duckdb") as con:
        load_dataset(con, landing, source, dataset)
        names = [name for name in raw_tables()[f"{source}_{dataset}"].column_types() if name != "_day"]
        own = "t.event_id || '-' || k as event_id"
        kept = ", ".join(own if (name, dataset) == ("event_id", "events") else f"t.{name}" for name in names)
        con.execute(
            f"insert into {table} by name select {kept}, (t._day - k::integer) as _day "
            f"from {table} as t cross join range(1, {days}) as copies(k) order by _day"
        )
        for state in ("loaded_days", "landing_days"):
            con.execute(
                f"insert into raw.{state} select s.* replace ((s._day - k::integer) as _day) "
                f"from raw.{state} as s cross join range(1, {days}) as copies(k) where s.dataset = ?",
                [dataset],
            )
        rows = con.execute(f"select count(*) from {table}").fetchall()[0][0]
    original = landing.folder(source, dataset, day)
    for number in range(1, days):
        copy = landing.folder(source, dataset, day - timedelta(days=number))
        shutil.copytree(original, copy, copy_function=os.link)
    with connect(Path(root) / "warehouse.duckdb") as con:
        remember_looked_at(con, source, dataset, landing.changed_at(source, dataset))
    return rows


if __name__ == "__main__":
    serve_step({"build": build})
