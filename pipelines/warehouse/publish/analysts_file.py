"""The analysts' file: person-days under pseudonyms, and every mart without disclosure control.

It is apart from the published file because it is about persons: it says so in `about_this_file`, and only its owner
and its group may read it. DuckDB copies the tables from the warehouse by itself, so that its cost is that of writing
them. What does not belong here: what everybody may read (published_file.py), how a figure is computed (sql/).
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.warehouse.comments import update_comments
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.incremental_copy import (
    clear_range,
    copy_stale_since,
    open_copy,
    range_condition,
    record_copy,
)

ANALYSTS_FILE = "analysts.duckdb"
MODE = 0o640
# Table of the file -> model. With person_key and span_from the first and the third lead to the second.
PERSON_TABLES = {
    "person_days": "int_person_day_activity",
    "person_homes": "int_person_homes",
    "person_periods": "int_person_periods",
    "person_habits": "int_person_habits",
}
# What is about no person, but needed beside them: with home_key, the departments above.
FURTHER_TABLES = {"home_departments": "int_home_ancestors"}
# What models leave without a comment, because inside the warehouse the name is enough.
_WORDS = {
    "person_key": "pseudonym of a person; personal data all the same",
    "activity_date": "day",
    "department_key": "dim_department",
    "is_working_day": "a day on which the offices are open",
    "iso_week_start": "Monday of the ISO week",
    "month_start": "first day of the month",
    "fiscal_year_start": "1 April of the fiscal year",
    "span_from": "first day of the time in which nothing about the person's posts moves",
    "home_key": "a department and those above it, 部>課>係; home_departments",
    "employment_type": "of the main post; 不明 = not known",
    "is_telework_capable": "whether the main post can telework",
    "rollout_wave": "of the main post's department or the nearest above it that has one; 不明 = none",
    "period_start": "Monday, first day of the month, 1 April",
}
_MEASURES = {
    "_count": "how many; NULL = the day is missing, 0 = nothing happened",
    "_seconds": "seconds; NULL = the day is missing, 0 = nothing happened",
    "is_": "whether it is so; NULL = not known",
    "has_": "whether there is one; NULL = not known",
}
_ABOUT_WORDS = {
    "holds_personal_data": "always true: the file is about persons",
    "organisation_name": "whose figures these are",
    "as_of_date": "day of the publication, Tokyo",
    "first_date": "first day of the facts",
    "last_date": "last day of the facts",
    "is_simulated": "whether the data are those of the simulated ward",
    "simulated_note": "what must be said of simulated data; NULL = real data",
    "min_group": "smallest group whose figures may leave this file",
    "mail_limit_bytes": "largest file that a mail could carry",
    "telework_pc_ceiling": "PCs that could be reached from outside before the new system",
    "release": "version of the software",
    "pseudonym_key_fingerprint": "tells the pseudonym key of the keys in here from others and gives nothing away",
    "holds_ja": "what the file holds, Japanese",
    "holds_en": "what the file holds, English",
    "readers_ja": "who may read it, Japanese",
    "readers_en": "who may read it, English",
    "purpose_ja": "what it may be used for, Japanese",
    "purpose_en": "what it may be used for, English",
}
_NOTICE = {
    "holds_ja": "職員一人ひとりの日ごとの利用を仮名（鍵付きハッシュ）で収めた個人データです。"
    "氏名・メールアドレス・ファイル名は含みません。集計表には、小さな部署の値も秘匿せずに入っています。",
    "holds_en": "Personal data: what every member of staff did on each day, under pseudonyms (keyed hashes). "
    "No name, address or file name is in it. Its marts show the figures of small departments too.",
    "readers_ja": "組織が指名した分析担当者（このファイルの所有者とグループ）だけが読めます。"
    "複製・持ち出しはできません。",
    "readers_en": "Analysts whom the organisation has named: the owner and the group of this file. Make no copies.",
    "purpose_ja": "集団の統計を作るためだけに使います。個人の特定、個人の評価、他の名簿との突き合わせはできません。"
    "外に出す値は、公開ファイルと同じ秘匿の規則（min_group 未満は出さない）に従います。",
    "purpose_en": "For statistics of groups only: never to find out who somebody is, to judge a person, or to match "
    "with other lists. What leaves this file obeys the rule of the published one: no group below min_group.",
}
_DEPARTMENT_DAYS = """
    create or replace view person_department_days as
    select d.*, a.department_key, h.employment_type, h.is_telework_capable, h.rollout_wave
    from person_days as d
    inner join person_homes as h on d.person_key = h.person_key and d.span_from = h.span_from
    inner join home_departments as a on h.home_key = a.home_key
