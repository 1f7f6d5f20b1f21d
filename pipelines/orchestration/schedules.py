"""When things run by themselves: one daily job at 06:00 in Tokyo, whose one run covers all that is to be asked for."""

import datetime as dt

import dagster as dg

from pipelines.assets.support import FROM_THE_LANDING, HEALS, YES
from pipelines.common.days import newest_complete_day
from pipelines.ingest import DATASETS_BY_DAY, first_open_day
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.partitions import range_tags
from pipelines.settings import Settings

DAILY = "daily"
REBUILD = "rebuild"
CATCH_UP = "catch_up"
RENDER = "render"
SCHEDULE = "daily_at_six"


def jobs() -> list:
    """`daily` fetches and does all the rest; the others need no network, `render` only makes the pages again."""
    offline = dg.AssetSelection.groups("raw", "staging", "intermediate", "marts", "published", "site")
    return [
        dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            description="Fetch every day that is missing or not confirmed, then load, model, publish, render.",
        ),
        dg.define_asset_job(
            REBUILD,
            selection=offline,
            tags={FROM_THE_LANDING: YES},
            description="Raw tables, models, published file and pages again from the landing; no network.",
        ),
        dg.define_asset_job(
            CATCH_UP, selection=offline, description="Load what landed since, and what follows from it; no network."
        ),
        dg.define_asset_job(RENDER, selection=dg.AssetSelection.groups("site"), description="The pages again."),
    ]


def healing_tags(settings: Settings, now: dt.datetime) -> dict[str, str]:
    """Tags of the run that asks for every day that is missing or not confirmed at that instant."""
    workspace = Workspace(settings.model_copy(update={"as_of": now}))
    first = first_open_day(workspace, DATASETS_BY_DAY)
    return {**range_tags(first, newest_complete_day(now)), HEALS: YES}


def daily_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """06:00 Asia/Tokyo. A morning that was missed needs no thought: the next one asks for what it would have."""

    @dg.schedule(
        name=SCHEDULE,
        job_name=DAILY,
        cron_schedule="0 6 * * *",
        execution_timezone="Asia/Tokyo",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Every morning before work begins. Switch it on once the tenant is connected.",
    )
    def daily_at_six(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        now: dt.datetime = settings.as_of or context.scheduled_execution_time
        return dg.RunRequest(run_key=f"daily-{newest_complete_day(now)}", tags=healing_tags(settings, now))

    return daily_at_six
