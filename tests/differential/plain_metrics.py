"""The metrics of facts, each the way its definition says it in words, with no regard to speed.

Rules shared by all: what a day says is rounded to six digits, a period adds up its days; a person's share of a
department over a period is the mean over the days that are known, rounded before it is added up; a period of which no
day is known is null; a department in which nothing happened has zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from tests.differential.facts import Facts

PERIODS = {
    "day": "activity_date",
    "week": "iso_week_start",
    "month": "month_start",
    "fiscal_year": "fiscal_year_start",
}
CELL = ["department_key", "period_start"]
COLUMNS = ["department_key", "period_kind", "period_start", "metric_id", "numerator", "denominator", "group_people"]
Z = 1.959963984540054


def all_metrics(facts: Facts) -> pl.DataFrame:
    """One row per department, period and metric: COLUMNS, rate, rate_low, rate_high, coverage_share, is_final."""
    parts = []
    for kind, start in PERIODS.items():
        book = _Book(facts, kind, start)
        parts += [table.select(COLUMNS) for table in (*_reach_metrics(book), *_telework(book), *_exchange(book))]
    rows = pl.concat(parts).join(_measure_of(), on="metric_id")
    status = pl.concat([_status(facts, kind, start) for kind, start in PERIODS.items()])
    known = rows.join(status, on=["period_kind", "period_start", "measure"])
    place = known.filter(pl.col("metric_id") == "telework_coverage").select(
        "department_key", "period_kind", "period_start",
        place=pl.when(pl.col("denominator") > 0).then(pl.col("numerator").fill_null(0) / pl.col("denominator")),
    )  # fmt: skip
    known = known.join(place, on=["department_key", "period_kind", "period_start"], how="left").with_columns(
        coverage_share=pl.when(pl.col("measure") == "telework").then("place").otherwise("coverage_share")
    )
    return _rated(known).drop("place")


MEASURE_OF = {
    "teams": ("chat_reach", "chat_day_rate", "meeting_reach", "meeting_minutes"),
    "chat_share": ("chat_share",),
    "mobile": ("mobile_reach",),
    "telework": ("telework_reach", "telework_capable_reach", "telework_day_rate", "telework_coverage"),
    "box": ("box_reach", "external_outbound_files", "external_inbound_files", "beyond_mail_files"),
}
SHARES = {name for names in MEASURE_OF.values() for name in names} - {"meeting_minutes", *MEASURE_OF["box"][1:]}

KEY = ["department_key", "period_kind", "period_start", "metric_id"]
COMPARED = sorted(name for names in MEASURE_OF.values() for name in names)


def plain_figures(told: pl.DataFrame) -> pl.DataFrame:
    """Of the long table of the marts, the compared metrics about whole departments."""
    return told.filter(pl.col("segment_kind") == "all", pl.col("metric_id").is_in(COMPARED))


def _measure_of() -> pl.DataFrame:
    pairs = [(name, measure) for measure, names in MEASURE_OF.items() for name in names]
    return pl.DataFrame(pairs, schema=["metric_id", "measure"], orient="row")


class _Book:
    """The facts of one kind of period, beside each other."""

    def __init__(self, facts: Facts, kind: str, start: str) -> None:
        self.kind = kind
        self.days = facts.days.with_columns(period_start=pl.col(start))
        self.rows = facts.belongs.join(facts.acts, on=["person_key", "activity_date"]).join(
            self.days, on="activity_date"
        )
        self.nodes = facts.departments.join(self.days, on="activity_date")
        self.transfers = facts.transfers
        self.facts = facts
        working = pl.col("is_working_day").any().alias("has_working_day")
        self.cells = self.nodes.group_by(CELL).agg(working)

    def people(self, known: pl.Expr, active: pl.Expr, weight: str = "weight") -> pl.DataFrame:
        """known and active people of each cell; null when no day of it is known."""
        mean = pl.col(weight).mean()
        one = self.rows.filter(known).group_by([*CELL, "person_key"]).agg(
            weight=mean if self.kind == "day" else mean.round(6), active=active.any()
        )  # fmt: skip
        found = one.group_by(CELL).agg(
            known_people=pl.col("weight").sum().round(6),
            active_people=pl.col("weight").filter("active").sum().round(6),
        )
        is_known = self.nodes.group_by(CELL).agg(is_known=known.any())
        names = ("known_people", "active_people")
        return (
            self.cells.join(is_known, on=CELL)
            .join(found, on=CELL, how="left")
            .with_columns(pl.when("is_known").then(pl.col(name).fill_null(0)).alias(name) for name in names)
        )

    def days_added(self, known: pl.Expr, amount: pl.Expr, name: str = "amount") -> pl.DataFrame:
        """The amount of every known day, rounded, added up over the known days; null when none is known."""
        by_day = self.rows.group_by("department_key", "activity_date").agg(amount.sum().round(6).alias(name))
        days = self.nodes.filter(known).join(by_day, on=["department_key", "activity_date"], how="left")
        added = days.group_by(CELL).agg(pl.col(name).fill_null(0).sum().round(6))
        return self.cells.join(added, on=CELL, how="left")

    def headcount(self) -> pl.DataFrame:
        everyone = self.people(pl.lit(value=True), pl.lit(value=True))
        return everyone.select(*CELL, headcount=pl.col("known_people"))

    def metric(self, metric_id: str, table: pl.DataFrame, *, working_days_only: bool = False) -> pl.DataFrame:
        if working_days_only:
            table = table.filter("has_working_day")
        table = table.with_columns(
            metric_id=pl.lit(metric_id), period_kind=pl.lit(self.kind), numerator=pl.col("numerator").cast(pl.Float64)
        )
        return table.with_columns(pl.col("denominator", "group_people").cast(pl.Float64)).select(
            *COLUMNS, "has_working_day"
        )


def _known(measure: str) -> pl.Expr:
    return pl.col(measure) != "missing"


def _reached(book: _Book, metric_id: str, known: pl.Expr, active: pl.Expr, weight: str = "weight") -> pl.DataFrame:
    table = book.people(known, active, weight).with_columns(
        numerator="active_people", denominator="known_people", group_people="known_people"
    )
    return book.metric(metric_id, table)


def _reach_metrics(book: _Book) -> Iterable[pl.DataFrame]:
    chats, meets = pl.col("chat_messages_count") > 0, pl.col("meetings_attended_count") > 0
    yield _reached(book, "chat_reach", _known("teams"), chats)
    yield _reached(book, "meeting_reach", _known("teams"), meets)
    yield _reached(book, "mobile_reach", _known("mobile"), pl.col("is_mobile_active"))
    yield _reached(book, "box_reach", _known("box"), pl.col("box_actions_count") > 0)
    yield _day_rate(book)
    yield _chat_share(book)
    yield _meeting_minutes(book, meets)


def _beside(*tables: pl.DataFrame) -> pl.DataFrame:
    first, *others = tables
    for other in others:
        first = first.join(other.drop("has_working_day", strict=False), on=CELL, how="left")
    return first


def _share_of(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.col("weight")).otherwise(0.0)


def _day_rate(book: _Book) -> pl.DataFrame:
    known = _known("teams") & pl.col("is_working_day")
    table = _beside(
        book.days_added(known, _share_of(pl.col("chat_messages_count") > 0), "numerator"),
        book.days_added(known, pl.col("weight"), "denominator"),
        book.headcount(),
    )
    return book.metric("chat_day_rate", table.with_columns(group_people="headcount"), working_days_only=True)


def _chat_share(book: _Book) -> pl.DataFrame:
    known = _known("teams") & _known("mail")
    table = _beside(
        book.days_added(known, pl.col("weight") * pl.col("chat_messages_count"), "numerator"),
        book.days_added(known, pl.col("weight") * pl.col("mail_sent_count"), "mails"),
        book.headcount(),
    )
    table = table.with_columns(denominator=pl.col("numerator") + pl.col("mails"), group_people="headcount")
    return book.metric("chat_share", table)


def _meeting_minutes(book: _Book, meets: pl.Expr) -> pl.DataFrame:
    seconds = pl.when(meets).then(pl.col("weight") * pl.col("audio_seconds")).otherwise(0.0)
    table = _beside(
        book.days_added(_known("teams"), seconds, "seconds"),
        book.days_added(_known("teams"), _share_of(meets), "denominator"),
        book.people(_known("teams"), meets).select(*CELL, group_people="active_people"),
    )
    return book.metric("meeting_minutes", table.with_columns(numerator=(pl.col("seconds") / 60).round(6)))


def _telework(book: _Book) -> Iterable[pl.DataFrame]:
    known = _known("telework") & pl.col("is_working_day")
    away = pl.col("telework_class").is_in(["remote", "mixed"])
    only: Callable[[pl.DataFrame], pl.DataFrame] = lambda table: table.filter("has_working_day")  # noqa: E731
    yield only(_reached(book, "telework_reach", known, away))
    yield only(_reached(book, "telework_capable_reach", known, away, "telework_capable_weight"))
    part = pl.col("telework_class").replace_strict({"remote": 1.0, "mixed": 0.5}, default=0.0)
    table = _beside(
        book.days_added(known, pl.col("weight") * part, "numerator"),
        book.days_added(known, pl.col("weight"), "denominator"),
        book.headcount(),
    )
    yield book.metric("telework_day_rate", table.with_columns(group_people="headcount"), working_days_only=True)
    is_placed = pl.col("telework_class").is_in(["office", "remote", "mixed"])
    table = _beside(
        book.days_added(known, _share_of(is_placed), "numerator"),
        book.days_added(pl.col("is_working_day"), pl.col("weight"), "denominator"),
        book.headcount(),
    )
    yield book.metric("telework_coverage", table.with_columns(group_people="headcount"), working_days_only=True)


def _exchange(book: _Book) -> Iterable[pl.DataFrame]:
    outward = pl.col("direction") == "outbound"
    counts = {
        "external_outbound_files": outward,
        "external_inbound_files": ~outward,
        "beyond_mail_files": pl.col("is_beyond_mail"),
    }
    days = book.nodes.filter(_known("box"))
    for metric_id, counted in counts.items():
        by_day = book.transfers.filter(counted).group_by("department_key", "activity_date").agg(numerator=pl.len())
        by_day = days.join(by_day, on=["department_key", "activity_date"], how="left")
        added = by_day.group_by(CELL).agg(pl.col("numerator").fill_null(0).sum())
        table = _beside(book.cells.join(added, on=CELL, how="left"), book.headcount())
        yield book.metric(metric_id, table.with_columns(denominator=None, group_people="headcount"))


def _status(facts: Facts, kind: str, start: str) -> pl.DataFrame:
    """period_kind, period_start, measure, coverage_share, is_final."""
    both = pl.when((pl.col("teams") == "missing") | (pl.col("mail") == "missing")).then(pl.lit("missing"))
    both = both.when((pl.col("teams") == "final") & (pl.col("mail") == "final")).then(pl.lit("final"))
    days = facts.days.with_columns(chat_share=both.otherwise(pl.lit("provisional")), period_start=pl.col(start))
    whole = facts.calendar.group_by(period_start=pl.col(start)).agg(
        period_end=pl.col("activity_date").max(), whole_working_days=pl.col("is_working_day").sum()
    )
    parts = []
    for measure in MEASURE_OF:
        first = days.filter(_known(measure))["activity_date"].min()
        seen = days if first is None else days.filter(pl.col("activity_date") >= first)
        found = seen.group_by("period_start").agg(
            coverage_share=_known(measure).sum() / pl.len(),
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


def _rated(rows: pl.DataFrame) -> pl.DataFrame:
    """Rate, and the interval of Wilson for shares (never beyond 0 and 1)."""
    n, p = pl.col("denominator"), pl.col("rate")
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * (p * (1 - p) / n + Z**2 / (4 * n**2)).sqrt() / (1 + Z**2 / n)
    is_share = pl.col("metric_id").is_in(sorted(SHARES))
    return rows.with_columns(rate=pl.when(n > 0).then(pl.col("numerator") / n)).with_columns(
        rate_low=pl.when(is_share & p.is_not_null()).then((middle - half).clip(lower_bound=0)),
        rate_high=pl.when(is_share & p.is_not_null()).then((middle + half).clip(upper_bound=1)),
    )
