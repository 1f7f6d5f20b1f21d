"""The metrics of facts, each the way its definition says it in words, with no regard to speed."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import CELL, PERIODS, Book, beside, has
from tests.differential.plain_copilot import copilot_metric
from tests.differential.plain_exchange import EXCHANGE, exchange_metrics
from tests.differential.plain_parts import PARTED, SEGMENT_KINDS, part_metrics
from tests.differential.plain_places import BY_PLACE, PLACES, SEATS, place_metrics

Z = 1.959963984540054
# Chat and meetings by place of work: both have to be known.
TEAMS_BY_PLACE = "teams_by_place"


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


def all_metrics(facts: Facts) -> pl.DataFrame:
    """One row per KEY: FIGURES, rate, rate_low, rate_high, coverage_share, is_final.

    bound_low and bound_high are those of plain_places.py; null for all others.
    """
    parts = [part for kind in PERIODS for part in _figures(facts, kind)]
    rows = pl.concat(parts, how="diagonal").join(_measure_of(), on="metric_id")
    by_place = pl.when(pl.col("segment_kind") == "place").then(pl.lit(TEAMS_BY_PLACE))
    rows = rows.with_columns(measure=by_place.otherwise("measure"))
    status = pl.concat([_status(facts, kind, start) for kind, start in PERIODS.items()])
    known = rows.join(status, on=["period_kind", "period_start", "measure"])
    is_whole = pl.col("segment_kind") == "all"
    place = known.filter(is_whole, pl.col("metric_id") == "telework_coverage").select(
        "department_key", "period_kind", "period_start",
        place=pl.when(pl.col("denominator") > 0).then(pl.col("numerator").fill_null(0) / pl.col("denominator")),
    )  # fmt: skip
    known = known.join(place, on=["department_key", "period_kind", "period_start"], how="left").with_columns(
        coverage_share=pl.when(pl.col("metric_id").is_in(PLACES) | pl.col("segment_kind").is_in(["weekday", "place"]))
        .then("own_coverage")
        .when(pl.col("measure") == "telework")
        .then("place")
        .otherwise("coverage_share")
    )
    is_told = (pl.col("period_kind") != "day") | (pl.col("metric_id") == BY_DAY)
    return _rated(known.filter(is_told)).drop("place", "own_coverage")


def day_facts(facts: Facts) -> pl.DataFrame:
    """department_key, activity_date, column of fct_department_days, fact."""
    days = pl.concat(_figures(facts, "day"), how="diagonal").filter(pl.col("metric_id").is_in([*DAY_FACTS]))
    column = pl.col("metric_id").replace_strict(DAY_FACTS)
    return days.select("department_key", column.alias("column"), activity_date="period_start", fact="numerator")


def _figures(facts: Facts, kind: str) -> list[pl.DataFrame]:
    """KEY and FIGURES of every metric of one kind of period."""
    book = Book(facts, kind, PERIODS[kind])
    whole = (*_reach_metrics(book), *_telework(book), *exchange_metrics(book))
    return [*whole, *part_metrics(book), *place_metrics(book)]


QUANTILES = ("chat_messages_median", "chat_messages_p90", "meeting_minutes_median")
MEASURE_OF = {
    "teams": (
        "chat_reach",
        "chat_day_rate",
        "meeting_reach",
        "meeting_day_rate",
        "meeting_organised_reach",
        "call_reach",
        "meeting_minutes",
        *QUANTILES,
    ),
    "mail": ("mail_sent_reach",),
    "files": ("files_reach",),
    "apps": ("desktop_apps_reach",),
    "copilot": ("copilot_reach",),
    "chat_share": ("chat_share",),
    "mobile": ("mobile_reach",),
    "telework": (
        "telework_reach",
        "telework_capable_reach",
        "telework_day_rate",
        "telework_capable_day_rate",
        "telework_coverage",
        *PLACES,
    ),
    "box": ("box_reach", "box_day_rate", *EXCHANGE),
}
VALUES = {*QUANTILES, "telework_people_daily_mean", "telework_people_daily_max", *SEATS[:4]}
RATIOS = {"meeting_minutes", *SEATS[4:]}
NO_SHARES = {*EXCHANGE, *VALUES, *RATIOS} - {"beyond_mail_share"}
SHARES = {name for names in MEASURE_OF.values() for name in names} - NO_SHARES

COMPARED = sorted(name for names in MEASURE_OF.values() for name in names)


def plain_figures(told: pl.DataFrame) -> pl.DataFrame:
    """Of the long table of the marts, what the plain implementation knows as well."""
    metric_id, kind = pl.col("metric_id"), pl.col("segment_kind")
    is_told = (
        (kind == "all")
        | ((metric_id == "external_size_files") & (kind == "size_band"))
        | ((metric_id == "telework_class_share") & kind.is_in(["telework_class", "weekday_class"]))
        | (metric_id.is_in(["telework_day_rate", *SEATS]) & (kind == "weekday"))
        | (metric_id.is_in([*BY_PLACE]) & (kind == "place"))
        | (metric_id.is_in(PARTED) & kind.is_in(SEGMENT_KINDS))
    )
    return told.filter(is_told, metric_id.is_in(COMPARED))


def _measure_of() -> pl.DataFrame:
    pairs = [(name, measure) for measure, names in MEASURE_OF.items() for name in names]
    return pl.DataFrame(pairs, schema=["metric_id", "measure"], orient="row")


def _reached(book: Book, metric_id: str, known: pl.Expr, active: pl.Expr) -> pl.DataFrame:
    table = book.people(known, active).with_columns(
        numerator="active_people", denominator="known_people", group_people="known_people"
    )
    return book.metric(metric_id, table)


def _reach_metrics(book: Book) -> Iterable[pl.DataFrame]:
    chats, meets = pl.col("chat_messages_count") > 0, pl.col("meetings_attended_count") > 0
    yield _reached(book, "chat_reach", has("teams"), chats)
    yield _reached(book, "meeting_reach", has("teams"), meets)
    yield _reached(book, "mobile_reach", has("mobile"), pl.col("is_mobile_active"))
    yield _reached(book, "box_reach", has("box"), pl.col("box_actions_count") > 0)
    yield _reached(book, "meeting_organised_reach", has("teams"), pl.col("meetings_organized_count") > 0)
    yield _reached(book, "call_reach", has("teams"), pl.col("calls_count") > 0)
    yield _reached(book, "mail_sent_reach", has("mail"), pl.col("mail_sent_count") > 0)
    yield _reached(book, "files_reach", has("files"), pl.col("files_count") > 0)
    yield _reached(book, "desktop_apps_reach", has("apps"), pl.col("is_desktop_app_active"))
    yield copilot_metric(book)
    yield _day_rate(book, "chat_day_rate", "teams", chats)
    yield _day_rate(book, "meeting_day_rate", "teams", meets)
    yield _day_rate(book, "box_day_rate", "box", pl.col("box_actions_count") > 0)
    if book.kind != "day":
        yield from _quantiles(book, chats, meets)
    yield _chat_share(book)
    yield _meeting_minutes(book, meets)


def _share_of(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.col("weight")).otherwise(0.0)


def _day_rate(book: Book, metric_id: str, measure: str, active: pl.Expr) -> pl.DataFrame:
    known = has(measure) & pl.col("is_working_day")
    table = beside(
        book.days_added(known, _share_of(active), "numerator"),
        book.days_added(known, pl.col("weight"), "denominator"),
        book.headcount(),
    )
    return book.metric(metric_id, table.with_columns(group_people="headcount"), working_days_only=True)


def _quantiles(book: Book, chats: pl.Expr, meets: pl.Expr) -> Iterable[pl.DataFrame]:
    """Of the people who did it, each once, whatever the weight; no row where nobody did."""
    amounts = {
        "chat": (chats, pl.col("chat_messages_count").sum()),
        "meeting": (meets, pl.col("audio_seconds").sum() / 60),
    }
    smallest = pl.col("amount").sort().gather(((pl.len() * 9 + 9) // 10 - 1).cast(pl.Int64)).first()
    for metric_id, topic, value in (
        ("chat_messages_median", "chat", pl.col("amount").median()),
        ("chat_messages_p90", "chat", smallest),
        ("meeting_minutes_median", "meeting", pl.col("amount").median()),
    ):
        does, amount = amounts[topic]
        people = book.rows.filter(does).group_by([*CELL, "person_key"]).agg(amount=amount)
        table = people.group_by(CELL).agg(value=value.round(6), group_people=pl.len())
        yield book.metric(metric_id, table.with_columns(numerator=None, denominator=None))


def _chat_share(book: Book) -> pl.DataFrame:
    known = has("teams") & has("mail")
    table = beside(
        book.days_added(known, pl.col("weight") * pl.col("chat_messages_count"), "numerator"),
        book.days_added(known, pl.col("weight") * pl.col("mail_sent_count"), "mails"),
        book.headcount(),
    )
    table = table.with_columns(denominator=pl.col("numerator") + pl.col("mails"), group_people="headcount")
    return book.metric("chat_share", table)


def _meeting_minutes(book: Book, meets: pl.Expr) -> pl.DataFrame:
    seconds = pl.when(meets).then(pl.col("weight") * pl.col("audio_seconds")).otherwise(0.0)
    table = beside(
        book.days_added(has("teams"), seconds, "seconds"),
        book.days_added(has("teams"), _share_of(meets), "denominator"),
        book.people(has("teams"), meets).select(*CELL, group_people="active_people"),
    )
    return book.metric("meeting_minutes", table.with_columns(numerator=(pl.col("seconds") / 60).round(6)))


def _telework(book: Book) -> Iterable[pl.DataFrame]:
    known = has("telework") & pl.col("is_working_day")
    away = pl.col("telework_class").is_in(["remote", "mixed"])
    for metric_id, weight in (("telework_reach", "weight"), ("telework_capable_reach", "telework_capable_weight")):
        table = book.people(known, away, weight).with_columns(
            numerator="active_people", denominator="known_people", group_people="known_people"
        )
        yield book.metric(metric_id, table, working_days_only=True)
    part = pl.col("telework_class").replace_strict({"remote": 1.0, "mixed": 0.5}, default=0.0)
    capable = book.people(known, away, "telework_capable_weight").select(*CELL, capable="known_people")
    for metric_id, weight, group in (
        ("telework_day_rate", "weight", "headcount"),
        ("telework_capable_day_rate", "telework_capable_weight", "capable"),
    ):
        table = beside(
            book.days_added(known, pl.col(weight) * part, "numerator"),
            book.days_added(known, pl.col(weight), "denominator"),
            book.headcount(),
            capable,
        )
        yield book.metric(metric_id, table.with_columns(group_people=group), working_days_only=True)
    is_placed = pl.col("telework_class").is_in(["office", "remote", "mixed"])
    table = beside(
        book.days_added(known, _share_of(is_placed), "numerator"),
        book.days_added(pl.col("is_working_day"), pl.col("weight"), "denominator"),
        book.headcount(),
    )
    yield book.metric("telework_coverage", table.with_columns(group_people="headcount"), working_days_only=True)


def _status(facts: Facts, kind: str, start: str) -> pl.DataFrame:
    """period_kind, period_start, measure, coverage_share, is_final."""
    days = facts.days.with_columns(
        _worse_of("teams", "mail").alias("chat_share"),
        _worse_of("teams", "telework").alias(TEAMS_BY_PLACE),
        period_start=pl.col(start),
    )
    whole = facts.calendar.group_by(period_start=pl.col(start)).agg(
        period_end=pl.col("activity_date").max(), whole_working_days=pl.col("is_working_day").sum()
    )
    parts = []
    for measure in (*MEASURE_OF, TEAMS_BY_PLACE):
        first = days.filter(has(measure))["activity_date"].min()
        seen = days.drop_nulls(measure)  # of Copilot no day is asked for before there are licences
        seen = seen if first is None else seen.filter(pl.col("activity_date") >= first)
        found = seen.group_by("period_start").agg(
            coverage_share=has(measure).sum() / pl.len(),
            is_all_final=(pl.col(measure) == "final").all(),
            working_days=pl.col("is_working_day").sum(),
        )
        found = found.join(whole, on="period_start").select(
            "period_start",
            "coverage_share",
            period_kind=pl.lit(kind),
            measure=pl.lit(measure),
            is_final=pl.col("is_all_final")
            & (pl.col("working_days") == pl.col("whole_working_days"))
            & (pl.col("period_end") <= days["activity_date"].max()),
        )
        parts.append(found)
    return pl.concat(parts)


def _worse_of(one: str, other: str) -> pl.Expr:
    """The status of what hangs on two measures."""
    is_missing = pl.any_horizontal(pl.col(name) == "missing" for name in (one, other))
    is_final = pl.all_horizontal(pl.col(name) == "final" for name in (one, other))
    worse = pl.when(is_missing).then(pl.lit("missing")).when(is_final).then(pl.lit("final"))
    return worse.otherwise(pl.lit("provisional"))


def _rated(rows: pl.DataFrame) -> pl.DataFrame:
    """Rate, and the interval of Wilson for shares (never beyond 0 and 1)."""
    n, p = pl.col("denominator"), pl.col("rate")
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * (p * (1 - p) / n + Z**2 / (4 * n**2)).sqrt() / (1 + Z**2 / n)
    is_share = pl.col("metric_id").is_in(sorted(SHARES))
    is_count = pl.col("metric_id").is_in(sorted(NO_SHARES - RATIOS - VALUES))
    return rows.with_columns(rate=pl.when(n > 0).then(pl.col("numerator") / n)).with_columns(
        value=pl.when(is_count).then("numerator").when(pl.col("metric_id").is_in(VALUES)).then("value").otherwise(p),
        rate_low=pl.when(is_share & p.is_not_null()).then((middle - half).clip(lower_bound=0)),
        rate_high=pl.when(is_share & p.is_not_null()).then((middle + half).clip(upper_bound=1)),
    )
