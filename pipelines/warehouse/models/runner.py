"""The SQL runner: builds the models of a project in their order and checks what they promise.

What does not belong here: what a model is (model.py), how its rows are made (build.py), what it promises of them
(checks.py), which of its days are stale (increment/), anything of Dagster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import date

import duckdb
from duckdb import DuckDBPyConnection as Connection

from pipelines.warehouse.increment.stale import Built, built_state, note_built, note_change, stale_from
from pipelines.warehouse.models.build import bring_up_to_date, build_whole, rows_since
from pipelines.warehouse.models.checks import CheckResult, kept, run_checks
from pipelines.warehouse.models.grain import proves_grain
from pipelines.warehouse.models.model import Model, ModelError, ModelResult, Project
from pipelines.warehouse.raw.schema import unique_keys


def run_model(con: Connection, model: Model, *, whole: bool = True, collect: bool = False) -> ModelResult:
    """Build one model and check it, all in one transaction: readers see the old table or the new one.

    Without `whole` only what is stale is made again, which is nothing when no input changed (stale.py); the result is
    the same table. A failing check of severity error rolls everything back and raises ModelError; with `collect` the
    result is kept and the failure is only reported.
    """
    started = time.perf_counter()
    with _transaction(con, model):
        state = None if whole else built_state(con, model.full_name)
        since = stale_from(con, state, model.sql_hash, model.inputs, model.header.looks_ahead_days)
        checks = _bring_about(con, model, since, state)
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
    whole: bool = True,
    collect: bool = False,
) -> dict[str, ModelResult]:
    """Build every model in order; `on_progress` is called after each. Returns name -> result."""
    results: dict[str, ModelResult] = {}
    for name in project.order:
        results[name] = run_model(con, project.models[name], whole=whole, collect=collect)
        if on_progress:
            on_progress(project.models[name], results[name])
    return results


def _bring_about(con: Connection, model: Model, since: date | None, state: Built | None) -> list[CheckResult]:
    """The rows of `model` from `since` on as they must be, the notes about it, and the checks of what was made."""
    is_other = state is None or state.sql_hash != model.sql_hash
    if since is None and state is not None and state.is_clean:
        return kept(model.header.grain, model.header.not_null, model.header.checks)
    changed_from = since
    if is_other:
        build_whole(con, model)
    elif since is not None and model.kind != "view":
        changed_from = bring_up_to_date(con, model, since)
    if changed_from is not None and (is_other or model.kind != "view"):
        note_change(con, model.full_name, changed_from)
    rows = None
    if state is not None and state.is_clean and not is_other:  # so whatever was not made again keeps every promise
        rows = f"(select * from {model.full_name} limit 0)"  # but what a check compares them with may be another
        if changed_from is not None:
            rows = rows_since(model, changed_from)
    header = model.header
    is_proved = proves_grain(model.tree, header.grain, unique_keys())
    checks = run_checks(
        con, model.full_name, header.grain, header.not_null, header.checks, rows=rows, is_grain_proved=is_proved
    )
    note_built(con, model.full_name, model.sql_hash, is_clean=all(check.passed for check in checks))
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
        reason = " ".join(str(error).split("\n\n", maxsplit=1)[0].split())
        raise ModelError(f"{model.full_name} cannot be built: {reason}") from error
    finally:
        if not is_done:
            with suppress(duckdb.Error):  # a commit that failed has already been rolled back
                con.rollback()
