"""When things run by themselves: one daily job at 06:00 in Tokyo, whose one run covers the whole re-fetch window."""

import datetime as dt

import dagster as dg

from pipelines.assets.loading import CALENDAR, PARAMETERS
from pipelines.orchestration.partitions import range_tags, window
from pipelines.settings import Settings

DAILY = "daily"
REBUILD = "rebuild"
RENDER = "render"
SCHEDULE = "daily_at_six"


def jobs() -> list:
    """`daily` fetches and does all the rest; `rebuild` needs no network; `render` only makes the pages again."""
    rules = dg.AssetSelection.assets(CALENDAR, PARAMETERS)
    offline = rules | dg.AssetSelection.groups("staging", "intermediate", "marts", "published", "site")
    return [
        dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            description="Fetch the window of days that services may still restate, then load, model, publish, render.",
        ),
        dg.define_asset_job(
            REBUILD, selection=offline, description="Models, published file and pages again; no network."
        ),
        dg.define_asset_job(RENDER, selection=dg.AssetSelection.groups("site"), description="The pages again."),
    ]


def daily_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """06:00 Asia/Tokyo, one run for the whole window by range tags."""

    @dg.schedule(
        name=SCHEDULE,
        job_name=DAILY,
        cron_schedule="0 6 * * *",
        execution_timezone="Asia/Tokyo",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Every morning before work begins. Switch it on once the tenant is connected.",
    )
    def daily_at_six(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        now: dt.datetime = context.scheduled_execution_time
        first, last = window(now, settings.refetch_days, settings.first_day)
        return dg.RunRequest(run_key=f"daily-{last}", tags=range_tags(first, last))

    return daily_at_six
