"""What a failed attempt at Graph, its download host or its login means, in words that say what to do.

Only status, error code and host go into the words: the texts of the services may quote names, addresses or tickets.
How often to ask again is decided in sources/retry.py, except that permanent failures are marked as such here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import msgspec
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

from pipelines.errors import (
    AccessRefusedError,
    DayGoneError,
    NotYetAvailableError,
    PageExpiredError,
    PermanentSourceError,
)
from pipelines.sources.ndjson import MALFORMED
from pipelines.sources.retry import FEW_ATTEMPTS, AttemptError, retry_after_seconds
from pipelines.sources.tls import CA_REMEDY, is_certificate_problem

KEPT_DAYS = 28
LATER = "run again later; the days already fetched stay"
CREDENTIALS = "check KATSUYO_TENANT_ID, KATSUYO_CLIENT_ID and KATSUYO_CLIENT_SECRET or KATSUYO_CLIENT_CERTIFICATE_FILE"
REPORT_IT = "look the code up in the documentation of the service, the request cannot succeed as it is"

# Refusals that the service has decided on; other 403 answers also come from gateways and pass by themselves.
_DECIDED_REFUSALS = frozenset(
    {
        "Authorization_RequestDenied",
        "Authentication_MSGraphPermissionMissing",
        "S2SUnauthorized",
        "AccessDenied",
        "accessDenied",
    }
)
# What Graph says of a page whose address is too old. Services behind it use other words, but these statuses.
_EXPIRED_PAGES = frozenset({"Directory_ExpiredPageToken", "ExpiredPageToken", "SkipTokenExpired", "InvalidSkipToken"})
_NO_SUCH_PAGE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
_CODE = re.compile(r"[A-Za-z0-9_.]{1,80}")
_LOGIN_CODES = {
    "AADSTS7000215": ("the client secret is wrong", "put the secret's value, not its id, into KATSUYO_CLIENT_SECRET"),
    "AADSTS7000222": ("the client secret has expired", "make a new one and put it into KATSUYO_CLIENT_SECRET"),
    "AADSTS700027": (
        "the tenant does not know the certificate, or it has expired",
        "upload the certificate of KATSUYO_CLIENT_CERTIFICATE_FILE to the app registration",
    ),
    "AADSTS700016": ("the tenant does not know the application", "check KATSUYO_CLIENT_ID and KATSUYO_TENANT_ID"),
    "AADSTS90002": ("there is no such tenant", "check KATSUYO_TENANT_ID and KATSUYO_AUTHORITY"),
}
# Said with the status of a refusal, but of the login service itself: a time-out, a full queue, a passing fault.
_BUSY_LOGIN = frozenset({"AADSTS90012", "AADSTS90024", "AADSTS90025", "AADSTS90033", "AADSTS90036"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, as its answer's errors name it, and the application permission it needs.

    `age_days` is set for reports by date: how many days the day lies back. `goes_on` when it asks for a next page by
    the address that the service itself gave. `has_older_form`: the service may not know the question in this form.
    """

    what: str
    permission: str
    age_days: int | None = None
    lag_days: int = 0
    goes_on: bool = False
    has_older_form: bool = False


class UnknownFormError(PermanentSourceError):
    """The service does not know the question in this form; an older one may do."""


class _Detail(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Error(msgspec.Struct):
    error: _Detail


_decode_error = msgspec.json.Decoder(_Error).decode


def refused(status: int, headers: Mapping[str, str], body: bytes, question: Question) -> AttemptError:
    """A status other than 200 from Graph itself."""
    detail = _detail(body)
    request_id = headers.get("request-id") or headers.get("client-request-id")
    answered = _answered(status, detail.code)
    if _may_pass(status):
        wait = retry_after_seconds(headers)
        return AttemptError(answered, LATER, retry_after_seconds=wait, request_id=request_id)
    if status == HTTPStatus.UNAUTHORIZED:
        return _shut_out(f"{answered} although the token was fresh", CREDENTIALS, request_id)
    if detail.code in _EXPIRED_PAGES or (question.goes_on and status in _NO_SUCH_PAGE):
        return _page_expired(answered, request_id)
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(detail, answered, question, request_id)
    if status == HTTPStatus.BAD_REQUEST and question.age_days is not None and "date" in detail.message.lower():
        return _no_such_day(question, request_id)
    is_unknown = question.has_older_form and status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
    error = UnknownFormError if is_unknown else PermanentSourceError
    return AttemptError(answered, REPORT_IT, error=error, again=False, request_id=request_id)


def ticket_refused(status: int, headers: Mapping[str, str]) -> AttemptError:
    """A status other than 200 from the download host: the next attempt asks Graph for a new ticket."""
    wait = retry_after_seconds(headers) if _may_pass(status) else None
    return AttemptError(f"its download host answered {_named(status)}", LATER, retry_after_seconds=wait)


def without_content(status: int, request_id: str | None) -> AttemptError:
    return AttemptError(
        f"it answered {_named(status)} without content", LATER, request_id=request_id, attempt_limit=FEW_ATTEMPTS
    )


def not_documented(request_id: str | None) -> AttemptError:
    """A 200 whose body is cut or of another shape, for example a proxy's page."""
    return AttemptError(
        "its answer is not the documented JSON",
        "check that no proxy rewrites or cuts the answers of KATSUYO_GRAPH_BASE_URL",
        request_id=request_id,
        attempt_limit=FEW_ATTEMPTS,
    )


def broken_gzip(request_id: str | None) -> AttemptError:
    return AttemptError("the compressed answer breaks off", LATER, request_id=request_id)


def wrong_next_page() -> AttemptError:
    return _hopeless(
        "it names a next page on another host, or pages without end",
        "check that KATSUYO_GRAPH_BASE_URL is the root of Graph itself and that no proxy rewrites its answers",
        None,
    )


def bad_redirect() -> AttemptError:
    return AttemptError(
        "it redirects to a download address that cannot be followed",
        "check that no proxy rewrites the addresses in the answers of KATSUYO_GRAPH_BASE_URL",
        attempt_limit=FEW_ATTEMPTS,
    )


def not_connected(error: httpx.TransportError, host: str) -> AttemptError:
    """No complete HTTP answer came from this host."""
    if is_certificate_problem(error):
        return _hopeless(f"the certificate of {host} is not trusted", CA_REMEDY, None)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError | httpx.UnsupportedProtocol):
        remedy = f"check KATSUYO_GRAPH_BASE_URL and that the way out lets {host} through"
        return AttemptError(f"{host} cannot be reached", remedy, attempt_limit=FEW_ATTEMPTS)
    if isinstance(error, httpx.TimeoutException):
        return AttemptError(f"{host} fell silent", LATER)
    return AttemptError(f"the connection to {host} broke off before the answer was complete", LATER)


