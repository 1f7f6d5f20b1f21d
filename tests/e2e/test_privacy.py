"""No name, sign-in name, mail address or file name of the world is in anything the pipeline leaves behind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
import zstandard

from tests.e2e.conftest import FIRST, Ward

pytestmark = pytest.mark.slow

VAULT = "vault"
BATCH_CHARACTERS = 20_000_000


def _secrets(ward: Ward) -> list[bytes]:
    """Everything that names a person or a file of the world, as the services send it."""
    people = ward.world.people
    texts: set[str] = set()
    for column in ("display_name", "upn", "mail", "box_login", "entra_id"):
        texts |= set(people[column].drop_nulls().to_list())
    # Bare numbers also occur by chance inside sizes and keys, so these are looked for as whole values.
    for column in ("employee_number", "box_id"):
        texts |= {f'"{number}"' for number in people[column].drop_nulls()}
    texts |= {upn.split("@")[0] for upn in people["upn"]}
    texts |= set(ward.world.partners["login"].to_list()) | set(ward.world.partners["name"].to_list())
    events = pl.concat([ward.world.box_events(FIRST), ward.world.box_events(FIRST.replace(day=17))])
    texts |= set(events["item_name"].drop_nulls().to_list()) | set(events["parent_name"].drop_nulls().to_list())
    texts |= {f'"{address}"' for address in events["ip_address"].drop_nulls() if address != "Unknown IP"}
    return sorted(text.encode() for text in texts if len(text) >= 6)


def _readable(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what a curious reader gets by opening it with the right tool."""
    content = path.read_bytes()
    yield content
    if path.suffix == ".parquet":
        yield pl.read_parquet(io.BytesIO(content)).write_ndjson().encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            tables = con.execute(
                "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            ).fetchall()
            for schema, table in tables:
                yield con.sql(f'select * from "{schema}"."{table}"').pl().write_ndjson().encode()
    elif path.suffix == ".zst":
        yield zstandard.ZstdDecompressor().decompress(content)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def _found(files: list[Path], secrets: list[bytes]) -> list[str]:
    """Where any of thousands of needles occurs, in one pass (Aho-Corasick), whatever its case."""
    # Latin-1 maps every byte to one character, so that bytes of any kind can be searched as text.
    needles = [secret.decode("latin-1") for secret in secrets]
    found = []
    for batch in _batches((path.name, text.decode("latin-1")) for path in files for text in _readable(path)):
        hits = pl.Series([text for _, text in batch]).str.extract_many(needles, ascii_case_insensitive=True)
        found += [
            f"{name}: {hit}" for (name, _), of_one in zip(batch, hits, strict=True) for hit in of_one.unique()[:3]
        ]
    return found


def _batches(named: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Texts in lists of many characters: making the automaton takes longer than searching a small file."""
    batch: list[tuple[str, str]] = []
    characters = 0
    for name, text in named:
        batch.append((name, text))
        characters += len(text)
        if characters > BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def test_no_identifier_is_left_in_data_pages_logs_or_run_storage(ward: Ward) -> None:
    files = [
        path
        for root in (ward.home, ward.site)
        for path in root.rglob("*")
        if path.is_file() and VAULT not in path.relative_to(ward.root).parts and path.name != "plotly.min.js"
    ]
    folders = {path.relative_to(ward.root).parts[1] for path in files}
    assert {"landing", "published", "dagster", "warehouse.duckdb"} <= folders
    assert not _found(files, _secrets(ward))


def test_no_identifier_was_printed(ward: Ward) -> None:
    printed = "\n".join(ward.output).encode()
    assert printed
    assert not [secret for secret in _secrets(ward) if secret in printed]


def test_the_search_would_find_a_leak(ward: Ward, tmp_path: Path) -> None:
    leak = tmp_path / "leak.parquet"
    pl.DataFrame({"who": [ward.world.people["upn"][0].upper()]}).write_parquet(leak)
    assert _found([leak], _secrets(ward))


def test_the_vault_cannot_be_read_without_its_key(ward: Ward) -> None:
    stored = sorted((ward.home / VAULT).rglob("*.vault"))
    assert len(stored) > 100
    assert not _found(stored[:40], _secrets(ward))


def test_the_published_file_holds_no_person_key(ward: Ward) -> None:
    with duckdb.connect(str(ward.published), read_only=True) as con:
        columns = {row[0] for row in con.execute("select column_name from information_schema.columns").fetchall()}
    of_departments = {"department_key", "parent_key", "source_key", "target_key"}
    assert not {column for column in columns if column.endswith("_key")} - of_departments
