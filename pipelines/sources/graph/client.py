"""Questions to Graph: usage reports by date, the directory, sign-ins, report settings, named locations.

Each method gives one Answer with the exact bytes, or raises SourceError; an answer is never empty because something
failed. Nothing is parsed beyond what paging needs (parse.py and records.py read the answers).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.applications_with_app_id.applications_with_app_id_request_builder import (
    ApplicationsWithAppIdRequestBuilder,
)
from msgraph.generated.audit_logs.sign_ins.sign_ins_request_builder import SignInsRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgspec import Raw

from pipelines.errors import PageExpiredError, SourceError
from pipelines.sources.answer import Answer
from pipelines.sources.graph import problems
from pipelines.sources.graph.config import GraphConfig
from pipelines.sources.graph.connection import Fetched, GraphConnection
from pipelines.sources.graph.limits import GraphLimits
from pipelines.sources.graph.problems import Question, UnknownFormError
from pipelines.sources.graph.reports import ReportSpec
from pipelines.sources.ndjson import decoded, to_lines
from pipelines.sources.quota import Limiter
from pipelines.sources.retry import RetryPolicy

__all__ = ["GraphConfig", "GraphSource", "Secret"]

SERVICE = "Microsoft Graph"
SOURCE = "graph"
# Days of one report that are on their way or have not been taken in yet: bounds memory however long the window is.
REPORTS_AHEAD = 4
MAX_PAGES = 10_000
# How often a listing begins at its first page because the address of a later one was no longer good.
MAX_BEGINNINGS = 4
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


class Secret(msgspec.Struct, rename="camel"):
    """A client secret of the application: when it ends, and its first letters."""

    end_date_time: datetime
    hint: str | None = None


class _Application(msgspec.Struct, rename="camel"):
    password_credentials: list[Secret]


_decode_application = msgspec.json.Decoder(_Application).decode
_decode_page = msgspec.json.Decoder(_Page).decode
_decode_settings = msgspec.json.Decoder(_Settings).decode
_decode_record = msgspec.json.Decoder(dict[str, Raw]).decode


class GraphSource:
    """A connection to one tenant, used as `async with GraphSource(config) as graph` inside one event loop.

    `sleep` replaces the waiting between attempts in tests.
    """

    def __init__(
        self,
        config: GraphConfig,
        *,
        limits: GraphLimits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        policy = RetryPolicy(
            SERVICE,
            max_seconds=config.max_retry_seconds,
            base_seconds=config.retry_base_seconds,
            sleep_async=sleep,
        )
        self._config = config
        self._limits = limits or GraphLimits(config)
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
        """One usage report, as downloaded (CSV): of one UTC day, or a period report as of now (`day` is the present).

        Raises NotYetAvailableError for a day the service has not filled yet; DayGoneError for one it no longer keeps.
        """
        is_day = spec.kind == "day"
        question = Question(
            f"the {spec.label} of {day}",
            permission="Reports.Read.All",
            age_days=(fetched_at.astimezone(UTC).date() - day).days if is_day else None,
            lag_days=spec.lag_days,
            has_older_form=spec.older is not None,
        )

        def build() -> RequestInformation:
            reports = self._connection.graph.reports
            if spec.path:
                # A report that the SDK does not know: any builder of bytes will do for a whole address.
                url = f"{self._config.base_url}/{spec.path.format(period=spec.period)}"
                builder = reports.get_teams_user_activity_counts_with_period(spec.period).with_url(url)
            else:
                builder = getattr(reports, spec.builder)(day if is_day else spec.period)
            return builder.to_get_request_information()

        try:
            fetched = await self._connection.fetch(build, question, bytes, self._limits.report(spec.function))
        except UnknownFormError:
            assert spec.older is not None
            path, period = spec.older
            return await self.report(replace(spec, path=path, period=period, older=None), day, fetched_at)
        return _answer(spec.dataset, day, fetched_at, fetched.value, [fetched])

    async def reports(
        self, spec: ReportSpec, days: Sequence[date], clock: Callable[[], datetime]
    ) -> AsyncGenerator[tuple[date, Answer | SourceError], None]:
        """One report of many days, begun in the order given, each yielded as soon as it is there.

        A day that fails is yielded with its error and does not hold up the others. No more days are on their way than
        REPORTS_AHEAD, so answers do not pile up before a slow reader. `clock` gives the present instant.
        """

        async def one(day: date) -> tuple[date, Answer | SourceError]:
            try:
                return day, await self.report(spec, day, clock())
            except SourceError as error:
                return day, error

        remaining = iter(days)
        under_way: set[asyncio.Task[tuple[date, Answer | SourceError]]] = set()
        try:
            while True:
                for day in itertools.islice(remaining, REPORTS_AHEAD - len(under_way)):
                    under_way.add(asyncio.create_task(one(day)))
                if not under_way:
                    break
                self._tasks |= under_way
                finished, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                self._tasks -= finished
                for task in finished:
                    yield task.result()
        finally:
            await _cancel(under_way)
            self._tasks -= under_way

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

    async def own_secrets(self) -> list[Secret]:
        """The client secrets of this application, which it may read without any permission."""
        question = Question("the entry of this application", permission="Application.Read.All")

        def build() -> RequestInformation:
            builder = self._connection.graph.applications_with_app_id(self._config.client_id)
            parameters = ApplicationsWithAppIdRequestBuilder.ApplicationsWithAppIdRequestBuilderGetQueryParameters(
                select=["passwordCredentials"]
            )
            return builder.to_get_request_information(RequestConfiguration(query_parameters=parameters))

        fetched = await self._connection.fetch(build, question, _decode_application)
        return fetched.value.password_credentials

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
        builder = self._connection.graph.audit_logs.sign_ins
        parameters = SignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters(
            filter=_within(day), orderby=["createdDateTime"], top=LARGEST_SIGN_IN_PAGE
        )
        return await self._listing(
            "sign_ins", builder, parameters, _sign_ins_question("sign-ins", day), day=day, fetched_at=fetched_at,
            limiter=self._limits.sign_ins,
        )  # fmt: skip

    async def non_interactive_sign_ins(self, day: date, fetched_at: datetime) -> Answer:
        """Sign-ins of one UTC day that an app made on a person's behalf, from the beta version of Graph.

        They share their quota with the interactive ones and are many times more.
        """
        query = {
            "$filter": f"signInEventTypes/any(t: t eq 'nonInteractiveUser') and {_within(day)}",
            "$orderby": "createdDateTime",
            "$top": str(LARGEST_SIGN_IN_PAGE),
        }
        address = f"{self._config.beta_base_url}/auditLogs/signIns?{urlencode(query, safe='$', quote_via=quote)}"
        builder = self._connection.graph.audit_logs.sign_ins.with_url(address)
        return await self._listing(
            "non_interactive_sign_ins", builder, None, _sign_ins_question("non-interactive sign-ins", day), day=day,
            fetched_at=fetched_at, limiter=self._limits.sign_ins,
        )  # fmt: skip

    async def sign_in_summaries(self, day: date, fetched_at: datetime) -> Answer:
        """Non-interactive sign-ins of one UTC day added up by user, app and address, from the beta version of Graph."""
        query = {
            "$filter": _within(day, "firstSignInDateTime"),
            "$orderby": "firstSignInDateTime",
            "$top": str(LARGEST_SIGN_IN_PAGE),
        }
        function = "getSummarizedNonInteractiveSignIns(aggregationWindow='d1')"
        address = f"{self._config.beta_base_url}/auditLogs/{function}?{urlencode(query, safe='$', quote_via=quote)}"
        builder = self._connection.graph.audit_logs.sign_ins.with_url(address)
        return await self._listing(
            "sign_in_summaries", builder, None, _sign_ins_question("summarised sign-ins", day), day=day,
            fetched_at=fetched_at, limiter=self._limits.sign_ins,
        )  # fmt: skip

    async def named_locations(self, fetched_at: datetime) -> Answer:
        """The tenant's named locations at this moment, one JSON record a line."""
        day = fetched_at.astimezone(UTC).date()
        question = Question(f"the named locations of {day}", permission="Policy.Read.All")
        builder = self._connection.graph.identity.conditional_access.named_locations
        return await self._listing(
            "named_locations", builder, None, question, day=day, fetched_at=fetched_at,
            limiter=self._limits.named_locations,
        )  # fmt: skip

    async def _listing(
        self,
        dataset: str,
        builder: Any,
        parameters: Any,
        question: Question,
        *,
        day: date,
        fetched_at: datetime,
        limiter: Limiter | None = None,
    ) -> Answer:
        """All pages of a collection; every page is asked for until it is whole.

        When a page's address has expired all begins again at the first page, a bounded number of times: the pages read
        so far are thrown away, because what they left out may have moved.
        """
        for beginning in range(1, MAX_BEGINNINGS + 1):
            try:
                pages = await self._pages(builder, parameters, question, limiter)
                break
            except PageExpiredError:
                if beginning == MAX_BEGINNINGS:
                    raise
        return _answer(dataset, day, fetched_at, b"".join(page.value for page in pages), pages)

    async def _pages(
        self, builder: Any, parameters: Any, question: Question, limiter: Limiter | None
    ) -> list[Fetched[bytes]]:
        first = RequestConfiguration(query_parameters=parameters) if parameters else None
        pages: list[Fetched[bytes]] = []
        addresses: list[str] = []

        def read(body: bytes) -> tuple[bytes, str | None]:
            page = decoded(_decode_page, body)
            if page.next and not self._may_follow(page.next, addresses):
                raise problems.wrong_next_page()
            return to_lines(page.value), page.next

        def build() -> RequestInformation:
            if not addresses:
                return builder.to_get_request_information(first)
            return builder.with_url(addresses[-1]).to_get_request_information()

        while True:
            asked = replace(question, goes_on=bool(addresses))
            fetched = await self._connection.fetch(build, asked, read, limiter)
            lines, next_address = fetched.value
            pages.append(Fetched(lines, fetched.request_id, fetched.origin))
            if not next_address:
                return pages
            addresses.append(next_address)

    def _may_follow(self, address: str, followed: list[str]) -> bool:
        """Never to another host, because the token would go there too, and never in a circle."""
        return self._connection.is_own(address) and address not in followed and len(followed) < MAX_PAGES


def _within(day: date, instant: str = "createdDateTime") -> str:
    start = datetime.combine(day, time(), UTC)
    end = start + timedelta(days=1)
    return f"{instant} ge {start:%Y-%m-%dT%H:%M:%SZ} and {instant} lt {end:%Y-%m-%dT%H:%M:%SZ}"


def _sign_ins_question(kind: str, day: date) -> Question:
    return Question(f"the {kind} of {day}", permission="AuditLog.Read.All and Directory.Read.All")


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
