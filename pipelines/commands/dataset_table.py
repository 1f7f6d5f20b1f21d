"""What has landed, one dataset a line; where the screen is too narrow for that, one a paragraph: no column is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.orchestration.datasets import DatasetStatus

COUNTS = ("days", "missing", "provisional", "changed", "rejected")


class DatasetTable:
    """The table as a renderable of rich, which says how wide the screen is. Days are UTC days."""

    def __init__(self, statuses: list[DatasetStatus], today: date) -> None:
        self._statuses = statuses
        self._title = f"Landing as of {today} (days are UTC days)"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self._table()
        unlimited = options.update(max_width=10_000)
        if Measurement.get(console, unlimited, table).maximum <= options.max_width:
            yield table
            return
        yield Text(self._title, style="italic")
        for name, newest, final, counts in self._rows():
            yield Text(name)
            numbers = ", ".join(f"{label} {count}" for label, count in zip(COUNTS, counts, strict=True))
            yield Padding.indent(Text(f"newest day {newest}, newest final {final}; {numbers}"), 2)

    def _table(self) -> Table:
        table = Table(title=self._title, title_justify="left", box=None, pad_edge=False)
        for name in ("dataset", "newest day", "newest final"):
            table.add_column(name, no_wrap=True)
        for name in COUNTS:
            table.add_column(name, justify="right", no_wrap=True)
        for name, newest, final, counts in self._rows():
            table.add_row(name, newest, final, *map(str, counts))
        return table

    def _rows(self) -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
        for one in self._statuses:
            has_days = one.newest_final or one.provisional_days
            final = str(one.newest_final or "none yet") if has_days else "-"
            counts = (one.accepted_days, len(one.missing), one.provisional_days, one.changed_days, len(one.rejected))
            yield one.name, str(one.newest_accepted or "none"), final, counts
