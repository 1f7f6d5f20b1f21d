"""Which keys of accounts the warehouse could not tie to a person, and on which days they were active.

Worked out when somebody asks (katsuyo unmatched), not in the daily run: it reads all history. Whose keys these are can
only be said by who holds the secret (pipelines/commands/unmatched.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import KatsuyoError
from pipelines.warehouse.connection import connect

_ACCOUNTS = """
select key_kind, account_key, list(source_name order by source_name) as source_names,
    max(is_contradictory) = 1 as is_contradictory
from intermediate.int_account_sightings
where match_step_number is null
group by key_kind, account_key
"""
_DAYS = """
with active as (
    select coalesce(entra_key, address_key) as account_key, activity_date
    from staging.stg_graph__teams_user_activity
    where team_chat_messages_count + private_chat_messages_count + meetings_attended_count + calls_count > 0
        or meetings_organized_count > 0 or has_other_action
    union
    select address_key, activity_date
    from staging.stg_graph__email_activity
    where mail_sent_count + mail_received_count + mail_read_count > 0
    union
    select coalesce(entra_key, address_key), activity_date
    from staging.stg_graph__sign_ins
    where is_successful
    union
    select coalesce(actor_box_key, actor_address_key), activity_date
    from staging.stg_box__events
)

select account_key, activity_date
from active
where account_key in (select account_key from intermediate.int_account_sightings where match_step_number is null)
"""


@dataclass(frozen=True, slots=True)
class UnmatchedKeys:
    """`accounts`: key_kind, account_key, source_names, is_contradictory. `days`: account_key, activity_date."""

    accounts: pl.DataFrame
    days: pl.DataFrame


def unmatched_keys(warehouse_file: Path) -> UnmatchedKeys:
    """What no claim ever tied to a person. Raises KatsuyoError when the models have not been built yet."""
    with connect(warehouse_file, read_only=True) as con:
        try:
            return UnmatchedKeys(con.sql(_ACCOUNTS).pl(), con.sql(_DAYS).pl())
        except duckdb.CatalogException:
            raise KatsuyoError("The models are not built yet: run `katsuyo run` or `katsuyo rebuild` first.") from None
