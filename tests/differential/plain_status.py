"""Which data a metric hangs on, how much of a period is known of them, and whether that can still change."""

from __future__ import annotations

import polars as pl

from tests.differential.facts import MEASURES, Facts
from tests.differential.plain_counted import PERIODS

_MEASURES = {
    "teams": ("meeting_minutes", "chat_messages_median", "chat_messages_p90", "meeting_minutes_median"),
    "copilot": ("copilot_reach",),
    "chat_share": ("chat_share",),
    "telework": (
        "telework_reach", "telework_capable_reach", "telework_capable_reach_equal_days", "telework_day_rate",
        "telework_capable_day_rate", "telework_coverage", "telework_class_share", "telework_people_daily_mean",
        "telework_people_daily_max", "telework_weekly_1_share", "telework_weekly_2_share", "telework_weekly_3_share",
        "seats_office_median", "seats_office_p95", "seats_office_p99", "seats_office_max", "seats_per_headcount",
        "seats_peak_day_share",
    ),
    "box": (
        "external_outbound_files", "external_inbound_files", "beyond_mail_files", "beyond_mail_share", "external_bytes",
        "external_partners", "file_request_files", "partner_folder_actions", "external_size_files",
    ),
}  # fmt: skip
TEAMS_BY_PLACE = "teams_by_place"  # use by place of work: both have to be known
# Of what plain_use.py does not name.
MEASURE_OF = {name: measure for measure, names in _MEASURES.items() for name in names}


def period_status(facts: Facts) -> pl.DataFrame:
    """period_kind, period_start, measure, coverage_share, is_final; from the first known day of the measure on.

    Coverage is that of the days of the period that are over; the period as a whole may be longer, or have begun before
    anything was told.
    """
    days = facts.days.with_columns(
        _both("teams", "mail").alias("chat_share"), _both("teams", "telework").alias(TEAMS_BY_PLACE)
    )
    measures = sorted({*_MEASURES, *MEASURES, TEAMS_BY_PLACE})
    return pl.concat(_status(facts, days, kind, measure) for kind in PERIODS for measure in measures)


def _both(one: str, other: str) -> pl.Expr:
    """The worse of two."""
    is_missing = (pl.col(one) == "missing") | (pl.col(other) == "missing")
    is_final = (pl.col(one) == "final") & (pl.col(other) == "final")
    return (
        pl.when(is_missing)
        .then(pl.lit("missing"))
        .when(is_final)
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional"))
    )


def _status(facts: Facts, days: pl.DataFrame, kind: str, measure: str) -> pl.DataFrame:
    period = pl.col(PERIODS[kind]).alias("period_start")
    is_known = pl.col(measure) != "missing"
    first = days.filter(is_known)["activity_date"].min()
    seen = days.drop_nulls(measure)  # of Copilot no day is asked for before there are licences
    seen = seen if first is None else seen.filter(pl.col("activity_date") >= first)
    found = seen.group_by(period).agg(
        known_days=is_known.sum(),
        is_all_final=(pl.col(measure) == "final").all(),
        working_days=pl.col("is_working_day").sum(),
    )
    whole = facts.calendar.group_by(period).agg(
        days_over=(pl.col("activity_date") <= facts.last_day).sum(),
        period_end=pl.col("activity_date").max(),
        whole_working_days=pl.col("is_working_day").sum(),
    )
    is_whole = (pl.col("working_days") == pl.col("whole_working_days")) & (pl.col("period_end") <= facts.last_day)
    return found.join(whole, on="period_start").select(
        "period_start",
        period_kind=pl.lit(kind),
        measure=pl.lit(measure),
        coverage_share=pl.col("known_days") / pl.col("days_over"),
        is_final=pl.col("is_all_final") & is_whole,
    )
