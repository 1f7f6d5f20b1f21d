"""Which answers to ask for, and taking them in: the loop over the days of a window, for every dataset.

A day lands as soon as it is there; a day that fails does not lose the days before it, and the failure is raised at the
end. One module per source; what the outcomes are is outcomes.py. No Dagster here (assets/ wraps these functions), no
SQL, and nothing about single fields.
"""

from pipelines.errors import CONCEALED_NAMES
from pipelines.ingest.box import (
    backfill_days,
    history_days,
    ingest_box_backfill,
    ingest_box_events,
    ingest_box_stream,
    ingest_box_users,
    runs_left,
)
from pipelines.ingest.box_compare import Comparison, compare_streams
from pipelines.ingest.graph import (
    GraphSnapshot,
    days_still_changing,
    ingest_graph_snapshot,
    ingest_non_interactive_sign_ins,
    ingest_sign_in_summaries,
    ingest_sign_ins,
)
from pipelines.ingest.graph_reports import ingest_period_reports, ingest_reports
from pipelines.ingest.open_days import first_open_day
from pipelines.ingest.org import OrgIngested, ingest_org, purge_vault
from pipelines.ingest.outcomes import Dataset, DayOutcome, Ingested, gaps_of, outcome_of, raise_if_any_failed
from pipelines.ingest.steps import (
    BOX_EVENTS,
    DATASETS,
    DATASETS_BY_DAY,
    STEPS,
    Product,
    Request,
    Step,
    StepOutcome,
    landed_by,
    take_step,
)

__all__ = [
    "BOX_EVENTS",
    "CONCEALED_NAMES",
    "DATASETS",
    "DATASETS_BY_DAY",
    "STEPS",
    "Comparison",
    "Dataset",
    "DayOutcome",
    "GraphSnapshot",
    "Ingested",
    "OrgIngested",
    "Product",
    "Request",
    "Step",
    "StepOutcome",
    "backfill_days",
    "compare_streams",
    "days_still_changing",
    "first_open_day",
    "gaps_of",
    "history_days",
    "ingest_box_backfill",
    "ingest_box_events",
    "ingest_box_stream",
    "ingest_box_users",
    "ingest_graph_snapshot",
    "ingest_non_interactive_sign_ins",
    "ingest_org",
    "ingest_period_reports",
    "ingest_reports",
    "ingest_sign_in_summaries",
    "ingest_sign_ins",
    "landed_by",
    "outcome_of",
    "purge_vault",
    "raise_if_any_failed",
    "runs_left",
    "take_step",
]
