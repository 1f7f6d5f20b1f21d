"""The whole system on one page: assets, jobs, schedule, sensor of given settings. Dagster loads definitions.py."""

import warnings

import dagster as dg

from pipelines.assets.fetching import landing_assets
from pipelines.assets.loading import raw_assets
from pipelines.assets.modelling import model_assets
from pipelines.assets.outputs import output_assets
from pipelines.assets.support import WORKSPACE
from pipelines.common.shipped import SQL_DIR
from pipelines.orchestration.partitions import report_days
from pipelines.orchestration.runs import workspace_of_run
from pipelines.orchestration.schedules import daily_schedule, jobs
from pipelines.orchestration.sensors import message_sensor
from pipelines.settings import Settings
from pipelines.warehouse.models.model import load_project


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, jobs, the schedule and the sensor for one set of settings; tests call it with their own."""
    with warnings.catch_warnings():
        # `backfill_policy` has been "beta" for years; a window of days in one run depends on it.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return _definitions(settings)


def _definitions(settings: Settings) -> dg.Definitions:
    days = report_days(settings.first_day)
    project = load_project(SQL_DIR)
    marts = [dg.AssetKey(["marts", name]) for name in project.order if project.models[name].schema == "marts"]
    return dg.Definitions(
        assets=[*landing_assets(days), *raw_assets(), model_assets(project), *output_assets(marts)],
        jobs=jobs(),
        schedules=[daily_schedule(settings)],
        sensors=[message_sensor(settings)],
        resources={WORKSPACE: workspace_of_run(settings)},
        # One process: a step costs milliseconds instead of seconds, and the warehouse has one writer anyway.
        executor=dg.in_process_executor,
    )
