"""From the marts to the published file: the only thing that pages read, and most notebooks.

The file is replaced whole: a reader sees the old one or the new one and never meets a lock. No person_key is in it; the
analysts' file, which has them, is made in analysts_file.py. The metrics, under the disclosure rule, are written by
metrics.py, their view of today's organisation by metrics_today.py, what is compared by comparisons.py, what is aimed at
by targets.py; figures are computed in sql/.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.common.durable import make_folder, replacing, sweep
from pipelines.errors import CONCEALED_NAMES, KatsuyoError
from pipelines.warehouse.comments import update_comments
from pipelines.warehouse.connection import connect, transaction
from pipelines.warehouse.increment.code_fingerprint import code_fingerprint
from pipelines.warehouse.increment.incremental_copy import copy_stale_since, copy_tag, open_copy, record_copy
from pipelines.warehouse.publish import comparisons, metrics, metrics_today, targets
from pipelines.warehouse.publish.analysts_file import ANALYSTS_FILE, write_analysts_file
from pipelines.warehouse.publish.metrics import METRICS
from pipelines.warehouse.raw.report_tables import report_names

# The code that makes the files out of the marts.
MAKERS = ("pipelines.warehouse.publish", "pipelines.warehouse.increment", "pipelines.privacy.disclosure")
PUBLISHED_FILE = "katsuyo.duckdb"
METRICS_FOLDER = "department_metrics"
NO_WHOLE_DAY = (
    "No day of any dataset was accepted, so there is nothing to publish: see `katsuyo status` for the reasons; files "
    "of Box hold parts of days unless --whole-from and --whole-to say otherwise."
)
_ALIAS = "published"
# Beside what DuckDB may take there are the frames of the judgement.
MEMORY_LIMIT = "2GB"
SIMULATED_NOTE = "模擬データ：架空の組織の数値であり、実在の組織・職員のものではありません。"
# Published as they are: they say how complete the data are and hold totals of the whole organisation only.
_ABOUT_THE_DATA = {
    "watermarks": "fct_watermarks",
    "report_revisions": "fct_report_revisions",
    "unmatched_accounts": "fct_unmatched_accounts",
    "late_events": "fct_late_events",
}
# On which data each figure hangs.
_HANGS_ON = ("dim_measure_dataset", "dim_segment_measure")


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What the file says about itself, and the smallest group whose figures it shows."""

    organisation_name: str
    as_of_date: date
    min_group: int
    mail_limit_bytes: int
    telework_pc_ceiling: int
    release: str


def publish(warehouse: Path, published_dir: Path, options: PublishOptions) -> Path:
    """Write the published file, its main table as Parquet files and the analysts' file; returns the first.

    Raises KatsuyoError, and leaves the former files as they are, when the figures must not be shown.
    """
    with connect(warehouse, read_only=True) as con:
        con.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        _refuse_if_blocked(con)
        tables = _published_tables(con, options)
        make_folder(published_dir)
        sweep(published_dir)
        published_file = published_dir / PUBLISHED_FILE
        code = code_fingerprint(*MAKERS)
        with replacing(published_file) as part:
            _write_published(con, (published_file, part), tables, options.min_group, copy_tag(code, options.min_group))
        about = tables["publication"].row(0, named=True)
        with replacing(published_dir / ANALYSTS_FILE) as part:
            write_analysts_file(con, published_dir / ANALYSTS_FILE, part, about, copy_tag(code))
    return published_file


def _refuse_if_blocked(con: duckdb.DuckDBPyConnection) -> None:
    """Conditions under which every figure would be wrong or empty."""
    try:
        blocks = con.execute(
            """
            select
                not exists (select 1 from intermediate.int_report_days where report_status <> 'missing'),
                coalesce((select arg_max(has_concealed_names, seen_on) from staging.stg_graph__report_settings), false),
                coalesce((
                    select max(headcount_people) from marts.fct_department_days where department_key = 'ALL'
                ), 0) = 0,
                exists (
                    select 1 from intermediate.int_unmatched_accounts
                    where source_name = 'graph_teams_user_activity' and unmatched_accounts_count = accounts_count
                ),
                not exists (select 1 from marts.rpt_department_metrics)
            """
        ).fetchall()[0]
    except duckdb.CatalogException:
        raise KatsuyoError("The warehouse has no marts yet: build the models with `katsuyo rebuild`.") from None
    sentences = (
        NO_WHOLE_DAY,
        CONCEALED_NAMES,
        "Nobody is on the rolls on any fetched day: check the validity dates in assignments.csv.",
        "No account of the Teams report belongs to a member of staff: check the addresses in staff.csv.",
        "There are no figures to publish: build the models with `katsuyo rebuild`.",
    )
    for is_blocked, sentence in zip(blocks, sentences, strict=True):
        if is_blocked:
            raise KatsuyoError(f"Nothing was published. {sentence}")


def _key_fingerprint(con: duckdb.DuckDBPyConnection) -> str | None:
    rows = con.execute("select pseudonym_key_fingerprint from raw.keys").fetchall()
    return rows[0][0] if rows else None


