"""Everything a run leaves behind, as text that is equal exactly when nothing that counts differs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

LAYERS = ("raw", "staging", "intermediate", "marts")

# Of the published file: up to which change of which warehouse it is copied. It tells nothing of what it holds.
MADE_FROM = "made_from"
# When which folder was looked at tells nothing of what is loaded.
LOOKED_AT = "looked_at"


def state_of(home: Path) -> dict[str, str]:
    """Name -> content of every landed file, every table of the warehouse and every published table.

    Files that a killed process left half written are part of it under their own names, so none may be left. Of the
    vault only the names are compared: what is encrypted twice is never the same.
    """
    found = {f"vault: {path.relative_to(home)}": "" for path in home.rglob("*.vault")}
    for folder in ("landing", "published"):
        for path in (home / folder).rglob("*"):
            if path.is_file() and path.suffix != ".duckdb":
                found[f"file: {path.relative_to(home)}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    found |= {f"part: {path.relative_to(home)}": "" for path in (home / "vault").rglob("*.part*") if path.is_file()}
    found |= _tables(home / "warehouse.duckdb", "warehouse", LAYERS)
    found |= _tables(home / "published" / "katsuyo.duckdb", "published", ("main",))
    return found


def pages_of(site: Path) -> dict[str, str]:
    """Name -> content of every file of the pages."""
    return {
        str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }


def _tables(file: Path, label: str, schemas: tuple[str, ...]) -> dict[str, str]:
    if not file.is_file():
        return {label: "not there"}
    with duckdb.connect(str(file), read_only=True) as con:
        names = con.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where list_contains(?, schema_name) and not list_contains(?, table_name)",
            [list(schemas), [MADE_FROM, LOOKED_AT]],
        ).fetchall()
        parts = [
            f"select '{label}: {schema}.{name}' as name, count(*) as rows, sum(hash(t::varchar)::hugeint) as content "
            f"from {schema}.{name} as t"
            for schema, name in names
        ]
        return {name: f"{rows} {content}" for name, rows, content in con.execute(" union all ".join(parts)).fetchall()}


def differences(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """Names of what is there and should not be, is missing, or is not alike."""
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
