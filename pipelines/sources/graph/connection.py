"""One connection to Graph: the SDK's own client, a token that can be renewed, and calls that give raw bytes.

Wiring and one attempt at a time; which endpoints exist is client.py, what a failure means is problems.py. The SDK does
authentication, addresses, query encoding and redirects; its models and its retries are not used (models are a thousand
times slower, and no SDK repeats a body that breaks off).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import gzip
import logging
import re
import ssl
import zlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import CertificateCredential, ClientSecretCredential
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import HeadersInspectionHandlerOption, RetryHandlerOption
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_request_adapter import options as graph_options
from msgraph_core import GraphClientFactory

from pipelines.errors import ConfigurationError
from pipelines.sources.graph import problems
from pipelines.sources.graph.certificate import read_certificate
from pipelines.sources.graph.config import GraphConfig
from pipelines.sources.graph.problems import Question
from pipelines.sources.ndjson import MALFORMED
from pipelines.sources.origin import SIMULATED_HEADER, origin_of
from pipelines.sources.quota import Limiter
from pipelines.sources.retry import RetryPolicy
from pipelines.sources.tls import trusting

T = TypeVar("T")

# Tokens are made for a cloud, not for an address: what is no national cloud (a relay, say) is the public one.
_NATIONAL_CLOUDS = ("graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn")
# A report of a large tenant may take a minute to begin; httpx would give up after five seconds.
TIMEOUT = httpx.Timeout(100, connect=30)
# Answers on their way at once, whatever they are about: a waiting quota or a waiting repetition takes no place.
AT_ONCE = 8
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """What one call gave, with the request id and what the answering host says of itself."""

    value: T
    request_id: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: httpx.Headers
    body: bytes
    is_from_graph: bool

    @property
    def request_id(self) -> str | None:
        return self.headers.get("request-id")


class RenewableCredential:
    """A credential that can be exchanged for a fresh one and asks for one token at a time.

    The SDK would send a token again that Graph has refused, and twenty first requests would ask for twenty tokens.
    """

    def __init__(self, config: GraphConfig, context: ssl.SSLContext) -> None:
        self._config = config
        self._context = context
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._host = urlsplit(config.authority).netloc
        self.generation = 0

    async def open(self) -> None:
        """Raises ConfigurationError when a setting is not one of a login."""
        connector = aiohttp.TCPConnector(ssl=self._context)
        session = aiohttp.ClientSession(connector=connector, trust_env=True, cookie_jar=aiohttp.DummyCookieJar())
        self._stack.push_async_callback(session.close)
        try:
            self._current = _credential(self._config, AioHttpTransport(session=session))
        except ValueError:
            raise ConfigurationError(
                "KATSUYO_TENANT_ID, KATSUYO_CLIENT_ID, KATSUYO_CLIENT_SECRET or KATSUYO_AUTHORITY is empty or not of "
                "the right form (the authority begins with https://): copy them again from the app registration."
            ) from None
        self._stack.push_async_callback(self._current.close)

    async def renew(self, used: int) -> None:
        """Forget the token, unless another call has done so since generation `used`."""
        async with self._lock:
            if self.generation == used:
                self.generation += 1
                await self.open()

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """Raises AttemptError saying why no token came."""
        async with self._lock:
            try:
                return await self._current.get_token(*scopes, **kwargs)
            except AzureError as error:
                raise problems.login_failed(error, self._host) from None
            except (AttributeError, KeyError, TypeError, ValueError):
                # azure-identity reads whatever came as a token: a page of a proxy has none of its fields.
                raise problems.login_not_understood(self._host) from None

    async def close(self) -> None:
        """Close every credential that was opened; an exchanged one may still have been in use by another call."""
        await self._stack.aclose()

    async def __aenter__(self) -> RenewableCredential:
        return self

    async def __aexit__(self, exc_type: object = None, exc_value: object = None, traceback: object = None) -> None:
        await self.close()


def _credential(config: GraphConfig, transport: AioHttpTransport) -> ClientSecretCredential | CertificateCredential:
    """Reads the certificate anew, so that a replaced file is in force from the next connection on."""
    how: dict[str, Any] = {"authority": config.authority, "transport": transport, "retry_total": 0}
    if config.certificate_file is None:
        return ClientSecretCredential(config.tenant_id, config.client_id, config.client_secret, **how)
    certificate = read_certificate(config.certificate_file, config.certificate_password, datetime.now(UTC))
    how |= {"certificate_data": certificate.pem, "password": config.certificate_password}
    return CertificateCredential(config.tenant_id, config.client_id, **how)


class GraphConnection:
    """An open connection, bound to the running event loop. Use `async with`; `graph` builds requests."""

    def __init__(self, config: GraphConfig, policy: RetryPolicy) -> None:
        self._config = config
        self._policy = policy
        self._stack = AsyncExitStack()
        self._base = httpx.URL(config.base_url)
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> GraphConnection:
        if self._base.scheme != "https" and self._base.host not in _LOCAL:
            raise ConfigurationError("KATSUYO_GRAPH_BASE_URL must begin with https://: the token would travel openly.")
        _silence_libraries()
        async with AsyncExitStack() as stack:
            await self._open(stack)
            self._stack = stack.pop_all()
        return self

    async def _open(self, stack: AsyncExitStack) -> None:
        context = trusting(self._config.ca_file)
        self._credential = RenewableCredential(self._config, context)
        stack.push_async_callback(self._credential.close)
        await self._credential.open()
        self._http = await _open_http(context, stack)
        host = self._base.host
        cloud = host if host in _NATIONAL_CLOUDS else "graph.microsoft.com"
        self._auth = AzureIdentityAuthenticationProvider(
            self._credential, scopes=[f"https://{cloud}/.default"], allowed_hosts=[host]
        )
        self._adapter = GraphRequestAdapter(self._auth, client=self._http)
        self._adapter.base_url = self._config.base_url
        self.graph = GraphServiceClient(request_adapter=self._adapter)

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()

    def is_own(self, url: str) -> bool:
        """Whether a URL lies on the same scheme, host and port as the configured Graph."""
        try:
            other = httpx.URL(url)
        except httpx.InvalidURL:
            return False
        return (other.scheme, other.host, other.port) == (self._base.scheme, self._base.host, self._base.port)

    async def fetch(
        self,
        build: Callable[[], RequestInformation],
        question: Question,
        read: Callable[[bytes], T],
        limiter: Limiter | None = None,
    ) -> Fetched[T]:
        """Ask until there is an answer that `read` accepts; each attempt begins anew at Graph.

        `build` makes the request; `read` turns the whole body into a value and raises what msgspec raises (or
        AttemptError) when it is not the documented shape. `limiter` says when an attempt may begin; waiting for the
        first one is no trouble and does not count as time spent on the call. Raises SourceError.
        """
        is_renewed, claims, may_begin = False, None, False
        if limiter is not None:
            await limiter.take()
            may_begin = True

        async def attempt() -> Fetched[T]:
            nonlocal is_renewed, claims, may_begin
            if limiter is not None and not may_begin:
                await limiter.take()
            may_begin = False
            used = self._credential.generation
            reply = await self._send(build(), claims)
            if reply.status == 401 and reply.is_from_graph and not is_renewed:
                is_renewed, claims = True, _claims_challenge(reply)
                if claims is None:
                    await self._credential.renew(used)
                reply = await self._send(build(), claims)
            return Fetched(
                _read(reply, question, read), reply.request_id, origin_of(reply.headers.get(SIMULATED_HEADER))
            )

        return await self._policy.call_async(question.what, attempt)

    async def _send(self, request: RequestInformation, claims: str | None) -> _Reply:
        # All builders of one client share one dictionary of path parameters, and the URL is expanded only when it is
        # sent: without a copy made before the first await, twenty days asked at once are twenty times the last day.
        request.path_parameters = {**request.path_parameters, "baseurl": self._config.base_url}
        hop = HeadersInspectionHandlerOption(inspect_response_headers=False)
        request.add_request_options([hop])
        try:
            if claims is not None:
                await self._auth.authenticate_request(request, {"claims": claims})
            native = await self._adapter.convert_to_native_async(request)
            async with self._gate:
                response = await self._http.send(native, stream=True)
                try:
                    raw = b"".join([chunk async for chunk in response.aiter_raw()])
                finally:
                    await response.aclose()
        except httpx.TransportError as error:
            raise problems.not_connected(error, self._host_of(hop)) from None
        except Exception as error:
            # The SDK refuses a redirect with a bare Exception, or a private class, whose text holds the ticket.
            if type(error) is Exception or type(error).__name__ == "RedirectError":
                raise problems.bad_redirect() from None
            raise
        is_from_graph = self._host_of(hop) == self._own_host
        return _Reply(response.status_code, response.headers, _unpacked(raw, response), is_from_graph)

    @property
    def _own_host(self) -> str:
        """The Host header of a request to Graph itself: lower case, without a default port."""
        return self._base.netloc.decode("ascii")

    def _host_of(self, hop: HeadersInspectionHandlerOption) -> str:
        """The host that was asked last: after a redirect httpx itself only knows the first."""
        return next(iter(hop.request_headers.get("host") or ()), self._own_host)


async def _open_http(context: ssl.SSLContext, stack: AsyncExitStack) -> httpx.AsyncClient:
    """The HTTP client with the SDK's middleware (redirects without the token) and without its retries."""
    # Only gzip: it is the one encoding whose end is checked below.
    client = httpx.AsyncClient(timeout=TIMEOUT, http2=False, verify=context, headers={"Accept-Encoding": "gzip"})
    stack.push_async_callback(client.aclose)
    # The SDK wraps the transports (one more for each proxy of the environment) and forgets to close them.
    for transport in (client._transport, *client._mounts.values()):
        if transport is not None:
            stack.push_async_callback(transport.aclose)
    no_retries = {RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0, should_retry=False)}
    options = {**graph_options, **no_retries}
    return GraphClientFactory.create_with_default_middleware(client=client, options=options)


