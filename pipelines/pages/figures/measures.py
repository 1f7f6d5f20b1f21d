"""Which datasets a figure hangs on: what the published file says of the measure of its metric, or of its segment.

What does not belong here: which days of a dataset are lost (periods.py), what is said of them (views/remarks.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.cells import Cell

Dataset = tuple[str, str]


@dataclass(frozen=True)
class Measures:
    """`of_metrics`: metric_id -> measure; `of_segments`: (segment_kind, segment) -> measure, which goes before it.

    `datasets`: measure -> its datasets; one that is not needed is among them only where it ever came.
    """

    of_metrics: dict[str, str]
    of_segments: dict[tuple[str, str], str]
    datasets: dict[str, tuple[Dataset, ...]]

    def datasets_of(self, cell: Cell) -> tuple[Dataset, ...]:
        """The datasets of which a lost day has to be told beside the figure. KeyError for a metric nobody defined."""
        of_segment = self.of_segments.get((cell.segment_kind, cell.segment))
        return self.datasets[of_segment or self.of_metrics[cell.metric_id]]
