"""The days Dagster knows: only the landing is partitioned, in the source's own day (UTC). The rest is kept whole."""

import datetime as dt

import dagster as dg


def report_days(first_day: dt.date) -> dg.DailyPartitionsDefinition:
    """One partition per complete UTC day from `first_day` on."""
    return dg.DailyPartitionsDefinition(start_date=first_day.isoformat(), timezone="UTC")


def range_tags(first: dt.date, last: dt.date) -> dict[str, str]:
    """Run tags that make one run cover all days from `first` to `last`."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }
