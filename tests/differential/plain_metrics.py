"""The metrics of facts, each the way its definition says it in words, with no regard to speed."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import Book
from tests.differential.plain_copilot import copilot_metrics
from tests.differential.plain_counted import PERIODS
from tests.differential.plain_exchange import EXCHANGE, exchange_metrics
from tests.differential.plain_places import BY_PLACE, SEATS, place_metrics
from tests.differential.plain_quantiles import QUANTILES, quantile_metrics
from tests.differential.plain_status import MEASURE_OF as MEASURE_OF_OTHERS
from tests.differential.plain_status import TEAMS_BY_PLACE, period_status
from tests.differential.plain_telework import telework_metrics
from tests.differential.plain_use import MEASURE_OF as MEASURE_OF_USE
from tests.differential.plain_use import PARTED, SPLITS, use_metrics

# Of single days the marts have one metric; what else is counted by day stands in fct_department_days.
BY_DAY = "telework_reach"
DAY_FACTS = {
    "chat_reach": "chat_active_people",
    "meeting_reach": "meeting_active_people",
    "mobile_reach": "mobile_active_people",
    "box_reach": "box_active_people",
    "meeting_organised_reach": "meeting_organised_active_people",
    "call_reach": "call_active_people",
    "mail_sent_reach": "mail_active_people",
    "files_reach": "files_active_people",
    "desktop_apps_reach": "desktop_app_active_people",
    "copilot_reach": "copilot_active_people",
    "meeting_minutes": "meeting_minutes",
    "telework_reach": "telework_people",
    "telework_capable_reach": "telework_capable_active_people",
    "telework_day_rate": "telework_person_days",
    "telework_coverage": "known_place_people",
    "external_outbound_files": "outbound_files_count",
    "external_inbound_files": "inbound_files_count",
    "beyond_mail_files": "beyond_mail_files_count",
}
OWN_VALUES = {*QUANTILES, "telework_people_daily_mean", "telework_people_daily_max", *SEATS[:4]}
SUMS_ALONE = {*EXCHANGE} - {"beyond_mail_share"}

MEASURE_OF = MEASURE_OF_OTHERS | MEASURE_OF_USE
COMPARED = sorted(MEASURE_OF)


def all_metrics(facts: Facts) -> pl.DataFrame:
    """One row per KEY: FIGURES but own_coverage, rate, coverage_share, is_final."""
    rows = pl.concat([part for kind in PERIODS for part in _figures(facts, kind)])
    measures = pl.DataFrame([*MEASURE_OF.items()], schema=["metric_id", "measure"], orient="row")
    by_place = pl.when(pl.col("segment_kind") == "place").then(pl.lit(TEAMS_BY_PLACE)).otherwise("measure")
    rows = rows.join(measures, on="metric_id").with_columns(measure=by_place)
    known = rows.join(period_status(facts), on=["period_kind", "period_start", "measure"])
    is_told = (pl.col("period_kind") != "day") | (pl.col("metric_id") == BY_DAY)
    covered = pl.when(pl.col("measure") == "telework").then("own_coverage").otherwise("coverage_share")
    return rated(known.filter(is_told).with_columns(coverage_share=covered)).drop("own_coverage", "measure")


def rated(rows: pl.DataFrame) -> pl.DataFrame:
    """With the rate, and the value: the rate, the amount, or the figure's own."""
    rate = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    metric_id = pl.col("metric_id")
    value = pl.when(metric_id.is_in([*SUMS_ALONE])).then("numerator").when(metric_id.is_in([*OWN_VALUES])).then("value")
    return rows.with_columns(rate=rate, value=value.otherwise(rate))


def day_facts(facts: Facts) -> pl.DataFrame:
    """department_key, activity_date, column of fct_department_days, fact."""
    days = pl.concat(_figures(facts, "day")).filter(
        pl.col("metric_id").is_in([*DAY_FACTS]), pl.col("segment_kind") == "all"
    )
    column = pl.col("metric_id").replace_strict(DAY_FACTS)
    return days.select("department_key", column.alias("column"), activity_date="period_start", fact="numerator")


def _figures(facts: Facts, kind: str) -> list[pl.DataFrame]:
    """KEY and FIGURES of every metric of one kind of period."""
    book = Book(facts, kind)
    by_day_too: Iterable[pl.DataFrame] = (
        *use_metrics(book),
        *copilot_metrics(book),
        *telework_metrics(book),
        *exchange_metrics(book),
    )
    if kind == "day":
        return [*by_day_too]
    return [*by_day_too, *quantile_metrics(book), *place_metrics(book)]


def plain_figures(told: pl.DataFrame) -> pl.DataFrame:
    """Of the long table of the marts, what the plain implementation knows as well."""
    metric_id, kind = pl.col("metric_id"), pl.col("segment_kind")
    is_told = (
        (kind == "all")
        | ((metric_id == "external_size_files") & (kind == "size_band"))
        | ((metric_id == "telework_class_share") & kind.is_in(["telework_class", "weekday_class"]))
        | (metric_id.is_in(["telework_day_rate", *SEATS]) & (kind == "weekday"))
        | (metric_id.is_in([*BY_PLACE]) & (kind == "place"))
        | (metric_id.is_in(PARTED) & kind.is_in(SPLITS))
    )
    return told.filter(is_told, metric_id.is_in(COMPARED))
