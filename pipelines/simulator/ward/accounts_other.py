"""Accounts that are not of staff: guests, shared mailboxes, machines, and the partners outside.

And the table of every Box identity an event may name. What they do belongs to the traffic modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.simulator.ward.account_names import AccountNames
from pipelines.simulator.ward.names import FAMILY_NAMES, GIVEN_NAMES, GROUP_NAMES, PARTNER_BODIES
from pipelines.simulator.ward.people import DOMAIN
from pipelines.simulator.ward.streams import Purpose, stream, uuid_texts

MACHINES = (
    ("box_service", "文書連携サービス", "AutomationUser_1189273_aK3vQz81Lm@boxdevedition.com"),
    ("box_service", "活用状況測定", "AutomationUser_1204418_Rw9cT5xYbe@boxdevedition.com"),
    ("box_service", "バックアップ連携", "AutomationUser_1077305_pH2nD7sGqk@boxdevedition.com"),
    ("box_app_user", "電子申請連携01", "AppUser_1189273_Jf6uE0oNwz@boxdevedition.com"),
    ("box_app_user", "電子申請連携02", "AppUser_1189273_Vb4mC8rXid@boxdevedition.com"),
    ("box_admin_reports", "Box Admin Reports", "AutomationUser_279954_BoxAdminReports@boxdevedition.com"),
)
ACCOUNT_SCHEMA = {
    "account_kind": pl.String,
    "entra_id": pl.String,
    "upn": pl.String,
    "display_name": pl.String,
    "box_id": pl.String,
    "box_login": pl.String,
}


@dataclass(frozen=True)
class Identities:
    """Every Box identity by number: people first (number = person_no), then partners, machines, special ones."""

    ids: pl.Series
    names: pl.Series
    logins: pl.Series
    partners: np.ndarray  # numbers
    machines: np.ndarray
    anonymous: int
    box_support: int
    unregistered: np.ndarray  # outside addresses without a Box account: invited by mail
    groups: np.ndarray  # id and name, no login
    nobody: int  # all null
    changes: AccountNames

    def pools_on(self, day: date) -> dict[str, pl.Series]:
        """Ids, names and logins by number, as Box has them on a day."""
        former = self.changes.former.filter(pl.col("box_until") >= day)
        numbers = former["person_no"]
        return {
            "id": self.ids,
            "name": self.names.clone().scatter(numbers, former["display_name"]) if len(former) else self.names,
            "login": self.logins.clone().scatter(numbers, former["box_login"]) if len(former) else self.logins,
        }


def build_partners(seed: int, staff: int) -> pl.DataFrame:
    """External collaborators: partner_id, login, name, domain."""
    rng = stream(seed, Purpose.ACCOUNTS)
    count = max(len(PARTNER_BODIES), round(staff / 12))
    body = np.concatenate([np.arange(len(PARTNER_BODIES)), rng.integers(0, len(PARTNER_BODIES), count)])[:count]
    family, given = rng.integers(0, len(FAMILY_NAMES), count), rng.integers(0, len(GIVEN_NAMES), count)
    ids = 31_000_000_000 + rng.choice(900_000_000, size=count, replace=False)
    texts = pl.DataFrame(
        {
            "partner_id": pl.Series(ids).cast(pl.String),
            "family": pl.Series([name for name, _ in FAMILY_NAMES]).gather(family),
            "given": pl.Series([name for name, _ in GIVEN_NAMES]).gather(given),
            "family_romaji": pl.Series([romaji for _, romaji in FAMILY_NAMES]).gather(family),
            "given_romaji": pl.Series([romaji for _, romaji in GIVEN_NAMES]).gather(given),
            "domain": pl.Series([domain for _, domain in PARTNER_BODIES]).gather(body),
            "number": pl.Series(np.arange(count)).cast(pl.String),
        }
    )
    local = pl.concat_str("given_romaji", pl.lit("-"), "family_romaji", "number")
    return texts.select(
        "partner_id",
        pl.concat_str(local, pl.lit("@"), "domain").alias("login"),
        pl.concat_str("family", pl.lit(" "), "given").alias("name"),
        "domain",
    )


def build_other_accounts(seed: int, divisions: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """Guests, one shared mailbox for each 課, a synchronisation account, Box machines."""
    rng = stream(seed, Purpose.ACCOUNTS, 1)
    guests = partners.head(max(3, len(partners) // 5)).select(
        pl.lit("guest").alias("account_kind"),
        pl.concat_str(pl.col("login").str.replace("@", "_"), pl.lit(f"#EXT#@{DOMAIN}")).alias("upn"),
        pl.col("name").alias("display_name"),
    )
    mailboxes = divisions.select(
        pl.lit("shared_mailbox").alias("account_kind"),
        pl.concat_str(pl.lit("ka-"), "department_code", pl.lit(f"@{DOMAIN}")).alias("upn"),
        pl.concat_str("department_name", pl.lit("（代表）")).alias("display_name"),
    )
    services = pl.DataFrame(
        {
            "account_kind": ["service", "service"],
            "upn": [f"sync_hr_connector@{DOMAIN}", f"svc-meetingroom@{DOMAIN}"],
            "display_name": ["人事連携サービス", "会議室予約サービス"],
        }
    )
    directory = pl.concat([guests, mailboxes, services])
    machines = pl.DataFrame(MACHINES, schema=["account_kind", "display_name", "box_login"], orient="row")
    box_ids = 21_000_000_000 + rng.choice(900_000_000, size=len(machines), replace=False)
    frames = [
        directory.with_columns(uuid_texts(rng, len(directory), "entra_id")),
        machines.with_columns(pl.Series("box_id", box_ids).cast(pl.String)),
    ]
    return pl.concat(frames, how="diagonal").select(pl.col(name).cast(kind) for name, kind in ACCOUNT_SCHEMA.items())


def build_identities(
    people: pl.DataFrame, partners: pl.DataFrame, others: pl.DataFrame, changes: AccountNames
) -> Identities:
    """One list of all who may act, own, or be invited."""
    machines = others.filter(pl.col("box_id").is_not_null())
    uninvited = [f"madoguchi{number}@{domain}" for number, (_, domain) in enumerate(PARTNER_BODIES)]
    groups = [str(18_200_400 + 37 * number) for number in range(len(GROUP_NAMES))]
    special_ids = ["2", "box_support", *(None for _ in uninvited), *groups, None]
    special_names = ["Unknown User", "Box Support", *(None for _ in uninvited), *GROUP_NAMES, None]
    special_logins = ["", "support@box.com", *uninvited, *(None for _ in groups), None]
    after_people, after_partners = len(people), len(people) + len(partners)
    special = after_partners + len(machines)

    def column(own: str, partner: str, machine: str, rest: list[str | None]) -> pl.Series:
        parts = [people[own], partners[partner], machines[machine], pl.Series(rest, dtype=pl.String)]
        return pl.concat([part.alias("text") for part in parts], rechunk=True)

    return Identities(
        ids=column("box_id", "partner_id", "box_id", special_ids),
        names=column("display_name", "name", "display_name", special_names),
        logins=column("box_login", "login", "box_login", special_logins),
        partners=np.arange(after_people, after_partners),
        machines=np.arange(after_partners, special),
        anonymous=special,
        box_support=special + 1,
        unregistered=np.arange(special + 2, special + 2 + len(uninvited)),
        groups=np.arange(special + 2 + len(uninvited), special + len(special_ids) - 1),
        nobody=special + len(special_ids) - 1,
        changes=changes,
    )
