"""What the checks of `katsuyo doctor` share: the workspace, and the answers of Graph, each asked for once.

Which checks there are and what they find is doctor.py. Answers live in memory only; no sentence made here holds more
than counts.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import polars as pl

from pipelines.common.calendar import calendar_rows
from pipelines.common.days import newest_complete_day
from pipelines.errors import KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.sources.answer import Answer
from pipelines.sources.clock import ahead_seconds
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.reports import REPORTS
from pipelines.sources.org.schema import DATE, FILES, OrgFile

Mark = Literal["OK", "WARN", "FIX", "-"]
Result = tuple[Mark, str]

REPORT = REPORTS["teams_user_activity"]
REPORT_DAYS_BACK = 3
# Somebody waits at the terminal, so a service that asks for patience is reported earlier than a daily run would.
LONGEST_CALL_SECONDS = 120.0
# Below this share of the people a comparison points to files that do not belong together.
FEW_MATCHES = 0.8


class Checkup:
    """What the checks share: the workspace, and the answers of both services, each asked for once."""

    def __init__(self, settings: Settings) -> None:
        seconds = min(settings.max_retry_seconds, LONGEST_CALL_SECONDS)
        self.settings = settings.model_copy(update={"max_retry_seconds": seconds})
        self.workspace = Workspace(self.settings)
        self.now = self.settings.now()
        self.today = self.settings.today_tokyo()

    @cached_property
    def working_day(self) -> date:
        """The newest complete day on which people work: a Sunday says nothing about offices."""
        newest = newest_complete_day(self.now)
        days = calendar_rows(newest - timedelta(days=20), newest)
        return days.filter("is_working_day")["date_day"].to_list()[-1]

    @cached_property
    def org_tables(self) -> dict[str, pl.DataFrame] | None:
        """The organisation's files as they are valid today, or None when they cannot be used (a check says why)."""
        try:
            tables = self.workspace.org_tables
        except (KatsuyoError, PermissionError):
            return None
        return {name: self._valid_today(FILES[name], table) for name, table in tables.items()}

    def _valid_today(self, spec: OrgFile, table: pl.DataFrame) -> pl.DataFrame:
        start, end = spec.starts, spec.ends
        if start is None or end is None or spec.columns[start] != DATE:
            return table
        return table.filter(pl.col(start) <= self.today, pl.col(end).is_null() | (pl.col(end) >= self.today))

    @cached_property
    def staff(self) -> pl.DataFrame | None:
        """Today's lines of staff.csv, or None when there are none to compare with."""
        return (self.org_tables or {}).get("staff")

    @cached_property
    def clocks(self) -> dict[str, float | None]:
        """By how many seconds the clock of each service is ahead of ours; None when it does not say."""
        graph = self.workspace.graph_config
        hosts = {"Graph": (graph.base_url, graph.ca_file)}
        if "box" not in self.settings.sources_off:
            box = self.workspace.box_config
            hosts["Box"] = (f"{box.base_url}/2.0/users/me", box.ca_file)
        return {name: ahead_seconds(url, ca_file) for name, (url, ca_file) in hosts.items()}

    @cached_property
    def graph_answers(self) -> dict[str, Answer | BaseException]:
        """All answers of Graph, asked for side by side: a host that is not there is waited for once."""
        return asyncio.run(self._ask_graph())

    async def _ask_graph(self) -> dict[str, Answer | BaseException]:
        report_day = self.now.date() - timedelta(days=REPORT_DAYS_BACK)
        async with GraphSource(self.workspace.graph_config, limits=self.workspace.graph_limits) as graph:
            calls = {
                "report_settings": graph.report_settings(self.now),
                "report": graph.report(REPORT, report_day, self.now),
                "users": graph.users(self.now),
            }
            if "sign_ins" not in self.settings.sources_off:
                calls["sign_ins"] = graph.sign_ins(self.working_day, self.now)
            if "named_locations" not in self.settings.sources_off:
                calls["named_locations"] = graph.named_locations(self.now)
            answers = await asyncio.gather(*calls.values(), return_exceptions=True)
        return dict(zip(calls, answers, strict=True))

    def graph_answer(self, name: str) -> Answer:
        """Raises what the question itself raised."""
        answer = self.graph_answers[name]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def matched(self, what: str, *columns: pl.Series) -> Result:
        """How many people of staff.csv are among `what`; addresses are compared without regard to case."""
        if self.staff is None:
            return "OK", f"{what} (not compared with staff.csv, which cannot be used)"
        staff = set(self.staff["address"].str.to_lowercase())
        among = set(pl.concat([column.drop_nulls().str.to_lowercase() for column in columns]))
        found = staff & among
        text = f"{what}; {len(found)} of the {len(staff)} people of staff.csv are among them"
        if not found:
            return "FIX", f"{text}: put the addresses people sign in with into the column address of staff.csv"
        if len(found) < FEW_MATCHES * len(staff):
            return "WARN", f"{text}: the others will count as not active, so see whether staff.csv is of this tenant"
        return "OK", text
