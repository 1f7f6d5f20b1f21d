"""Files exchanged with outsiders, and what our own staff did in partners' folders, by their definitions."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, Book, has

BY_DAY_TOO = ("external_outbound_files", "external_inbound_files", "beyond_mail_files")
EXCHANGE = (*BY_DAY_TOO, "beyond_mail_share", "external_bytes", "external_partners", "file_request_files",
            "partner_folder_actions", "external_size_files")  # fmt: skip


def exchange_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """Days have the numbers of files alone. A file is where its owner is that day; people are who counts there."""
    files = book.transfers
    outward, is_sized = pl.col("direction") == "outbound", pl.col("size_bytes").is_not_null()
    cells = (
        book.whole(has("box"))
        .join(_headcount(book), on=CELL, how="left")
        .with_columns(pl.col("people_count").fill_null(0))
    )

    def told(metric_id: str, rows: pl.DataFrame, amount: pl.Expr, whole: pl.DataFrame | None = None) -> pl.DataFrame:
        """`amount` of the rows of each cell: null if no day of the period is known, 0 where there are no rows."""
        found = _beside(cells, rows, amount.alias("numerator"))
        if whole is not None:
            found = _beside(found, whole, pl.len().alias("denominator"))
        return book.metric(metric_id, found.with_columns(group_people="people_count"))

    count = pl.len()
    large = files.filter("is_beyond_mail")
    yield told("external_outbound_files", files.filter(outward), count)
    yield told("external_inbound_files", files.filter(~outward), count)
    yield told("beyond_mail_files", large, count)
    if book.kind == "day":
        return
    yield told("beyond_mail_share", large, count, files.filter(is_sized))
    yield told("external_bytes", files, pl.col("size_bytes").sum())
    yield told("external_partners", files, pl.col("partner").n_unique())
    yield told("file_request_files", files.filter("is_request"), count)
    for band, (above, up_to) in bands(book.facts.mail_limit_bytes).items():
        inside = files.filter(pl.col("size_bytes") > above, pl.col("size_bytes") <= up_to)
        found = _beside(cells, inside, count.alias("numerator"))
        found = found.with_columns(segment_kind=pl.lit("size_band"), segment=pl.lit(band), group_people="people_count")
        yield book.metric("external_size_files", found)
    if book.folder_actions is not None:
        yield told("partner_folder_actions", book.folder_actions, pl.col("actions_count").sum())


def _headcount(book: Book) -> pl.DataFrame:
    return book.people.group_by(CELL).agg(people_count=pl.len())


def _beside(cells: pl.DataFrame, rows: pl.DataFrame, amount: pl.Expr) -> pl.DataFrame:
    name = amount.meta.output_name()
    found = cells.join(rows.group_by(CELL).agg(amount), on=CELL, how="left")
    return found.with_columns(pl.when("is_known").then(pl.col(name).fill_null(0)).alias(name))


def bands(mail_limit_bytes: int) -> dict[str, tuple[int, int]]:
    """Bytes above the first and up to the second number; no band begins below what mail carries."""
    return {
        "up_to_mail": (-1, mail_limit_bytes),
        "to_50mb": (mail_limit_bytes, 50_000_000),
        "to_200mb": (max(mail_limit_bytes, 50_000_000), 200_000_000),
        "over_200mb": (max(mail_limit_bytes, 200_000_000), 1 << 62),
    }