def login_failed(error: AzureError, host: str) -> AttemptError:
    """No token came from the login host."""
    found = re.search(r"AADSTS\d+", str(error)) if isinstance(error, ClientAuthenticationError) else None
    headers = _login_headers(error)
    request_id = headers.get("x-ms-request-id")
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status and _may_pass(status):
        wait = retry_after_seconds(headers)
        reason = f"the login at {host} answered {_named(status)}"
        return AttemptError(reason, LATER, retry_after_seconds=wait, request_id=request_id)
    if found:
        if found.group() in _BUSY_LOGIN:
            return AttemptError(f"the login at {host} is busy ({found.group()})", LATER, request_id=request_id)
        reason, remedy = _LOGIN_CODES.get(found.group(), ("the login refused the application", CREDENTIALS))
        return _shut_out(f"{reason} ({found.group()})", remedy, request_id)
    if is_certificate_problem(error):
        return _hopeless(f"the certificate of {host} is not trusted", CA_REMEDY, None)
    if isinstance(error, HttpResponseError):
        return login_not_understood(host)
    remedy = f"check KATSUYO_AUTHORITY and that the way out lets {host} through"
    return AttemptError(f"the login host {host} cannot be reached", remedy, attempt_limit=FEW_ATTEMPTS)


def login_not_understood(host: str) -> AttemptError:
    return AttemptError(
        f"the login host {host} gave an answer that is not one of a login",
        "check KATSUYO_AUTHORITY and that no proxy puts a page of its own in between",
        attempt_limit=FEW_ATTEMPTS,
    )


def _forbidden(detail: _Detail, answered: str, question: Question, request_id: str | None) -> AttemptError:
    if detail.code == _NO_PREMIUM:
        return _hopeless(answered, "sign-in logs need a Microsoft Entra ID P1 licence in the tenant", request_id)
    if "license" in detail.message.casefold():
        return _hopeless(answered, "the tenant has no licence for what it reports on", request_id)
    return AttemptError(
        answered,
        f"give the application the permission {question.permission} and have an administrator consent to it",
        error=PermanentSourceError,
        again=detail.code not in _DECIDED_REFUSALS,
        request_id=request_id,
        attempt_limit=FEW_ATTEMPTS,
    )


def _no_such_day(question: Question, request_id: str | None) -> AttemptError:
    """Graph refuses a day too old and a day too recent in the same words."""
    assert question.age_days is not None
    if question.age_days >= KEPT_DAYS:
        return AttemptError(
            f"it keeps days for {KEPT_DAYS} days and this one is {question.age_days} days back",
            "import an export of that day if you have one, it cannot be fetched",
            error=DayGoneError,
            again=False,
            request_id=request_id,
        )
    return AttemptError(
        "it has no report of that day yet",
        f"it usually comes {question.lag_days} days after the day, so ask again on the next run",
        error=NotYetAvailableError,
        again=False,
        request_id=request_id,
    )


def _hopeless(reason: str, remedy: str, request_id: str | None) -> AttemptError:
    return AttemptError(reason, remedy, error=PermanentSourceError, again=False, request_id=request_id)


def _shut_out(reason: str, remedy: str, request_id: str | None) -> AttemptError:
    """The application itself is refused, so whatever else is asked would be refused too."""
    return AttemptError(reason, remedy, error=AccessRefusedError, again=False, request_id=request_id)


def _page_expired(answered: str, request_id: str | None) -> AttemptError:
    return AttemptError(
        f"the address of its next page is no longer good ({answered})",
        "run again later, at an hour when the service is less busy",
        error=PageExpiredError,
        again=False,
        request_id=request_id,
    )


def _detail(body: bytes) -> _Detail:
    """Code and message of an error body; the report service nests its own error as JSON text in the message."""
    try:
        detail = _decode_error(body).error
        if detail.message.lstrip().startswith("{"):
            detail = _decode_error(detail.message).error
    except MALFORMED:
        return _Detail()
    return detail


def _may_pass(status: int) -> bool:
    return status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500


def _answered(status: int, code: str) -> str:
    return f"it answered {_named(status)}" + (f", code {code}" if _CODE.fullmatch(code) else "")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _login_headers(error: AzureError) -> Mapping[str, str]:
    response = getattr(error, "response", None)
    return getattr(response, "headers", None) or {}
