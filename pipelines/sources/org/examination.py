"""The tables under examination: a rule looks at the lines still good, refuses some, and the next rule sees the rest."""

from __future__ import annotations

import polars as pl

from pipelines.sources.org.complaints import Complaint
from pipelines.sources.org.files import ReadFile
from pipelines.sources.org.schema import LINE

ZEROS = "the code has lost its leading zeros: format the column as text, write it again and run again"


class Examination:
    """Good lines by dataset, lines set aside, and every complaint so far."""

    def __init__(self, read: list[ReadFile]) -> None:
        self.tables = {one.spec.dataset: one.table for one in read}
        self.aside = {one.spec.dataset: one.aside for one in read}
        self.complaints = [complaint for one in read for complaint in one.complaints]

    def __contains__(self, dataset: str) -> bool:
        return dataset in self.tables

    def __getitem__(self, dataset: str) -> pl.DataFrame:
        return self.tables[dataset]

    def refuse(self, dataset: str, rule: str, lines: pl.DataFrame, what: str, remedy: str) -> None:
        """List `lines` and set them aside."""
        if lines.height:
            self.complaints.append(Complaint(dataset, rule, what, remedy, lines[LINE].to_list()))
            self.aside[dataset] = pl.concat(
                [self.aside[dataset], self[dataset].join(lines.select(LINE), on=LINE, how="semi")]
            )
            self.tables[dataset] = self[dataset].join(lines.select(LINE), on=LINE, how="anti")

    def note(self, dataset: str, rule: str, lines: pl.DataFrame, what: str, remedy: str) -> None:
        """List `lines` where something is missing; they are not wrong themselves and stay."""
        if lines.height:
            self.complaints.append(Complaint(dataset, rule, what, remedy, lines[LINE].to_list(), is_refused=False))

    def refuse_unknown(
        self, dataset: str, column: str, target: str, target_column: str, what: str, *, besides: tuple[str, ...] = ()
    ) -> None:
        """Refuse the lines whose `column` names nothing in the file `target` (blank ones are none of this rule's).

        `besides` are words that mean something without being there.
        """
        strangers = (
            self[dataset]
            .filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(besides))
            .join(self[target], left_on=column, right_on=target_column, how="anti")
        )
        behind = strangers.join(self.aside[target], left_on=column, right_on=target_column, how="semi")
        self.refuse(
            dataset, "depends_on_refused_line", behind, f"names a {what} whose line in {target}.csv is refused",
            "correct that line first",
        )  # fmt: skip
        strangers = strangers.join(behind, on=LINE, how="anti")
        bare = pl.col(target_column).str.strip_chars_start("0").alias("_bare")
        short = strangers.with_columns(pl.col(column).str.strip_chars_start("0").alias("_bare")).join(
            self[target].select(bare), on="_bare", how="semi"
        )
        rule = f"unknown_{what}"
        self.refuse(dataset, rule, short, f"names a {what} that {target}.csv does not hold like this", ZEROS)
        self.refuse(
            dataset, rule, strangers.join(short, on=LINE, how="anti"),
            f"names a {what} that {target}.csv does not hold", f"add it to {target}.csv or correct the code",
        )  # fmt: skip
