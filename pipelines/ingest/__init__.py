"""Which answers to ask for, and taking them in: the loop over the days of a window, for every dataset.

A day lands as soon as it is there; a day that fails does not lose the days before it, and the failure is raised at the
end. One module per source; what the outcomes are is outcomes.py. No Dagster here (assets/ wraps these functions), no
SQL, and nothing about single fields.
"""

from pipelines.ingest.box import ingest_box_events, ingest_box_users
from pipelines.ingest.graph import (
    CONCEALED_NAMES,
    ingest_graph_snapshot,
    ingest_report,
    ingest_sign_ins,
    refuse_concealed_names,
)
from pipelines.ingest.org import OrgIngested, ingest_org, purge_vault
from pipelines.ingest.outcomes import DayOutcome, Ingested, outcome_of

__all__ = [
    "CONCEALED_NAMES",
    "DayOutcome",
    "Ingested",
    "OrgIngested",
    "ingest_box_events",
    "ingest_box_users",
    "ingest_graph_snapshot",
    "ingest_org",
    "ingest_report",
    "ingest_sign_ins",
    "outcome_of",
    "purge_vault",
    "refuse_concealed_names",
]
