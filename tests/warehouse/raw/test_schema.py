"""The raw tables: declared as the landing fills them, made when absent, never emptied."""

from __future__ import annotations

from datetime import date

import duckdb

from pipelines.metrics import load_metrics
from pipelines.privacy.fields import FIELDS, Key, Reduce
from pipelines.warehouse.raw.schema import ensure_raw_tables, raw_tables, write_parameters

NAMES_OF_APPS = ("Microsoft 365 アプリ利用状況", "Microsoft 365 apps")


def landed_columns(source: str, dataset: str) -> set[str]:
    """The columns that minimising leaves, by the rules in privacy/fields.py."""
    columns: set[str] = set()
    for name, rule in FIELDS[source, dataset].items():
        if isinstance(rule, Key):
            columns |= {f"{name}_key"} | ({f"{name}_domain"} if rule.domain else set())
        elif rule is Reduce.KEEP:
            columns.add(name)
        elif rule is Reduce.EXTENSION:
            columns.add(f"{name.removesuffix('_name')}_extension")
        elif rule is Reduce.PLACE:
            columns |= {"ip_key", "ip_network_kind", "ip_network_label"}
    return columns


def test_every_kept_field_has_its_column() -> None:
    for source, dataset in FIELDS:
        declared = set(raw_tables()[f"{source}_{dataset}"].columns.split())
        assert declared == landed_columns(source, dataset), f"{source}_{dataset}"


def test_tables_are_made_once_and_keep_their_rows() -> None:
    with duckdb.connect() as con:
        con.execute("create schema raw")
        con.execute("create table raw.box_users (id_key varchar, _day date)")  # an older layout
        con.execute("insert into raw.box_users values ('b1', date '2026-03-31')")
        for _ in range(2):
            ensure_raw_tables(con)
        assert con.execute("select id_key, login_key, _day from raw.box_users").fetchall() == [
            ("b1", None, date(2026, 3, 31))
        ]
        types = dict(con.execute(
            "select column_name, data_type from duckdb_columns() where table_name = 'box_events'"
        ).fetchall())  # fmt: skip
        assert (types["created_at"], types["size_bytes"], types["_day"]) == ("TIMESTAMP", "BIGINT", "DATE")
        assert con.execute("select count(*) from raw.metrics").fetchall() == [(len(load_metrics()),)]


def test_parameters_have_a_default_and_are_replaced() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        assert con.execute("select mail_limit_bytes from raw.parameters").fetchall() == [(7_300_000,)]
        write_parameters(con, mail_limit_bytes=5, own_domains=[" City.Example ", "city.example", ""])
        ensure_raw_tables(con)
        assert con.execute("select mail_limit_bytes from raw.parameters").fetchall() == [(5,)]
        assert con.execute("select domain from raw.own_domains").fetchall() == [("city.example",)]


def test_blank_seed_values_are_null() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        rules = dict(con.execute("select rule_kind || ' ' || said, means from raw.telework_rules").fetchall())
        assert rules["network proxy"] is None
        assert rules["network telework_gateway"] == "remote"
        mixed = con.execute("select means, valid_to from raw.telework_rules where said = 'mixed'")
        assert mixed.fetchall() == [("0.5", None)]


def test_tables_that_are_as_declared_are_left_alone() -> None:
    planted = "select count(*) from raw.telework_rules where said = 'planted'"
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        con.execute("insert into raw.telework_rules (rule_kind, said, means) values ('network', 'planted', 'office')")
        ensure_raw_tables(con)
        assert con.execute(planted).fetchall() == [(1,)]
        con.execute("update raw.declaration set declaration = 'of another release'")
        ensure_raw_tables(con)
        assert con.execute(planted).fetchall() == [(0,)]


def test_another_release_changes_only_the_rules_that_say_something_else() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        newest = con.execute("select max(change_number) from run.changes").fetchall()[0][0]
        con.execute("update raw.metrics set caveat_en = 'former words' where metric_id = 'chat_reach'")
        con.execute("alter table raw.telework_rules rename column means to meant")
        con.execute("update raw.declaration set declaration = 'of another release'")
        ensure_raw_tables(con)
        changed = con.execute("select table_name from run.changes where change_number > ? order by all", [newest])
        assert changed.fetchall() == [("raw.metrics",), ("raw.telework_rules",)]
        assert con.execute("select count(*) from raw.metrics where caveat_en = 'former words'").fetchall() == [(0,)]


def test_records_of_a_day_say_how_far_they_reach_back() -> None:
    """Else every morning would make all of history again."""
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        windows = con.execute("select source, dataset from raw.dataset_windows").fetchall()
    assert len(windows) > 10
    for source, dataset in windows:
        assert raw_tables()[f"{source}_{dataset}"].reaches_back_days is not None, (source, dataset)


def test_windows_totals_and_names_of_reports_come_from_their_catalogue() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        window = con.sql("from raw.dataset_windows where dataset = 'm365_app_users'").fetchall()
        totals = con.sql(
            "select measure, column_name, counts_as from raw.report_totals "
            "where dataset = 'm365_app_users' order by all"
        ).fetchall()
        names = con.sql("select count(*) from raw.dataset_windows where name_ja is null or name_en is null").fetchall()
    assert window == [("graph", "m365_app_users", "report_day", 3, 6, False, *NAMES_OF_APPS)]
    assert totals == [("desktop_uses", column, "use") for column in ("mac", "web", "windows")] + [
        ("mobile_uses", "mobile", "use")
    ]
    assert names == [(0,)]
