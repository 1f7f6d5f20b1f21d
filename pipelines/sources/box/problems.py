"""What a failed attempt at Box means, in words that say what to do.

Only status, error code and host go into the words: the texts of the service may quote names, addresses or tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from box_sdk_gen import BoxAPIError
from requests.structures import CaseInsensitiveDict

from pipelines.errors import (
    AccessRefusedError,
    DayGoneError,
    NotYetAvailableError,
    PageExpiredError,
    PermanentSourceError,
    StreamPositionError,
)
from pipelines.sources.retry import FEW_ATTEMPTS, AttemptError, retry_after_seconds
from pipelines.sources.tls import CA_REMEDY, is_certificate_problem

LATER = "run again later; the days already fetched stay"
CREDENTIALS = (
    "check KATSUYO_BOX_CLIENT_ID, KATSUYO_BOX_CLIENT_SECRET and KATSUYO_BOX_ENTERPRISE_ID, and that the app has "
    "server authentication with client credentials and app plus enterprise access; with KATSUYO_BOX_JWT_FILE that its "
    "public key is still in the developer console and that the clock of this machine is right"
)
AUTHORISE = "have a Box administrator authorise the app in the Admin Console"
_CODE = re.compile(r"[A-Za-z0-9_.]{1,80}")
_NO_SUCH_PAGE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MISSING_SCOPE = ("insufficient_scope", "access_denied_insufficient_permissions")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, as its answer's errors name it, and the application scope it needs.

    `goes_on` when it carries a position in the stream that was stored earlier, `is_next_page` when it carries a marker
    or a position that the page before it gave.
    """

    what: str
    scope: str
    goes_on: bool = False
    is_next_page: bool = False


def refused(error: BoxAPIError, question: Question) -> AttemptError:
    """An error status, from the API or from the token endpoint."""
    info = error.response_info
    headers = CaseInsensitiveDict(info.headers or {})
    body = info.body if isinstance(info.body, dict) else {}
    request_id = _text(info.request_id) or headers.get("box-request-id")
    if _may_pass(info.status_code):
        return AttemptError(
            f"it answered {_named(info.status_code)}",
            LATER,
            retry_after_seconds=retry_after_seconds(headers),
            request_id=request_id,
        )
    if (error.request_info.url or "").endswith("/oauth2/token"):
        return _login_refused(info.status_code, _text(body.get("error")), request_id)
    code = _text(info.code)
    answered = f"it answered {_named(info.status_code)}" + (f", code {code}" if code else "")
    if info.status_code == HTTPStatus.UNAUTHORIZED:
        return _shut_out(f"{answered} although the token was fresh", CREDENTIALS, request_id)
    if info.status_code == HTTPStatus.FORBIDDEN:
        return _forbidden(code, answered, question, request_id)
    # What Box says of a place it has forgotten is not documented, and nothing else of such a question can be wrong.
    if question.goes_on and info.status_code in _NO_SUCH_PAGE:
        return _position_unknown(request_id)
    is_forgotten = question.is_next_page and info.status_code in _NO_SUCH_PAGE
    return (
        _page_expired(answered, request_id)
        if is_forgotten
        else _bad_request(str(body.get("message", "")), answered, request_id)
    )


def not_finished(status: int, headers: Mapping[str, str]) -> AttemptError:
    """A 2xx or 3xx that is not 200."""
    wait = retry_after_seconds(headers)
    request_id = headers.get("box-request-id")
    return AttemptError(f"it answered {_named(status)}", LATER, retry_after_seconds=wait, request_id=request_id)


def not_documented(request_id: str | None) -> AttemptError:
    """A 200 that is cut, or a page of something else: the SDK itself would take it for an empty page."""
    return AttemptError(
        "its answer is not the documented JSON",
        "check that no proxy rewrites or cuts the answers of KATSUYO_BOX_BASE_URL",
        request_id=request_id,
        attempt_limit=FEW_ATTEMPTS,
    )


def runs_in_circles() -> AttemptError:
    return _hopeless(
        "its pages lead back to an earlier one, or never end",
        "run again later, and tell Box support if it stays so",
        None,
    )


def login_not_understood() -> AttemptError:
    return AttemptError(
        "its login gave an answer without a token",
        "check KATSUYO_BOX_BASE_URL and that no proxy puts a page of its own in between",
        attempt_limit=FEW_ATTEMPTS,
    )


def not_connected(error: BaseException, host: str) -> AttemptError:
    """No HTTP answer came from this host."""
    if is_certificate_problem(error):
        return _hopeless(f"the certificate of {host} is not trusted", CA_REMEDY, None)
    remedy = f"check KATSUYO_BOX_BASE_URL and that the way out lets {host} through"
    return AttemptError(f"{host} cannot be reached or fell silent", remedy, attempt_limit=FEW_ATTEMPTS)


def broke_off(host: str) -> AttemptError:
    return AttemptError(f"the connection to {host} broke off before the answer was complete", LATER)


def too_slow(host: str) -> AttemptError:
    return AttemptError(f"{host} sends its answer too slowly", LATER)


def _login_refused(status: int, code: str | None, request_id: str | None) -> AttemptError:
    reason = f"its login answered {_named(status)}" + (f", code {code}" if code else "")
    remedy = AUTHORISE if code == "unauthorized_client" else CREDENTIALS
    return _shut_out(reason, remedy, request_id)


def _forbidden(code: str | None, answered: str, question: Question, request_id: str | None) -> AttemptError:
    if code == "access_from_location_blocked":
        return _shut_out(answered, "have a Box administrator allow this machine's network for logins", request_id)
    return AttemptError(
        answered,
        f"give the app the scope '{question.scope}' in the developer console and {AUTHORISE}",
        error=PermanentSourceError,
        again=code not in _MISSING_SCOPE,
        request_id=request_id,
        attempt_limit=FEW_ATTEMPTS,
    )


def _position_unknown(request_id: str | None) -> AttemptError:
    return AttemptError(
        "it no longer knows the position in the stream",
        "fetch the days by date instead",
        error=StreamPositionError,
        again=False,
        request_id=request_id,
    )


def _bad_request(message: str, answered: str, request_id: str | None) -> AttemptError:
    if "in the future" in message:
        return AttemptError(
            "that day has not begun yet",
            "ask again on the next run",
            error=NotYetAvailableError,
            again=False,
            request_id=request_id,
        )
    if "one year" in message:
        return AttemptError(
            "it keeps events for one year and this day is older",
            "it cannot be fetched",
            error=DayGoneError,
            again=False,
            request_id=request_id,
        )
    if "stream position" in message:
        return _position_unknown(request_id)
    return _hopeless(
        answered, "look the code up in the documentation of Box, the request cannot succeed as it is", request_id
    )


def _hopeless(reason: str, remedy: str, request_id: str | None) -> AttemptError:
    return AttemptError(reason, remedy, error=PermanentSourceError, again=False, request_id=request_id)


def _shut_out(reason: str, remedy: str, request_id: str | None) -> AttemptError:
    """The application itself is refused, so whatever else is asked would be refused too."""
    return AttemptError(reason, remedy, error=AccessRefusedError, again=False, request_id=request_id)


def _page_expired(answered: str, request_id: str | None) -> AttemptError:
    return AttemptError(
        f"it no longer knows the page after the ones it gave ({answered})",
        "run again later, at an hour when the service is less busy",
        error=PageExpiredError,
        again=False,
        request_id=request_id,
    )


def _may_pass(status: int) -> bool:
    return status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500


def _text(value: Any) -> str | None:
    """An error code or id fit to be printed, or None."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
