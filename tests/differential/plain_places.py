"""Where people work: classes, weekdays, days a week, people away at once, seats, and chat and meetings by place.

`bound_low` and `bound_high` are what a figure would be if nobody, or everybody, at no known place had teleworked (or,
for seats, had been in the office).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, PERIODS, Book, beside, has

CLASSES = ("office", "remote", "mixed", "mobile", "unknown")
PLACED = ("office", "remote", "mixed")
PARTS = {"remote": 1.0, "mixed": 0.5}
WEEKLY = {"telework_weekly_1_share": 1, "telework_weekly_2_share": 2, "telework_weekly_3_share": 3}
SEATS = ("seats_office_median", "seats_office_p95", "seats_office_p99", "seats_office_max", "seats_per_headcount",
         "seats_peak_day_share")  # fmt: skip
BY_PLACE = {"chat_day_rate": "chat_messages_count", "meeting_day_rate": "meetings_attended_count"}
PLACES = ("telework_class_share", "telework_people_daily_mean", "telework_people_daily_max", *WEEKLY, *SEATS)


def place_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """What rests on the places of work, with its own coverage; nothing for days."""
    if book.kind == "day":
        return
    days = _by_day(book)
    yield _classes(book, days)
    if book.kind != "week":
        yield _weekdays(book, days)
        yield _weekday_classes(book, days)
    yield from _at_once(book, days)
    yield from _weekly(book, days)
    yield from _by_place(book, days)
    if book.kind != "week":
        yield from _seats(book, days)


def _by_day(book: Book) -> pl.DataFrame:
    """One row per department and working day; the people of each class are null where places are not known."""
    is_class = pl.col("telework_class")
    sums = book.rows.group_by("department_key", "activity_date").agg(
        pl.col("weight").sum().round(6).alias("headcount"),
        *(pl.col("weight").filter(is_class == name).sum().round(6).alias(name) for name in CLASSES),
    )
    nodes = book.nodes.filter("is_working_day").select(*CELL, "activity_date", is_known=has("telework"))
    days = nodes.join(sums, on=["department_key", "activity_date"], how="left")
    is_known = pl.col("is_known")
    return days.with_columns(
        pl.col("headcount").fill_null(0),
        *(pl.when(is_known).then(pl.col(name).fill_null(0)).alias(name) for name in CLASSES),
        weekday=pl.col("activity_date").dt.weekday().cast(pl.String),
    ).with_columns(
        placed=pl.sum_horizontal(PLACED).fill_null(0) * is_known.cast(pl.Float64),
        unplaced=pl.col("mobile") + pl.col("unknown"),
        telework=sum(pl.col(name) * part for name, part in PARTS.items()),
        away=pl.col("remote") + pl.col("mixed"),
        in_office=pl.col("office") + pl.col("mixed"),
        known_headcount=pl.when(is_known).then("headcount"),
    )


def _sum(name: str) -> pl.Expr:
    """Null where nothing is known."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum().round(6))


