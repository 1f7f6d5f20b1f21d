"""Where people work: classes, weekdays, days a week, people away at once, seats, and chat and meetings by place.

`bound_low` and `bound_high` are what a figure would be if nobody, or everybody, at no known place had teleworked (or,
for seats, had been in the office).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, FIGURES, KEY, PART, Book, has
from tests.differential.plain_counted import PERIODS, PERSON, counted
from tests.differential.plain_telework import DAYS, IS_PLACED, KNOWN, covered, place_coverage

CLASSES = ("office", "remote", "mixed", "mobile", "unknown")
WEEKLY = {"telework_weekly_1_share": 1, "telework_weekly_2_share": 2, "telework_weekly_3_share": 3}
SEATS = ("seats_office_median", "seats_office_p95", "seats_office_p99", "seats_office_max", "seats_per_headcount",
         "seats_peak_day_share")  # fmt: skip
BY_PLACE = {"chat_day_rate": "chat_messages_count", "meeting_day_rate": "meetings_attended_count"}
PLACES = ("telework_class_share", "telework_people_daily_mean", "telework_people_daily_max", *WEEKLY, *SEATS)
CLASS = pl.col("telework_class")


def place_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """What rests on the places of work, with its own coverage; nothing for days."""
    coverage = place_coverage(book)
    cells = book.whole(KNOWN, working=True)
    for name in CLASSES:
        classed = cells.with_columns(segment_kind=pl.lit("telework_class"), segment=pl.lit(name))
        clusters = _class_clusters(book, name, "all").with_columns(
            segment_kind=pl.lit("telework_class"), segment=pl.lit(name)
        )
        yield covered(book.told("telework_class_share", classed, clusters), coverage, CELL)
    yield from _weekly(book, coverage)
    days = _by_day(book)
    yield from _at_once(book, days, coverage)
    if book.kind != "week":
        yield from _by_place(book)
        yield from _seats(book, days, coverage)
        yield from _weekdays(book, days)


def _class_clusters(book: Book, name: str, split: str) -> pl.DataFrame:
    return book.daily(KNOWN, name == CLASS, split=split)


def _weekday_cells(book: Book) -> pl.DataFrame:
    """Of each weekday of the period on which a working day of the facts falls."""
    weekdays = book.days.filter("is_working_day").group_by("period_start", segment="weekday").agg(
        is_known=has("telework").any()
    )  # fmt: skip
    cells = book.cells.drop("segment").with_columns(segment_kind=pl.lit("weekday"))
    return cells.join(weekdays, on="period_start").select(*PART, "is_known")


def _weekdays(book: Book, days: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """By weekday, 1 = Monday; with the class only for the whole, 1_office for office days on Mondays."""
    cells, coverage = _weekday_cells(book), place_coverage(book, "weekday")
    possible = pl.when(IS_PLACED).then(DAYS).otherwise(1.0)
    clusters = book.daily(KNOWN, DAYS, possible=possible, split="weekday")
    yield covered(book.told("telework_day_rate", cells, clusters), coverage)
    yield from _seat_metrics(book, days.with_columns(segment_kind=pl.lit("weekday"), segment="weekday"), cells,
                             coverage, (SEATS[0], SEATS[3]))  # fmt: skip
    is_whole = pl.col("department_key") == "ALL"
    for name in CLASSES:

        def classed(frame: pl.DataFrame, name: str = name) -> pl.DataFrame:
            return frame.filter(is_whole).with_columns(
                segment_kind=pl.lit("weekday_class"), segment=pl.col("segment") + f"_{name}"
            )

        told = book.told("telework_class_share", classed(cells), classed(_class_clusters(book, name, "weekday")))
        yield covered(told, classed(coverage))


def _weekly(book: Book, coverage: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Weeks of people: each where it is counted, in the period of its Monday; all days of the person's week count."""
    week = ["person_key", "iso_week_start"]
    # A day that is missing may have been anything, as one at no known place.
    people = (
        book.done.filter("is_working_day")
        .group_by(week)
        .agg(is_known=has("telework").any(), done=DAYS.sum(), open=(~IS_PLACED).sum())
    )
    where = counted(book.facts, "week").rename({"period_start": "iso_week_start"})
    period = pl.col(PERIODS[book.kind]).alias("period_start")
    mondays = book.facts.calendar.select(period, iso_week_start="activity_date")
    weeks = people.filter("is_known").join(where, on=week).join(mondays, on="iso_week_start").with_columns(
        segment_kind=pl.lit("all"), segment=pl.lit("all")
    )  # fmt: skip
    cells = weeks.select(PART).unique().with_columns(is_known=True)
    # Each week is told of its own people, so the cell speaks about no more than the fewest of them.
    fewest = weeks.group_by(*PART, "iso_week_start").len().group_by(PART).agg(group_people=pl.col("len").min())
    for metric_id, count in WEEKLY.items():
        done = pl.col("done") >= count
        clusters = weeks.group_by([*PART, "person_key"]).agg(
            n=done.sum().cast(pl.Float64),
            d=pl.len().cast(pl.Float64),
            possible=(pl.col("done") + pl.col("open") >= count).sum().cast(pl.Float64),
        )
        told = book.told(metric_id, cells, clusters).drop("group_people").join(fewest, on=PART)
        yield covered(told.select(*KEY, pl.col(FIGURES).cast(pl.Float64)), coverage)


