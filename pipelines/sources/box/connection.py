"""One connection to Box: the SDK's own client, a token that can be renewed, and calls that give raw bytes.

Wiring and one attempt at a time; which endpoints exist is client.py, what a failure means is problems.py. The SDK does
authentication and transport; its models and its retries are not used (it takes a cut answer for an empty page and
crashes on a Retry-After that is a date).
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import requests
from box_sdk_gen import (
    BaseUrls,
    BoxAPIError,
    BoxCCGAuth,
    BoxClient,
    BoxJWTAuth,
    BoxNetworkClient,
    BoxRetryStrategy,
    BoxSDKError,
    CCGConfig,
    FetchOptions,
    NetworkSession,
    ResponseFormat,
    TimeoutConfig,
)
from requests.adapters import HTTPAdapter

from pipelines.errors import ConfigurationError
from pipelines.sources.box import problems
from pipelines.sources.box.app_file import read_app_file
from pipelines.sources.box.config import BoxConfig
from pipelines.sources.box.problems import Question
from pipelines.sources.ndjson import MALFORMED
from pipelines.sources.origin import SIMULATED_HEADER, origin_of
from pipelines.sources.quota import Limiter
from pipelines.sources.retry import RetryPolicy
from pipelines.sources.tls import trusting

T = TypeVar("T")

CONNECT_TIMEOUT_MS = 10_000
READ_TIMEOUT_MS = 60_000
# The SDK appends a kilobyte at a time: larger reads copy more than they save.
_CHUNK_BYTES = 1 << 14
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """What one call gave, with the request id and what Box says of itself."""

    value: T
    request_id: str | None
    origin: str | None


class BoxConnection:
    """An open connection. Use `with`; several threads may share it."""

    def __init__(self, config: BoxConfig, policy: RetryPolicy, limiter: Limiter) -> None:
        self._config = config
        self._policy = policy
        self._limiter = limiter
        self.request_count = 0
        self._host = urlsplit(config.base_url).netloc
        self._lock = threading.Lock()
        self._generation = 0
        self._of_thread = threading.local()

    def __enter__(self) -> BoxConnection:
        base = urlsplit(self._config.base_url)
        if base.scheme != "https" and base.hostname not in _LOCAL:
            raise ConfigurationError("KATSUYO_BOX_BASE_URL must begin with https://: the token would travel openly.")
        self._session = requests.Session()
        self._session.hooks["response"].append(self._note)
        self._session.mount("https://", _TrustingAdapter(trusting(self._config.ca_file)))
        self._network = NetworkSession(
            network_client=BoxNetworkClient(requests_session=self._session),
            base_urls=BaseUrls(
                base_url=self._config.base_url,
                upload_url=self._config.base_url,
                oauth_2_url=f"{self._config.base_url}/oauth2",
            ),
            retry_strategy=BoxRetryStrategy(max_attempts=1, max_retries_on_exception=0),
            timeout_config=TimeoutConfig(connection_timeout_ms=CONNECT_TIMEOUT_MS, read_timeout_ms=READ_TIMEOUT_MS),
        )
        self._auth = _auth_of(self._config)
        self._client = BoxClient(auth=self._auth, network_session=self._network)
        return self

    def __exit__(self, *exception: object) -> None:
        self._session.close()

    def fetch(
        self, path: str, parameters: Mapping[str, str], question: Question, read: Callable[[bytes], T]
    ) -> Fetched[T]:
        """Ask until there is an answer that `read` accepts.

        `read` turns the whole body into a value and raises what msgspec raises (or AttemptError) when it is not the
        documented shape. Raises SourceError.
        """
        is_renewed = False

        def attempt(deadline: float) -> Fetched[T]:
            nonlocal is_renewed
            used = self._generation
            try:
                return self._send(path, parameters, read, deadline)
            except BoxAPIError as error:
                if error.response_info.status_code != 401 or is_renewed or _is_login(error):
                    raise problems.refused(error, question) from None
            is_renewed = True
            self._renew(used)
            try:
                return self._send(path, parameters, read, deadline)
            except BoxAPIError as error:
                raise problems.refused(error, question) from None

        return self._policy.call(question.what, attempt)

    def _send(
        self, path: str, parameters: Mapping[str, str], read: Callable[[bytes], T], deadline: float
    ) -> Fetched[T]:
        try:
            self._log_in()
            self._limiter.take_blocking()
            self.request_count += 1
            response = self._client.make_request(
                FetchOptions(
                    url=self._config.base_url + path,
                    method="GET",
                    params=dict(parameters),
                    response_format=ResponseFormat.BINARY,
                )
            )
            if response.status != 200:
                raise problems.not_finished(response.status, response.headers)
            body = self._read_all(response.content, deadline)
        except BoxAPIError:
            raise
        except BoxSDKError as error:
            raise problems.not_connected(error.error or error, self._host) from None
        except requests.RequestException:
            raise problems.broke_off(self._host) from None
        finally:
            self._close_last()
        request_id = response.headers.get("box-request-id")
        try:
            value = read(body)
        except MALFORMED:
            raise problems.not_documented(request_id) from None
        return Fetched(value, request_id, origin_of(response.headers.get(SIMULATED_HEADER)))

    def _log_in(self) -> None:
        """Have a token, asked for by one thread at a time."""
        with self._lock:
            try:
                token = self._auth.retrieve_token(network_session=self._network)
            except (TypeError, ValueError, AttributeError):
                # The SDK reads whatever came as a token: a page of a proxy has none of its fields.
                raise problems.login_not_understood() from None
            if not token.access_token:
                self._auth.token_storage.clear()
                raise problems.login_not_understood()

    def _renew(self, used: int) -> None:
        """Forget the token, unless another thread has done so since generation `used`."""
        with self._lock:
            if self._generation == used:
                self._generation += 1
                self._auth.token_storage.clear()

    def _note(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._of_thread.response = response

    def _close_last(self) -> None:
        """Give up the connection of an answer that was not read to its end; the SDK offers no way to."""
        response = getattr(self._of_thread, "response", None)
        if response is not None:
            response.close()

    def _read_all(self, content: Any, deadline: float) -> bytes:
        """The whole body; a server that drips it for ever is left at the deadline."""
        chunks = []
        while chunk := content.read(_CHUNK_BYTES):
            chunks.append(chunk)
            if time.monotonic() > deadline:
                raise problems.too_slow(self._host)
        return b"".join(chunks)


class _TrustingAdapter(HTTPAdapter):
    """The transport of requests with our certificates on top of its own."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *positional: Any, **named: Any) -> None:
        super().init_poolmanager(*positional, ssl_context=self._context, **named)

    def proxy_manager_for(self, *positional: Any, **named: Any) -> Any:
        return super().proxy_manager_for(*positional, ssl_context=self._context, **named)


def _auth_of(config: BoxConfig) -> BoxCCGAuth | BoxJWTAuth:
    """Raises ConfigurationError when the file of the app cannot be used."""
    if config.jwt_file is not None:
        return BoxJWTAuth(read_app_file(config.jwt_file))
    return BoxCCGAuth(
        CCGConfig(client_id=config.client_id, client_secret=config.client_secret, enterprise_id=config.enterprise_id)
    )


def _is_login(error: BoxAPIError) -> bool:
    return (error.request_info.url or "").endswith("/oauth2/token")
