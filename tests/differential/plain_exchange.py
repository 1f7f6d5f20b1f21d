"""Files exchanged with outsiders, and what our own staff did in partners' folders, by their definitions."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, Book, beside, has

BY_DAY_TOO = ("external_outbound_files", "external_inbound_files", "beyond_mail_files")
EXCHANGE = (*BY_DAY_TOO, "beyond_mail_share", "external_bytes", "external_partners", "file_request_files",
            "partner_folder_actions", "external_size_files")  # fmt: skip


def exchange_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """Days have the numbers of files alone."""
    files = book.transfers.join(
        book.days.filter(has("box")).select("activity_date", "period_start"), on="activity_date"
    )
    outward, is_sized = pl.col("direction") == "outbound", pl.col("size_bytes").is_not_null()
    headcount = book.headcount()

    def cells(rows: pl.DataFrame, amount: pl.Expr) -> pl.DataFrame:
        """`amount` of the rows of each cell: null if no day of the period is known, 0 where there are no rows."""
        is_known = book.nodes.group_by(CELL).agg(is_known=has("box").any())
        found = book.cells.join(is_known, on=CELL).join(
            rows.group_by(CELL).agg(amount.alias("numerator")), on=CELL, how="left"
        )
        shown = found.with_columns(
            numerator=pl.when("is_known").then(pl.col("numerator").fill_null(0)), denominator=pl.lit(None, pl.Float64)
        )
        return beside(shown, headcount).with_columns(group_people="headcount")

    count = pl.len()
    yield book.metric("external_outbound_files", cells(files.filter(outward), count))
    yield book.metric("external_inbound_files", cells(files.filter(~outward), count))
    large = cells(files.filter("is_beyond_mail"), count)
    yield book.metric("beyond_mail_files", large)
    if book.kind == "day":
        return
    sized = cells(files.filter(is_sized), count).select(*CELL, denominator="numerator")
    yield book.metric("beyond_mail_share", beside(large.drop("denominator"), sized))
    yield book.metric("external_bytes", cells(files, pl.col("size_bytes").sum()))
    yield book.metric("external_partners", cells(files, pl.col("partner").n_unique()))
    yield book.metric("file_request_files", cells(files.filter("is_request"), count))
    for band, (above, up_to) in bands(book.facts.mail_limit_bytes).items():
        inside = files.filter(pl.col("size_bytes") > above, pl.col("size_bytes") <= up_to)
        yield book.metric("external_size_files", cells(inside, count), segment_kind="size_band", segment=band)
    if book.facts.folder_actions is not None:
        acts = book.facts.folder_actions.join(
            book.days.filter(has("box")).select("activity_date", "period_start"), on="activity_date"
        )
        yield book.metric("partner_folder_actions", cells(acts, pl.col("actions_count").sum()))


def bands(mail_limit_bytes: int) -> dict[str, tuple[int, int]]:
    """Bytes above the first and up to the second number; no band begins below what mail carries."""
    return {
        "up_to_mail": (-1, mail_limit_bytes),
        "to_50mb": (mail_limit_bytes, 50_000_000),
        "to_200mb": (max(mail_limit_bytes, 50_000_000), 200_000_000),
        "over_200mb": (max(mail_limit_bytes, 200_000_000), 1 << 62),
    }
