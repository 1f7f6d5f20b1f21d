"""The administrator's list of accounts that belong to nobody, with addresses: made in memory, written to one file.

The warehouse knows keys only. Here the directory and Box are asked afresh, their identifiers keyed in memory, and
joined with the keys that no person claimed. The file is the only place where key and address meet: it must lie outside
the checkout and the data folders, and is readable by its owner alone. What is printed is counts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.commands import console
from pipelines.commands.checkup import Checkup
from pipelines.common.durable import write_durably
from pipelines.common.shipped import CODE_DIR
from pipelines.errors import ConfigurationError, KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.privacy.pseudonym import Pseudonymiser, read_key
from pipelines.settings import Settings
from pipelines.sources.answer import Answer
from pipelines.sources.box.records import parse_users as parse_box_users
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.records import parse_users
from pipelines.sources.org.accounts import match_accounts
from pipelines.warehouse.unmatched_keys import UnmatchedKeys, unmatched_keys

PRIVATE = 0o600
# Enough to find a key again in the warehouse, too little to write it elsewhere.
PREFIX_DIGITS = 8
# What is read of Box's users.
BOX_COLUMNS = ("id", "login", "status", "account_kind")
# What a spreadsheet would take for a formula.
FORMULA_STARTS = r"^([=+\-@\t\r])"
HEADERS = {
    "finding": "区分 finding",
    "service": "サービス service",
    "address": "アドレス address",
    "account_kind": "アカウント種別 account kind",
    "sources": "出所 sources",
    "first_active": "最初の利用日 first active day",
    "last_active": "最後の利用日 last active day",
    "active_days": "利用日数 active days",
    "key_kind": "鍵の種類 key kind",
    "key_prefix": "鍵の先頭 key prefix",
    "staff_line": "staff.csvの行 line of staff.csv",
}
WITHOUT_PERSON = "対応する職員なし account without a person"
CLAIMED_BY_SEVERAL = "複数の職員に対応 claimed by several people"
UNKNOWN_KEY = "現在の一覧にない鍵 key that no account of today has"
WITHOUT_ACCOUNT = "アカウントのない職員 person without an account"


@dataclass(frozen=True, slots=True)
class UnmatchedCounts:
    """What the file holds, in counts."""

    accounts: int
    unknown_keys: int
    people: int

    def __str__(self) -> str:
        return (
            f"{self.accounts} accounts without a person, {self.unknown_keys} keys that no account of today has, "
            f"{self.people} people of staff.csv without an account."
        )


def list_unmatched(file: Path) -> None:
    """Write the file and print the counts."""
    counts = write_unmatched(Settings.from_env(), file)
    console.out.print(f"{counts}\nThe file holds addresses: delete it when the files are mended.", markup=False)


def write_unmatched(settings: Settings, file: Path) -> UnmatchedCounts:
    """Ask, compare, write. Raises KatsuyoError in one sentence; then no file is written."""
    path = _allowed(settings, file)
    keys = unmatched_keys(settings.warehouse_file)
    checkup = Checkup(settings)
    workspace = checkup.workspace
    assert workspace.org_tables  # whatever is wrong with the files is said before anybody is asked
    now = settings.now()
    directory = parse_users(asyncio.run(_directory(workspace, now))).frame
    box_users = pl.DataFrame(schema=dict.fromkeys(BOX_COLUMNS, pl.String))
    if "box" not in settings.sources_off:
        with workspace.box() as box:
            box_users = parse_box_users(box.users(now)).frame
    secret = read_key(settings.pseudonym_key_file, "KATSUYO_PSEUDONYM_KEY_FILE")
    known = _known_keys(Pseudonymiser(secret), directory, box_users)
    accounts, unknown = _account_rows(keys, known), _unknown_rows(keys, known)
    lines = [] if checkup.staff is None else match_accounts(checkup.staff, directory).lines
    people = pl.DataFrame({"finding": WITHOUT_ACCOUNT, "staff_line": pl.Series(lines, dtype=pl.Int64)})
    table = pl.concat([accounts, unknown, people], how="diagonal").select(
        pl.col(name).alias(header) for name, header in HEADERS.items()
    )
    # With a byte order mark, or a spreadsheet takes the Japanese for something else.
    write_durably(path, table.write_csv(include_bom=True, line_terminator="\r\n").encode(), PRIVATE)
    return UnmatchedCounts(accounts.height, unknown.height, people.height)


def _allowed(settings: Settings, file: Path) -> Path:
    path = file.expanduser().absolute()
    resolved = path.resolve()
    for folder in (CODE_DIR, settings.home, settings.site):
        if resolved.is_relative_to(folder.resolve()):
            raise ConfigurationError(
                "The file would lie with the code, in the data folder or the pages, where no address may be: "
                "name one in a folder of your own."
            )
    if not resolved.parent.is_dir():
        raise ConfigurationError("The folder of the file does not exist: make it first, readable by you alone.")
    if resolved.is_dir():
        raise KatsuyoError("That is a folder: name the file to write.")
    return resolved


async def _directory(workspace: Workspace, now: datetime) -> Answer:
    async with GraphSource(workspace.graph_config, limits=workspace.graph_limits) as graph:
        return await graph.users(now)


def _known_keys(pseudonymiser: Pseudonymiser, directory: pl.DataFrame, box_users: pl.DataFrame) -> pl.DataFrame:
    """Every key that an account of today has: account_key -> service, address, account_kind.

    A key of an address may belong to an account of each service; the directory comes first.
    """
    is_enabled = pl.col("account_enabled").fill_null("true").str.to_lowercase() == "true"
    kind = pl.col("user_type").fill_null("Member").str.to_lowercase()
    entra = directory.select(
        pl.lit("Microsoft 365").alias("service"),
        pl.col("user_principal_name").alias("address"),
        (kind + pl.when(is_enabled).then(pl.lit("")).otherwise(pl.lit(", disabled"))).alias("account_kind"),
        pseudonymiser.keys_of(directory["id"], "entra_id").alias("by_id"),
        pseudonymiser.keys_of(directory["user_principal_name"], "address").alias("by_name"),
        pseudonymiser.keys_of(directory["mail"], "address").alias("by_mail"),
    )
    box = box_users.select(
        pl.lit("Box").alias("service"),
        pl.col("login").alias("address"),
        (pl.col("account_kind").fill_null("person") + ", " + pl.col("status").fill_null("")).alias("account_kind"),
        pseudonymiser.keys_of(box_users["id"], "box_id").alias("by_id"),
        pseudonymiser.keys_of(box_users["login"], "address").alias("by_name"),
    )
    about = ("service", "address", "account_kind")
    parts = [
        accounts.select(*about, pl.col(column).alias("account_key"))
        for accounts in (entra, box)
        for column in accounts.columns
        if column.startswith("by_")
    ]
    return pl.concat(parts).drop_nulls("account_key").unique("account_key", keep="first", maintain_order=True)


def _account_rows(keys: UnmatchedKeys, known: pl.DataFrame) -> pl.DataFrame:
    """One row per account of today, whatever number of keys led to it."""
    account = ["service", "address", "account_kind"]
    found = keys.accounts.join(known, on="account_key", how="inner")
    days = found.join(keys.days, on="account_key", how="left").group_by(account).agg(**_activity())
    sources = (
        found.explode("source_names")
        .group_by(account)
        .agg(
            sources=pl.col("source_names").unique().sort().str.join(" "),
            finding=pl.when(pl.col("is_contradictory").any())
            .then(pl.lit(CLAIMED_BY_SEVERAL))
            .otherwise(pl.lit(WITHOUT_PERSON)),
        )
    )
    return (
        sources.join(days, on=account, nulls_equal=True)
        .sort(["service", "active_days", "address"], descending=[True, True, False])
        .with_columns(pl.col("address").str.replace(FORMULA_STARTS, "'${1}"))
    )


def _unknown_rows(keys: UnmatchedKeys, known: pl.DataFrame) -> pl.DataFrame:
    """Accounts that are gone by now, and outsiders: nobody can say whose they are, so the key stands for them."""
    return (
        keys.accounts.join(known, on="account_key", how="anti")
        .join(keys.days, on="account_key", how="left")
        .group_by("key_kind", "account_key")
        .agg(sources=pl.col("source_names").first().list.join(" "), **_activity())
        .sort("active_days", "account_key", descending=[True, False])
        .select(
            pl.lit(UNKNOWN_KEY).alias("finding"),
            "sources",
            "first_active",
            "last_active",
            "active_days",
            "key_kind",
            pl.col("account_key").str.head(PREFIX_DIGITS).alias("key_prefix"),
        )
    )


def _activity() -> dict[str, pl.Expr]:
    day = pl.col("activity_date")
    return {"first_active": day.min(), "last_active": day.max(), "active_days": day.drop_nulls().n_unique()}
