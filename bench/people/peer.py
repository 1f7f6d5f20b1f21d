"""The same question in pandas: people per department, 部 and whole, and day. Run by the peers' interpreter alone."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd  # ty: ignore[unresolved-import]


def main() -> None:
    """Print seconds, person-days and the sum over all departments and days."""
    folder = Path(sys.argv[1])
    posts = pd.read_parquet(folder / "posts.parquet")
    departments = pd.read_parquet(folder / "departments.parquet")
    started = time.perf_counter()
    for column in ("employee_key", "department_key"):
        posts[column] = posts[column].astype("category")
    length = (posts["valid_to"] - posts["valid_from"]).map(lambda span: span.days + 1)
    days = posts.loc[posts.index.repeat(length), ["employee_key", "department_key", "stated_share", "valid_from"]]
    days["day"] = pd.to_datetime(days["valid_from"]) + pd.to_timedelta(days.groupby(level=0).cumcount(), unit="D")
    days["is_unstated"] = days["stated_share"].isna()
    person_day = days.groupby(["employee_key", "day"], observed=True)
    rest = (1 - person_day["stated_share"].transform("sum")) / person_day["is_unstated"].transform("sum")
    days["weight"] = days["stated_share"].fillna(rest)
    days["weight"] /= days.groupby(["employee_key", "day"], observed=True)["weight"].transform("sum")
    parents = departments.drop_duplicates("department_key").set_index("department_key")["parent_key"]
    units = days.groupby(["department_key", "day"], observed=True)["weight"].sum().reset_index()
    upper = units.assign(department_key=units["department_key"].astype(str).map(parents))
    whole = units.assign(department_key="ALL")
    result = pd.concat([units, upper, whole]).groupby(["department_key", "day"], observed=True)["weight"].sum()
    print(time.perf_counter() - started, days[["employee_key", "day"]].drop_duplicates().shape[0], result.sum())


if __name__ == "__main__":
    main()