def _over(days: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    names = (*CLASSES, "unplaced", "telework", "away", "known_headcount")
    return days.group_by(keys).agg(
        *(_sum(name).alias(name) for name in names),
        group_people=pl.col("headcount").sum().round(6) / pl.len(),
        own_coverage=_quotient(pl.col("placed").sum().round(6), pl.col("headcount").sum().round(6)),
        known_days=pl.col("known_headcount").count(),
    )


def _quotient(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _classes(book: Book, days: pl.DataFrame) -> pl.DataFrame:
    table = _over(days, CELL).unpivot(
        CLASSES, index=[*CELL, "known_headcount", "group_people", "own_coverage"], variable_name="segment",
        value_name="numerator",
    )  # fmt: skip
    table = table.with_columns(denominator="known_headcount")
    return book.metric("telework_class_share", table, segment_kind="telework_class")


def _weekdays(book: Book, days: pl.DataFrame) -> pl.DataFrame:
    table = _over(days, [*CELL, "weekday"]).with_columns(
        segment="weekday",
        numerator="telework",
        denominator="known_headcount",
        bound_low=_quotient(pl.col("telework"), pl.col("known_headcount")),
        bound_high=_quotient(pl.col("telework") + pl.col("unplaced"), pl.col("known_headcount")),
    )
    return book.metric("telework_day_rate", table, segment_kind="weekday")


def _weekday_classes(book: Book, days: pl.DataFrame) -> pl.DataFrame:
    """Of the whole organisation only; the part is called 1_office for office days on Mondays."""
    keys = [*CELL, "weekday"]
    table = _over(days.filter(pl.col("department_key") == "ALL"), keys).unpivot(
        CLASSES, index=[*keys, "known_headcount", "group_people", "own_coverage"], variable_name="class",
        value_name="numerator",
    )  # fmt: skip
    table = table.with_columns(denominator="known_headcount", segment=pl.format("{}_{}", "weekday", "class"))
    return book.metric("telework_class_share", table, segment_kind="weekday_class")


def _at_once(book: Book, days: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Mean and largest number of people teleworking on the same day."""
    found = _over(days, CELL)
    mean = found.with_columns(
        value=_quotient(pl.col("away"), pl.col("known_days")).round(6),
        bound_low=_quotient(pl.col("away"), pl.col("known_days")),
        bound_high=_quotient(pl.col("away") + pl.col("unplaced"), pl.col("known_days")),
    )
    yield book.metric("telework_people_daily_mean", mean)
    largest = days.group_by(CELL).agg(
        value=pl.col("away").max(), bound_high=(pl.col("away") + pl.col("unplaced")).max()
    )  # fmt: skip
    largest = found.join(largest, on=CELL).with_columns(bound_low="value")
    yield book.metric("telework_people_daily_max", largest)


def _weekly(book: Book, days: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """A week belongs to the period of its Monday; what counts are the person's days in the department."""
    worked = pl.col("telework_class").replace_strict(PARTS, default=0.0)
    is_placed = pl.col("telework_class").is_in(PLACED).fill_null(value=False)
    # A day that is missing may have been anything, as one at no known place.
    people = book.rows.filter("is_working_day").group_by("department_key", "iso_week_start", "person_key").agg(
        weight=pl.col("weight").filter(has("telework")).mean().round(6), done=worked.sum(), open=(~is_placed).sum()
    )  # fmt: skip
    for metric_id, count in WEEKLY.items():
        weeks = (
            people.drop_nulls("weight")
            .group_by("department_key", "iso_week_start")
            .agg(
                denominator=pl.col("weight").sum().round(6),
                numerator=pl.col("weight").filter(pl.col("done") >= count).sum().round(6),
                possible=pl.col("weight").filter(pl.col("done") + pl.col("open") >= count).sum().round(6),
            )
        )
        starts = book.facts.calendar.select(
            iso_week_start="activity_date",
            period_start=PERIODS[book.kind],
        )
        table = weeks.join(starts, on="iso_week_start").group_by(CELL).agg(
            pl.col("numerator", "denominator", "possible").sum().round(6),
            group_people=pl.col("denominator").sum().round(6) / pl.len(),
        )  # fmt: skip
        table = table.join(_over(days, CELL).select(*CELL, "own_coverage"), on=CELL).with_columns(
            bound_low=_quotient(pl.col("numerator"), pl.col("denominator")),
            bound_high=_quotient(pl.col("possible"), pl.col("denominator")),
        )
        yield book.metric(metric_id, table)


def _by_place(book: Book, days: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Chat and meetings on working days at one place only, of which both the place and the use are known."""
    over = _over(days, CELL).select(*CELL, "own_coverage", "known_days")
    known = pl.col("is_working_day") & has("telework") & has("teams")
    for place in ("office", "remote"):
        here = pl.when(pl.col("telework_class") == place).then("weight").otherwise(0.0)
        for metric_id, amount in BY_PLACE.items():
            active = pl.when(pl.col(amount) > 0).then(here).otherwise(0.0)
            table = beside(
                over, book.days_added(known, active, "numerator"), book.days_added(known, here, "denominator")
            ).with_columns(group_people=_quotient(pl.col("denominator"), pl.col("known_days")))
            yield book.metric(metric_id, table, segment_kind="place", segment=place)


def _nearest_rank(values: list[float], percent: int) -> float | None:
    """The smallest value that at least so many of a hundred do not exceed."""
    for rank, value in enumerate(sorted(values), start=1):
        if 100 * rank >= percent * len(values):
            return value
    return None


def _middle(values: list[float]) -> float | None:
    ordered = sorted(values)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _seats(book: Book, days: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """People in the office at once; the weekday profile has the median and the largest day."""
    for kind, keys in (("all", CELL), ("weekday", [*CELL, "weekday"])):
        rows: dict[str, list[dict]] = {name: [] for name in (SEATS if kind == "all" else (SEATS[0], SEATS[3]))}
        for values, group in days.partition_by(keys, as_dict=True).items():
            known = group.drop_nulls("in_office")
            low = known["in_office"].to_list()
            high = (known["in_office"] + known["unplaced"]).round(9).to_list()
            people = group["headcount"].sum()
            shared = {
                "department_key": values[0],
                "period_start": values[1],
                "segment": values[2] if kind == "weekday" else "all",
                "group_people": round(people, 6) / len(group),
                "own_coverage": group["placed"].sum() / people if people else None,
            }
            size = round(known["headcount"].sum(), 6) / len(known) if len(known) else None
            for metric_id, found in rows.items():
                found.append(shared | _seat_figures(metric_id, low, high, size))
        for metric_id, found in rows.items():
            yield book.metric(metric_id, pl.DataFrame(found, infer_schema_length=None), segment_kind=kind)


def _seat_figures(metric_id: str, low: list[float], high: list[float], size: float | None) -> dict:
    pick = {
        "seats_office_median": _middle,
        "seats_office_p95": lambda values: _nearest_rank(values, 95),
        "seats_office_p99": lambda values: _nearest_rank(values, 99),
        "seats_office_max": lambda values: max(values, default=None),
        "seats_per_headcount": lambda values: _nearest_rank(values, 95),
        "seats_peak_day_share": lambda values: max(values, default=None),
    }[metric_id]
    one, other = pick(low), pick(high)
    if metric_id not in ("seats_per_headcount", "seats_peak_day_share"):
        return {"numerator": None, "denominator": None, "value": one, "bound_low": one, "bound_high": other}
    shares = [number / size if number is not None and size else None for number in (one, other)]
    return {"numerator": one, "denominator": size, "value": None, "bound_low": shares[0], "bound_high": shares[1]}