def _by_place(book: Book) -> Iterable[pl.DataFrame]:
    """Chat and meetings on working days at one place only, of which both the place and the use are known.

    Of the same people: who has days of both kinds in the period. No row where nobody has.
    """
    known = KNOWN & has("teams")
    for metric_id, amount in BY_PLACE.items():
        kinds = {
            place: book.done.filter(known, place == CLASS).group_by(PERSON).agg(
                n=(pl.col(amount) > 0).sum().cast(pl.Float64), d=pl.len().cast(pl.Float64)
            )
            for place in ("office", "remote")
        }  # fmt: skip
        for place, other in (("office", "remote"), ("remote", "office")):
            part = {"segment_kind": pl.lit("place"), "segment": pl.lit(place)}
            clusters = book.counted(kinds[place].join(kinds[other], on=PERSON, how="semi")).with_columns(**part)
            cells = clusters.select(PART).unique().with_columns(is_known=True)
            yield book.told(metric_id, cells, clusters)


def _by_day(book: Book) -> pl.DataFrame:
    """One row per department and working day of which places are known: how many people, and where they were."""
    by_day = book.rows.filter(KNOWN).group_by([*CELL, "activity_date", "weekday"])
    return by_day.agg(
        headcount=pl.len(),
        away=CLASS.is_in(["remote", "mixed"]).sum(),
        in_office=CLASS.is_in(["office", "mixed"]).sum(),
        unplaced=CLASS.is_in(["mobile", "unknown"]).sum(),
    )


def _there(book: Book, cells: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Every known working day of each cell, also those on which nobody belonged to a department that was there."""
    known = book.days.filter(KNOWN).select("activity_date", "period_start", segment_of="weekday")
    there = book.facts.departments.join(known, on="activity_date").join(cells, on=CELL)
    is_same = (pl.col("segment") == "all") | (pl.col("segment") == pl.col("segment_of"))
    there = there.filter(is_same).select(*PART, "activity_date")
    names = ("headcount", "away", "in_office", "unplaced")
    keys = ["department_key", "activity_date"]
    joined = there.join(days.select(*keys, *names), on=keys, how="left")
    return joined.with_columns(pl.col(name).cast(pl.Int64).fill_null(0) for name in names)


def _people(book: Book, cells: pl.DataFrame) -> pl.DataFrame:
    """group_people and people_count: who had a known working day there."""
    split = "weekday" if (cells["segment_kind"] == "weekday").any() else "all"
    people = book.daily(KNOWN, IS_PLACED, split=split).group_by(PART).agg(people_count=pl.len())
    told = cells.join(people, on=PART, how="left").with_columns(
        people_count=pl.when("is_known").then(pl.col("people_count").fill_null(0))
    )
    return told.with_columns(group_people="people_count")


def _at_once(book: Book, days: pl.DataFrame, coverage: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Mean and largest number of people teleworking on the same day."""
    cells = book.whole(KNOWN, working=True)
    people = _people(book, cells)
    possible = pl.col("away") + pl.col("unplaced")
    for metric_id, low, high in (
        ("telework_people_daily_mean", pl.col("away").mean(), possible.mean()),
        ("telework_people_daily_max", pl.col("away").max(), possible.max()),
    ):
        found = _there(book, cells, days).group_by(PART).agg(value=low, bound_high=high)
        found = people.join(found, on=PART, how="left").with_columns(bound_low="value")
        yield covered(book.metric(metric_id, found.with_columns(pl.col("value").round(6))), coverage)


def _seats(book: Book, days: pl.DataFrame, coverage: pl.DataFrame) -> Iterable[pl.DataFrame]:
    cells = book.whole(KNOWN, working=True)
    yield from _seat_metrics(book, days, cells, coverage, SEATS)


def _seat_metrics(
    book: Book, days: pl.DataFrame, cells: pl.DataFrame, coverage: pl.DataFrame, metric_ids: tuple[str, ...]
) -> Iterable[pl.DataFrame]:
    """People in the office at once."""
    people = _people(book, cells)
    by_cell = _there(book, cells, days).partition_by(PART, as_dict=True)
    for metric_id in metric_ids:
        rows = [_seat_figures(metric_id, by_cell.get(cell)) for cell in cells.select(PART).iter_rows()]
        found = cells.select(PART).hstack(pl.DataFrame(rows, schema=dict.fromkeys(_SEAT_COLUMNS, pl.Float64)))
        yield covered(book.metric(metric_id, people.join(found, on=PART)), coverage)


def _nearest_rank(values: list[int], percent: int) -> int | None:
    """The smallest value that at least so many of a hundred do not exceed."""
    for rank, value in enumerate(sorted(values), start=1):
        if 100 * rank >= percent * len(values):
            return value
    return None


def _middle(values: list[int]) -> float | None:
    ordered = sorted(values)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


_SEAT_COLUMNS = ("numerator", "denominator", "value", "bound_low", "bound_high")


def _seat_figures(metric_id: str, days: pl.DataFrame | None) -> dict[str, float | None]:
    """Those known to be in the office, and with `bound_high` everybody who may have been."""
    if days is None:
        return dict.fromkeys(_SEAT_COLUMNS)
    pick = {
        "seats_office_median": _middle,
        "seats_office_p95": lambda values: _nearest_rank(values, 95),
        "seats_office_p99": lambda values: _nearest_rank(values, 99),
        "seats_office_max": max,
        "seats_per_headcount": lambda values: _nearest_rank(values, 95),
        "seats_peak_day_share": max,
    }[metric_id]
    low, high = pick(days["in_office"].to_list()), pick((days["in_office"] + days["unplaced"]).to_list())
    if metric_id not in ("seats_per_headcount", "seats_peak_day_share"):
        return {"numerator": None, "denominator": None, "value": low, "bound_low": low, "bound_high": high}
    size = days["headcount"].sum() / len(days)
    shares = [number / size if size else None for number in (low, high)]
    return {"numerator": low, "denominator": size, "value": None, "bound_low": shares[0], "bound_high": shares[1]}