def _read(reply: _Reply, question: Question, read: Callable[[bytes], T]) -> T:
    if reply.status != 200 and reply.is_from_graph and reply.status >= 400:
        raise problems.refused(reply.status, reply.headers, reply.body, question)
    if reply.status >= 400:
        raise problems.ticket_refused(reply.status, reply.headers)
    if reply.status != 200 or not reply.body:
        raise problems.without_content(reply.status, reply.request_id)
    try:
        return read(reply.body)
    except MALFORMED:
        raise problems.not_documented(reply.request_id) from None


def _unpacked(raw: bytes, response: httpx.Response) -> bytes:
    """The body, decompressed. httpx would hand over a cut gzip stream without a word; this refuses it."""
    if response.headers.get("content-encoding", "").lower() not in ("gzip", "x-gzip") or not raw:
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error):
        if response.status_code >= 400:
            return b""  # the status says enough
        raise problems.broken_gzip(response.headers.get("request-id")) from None


def _claims_challenge(reply: _Reply) -> str | None:
    """The claims Graph asks the next token to carry (continuous access evaluation), as sent: base64."""
    found = re.search(r'claims="([^"]+)"', reply.headers.get("www-authenticate", ""))
    if found is None:
        return None
    try:
        base64.b64decode(found.group(1), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return found.group(1)


def _silence_libraries() -> None:
    """Keep what must not be written anywhere out of the logs of the libraries.

    azure-identity warns with the whole answer of the login; the transport's debug log holds the download ticket. What
    matters of either reaches the user through our own errors.
    """
    logging.getLogger("azure.identity").setLevel(logging.ERROR)
    logging.getLogger("httpcore").setLevel(logging.INFO)
