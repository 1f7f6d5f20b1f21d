"""Vectorised writing of compact JSON: polars expressions that give one JSON text per row.

A hundred times faster than encoding dictionaries; used for everything that is served in bulk.
"""

from __future__ import annotations

import polars as pl

Part = str | pl.Expr


def joined(*parts: Part) -> pl.Expr:
    """Concatenate literal text and expressions; null if any expression is null."""
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])


def escaped(column: str | pl.Expr) -> pl.Expr:
    """The inside of a JSON string: back-slashes and quotes escaped (no control characters occur in the world)."""
    text = pl.col(column) if isinstance(column, str) else column
    return text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)


def string(column: str | pl.Expr) -> pl.Expr:
    """A JSON string, or `null` for a missing value."""
    return pl.coalesce(joined('"', escaped(column), '"'), pl.lit("null"))


def code(column: str | pl.Expr) -> pl.Expr:
    """As `string`, for identifiers, codes and times, which never hold a quote or a back-slash (three times faster)."""
    text = pl.col(column) if isinstance(column, str) else column
    return pl.coalesce(joined('"', text, '"'), pl.lit("null"))


def pair(name: str, column: str) -> pl.Expr:
    """`,"name":"value"` of a code, or null where it is missing: for `present`."""
    return joined(f',"{name}":"', pl.col(column), '"')


def present(*parts: pl.Expr) -> pl.Expr:
    """Concatenate the parts that are not null; empty text if all are."""
    return pl.concat_str(parts, ignore_nulls=True)


def boolean(expression: str | pl.Expr) -> pl.Expr:
    flag = pl.col(expression) if isinstance(expression, str) else expression
    return pl.when(flag).then(pl.lit("true")).otherwise(pl.lit("false"))


def number(column: str | pl.Expr) -> pl.Expr:
    value = pl.col(column) if isinstance(column, str) else column
    return pl.coalesce(value.cast(pl.String), pl.lit("null"))


def fragment(condition: pl.Expr, *parts: Part) -> pl.Expr:
    """The parts where the condition holds, else nothing: for keys that are sometimes absent."""
    return pl.when(condition).then(joined(*parts)).otherwise(pl.lit(""))


def rendered(frame: pl.DataFrame, record: pl.Expr) -> pl.Series:
    """The records of a frame as UTF-8 bytes, ready to be cut into pages."""
    return frame.select(record.alias("line").cast(pl.Binary)).to_series()


def page(lines: list[bytes], *, head: str, tail: str) -> bytes:
    """One JSON document around already written records."""
    return b"".join((head.encode(), b",".join(lines), tail.encode()))