def _published_tables(con: duckdb.DuckDBPyConnection, options: PublishOptions) -> dict[str, pl.DataFrame]:
    """Every published table but that of the metrics."""
    first, last = con.execute(
        "select min(activity_date), max(activity_date) from marts.fct_department_days"
    ).fetchall()[0]
    is_simulated = con.execute(
        "select coalesce(bool_or(is_simulated), false) from staging.stg_run__landing_days"
    ).fetchall()
    return {
        "publication": pl.DataFrame(
            {
                "organisation_name": [options.organisation_name],
                "as_of_date": [options.as_of_date],
                "first_date": [first],
                "last_date": [last],
                "is_simulated": [is_simulated[0][0]],
                "simulated_note": [SIMULATED_NOTE if is_simulated[0][0] else None],
                "min_group": [options.min_group],
                "mail_limit_bytes": [options.mail_limit_bytes],
                "telework_pc_ceiling": [options.telework_pc_ceiling],
                "release": [options.release],
                "pseudonym_key_fingerprint": [_key_fingerprint(con)],
            },
            schema_overrides={"simulated_note": pl.String, "pseudonym_key_fingerprint": pl.String},
        ),
        "dim_date": con.sql("select * from marts.dim_date order by date_day").pl(),
        "dim_department": con.sql(
            "select * from marts.dim_department "
            f"where department_key in (select department_key from {METRICS}) order by department_key"
        ).pl(),
        "dim_department_routes": con.sql("select * from marts.dim_department_routes order by all").pl(),
        # Without its counts of people who could not be placed: a handful of them may be known by name.
        "people_basis": con.sql(
            "select department_source, time_correct_since, is_assumed_before from marts.fct_people_basis"
        ).pl(),
        "dim_metric": con.sql("select * from marts.dim_metric order by sort_order").pl(),
        **{name: con.sql(f"select * from marts.{name} order by all").pl() for name in _HANGS_ON},
        "datasets": _datasets(con),
        # Pages print the rules by which the words were found.
        "judging_rules": con.sql(f"from {comparisons.RULES} order by all").pl(),
        "report_status": con.sql("select * from marts.fct_report_status order by source, dataset, activity_date").pl(),
        **{name: con.sql(f"select * from marts.{mart} order by all").pl() for name, mart in _ABOUT_THE_DATA.items()},
    }


def _datasets(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What people call the datasets whose days are published: those fetched by day, and others that figures hang on.

    `absent_from`: the first day of one that is switched off of which nothing is asked any more, else NULL.
    """
    by_day = con.sql("select source, dataset, name_ja, name_en from staging.stg_run__dataset_windows").pl()
    hung_on = con.sql("select distinct source, dataset from marts.dim_measure_dataset").pl()
    key = ["source", "dataset"]
    others = report_names().join(hung_on, on=key, how="semi").join(by_day, on=key, how="anti")
    ends = con.sql(
        "select o.source, o.dataset, coalesce(max(s.activity_date) + 1, date '1900-01-01') as absent_from "
        "from staging.stg_run__switched_off as o left join marts.fct_report_status as s using (source, dataset) "
        "group by all"
    ).pl()
    return pl.concat([by_day, others]).join(ends, on=key, how="left").sort(key)


def _write_published(
    con: duckdb.DuckDBPyConnection, files: tuple[Path, Path], tables: dict[str, pl.DataFrame], min_group: int, tag: str
) -> None:
    """The published file, from the former one where it can be, and the Parquet files of the years that changed."""
    former, part = files
    con.execute("set preserve_insertion_order = true")
    open_copy(con, _ALIAS, former, part, tag=tag, main=METRICS)
    try:
        since = copy_stale_since(con, _ALIAS, METRICS)
        today_from = metrics_today.today_since(con, _ALIAS, tables, since)
        # A comparison is hidden where a figure in it is.
        compared_from = min(filter(None, (since, comparisons.comparisons_since(con, _ALIAS))), default=None)
        # One transaction: each table and comment by itself would wait for the disk.
        with transaction(con):
            if since is not None:
                metrics.write_metrics(con, _ALIAS, min_group, since)
                record_copy(con, _ALIAS, METRICS, tag)
            for name, frame in tables.items():
                con.register("frame", frame)
                con.execute(f"create or replace table {_ALIAS}.{name} as select * from frame")
                con.unregister("frame")
            if today_from is not None:
                metrics_today.write_today(con, _ALIAS, min_group, today_from)
            if compared_from is not None:
                comparisons.write_comparisons(con, _ALIAS, compared_from, tag)
            targets.write_targets(con, _ALIAS)
            _write_comments(con)
        # Detaching writes the file too, but says nothing when the disk is full: the tables would stay in the log.
        con.execute(f"force checkpoint {_ALIAS}")
        # Before the file takes its place: if this is interrupted, the next publication begins at the same day again.
        if since is not None:
            metrics.write_parquet(con, _ALIAS, former.parent / METRICS_FOLDER, since)
    finally:
        con.execute(f"detach database if exists {_ALIAS}")
        con.execute("set preserve_insertion_order = false")


def _write_comments(con: duckdb.DuckDBPyConnection) -> None:
    """As the models wrote them: the same column means the same."""
    models = {
        "department_metrics": "rpt_department_metrics",
        metrics_today.TODAY_TABLE: "rpt_department_metrics",
        "report_status": "fct_report_status",
        "datasets": "stg_run__dataset_windows",
        "people_basis": "fct_people_basis",
        targets.TABLE: targets.MART,
        **comparisons.MARTS,
        **_ABOUT_THE_DATA,
    }
    rows = con.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name in ('staging', 'marts') and database_name = current_database()"
    ).fetchall()
    comments = {(table, column): comment or "" for table, column, comment in rows}
    columns = con.execute(
        f"select table_name, column_name from duckdb_columns() where database_name = '{_ALIAS}' and not internal"
    ).fetchall()
    own = {**comparisons.COMMENTS, **targets.COMMENTS}
    wanted = {
        (table, column): own.get((table, column)) or comments.get((models.get(table, table), column))
        for table, column in columns
    }
    update_comments(con, _ALIAS, {target: text for target, text in wanted.items() if text is not None})
