"""`katsuyo unmatched`: the list names exactly the accounts that belong to nobody; the terminal names nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.commands.unmatched import HEADERS, UNKNOWN_KEY, WITHOUT_ACCOUNT, WITHOUT_PERSON
from pipelines.sources.org.schema import FILES
from tests import CHECKOUT
from tests.crash.morning import run_morning
from tests.e2e.conftest import FEW, LAST, Ward, morning, served

pytestmark = pytest.mark.slow

NOW = morning(LAST + timedelta(days=2))


@pytest.fixture(scope="module")
def listed_ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """A few people after one morning, taken by the steps of the daily run without Dagster."""
    with served(tmp_path_factory.mktemp("listed"), FEW) as ward:
        run_morning(ward.settings_at(NOW), [LAST - timedelta(days=n) for n in (2, 1, 0)])
        yield ward


def _read(file: Path) -> pl.DataFrame:
    names = {header: name for name, header in HEADERS.items()}
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    return pl.read_csv(file, infer_schema=False).rename(names)


def test_the_list_names_who_belongs_to_nobody_and_the_terminal_nobody(listed_ward: Ward, tmp_path: Path) -> None:
    folder, file = tmp_path / "org", tmp_path / "unmatched.csv"
    shutil.copytree(listed_ward.environment["KATSUYO_ORG_DIR"], folder)
    staff = folder / FILES["staff"].file_name
    lines = staff.read_text(encoding="utf-8-sig").splitlines()
    on_rolls = next(n for n, line in enumerate(lines[1:], start=1) if line.endswith(","))  # no last day
    address = next(cell for cell in lines[on_rolls].split(",") if "@" in cell)
    lines[on_rolls] = lines[on_rolls].replace(address, "nobody.knows@example.invalid")
    staff.write_text("\n".join(lines) + "\n", encoding="utf-8")

    done = listed_ward.katsuyo("unmatched", str(file), now=NOW, KATSUYO_ORG_DIR=str(folder))
    assert done.returncode == 0, done.stderr
    assert "@" not in done.stdout + done.stderr
    assert file.stat().st_mode & 0o777 == 0o600

    table = _read(file)
    assert "nobody.knows" not in file.read_text(encoding="utf-8-sig")
    found = table.filter(pl.col("finding") == WITHOUT_PERSON)
    others = set(listed_ward.world.other_accounts["upn"].drop_nulls().str.to_lowercase())
    listed = set(found["address"].str.to_lowercase())
    assert others <= listed
    assert not listed & set(listed_ward.world.people["upn"].str.to_lowercase())
    assert found["address"].n_unique() == found.select("service", "address").unique().height == found.height
    assert str(on_rolls + 1) in table.filter(pl.col("finding") == WITHOUT_ACCOUNT)["staff_line"].to_list()
    counts = {name: table.filter(pl.col("finding") == name).height for name in (UNKNOWN_KEY, WITHOUT_ACCOUNT)}
    assert f"{counts[UNKNOWN_KEY]} keys" in done.stdout
    assert f"{counts[WITHOUT_ACCOUNT]} people" in done.stdout
    active = found.filter(pl.col("active_days").cast(pl.Int64) > 0)
    assert active.filter(pl.col("first_active") > pl.col("last_active")).is_empty()
    assert active.height > 0


def test_a_key_that_no_account_has_any_more_is_listed_by_its_prefix(listed_ward: Ward, tmp_path: Path) -> None:
    home, key = tmp_path / "data", "0123456789abcdef0123456789abcdef"
    home.mkdir()
    shutil.copy(listed_ward.home / "warehouse.duckdb", home)
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute(
            "insert into intermediate.int_account_sightings by name select 'graph_sign_ins' as source_name, "
            f"'{key}' as account_key, 'entra_id' as key_kind, 0 as is_contradictory"
        )
    file = tmp_path / "unmatched.csv"
    done = listed_ward.katsuyo("unmatched", str(file), now=NOW, KATSUYO_HOME=str(home))
    assert done.returncode == 0, done.stderr
    row = _read(file).filter(pl.col("key_prefix") == key[:8]).row(0, named=True)
    assert (row["finding"], row["key_kind"], row["sources"]) == (UNKNOWN_KEY, "entra_id", "graph_sign_ins")
    assert (row["active_days"], row["first_active"], row["address"]) == ("0", None, None)
    assert key not in file.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("where", ["checkout", "home", "site"])
def test_the_list_may_not_lie_where_data_or_code_lie(listed_ward: Ward, where: str) -> None:
    file = {"checkout": CHECKOUT, "home": listed_ward.home, "site": listed_ward.site}[where] / "unmatched.csv"
    done = listed_ward.katsuyo("unmatched", str(file), now=NOW)
    assert done.returncode == 1
    assert "no address may be" in " ".join(done.stderr.split())
    assert not file.exists()
