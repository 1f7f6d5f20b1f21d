"""The state that all hosts share: world, configuration, faults, tokens, tickets, and the views of the world.

One object, one world. Hosts (login_http, graph_http, download_http, box_http, control) hold no state of their own.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from pipelines.simulator.apis.accounts import Accounts
from pipelines.simulator.apis.box_events import BoxEventLog
from pipelines.simulator.apis.box_streams import BoxStreams
from pipelines.simulator.apis.box_users import BoxUsers
from pipelines.simulator.apis.entra import Tokens
from pipelines.simulator.apis.graph_directory import Directory
from pipelines.simulator.apis.graph_reports import REPORTS
from pipelines.simulator.apis.report_rows import ReportQuery, to_csv
from pipelines.simulator.apis.request_log import RequestLog
from pipelines.simulator.apis.sign_in_log import SignInLog
from pipelines.simulator.apis.sign_in_summaries import SignInSummaries
from pipelines.simulator.apis.usage import Usage
from pipelines.simulator.faults import Faults

if TYPE_CHECKING:
    from pipelines.simulator.server_config import ServerConfig
    from pipelines.simulator.world import World


@dataclass(frozen=True)
class Ticket:
    """The right to fetch one report once or more until it expires; the report is made when it is fetched."""

    report: str
    query: ReportQuery
    expires: float  # time.monotonic()
    fault: str | None = None  # header_only or wrong_totals: how the content is spoiled


@dataclass(frozen=True)
class Asked:
    """One request as the hosts see it: decoded, but with the query still as a multi-dictionary."""

    method: str
    path: str  # decoded, double slashes collapsed
    query: dict[str, str]
    form: dict[str, str]
    body: bytes
    headers: dict[str, str]  # lower-case names
    host: str  # the Host header
    report_fault: str | None = None  # one of faults.REPORT_FAULTS, for the report service


@dataclass
class Services:
    """Everything behind the hosts. `config` is replaced as a whole when something changes at run time."""

    world: World
    config: ServerConfig
    faults: Faults = field(default_factory=Faults)
    log: RequestLog = field(default_factory=RequestLog)
    graph_tokens: Tokens = field(default_factory=Tokens)
    box_tokens: Tokens = field(default_factory=Tokens)
    urls: dict[str, str] = field(default_factory=dict)  # base URL by host kind, known once the server listens

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.world)
        self.usage = Usage(self.world)
        self.directory = Directory(self.world, self.accounts)
        self.sign_ins = SignInLog(self.world, duplicates=self.config.sign_in_duplicates)
        self.other_sign_ins = SignInLog(self.world, duplicates=self.config.sign_in_duplicates, interactive=False)
        self.sign_in_summaries = SignInSummaries(self.world)
        self.box_events = BoxEventLog(self.world, duplicates=self.config.box_stream_duplicates)
        self.box_streams = BoxStreams(self.box_events)
        self.box_users = BoxUsers(self.accounts)
        self._tickets: dict[str, Ticket] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the threads that work ahead."""
        self.sign_ins.day.close()
        self.other_sign_ins.day.close()
        self.box_events.day.close()

    @property
    def now(self) -> datetime:
        return self.config.now

    @property
    def simulated_header(self) -> str:
        return self.config.simulated_header(self.world.config.seed)

    def configure(self, **changes: Any) -> None:
        """Replace configuration values. Raises TypeError or ValueError for what ServerConfig does not know."""
        self.config = replace(self.config, **changes)

    def allows(self, permission: str) -> bool:
        return permission not in self.config.withheld_permissions

    def new_ticket(self, report: str, query: ReportQuery, fault: str | None) -> str:
        """A fresh ticket; expired ones are forgotten on the way."""
        token = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._lock:
            self._tickets = {key: ticket for key, ticket in self._tickets.items() if ticket.expires > now}
            expires = now + self.config.ticket_seconds
            self._tickets[token] = Ticket(report, query, expires, fault)
        return token

    def ticket(self, token: str) -> Ticket | None:
        ticket = self._tickets.get(token)
        return ticket if ticket and ticket.expires > time.monotonic() else None

    def report_csv(self, ticket: Ticket) -> bytes:
        """The bytes a ticket stands for."""
        return to_csv(self.report_rows(ticket.report, ticket.query, ticket.fault))

    def report_rows(self, report: str, query: ReportQuery, fault: str | None) -> pl.DataFrame:
        """A report as a table, spoiled if a fault says so."""
        frame = REPORTS[report].rows(self.accounts, self.usage, query)
        if fault == "header_only":
            return frame.clear()
        if fault == "wrong_totals":
            return frame.with_columns(cs.integer() + cs.integer() // 5 + 1)
        return frame
