"""The Graph host and the download host: routes, permissions, limits, paging links.

What the answers contain is made elsewhere: graph_reports, graph_directory, sign_in_log.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipelines.simulator.apis.answers import Answer, as_json, graph_error, report_backend_error
from pipelines.simulator.apis.clock import DAY_US, days_between, micros, tokyo_day, tokyo_day_of_micros, utc_day
from pipelines.simulator.apis.copilot_report import copilot_json
from pipelines.simulator.apis.day_log import Cursor, read
from pipelines.simulator.apis.graph_directory import DEFAULT_PROPERTIES
from pipelines.simulator.apis.graph_reports import REPORTS
from pipelines.simulator.apis.json_text import page
from pipelines.simulator.apis.report_rows import ReportQuery, period_start
from pipelines.simulator.apis.sign_in_log import INTERACTIVE, NON_INTERACTIVE, SignInQuery, UnknownPropertyError
from pipelines.simulator.server_config import CLIENT_ID

if TYPE_CHECKING:
    from pipelines.simulator.apis.services import Asked, Services

PERIODS = {"D7": 7, "D30": 30, "D90": 90, "D180": 180}
PERIODS_OF_V2 = {"D7": 7, "D28": 28, "D90": 90, "D180": 180}
REPORT_DAYS, SIGN_IN_DAYS = 28, 30
_REPORT_PATH = re.compile(
    r"^(?P<folder>/.*reports)/(?P<name>\w+)(?:\((?P<kind>date|period)='?(?P<value>[^')]*)'?(?:,version='(?P<version>v\d+)')?\))?$"
)


def answer_graph(services: Services, asked: Asked) -> Answer:
    """Route one request. Raises ServiceError with the body Graph sends."""
    if not services.graph_tokens.knows(asked.headers.get("authorization")):
        given = "authorization" in asked.headers
        message = "Lifetime validation failed, the token is expired." if given else "Access token is empty."
        challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
        raise graph_error(401, "InvalidAuthenticationToken", message, services.now, WWW_Authenticate=challenge)
    if asked.method != "GET":
        raise graph_error(405, "Request_BadRequest", "Specified HTTP method is not allowed.", services.now)
    if re.match(r"/(v1\.0|beta)/(copilot/)?reports/", asked.path):
        return _report(services, asked)
    handler = _ROUTES.get(asked.path.rstrip("/"))
    if handler is None:
        segment = asked.path.rstrip("/").rpartition("/")[2]
        message = f"Resource not found for the segment '{segment}'."
        raise graph_error(400, "BadRequest", message, services.now)
    return handler(services, asked)


def answer_download(services: Services, asked: Asked) -> Answer:
    """The pre-authenticated download host: the ticket is the credential, a bearer token must not come along."""
    if "authorization" in asked.headers:
        services.log.authorization_on_download += 1
        return Answer(400, b"The request must not carry an Authorization header.", "text/plain")
    if asked.path != "/data/v1.0/download":
        return Answer(404, b"Not found.", "text/plain")
    ticket = services.ticket(asked.query.get("token", ""))
    if ticket is None:
        return Answer(403, b"The download link has expired.", "text/plain")
    body = services.report_csv(ticket)
    if services.config.gzip_downloads and "gzip" in asked.headers.get("accept-encoding", ""):
        return Answer(200, gzip.compress(body, 6), "application/octet-stream", {"Content-Encoding": "gzip"})
    return Answer(200, body, "application/octet-stream")


def _report(services: Services, asked: Asked) -> Answer:
    match = _REPORT_PATH.match(asked.path)
    report = REPORTS.get(match["name"]) if match else None
    version = (match["version"] if match else None) or "v1"
    has_version = (
        report is not None
        and version in ("v1", *report.other_versions)
        and (version == "v1" or services.config.has_copilot_v2)
    )
    if not match or report is None or match["folder"] not in report.folders or not has_version:
        segment = asked.path.partition("(")[0].rpartition("/")[2]
        raise graph_error(400, "BadRequest", f"Resource not found for the segment '{segment}'.", services.now)
    if not services.allows("Reports.Read.All"):
        raise report_backend_error(403, "S2SUnauthorized", "Invalid permission.", services.now)
    if report.needs_copilot and not services.config.copilot_licences:
        message = "Tenant does not have a Microsoft 365 Copilot license."
        raise report_backend_error(403, "Forbidden", message, services.now)
    name, kind, value = match["name"], match["kind"], match["value"] or ""
    if not value or (kind == "date" and not report.has_date):
        raise report_backend_error(404, "InvalidArgument", "The requested function cannot be found.", services.now)
    query = _period_query(services, name, value, version) if kind == "period" else _date_query(services, value)
    if asked.report_fault == "wrong_day":
        shift = timedelta(days=1)
        query = replace(query, first=query.first - shift, last=query.last - shift)
    if asked.report_fault == "concealed":
        query = replace(query, config=replace(query.config, display_concealed_names=True))
    too_recent = query.last > _newest(services, name)  # let through only where such a day answers without rows
    fault = "header_only" if too_recent else asked.report_fault
    if match["folder"].startswith("/beta/") and asked.query.get("$format") != "text/csv":
        context = f"http://{asked.host}/beta/$metadata#Collection(microsoft.graph.copilotUsageUserDetail)"
        return as_json({"@odata.context": context, "value": copilot_json(services.report_rows(name, query, fault))})
    ticket = services.new_ticket(name, query, fault)
    location = f"{services.urls['download']}/data/v1.0/download?token={ticket}"
    return Answer(302, b"", "text/plain", {"Location": location})


def _newest(services: Services, report: str) -> date:
    """The newest day that has rows."""
    config = services.config
    lag = max(config.report_lag_days, config.apps_lag_days) if REPORTS[report].lags_behind else config.report_lag_days
    return utc_day(services.now) - timedelta(days=lag)


def _date_query(services: Services, text: str) -> ReportQuery:
    """One UTC day. The same 400 answers a malformed, a forgotten and a too recent date."""
    config, today = services.config, utc_day(services.now)
    refusal = graph_error(
        400,
        "InvalidArgument",
        f"Invalid date value specified: {text}. Only support data for the past {REPORT_DAYS} days.",
        services.now,
    )
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refusal from None
    newest = today - timedelta(days=1 if config.recent_day_is_empty else config.report_lag_days)
    oldest = date.min if config.unlimited_history else today - timedelta(days=REPORT_DAYS)
    if not oldest <= day <= newest:
        raise refusal
    return ReportQuery(first=day, last=day, period="1", today=today, config=config)


def _period_query(services: Services, report: str, text: str, version: str) -> ReportQuery:
    periods = PERIODS if version == "v1" else PERIODS_OF_V2
    if text not in periods:
        message = f"Invalid period value specified: {text}. Only supports {', '.join(periods)}."
        raise graph_error(400, "InvalidArgument", message, services.now)
    last, length = _newest(services, report), periods[text]
    return ReportQuery(
        first=period_start(last, length),
        last=last,
        period=str(length),
        today=utc_day(services.now),
        config=services.config,
        version=version,
    )


def _users(services: Services, asked: Asked) -> Answer:
    if not services.allows("User.Read.All"):
        message = "Insufficient privileges to complete the operation."
        raise graph_error(403, "Authorization_RequestDenied", message, services.now)
    _refuse_options(services, asked, ("$skip", "$orderby", "$search"), "Request_UnsupportedQuery")
    top = _top(services, asked, default=100, maximum=999)
    select = asked.query.get("$select", "")
    properties = tuple(name.strip() for name in select.split(",")) if select else DEFAULT_PROPERTIES
    try:
        lines = services.directory.users(tokyo_day(services.now), properties, asked.query.get("$filter", ""))
    except KeyError as error:
        message = f"Parsing OData Select and Expand failed: Could not find a property named '{error.args[0]}' on type "
        raise graph_error(400, "BadRequest", f"{message}'microsoft.graph.user'.", services.now) from None
    start = int(_skip_token(services, asked).get("start", 0))
    head = {"@odata.context": f"http://{asked.host}/v1.0/$metadata#users" + (f"({select})" if select else "")}
    if asked.query.get("$count") == "true":
        head["@odata.count"] = len(lines)
    if start + top < len(lines):
        head["@odata.nextLink"] = _next_link(asked, {"start": start + top})
    return _values(head, lines[start : start + top].to_list())


def _sign_ins(services: Services, asked: Asked) -> Answer:
    _check_sign_in_rights(services)
    _refuse_options(services, asked, ("$skip", "$search", "$count"), "BadRequest")
    top = _top(services, asked, default=1000, maximum=1000)
    is_beta = asked.path.startswith("/beta/")
    query = _sign_in_query(services, asked.query.get("$filter", ""), beta=is_beta)
    order = asked.query.get("$orderby", "createdDateTime desc").split()
    if order[0] != "createdDateTime" or order[1:] not in ([], ["asc"], ["desc"]):
        raise graph_error(400, "BadRequest", "Unsupported $orderby.", services.now)
    now_us = micros(services.now)
    kept_us = 0 if services.config.unlimited_history else now_us - SIGN_IN_DAYS * DAY_US
    ward = services.world.config
    first = max(ward.first_day, tokyo_day_of_micros(max(query.from_us, kept_us)))
    last = min(ward.last_day, tokyo_day_of_micros(min(query.until_us - 1, now_us)))
    log = services.sign_ins if query.event_type == INTERACTIVE else services.other_sign_ins
    days = days_between(first, last) if query.event_type in (INTERACTIVE, NON_INTERACTIVE) else []
    if order[1:] == ["desc"]:
        days.reverse()
    token = _skip_token(services, asked)
    start = Cursor(date.fromisoformat(token["day"]), int(token["index"])) if token else None
    select = query.selector(from_us=kept_us, now_us=now_us)
    lines, places = read(log.day, days, select, start, top + 1, descending=order[1:] == ["desc"])
    if is_beta:
        own = f',"signInEventTypes":["{query.event_type}"]}}'.encode()
        lines = [line[:-1] + own for line in lines]
    version = "beta" if is_beta else "v1.0"
    head = {"@odata.context": f"http://{asked.host}/{version}/$metadata#auditLogs/signIns"}
    if len(lines) > top:
        following = places[top]
        head["@odata.nextLink"] = _next_link(asked, {"day": following.day.isoformat(), "index": following.index})
    return _values(head, lines[:top])


def _sign_in_summaries(services: Services, asked: Asked) -> Answer:
    _check_sign_in_rights(services)
    top = _top(services, asked, default=1000, maximum=1000)
    try:
        lines = services.sign_in_summaries.records(asked.query.get("$filter", ""), services.now)
    except ValueError:
        raise graph_error(400, "BadRequest", "Invalid filter clause", services.now) from None
    start = int(_skip_token(services, asked).get("start", 0))
    head = {"@odata.context": f"http://{asked.host}/beta/$metadata#Collection(microsoft.graph.summarizedSignIn)"}
    if start + top < len(lines):
        head["@odata.nextLink"] = _next_link(asked, {"start": start + top})
    return _values(head, lines[start : start + top])


def _check_sign_in_rights(services: Services) -> None:
    if not services.config.has_premium_licence:
        code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
        message = "Neither tenant is B2C or tenant doesn't have premium license"
        raise graph_error(403, code, message, services.now)
    if not services.allows("AuditLog.Read.All"):
        message = (
            "The principal does not have required Microsoft Graph permission(s): AuditLog.Read.All to call this API. "
            "For more information about Microsoft Graph permissions, please visit "
            "https://learn.microsoft.com/graph/permissions-overview."
        )
        raise graph_error(403, "Authentication_MSGraphPermissionMissing", message, services.now)


def _sign_in_query(services: Services, text: str, *, beta: bool) -> SignInQuery:
    try:
        return SignInQuery(text, beta=beta)
    except UnknownPropertyError as error:
        message = f"Could not find a property named '{error}' on type 'microsoft.graph.signIn'."
        raise graph_error(400, "BadRequest", message, services.now) from None
    except (ValueError, TypeError):
        raise graph_error(400, "BadRequest", "Invalid filter clause", services.now) from None


def _report_settings(services: Services, asked: Asked) -> Answer:
    if not services.allows("ReportSettings.Read.All"):
        raise report_backend_error(403, "S2SUnauthorized", "Invalid permission.", services.now)
    context = f"http://{asked.host}/v1.0/$metadata#admin/reportSettings/$entity"
    concealed = services.config.display_concealed_names
    return as_json({"@odata.context": context, "displayConcealedNames": concealed})


def _named_locations(services: Services, asked: Asked) -> Answer:
    if not services.allows("Policy.Read.All"):
        message = "You cannot perform the requested operation, required scopes are missing in the token."
        raise graph_error(403, "AccessDenied", message, services.now)
    context = f"http://{asked.host}/v1.0/$metadata#identity/conditionalAccess/namedLocations"
    locations = services.directory.named_locations(tokyo_day(services.now))
    return as_json({"@odata.context": context, "value": locations})


def _own_application(services: Services, asked: Asked) -> Answer:
    """An application may read its own entry without any permission; of a secret it sees the first three letters."""
    config = services.config
    ends = (services.now + timedelta(days=config.secret_days)).astimezone(UTC)
    former = {"endDateTime": "2020-01-01T00:00:00Z", "hint": "old", "displayName": "former"}
    current = {"endDateTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}", "hint": config.client_secret[:3], "displayName": None}
    context = f"http://{asked.host}/v1.0/$metadata#applications(passwordCredentials)/$entity"
    return as_json({"@odata.context": context, "passwordCredentials": [former, current], "keyCredentials": []})


_ROUTES: dict[str, Callable[[Services, Asked], Answer]] = {
    "/v1.0/users": _users,
    "/v1.0/auditLogs/signIns": _sign_ins,
    "/beta/auditLogs/signIns": _sign_ins,
    "/beta/auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')": _sign_in_summaries,
    "/v1.0/admin/reportSettings": _report_settings,
    "/v1.0/identity/conditionalAccess/namedLocations": _named_locations,
    f"/v1.0/applications(appId='{CLIENT_ID}')": _own_application,
}


def _refuse_options(services: Services, asked: Asked, names: tuple[str, ...], code: str) -> None:
    for name in names:
        if name in asked.query:
            option = name.removeprefix("$").capitalize()
            raise graph_error(400, code, f"Query option '{option}' is not allowed.", services.now)


def _top(services: Services, asked: Asked, *, default: int, maximum: int) -> int:
    text = asked.query.get("$top", str(default))
    if not text.isdecimal() or not 1 <= int(text) <= maximum:
        message = f"Invalid page size specified: '{text}'. Must be between 1 and {maximum} inclusive."
        raise graph_error(400, "Request_UnsupportedQuery", message, services.now)
    return min(int(text), services.config.largest_page)


def _skip_token(services: Services, asked: Asked) -> dict[str, str]:
    text = asked.query.get("$skiptoken")
    if not text:
        return {}
    try:
        return json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        raise graph_error(400, "BadRequest", "Invalid Skip Token.", services.now) from None


def _next_link(asked: Asked, position: dict[str, object]) -> str:
    """The same question at the same host, continued: the position is in the link alone."""
    kept = {name: value for name, value in asked.query.items() if name != "$skiptoken"}
    token = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
    pairs = [f"{name}={quote(value, safe=',')}" for name, value in kept.items()]
    return f"http://{asked.host}{asked.path}?" + "&".join([*pairs, f"$skiptoken={quote(token, safe='')}"])


def _values(head: dict[str, object], lines: list[bytes]) -> Answer:
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    body = page(lines, head=f'{opening},"value":[', tail="]}")
    return Answer(200, body, "application/json; odata.metadata=minimal; charset=utf-8")
