"""Comments of tables, views and columns in a database: what explains a figure to whoever opens the file.

What does not belong here: the words (models and publish/ hand them in).
"""

from __future__ import annotations

from collections.abc import Mapping

from duckdb import DuckDBPyConnection as Connection


def write_comments(con: Connection, comments: Mapping[str, str]) -> None:
    """Targets in the words of SQL (`table marts.x`, `column marts.x.y`) -> text; an empty one takes a comment away."""
    texts = {target: "'" + text.replace("'", "''") + "'" if text else "null" for target, text in comments.items()}
    if texts:
        con.execute(";".join(f"comment on {target} is {text}" for target, text in texts.items()))


def update_comments(con: Connection, database: str, comments: Mapping[tuple[str, str | None], str]) -> None:
    """Make the comments of an attached database so; only those that differ are written, for there may be hundreds.

    (table or view, column or None for the whole) -> text; an empty one takes a comment away. What is not there is left
    out.
    """
    of_database = f"where database_name = '{database}' and not internal"
    found = con.execute(
        f"select 'table', table_name, null, comment from duckdb_tables() {of_database} "
        f"union all select 'view', view_name, null, comment from duckdb_views() {of_database} "
        f"union all select 'column', table_name, column_name, comment from duckdb_columns() {of_database}"
    ).fetchall()
    write_comments(
        con,
        {
            f"{kind} {'.'.join(filter(None, (database, table, column)))}": comments[table, column]
            for kind, table, column, comment in found
            if comments.get((table, column), comment or "") != (comment or "")
        },
    )
