"""Landing assets: ask the services and the organisation's folder, keep the answers. Never opens the warehouse.

Which there are, what each comes after and in which order they run is the table of ingest/steps.py.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets.support import HEALS, days_of, failures, has_tag, outcome_metadata
from pipelines.ingest import STEPS, Product, Request, Step, StepOutcome, gaps_of, take_step
from pipelines.ingest.workspace import Workspace

_Results = Iterator[dg.MaterializeResult]
# What did not come fails this check of its asset; the run goes on without it.
ARRIVED = "arrived"
# Of steps that could be taken now, Dagster takes the one with the highest.
PRIORITY = "dagster/priority"
_KINDS = {"org": "csv"}


def landing_key(name: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", name])


def landing_assets(report_days: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """One asset per product of a step; those with days are partitioned in the source's own day and run a window."""
    return [_step_assets(step, len(STEPS) - place, report_days) for place, step in enumerate(STEPS)]


def _step_assets(step: Step, priority: int, report_days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"landing__{step.name}",
        specs=[_spec(step, product) for product in step.makes],
        check_specs=[
            dg.AssetCheckSpec(ARRIVED, asset=landing_key(product.name), description="Everything asked for came.")
            for product in step.makes
        ],
        can_subset=len(step.makes) > 1,
        partitions_def=report_days if step.is_by_day else None,
        backfill_policy=dg.BackfillPolicy.single_run() if step.is_by_day else None,
        op_tags={PRIORITY: str(priority)},
    )
    def land(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        names = tuple(name for name in step.names if landing_key(name) in context.selected_asset_keys)
        days = days_of(context) if step.is_by_day else []
        with failures(workspace):
            outcome = take_step(step, Request(workspace, days, names, heals=has_tag(context, HEALS)))
        yield from _results_of(step, names, outcome)

    return land


def _spec(step: Step, product: Product) -> dg.AssetSpec:
    source = product.lands[0][0]
    link = product.documentation
    return dg.AssetSpec(
        landing_key(product.name),
        group_name="landing",
        kinds={_KINDS.get(source, source)},
        deps=[landing_key(name) for name in step.after],
        description=product.description,
        metadata={"documentation": dg.MetadataValue.url(link)} if link else {},
    )


def _results_of(step: Step, names: tuple[str, ...], outcome: StepOutcome) -> _Results:
    """Of each product what became of its days, and whether all came. What comes after it goes on in either case."""
    for product in (one for one in step.makes if one.name in names):
        taken = outcome.ingested
        if len(step.makes) > 1:
            taken = tuple(one for one in taken if (one.source, one.dataset) in product.lands)
        # Of several files each has a note of its own.
        days = outcome_metadata(taken[0]) if len(taken) == 1 else {}
        gaps = gaps_of(taken)
        yield dg.MaterializeResult(
            asset_key=landing_key(product.name),
            metadata={**days, **outcome.notes},
            check_results=[
                dg.AssetCheckResult(
                    asset_key=landing_key(product.name),
                    check_name=ARRIVED,
                    passed=not gaps,
                    severity=dg.AssetCheckSeverity.ERROR,
                    description=" ".join(gaps) or None,
                )
            ],
        )