"""
_DEPARTMENT_DAYS_COMMENT = (
    "person_days for every department the person belonged to that day by the main post, each ancestor and ALL "
    "included: choose one department_key and count the rows that qualify."
)


def write_analysts_file(
    con: duckdb.DuckDBPyConnection, former: Path, part: Path, about: dict[str, object], tag: str
) -> None:
    """Write the file at `part` from the warehouse `con` is connected to, and from `former` what did not change.

    `about` is what it says of the publication; `tag` tells whether the same code made the former file.
    """
    with _closed_to_others():
        try:
            open_copy(con, "analysts", former, part, tag=tag, main=f"intermediate.{PERSON_TABLES['person_days']}")
            tables = _tables(con)
            # Dozens of tables are one transaction: each by itself would wait for the disk.
            with transaction(con):
                for name, source in tables.items():
                    _copy(con, name, source, tag)
            # A view keeps the names it was written with, and inside the file the file has no name.
            home = con.execute("select current_database()").fetchall()[0][0]
            con.execute("use analysts")
            con.execute(_DEPARTMENT_DAYS)
            con.execute(f'use "{home}"')
            # Hundreds of comments are one transaction for the same reason.
            with transaction(con):
                _write_about(con, about)
                update_comments(con, "analysts", _comments(con, tables))
            con.execute("force checkpoint analysts")
        finally:
            con.execute("detach database if exists analysts")
    part.chmod(MODE)


def _copy(con: duckdb.DuckDBPyConnection, name: str, source: str, tag: str) -> None:
    """Bring the copy of `source` up to date."""
    since = copy_stale_since(con, "analysts", source)
    if since is None:
        return
    columns = [row[0] for row in con.execute(f"describe {source}").fetchall()]
    condition, target = clear_range(con, f"analysts.{name}", range_condition(columns, since))
    con.execute(f"{target} from {source} where {condition}")
    record_copy(con, "analysts", source, tag)


@contextmanager
def _closed_to_others() -> Generator[None]:
    """The file and its log are closed to others from their first byte, not only when they are complete."""
    former = os.umask(0o777 & ~MODE)
    try:
        yield
    finally:
        os.umask(former)


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Table of the file -> table of the warehouse, with its schema."""
    marts = con.execute("select table_name from duckdb_tables() where schema_name = 'marts' order by all").fetchall()
    own = {name: f"intermediate.{model}" for name, model in (PERSON_TABLES | FURTHER_TABLES).items()}
    return own | {name: f"marts.{name}" for (name,) in marts}


def _write_about(con: duckdb.DuckDBPyConnection, about: dict[str, object]) -> None:
    row = about | _NOTICE
    columns = ", ".join(f"? as {column}" for column in row)
    con.execute(
        f"create or replace table analysts.about_this_file as select true as holds_personal_data, {columns}",
        [*row.values()],
    )


def _comments(con: duckdb.DuckDBPyConnection, tables: dict[str, str]) -> dict[tuple[str, str | None], str]:
    """(table, column or None) -> text: as the models wrote them, and of whatever no model describes."""
    described: dict[str, list[tuple[str | None, str]]] = {}
    for source, column, comment in con.execute(
        "select schema_name || '.' || table_name, null, comment from duckdb_tables() "
        "where database_name = current_database() union all "
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
        "where database_name = current_database()"
    ).fetchall():
        described.setdefault(source, []).append((column, comment or ""))
    comments: dict[tuple[str, str | None], str] = {
        ("about_this_file", column): _ABOUT_WORDS[column] for column in _ABOUT_WORDS
    }
    comments["about_this_file", None] = f"{_NOTICE['holds_ja']} {_NOTICE['holds_en']}"
    comments["person_department_days", None] = _DEPARTMENT_DAYS_COMMENT
    for name, source in tables.items():
        persons = "PERSONAL DATA under pseudonyms. " if name in PERSON_TABLES else ""
        for column, comment in described[source]:
            comments[name, column] = comment or word_for(column) if column else persons + comment
            if column and name in ("person_days", "person_homes", "home_departments"):  # the view says the same
                comments["person_department_days", column] = comments[name, column]
    return comments


def word_for(column: str) -> str:
    """What a column means that its model leaves without a comment."""
    return _WORDS.get(column) or next(
        (word for mark, word in _MEASURES.items() if column.endswith(mark) or column.startswith(mark)), ""
    )
