"""Questions to Graph: usage reports by date, the directory, sign-ins, report settings, named locations.

Each method gives one Answer with the exact bytes, or raises SourceError; an answer is never empty because something
failed. Nothing is parsed beyond what paging needs (parse.py and records.py read the answers).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.audit_logs.sign_ins.sign_ins_request_builder import SignInsRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgspec import Raw

from pipelines.errors import SourceError
from pipelines.sources.answer import Answer
from pipelines.sources.graph import problems
from pipelines.sources.graph.config import GraphConfig
from pipelines.sources.graph.connection import Fetched, GraphConnection
from pipelines.sources.graph.problems import Question
from pipelines.sources.graph.reports import ReportSpec
from pipelines.sources.ndjson import to_lines
from pipelines.sources.retry import RetryPolicy

__all__ = ["GraphConfig", "GraphSource"]

SERVICE = "Microsoft Graph"
SOURCE = "graph"
REPORTS_AT_ONCE = 4
MAX_PAGES = 10_000
# What the warehouse keeps and nothing more; without $select Graph leaves department and licences out.
USER_FIELDS = (
    "id",
    "userPrincipalName",
    "mail",
    "employeeId",
    "department",
    "userType",
    "accountEnabled",
    "createdDateTime",
    "assignedLicenses",
)
LARGEST_USER_PAGE = 999
LARGEST_SIGN_IN_PAGE = 1000


class _Page(msgspec.Struct):
    # Without a default: a body without records is not a page.
    value: list[Raw]
    next: str | None = msgspec.field(name="@odata.nextLink", default=None)


class _Settings(msgspec.Struct, rename="camel"):
    display_concealed_names: bool


_decode_page = msgspec.json.Decoder(_Page).decode
_decode_settings = msgspec.json.Decoder(_Settings).decode
_decode_record = msgspec.json.Decoder(dict[str, Raw]).decode


class GraphSource:
    """A connection to one tenant, used as `async with GraphSource(config) as graph` inside one event loop.

    `sleep` replaces the waiting between attempts in tests.
    """

    def __init__(self, config: GraphConfig, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        policy = RetryPolicy(
            SERVICE,
            max_seconds=config.max_retry_seconds,
            base_seconds=config.retry_base_seconds,
            sleep_async=sleep,
        )
        self._connection = GraphConnection(config, policy)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> GraphSource:
        await self._connection.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        # Also when the caller left the loop over `reports` without finishing it.
        await _cancel(self._tasks)
        await self._connection.__aexit__(*exception)

    async def report(self, spec: ReportSpec, day: date, fetched_at: datetime) -> Answer:
        """One usage report of one UTC day, as downloaded (CSV).

        Raises NotYetAvailableError for a day the service has not filled yet; DayGoneError for one it no longer keeps.
        """
        question = Question(
            f"the {spec.label} of {day}",
            permission="Reports.Read.All",
            age_days=(fetched_at.astimezone(UTC).date() - day).days,
            lag_days=spec.lag_days,
        )

        def build() -> RequestInformation:
            return getattr(self._connection.graph.reports, spec.builder)(day).to_get_request_information()

        fetched = await self._connection.fetch(build, question, bytes)
        return _answer(spec.dataset, day, fetched_at, fetched.value, [fetched])

    async def reports(
        self, spec: ReportSpec, days: Sequence[date], clock: Callable[[], datetime]
    ) -> AsyncIterator[tuple[date, Answer | SourceError]]:
        """Reports of many days, at most four on their way at once, each yielded as soon as it is there.

        A day that fails is yielded with its error and does not hold up the others. `clock` gives the present instant.
        """
        gate = asyncio.Semaphore(REPORTS_AT_ONCE)

        async def one(day: date) -> tuple[date, Answer | SourceError]:
            async with gate:
                try:
                    return day, await self.report(spec, day, clock())
                except SourceError as error:
                    return day, error

        tasks = [asyncio.create_task(one(day)) for day in days]
        self._tasks.update(tasks)
        try:
            for finished in asyncio.as_completed(tasks):
                yield await finished
        finally:
            await _cancel(tasks)
            self._tasks.difference_update(tasks)

    async def report_settings(self, fetched_at: datetime) -> Answer:
        """Whether the tenant conceals names in its reports, one JSON record."""
        day = fetched_at.astimezone(UTC).date()
        question = Question(f"the report settings of {day}", permission="ReportSettings.Read.All")

        def build() -> RequestInformation:
            return self._connection.graph.admin.report_settings.to_get_request_information()

        def read(body: bytes) -> bytes:
            _decode_settings(body)
            # The envelope names the address that was asked; only the record itself says whether anything changed.
            record = {name: value for name, value in _decode_record(body).items() if not name.startswith("@odata.")}
            return to_lines([Raw(msgspec.json.encode(record))])

        fetched = await self._connection.fetch(build, question, read)
        return _answer("report_settings", day, fetched_at, fetched.value, [fetched])

    async def users(self, fetched_at: datetime) -> Answer:
        """Everyone in the directory at this moment, one JSON record a line, only the fields in USER_FIELDS."""
        day = fetched_at.astimezone(UTC).date()
        parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            select=list(USER_FIELDS), top=LARGEST_USER_PAGE
        )
        question = Question(f"the users of {day}", permission="User.Read.All")
        return await self._listing(
            "users", self._connection.graph.users, parameters, question, day=day, fetched_at=fetched_at
        )

    async def sign_ins(self, day: date, fetched_at: datetime) -> Answer:
        """Interactive sign-ins of one UTC day, oldest first, one JSON record a line; ids may occur twice."""
        start = datetime.combine(day, time(), UTC)
        end = start + timedelta(days=1)
        parameters = SignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters(
            filter=f"createdDateTime ge {start:%Y-%m-%dT%H:%M:%SZ} and createdDateTime lt {end:%Y-%m-%dT%H:%M:%SZ}",
            orderby=["createdDateTime"],
            top=LARGEST_SIGN_IN_PAGE,
        )
        question = Question(f"the sign-ins of {day}", permission="AuditLog.Read.All and Directory.Read.All")
        builder = self._connection.graph.audit_logs.sign_ins
        return await self._listing("sign_ins", builder, parameters, question, day=day, fetched_at=fetched_at)

    async def named_locations(self, fetched_at: datetime) -> Answer:
        """The tenant's named locations at this moment, one JSON record a line."""
        day = fetched_at.astimezone(UTC).date()
        question = Question(f"the named locations of {day}", permission="Policy.Read.All")
        builder = self._connection.graph.identity.conditional_access.named_locations
        return await self._listing("named_locations", builder, None, question, day=day, fetched_at=fetched_at)

    async def _listing(
        self, dataset: str, builder: Any, parameters: Any, question: Question, *, day: date, fetched_at: datetime
    ) -> Answer:
        """All pages of a collection; every page is asked for until it is whole."""
        first = RequestConfiguration(query_parameters=parameters) if parameters else None
        pages: list[Fetched[bytes]] = []
        addresses: list[str] = []

        def read(body: bytes) -> tuple[bytes, str | None]:
            page = _decode_page(body)
            if page.next and not self._may_follow(page.next, addresses):
                raise problems.wrong_next_page()
            return to_lines(page.value), page.next

        def build() -> RequestInformation:
            if not addresses:
                return builder.to_get_request_information(first)
            return builder.with_url(addresses[-1]).to_get_request_information()

        while True:
            fetched = await self._connection.fetch(build, question, read)
            lines, next_address = fetched.value
            pages.append(Fetched(lines, fetched.request_id, fetched.origin))
            if not next_address:
                break
            addresses.append(next_address)
        return _answer(dataset, day, fetched_at, b"".join(page.value for page in pages), pages)

    def _may_follow(self, address: str, followed: list[str]) -> bool:
        """Never to another host, because the token would go there too, and never in a circle."""
        return self._connection.is_own(address) and address not in followed and len(followed) < MAX_PAGES


async def _cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _answer(dataset: str, day: date, fetched_at: datetime, body: bytes, parts: Sequence[Fetched[Any]]) -> Answer:
    """An answer with the last request id; it is simulated as soon as one of its parts is."""
    return Answer(
        source=SOURCE,
        dataset=dataset,
        day=day,
        body=body,
        fetched_at=fetched_at,
        request_id=parts[-1].request_id,
        origin=next((part.origin for part in parts if part.origin), None),
    )
