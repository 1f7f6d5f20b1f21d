"""How often Graph may be asked for what, as one set of limiters that all connections of a run share.

Usage reports are counted per report function, so reports of different functions do not wait for one another. What the
quotas are is config.py; how a limiter counts is sources/quota.py.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.sources.graph.config import GraphConfig
from pipelines.sources.quota import Limiter, Quota


class GraphLimits:
    """The limiters of one application in one tenant. `limit` makes a limiter and is replaced in tests."""

    def __init__(self, config: GraphConfig, limit: Callable[[Quota], Limiter] = Limiter) -> None:
        self._config = config
        self._limit = limit
        self._reports: dict[str, Limiter] = {}
        self.sign_ins = limit(config.sign_in_quota)
        self.named_locations = limit(config.named_location_quota)

    def report(self, function: str) -> Limiter:
        """The limiter of one report function."""
        if function not in self._reports:
            self._reports[function] = self._limit(self._config.report_quota)
        return self._reports[function]
