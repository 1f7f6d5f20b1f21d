"""Which datasets a figure hangs on: what the published file says of the measure of its metric, or of its segment.

What does not belong here: which days of a dataset are lost (periods.py), what is said of them (views/remarks.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipelines.pages.figures.cells import Cell

Dataset = tuple[str, str]


@dataclass(frozen=True)
class Measures:
    """`of_metrics`: metric_id -> measure; `of_segments`: (segment_kind, segment) -> measure, which goes before it.

    `datasets`: measure -> its datasets; one that is not needed is among them only where it ever came.
    `absent_from`: measure -> the first day from which on a dataset that it needs is switched off.
    """

    of_metrics: dict[str, str]
    of_segments: dict[tuple[str, str], str]
    datasets: dict[str, tuple[Dataset, ...]]
    absent_from: dict[str, date] = field(default_factory=dict)

    def is_switched_off(self, cell: Cell) -> bool:
        """Whether nothing of what the figure hangs on was asked for in its period."""
        since = self.absent_from.get(self._measure_of(cell) or "")
        return since is not None and cell.period_start >= since

    def datasets_of(self, cell: Cell) -> tuple[Dataset, ...]:
        """The datasets of which a lost day has to be told beside the figure. KeyError for a metric nobody defined."""
        return self.datasets[self._measure_of(cell) or cell.metric_id]

    def _measure_of(self, cell: Cell) -> str | None:
        of_segment = self.of_segments.get((cell.segment_kind, cell.segment))
        return of_segment or self.of_metrics.get(cell.metric_id)
