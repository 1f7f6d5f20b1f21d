"""The SQL runner: builds the models of a project in their order and checks their constraints.

What does not belong here: what a model is (model.py), how its rows are made (build.py), their constraints
(checks.py), which of its days are stale (increment/), anything of Dagster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import date

import duckdb
from duckdb import DuckDBPyConnection as Connection

from pipelines.common.faults import is_fault
from pipelines.warehouse.increment.change_log import Build, last_build, record_build, record_change, stale_since
from pipelines.warehouse.models.build import build_full, build_incremental, rewrite_comments, rows_since
from pipelines.warehouse.models.checks import CheckResult, all_passed, run_checks
from pipelines.warehouse.models.grain import proves_grain
from pipelines.warehouse.models.model import Model, ModelError, ModelResult, Project
from pipelines.warehouse.raw.schema import unique_keys


def run_model(con: Connection, model: Model, *, full_refresh: bool = True, collect: bool = False) -> ModelResult:
    """Build one model and check it, all in one transaction: readers see the old table or the new one.

    Without `full_refresh` only what is stale is made again, which is nothing when no input changed (change_log.py); the
    table is the same either way. A failing check of severity error rolls everything back and raises ModelError; with
    `collect` the result is kept and the failure is only reported.
    """
    started = time.perf_counter()
    with _transaction(con, model):
        former = None if full_refresh else last_build(con, model.full_name)
        since = stale_since(con, former, model.definition, model.inputs, model.header.looks_ahead_days)
        checks = _build_and_check(con, model, since, former)
        failed = [check for check in checks if not check.passed and check.severity == "error"]
        if failed and not collect:
            raise ModelError(
                f"{model.full_name} breaks its check {failed[0]}: look them up with the check's SQL and mend the input "
                "or the model; the former table stays.",
                checks,
            )
        row_count = None
        if model.kind != "view":
            row_count = con.execute(f"select count(*) from {model.full_name}").fetchall()[0][0]
    return ModelResult(row_count, time.perf_counter() - started, checks, since)


def run_all(
    con: Connection,
    project: Project,
    on_progress: Callable[[Model, ModelResult], None] | None = None,
    *,
    full_refresh: bool = True,
    collect: bool = False,
) -> dict[str, ModelResult]:
    """Build every model in order; `on_progress` is called after each. Returns name -> result."""
    results: dict[str, ModelResult] = {}
    for name in project.order:
        results[name] = run_model(con, project.models[name], full_refresh=full_refresh, collect=collect)
        if on_progress:
            on_progress(project.models[name], results[name])
    return results


def _build_and_check(con: Connection, model: Model, since: date | None, former: Build | None) -> list[CheckResult]:
    """Make the rows of `model` from `since` on, record the change and the build, and check what was made.

    Another comment is written and makes no row again; after another check all rows are asked.
    """
    definition, header = model.definition, model.header
    is_other = former is None or former.definition.of_rows != definition.of_rows
    are_checks_passed = not is_other and former.is_clean and former.definition.checks == definition.checks
    if not is_other and former.definition.comments != definition.comments:
        rewrite_comments(con, model)
    if since is None and are_checks_passed:
        if former.definition != definition:
            record_build(con, model.full_name, definition, is_clean=True)
        return all_passed(header.grain, header.not_null, header.checks)
    changed_from = since
    if is_other:
        build_full(con, model)
    elif since is not None and model.kind != "view":
        changed_from = build_incremental(con, model, since)
    if changed_from is not None and (is_other or model.kind != "view"):
        record_change(con, model.full_name, changed_from)
    rows = None
    if are_checks_passed:
        # Rows that were not made again satisfy every constraint still. Without any new row the checks run all the same,
        # over no row of this model: what a check compares the rows with may be another table now.
        unchanged = f"(select * from {model.full_name} limit 0)"
        rows = unchanged if changed_from is None else rows_since(model, changed_from)
    is_proved = proves_grain(model.tree, header.grain, unique_keys())
    checks = run_checks(
        con, model.full_name, header.grain, header.not_null, header.checks, rows=rows, is_grain_proved=is_proved
    )
    record_build(con, model.full_name, definition, is_clean=all(check.passed for check in checks))
    return checks


@contextmanager
def _transaction(con: Connection, model: Model) -> Generator[None]:
    con.begin()
    is_done = False
    try:
        yield
        con.commit()
        is_done = True
    except duckdb.Error as error:
        if is_fault(error):
            raise  # a full disk stops every model alike
        reason = " ".join(str(error).split("\n\n", maxsplit=1)[0].split())
        raise ModelError(f"{model.full_name} cannot be built: {reason}") from error
    finally:
        if not is_done:
            with suppress(duckdb.Error):  # a commit that failed has already been rolled back
                con.rollback()
