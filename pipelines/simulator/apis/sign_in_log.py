"""The sign-in log of Graph (/auditLogs/signIns): records and the questions that may be asked of them.

One log of interactive sign-ins, as v1.0 shows them, and one of the others, which only beta shows. Permissions and HTTP
belong to graph_http.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipelines.simulator.apis.clock import micros
from pipelines.simulator.apis.day_log import DayCache, RenderedDay
from pipelines.simulator.apis.json_text import boolean, code, joined, number, rendered, string

if TYPE_CHECKING:
    from pipelines.simulator.world import World

SECOND_US = 1_000_000
LATENCY = timedelta(minutes=2)
DUPLICATE_EVERY = 701  # one record in this many is published twice
KEPT_DAYS = 5

_FAILURES = {
    50053: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    50058: "Session information is not sufficient for single-sign-on.",
    50074: "Strong Authentication is required.",
    50126: "Error validating credentials due to invalid username or password.",
    50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    53003: "Access has been blocked due to Conditional Access policies.",
    500121: "Authentication failed during strong authentication request.",
}
_POLICIES = (
    ("013f1d6b-785b-4520-b0f9-31bfaefb8e2b", "全利用者に多要素認証を要求", '["Mfa"]', "[]", "success"),
    ("738ad89e-6820-4164-84f1-53d295360d42", "レガシ認証を遮断", '["Block"]', "[]", "notApplied"),
    ("3fa9321f-1213-47c8-87be-eeb71bb4e6fc", "庁外からのサインイン頻度", "[]", '["SignInFrequency"]', "success"),
    ("c5e7a913-2b4d-4680-9f1c-d3b5a7e90246", "高リスクのサインインを遮断", '["Block"]', "[]", "notApplied"),
)
_CITIES = (
    ("Shinjuku-ku", 35.69384, 139.70355),
    ("Chiyoda-ku", 35.69402, 139.75362),
    ("Hachioji", 35.66667, 139.31667),
    ("Kawasaki", 35.52056, 139.71722),
)
_FILTER_COLUMNS = {
    "userId": "user_id",
    "userPrincipalName": "upn",
    "ipAddress": "ip_address",
    "appId": "app_id",
    "appDisplayName": "app_display_name",
    "clientAppUsed": "client_app_used",
    "status/errorCode": "error_code",
}
INTERACTIVE, NON_INTERACTIVE = "interactiveUser", "nonInteractiveUser"
EVENT_TYPES = (INTERACTIVE, NON_INTERACTIVE, "servicePrincipal", "managedIdentity")
_EVENT_TYPE = re.compile(r"^signInEventTypes/any\(\s*(?P<item>\w+)\s*:\s*(?P=item)\s+eq\s+'(?P<type>\w+)'\s*\)*$")
_CLAUSE = re.compile(r"^(?P<name>[\w/]+)\s+(?P<operator>eq|ge|gt|le|lt)\s+(?P<value>'[^']*'|\S+)$")


class UnknownPropertyError(ValueError):
    """A filter names a property that v1.0 does not have; str() is its name."""


class SignInLog:
    """Rendered days of sign-ins, of the interactive ones or of all others."""

    def __init__(self, world: World, *, duplicates: bool, interactive: bool = True) -> None:
        self._world = world
        self._duplicates = duplicates
        self._interactive = interactive
        self.day = DayCache(self._render, last=world.config.last_day, keep=KEPT_DAYS)

    def _render(self, day: date) -> RenderedDay:
        frame = self._world.sign_ins(day).filter(pl.col("is_interactive") == self._interactive)
        if not self._interactive:
            frame = pl.concat([frame, self._world.token_sign_ins(day)]).sort("created_at", maintain_order=True)
        people = self._world.named_on(self._world.people, day).select("person_no", "entra_id", "upn", "display_name")
        frame = frame.join(people, on="person_no", how="left", maintain_order="left")
        if self._duplicates:
            dice = pl.col("id").str.slice(0, 8).str.to_integer(base=16, strict=False)
            again = frame.filter((dice % DUPLICATE_EVERY == 0).fill_null(value=False))
            frame = pl.concat([frame, again]).sort("created_at", maintain_order=True)
        frame = frame.with_columns(created_at=pl.col("created_at").dt.truncate("1s"))
        instants = frame["created_at"].dt.epoch("us").to_numpy()
        fields = frame.select(
            pl.col("entra_id").alias("user_id"),
            "upn",
            "ip_address",
            "app_id",
            "app_display_name",
            "client_app_used",
            pl.col("error_code").cast(pl.String),
        )
        return RenderedDay(
            lines=rendered(frame, _record()),
            instants_us=instants,
            visible_us=instants + LATENCY // timedelta(microseconds=1),
            fields=fields,
        )


def _record() -> pl.Expr:
    """One compact signIn object with the keys, in the order, of a live v1.0 record (about 1.9 kB)."""
    succeeded = pl.col("error_code") == 0
    return joined(
        '{"appDisplayName":',
        string("app_display_name"),
        ',"appId":',
        code("app_id"),
        ',"appliedConditionalAccessPolicies":',
        pl.when(succeeded).then(pl.lit(_policies())).otherwise(pl.lit("[]")),
        ',"clientAppUsed":',
        code("client_app_used"),
        ',"conditionalAccessStatus":',
        pl.when(succeeded)
        .then(pl.lit('"success"'))
        .when(pl.col("error_code") == 53003)
        .then(pl.lit('"failure"'))
        .otherwise(pl.lit('"notApplied"')),
        ',"correlationId":"',
        pl.col("id").str.slice(9, 4),
        pl.col("id").str.slice(19, 4),
        pl.col("id").str.slice(8),
        '","createdDateTime":"',
        pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        '","deviceDetail":',
        _device(),
        ',"id":',
        code("id"),
        ',"ipAddress":',
        code("ip_address"),
        ',"isInteractive":',
        boolean("is_interactive"),
        ',"location":',
        _location(),
        ',"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000",'
        '"riskDetail":"none","riskEventTypes":[],"riskEventTypes_v2":[],"riskLevelAggregated":"none",'
        '"riskLevelDuringSignIn":"none","riskState":"none","status":',
        _status(),
        ',"userDisplayName":',
        string("display_name"),
        ',"userId":',
        code("entra_id"),
        ',"userPrincipalName":',
        code("upn"),
        "}",
    )


def _policies() -> str:
    entries = (
        f'{{"displayName":"{name}","enforcedGrantControls":{grants},"enforcedSessionControls":{sessions},'
        f'"id":"{key}","result":"{result}"}}'
        for key, name, grants, sessions, result in _POLICIES
    )
    return f"[{','.join(entries)}]"


def _device() -> pl.Expr:
    """deviceId and displayName stay empty for devices that are not registered (no trust type)."""
    registered = pl.col("trust_type").is_not_null() & (pl.col("trust_type") != "")
    device_id = joined("d0", pl.col("entra_id").str.slice(2))
    device_name = joined("PC-", pl.col("person_no").cast(pl.String).str.zfill(5))
    return joined(
        '{"browser":',
        code("browser"),
        ',"deviceId":"',
        pl.when(registered).then(device_id).otherwise(pl.lit("")),
        '","displayName":"',
        pl.when(registered).then(device_name).otherwise(pl.lit("")),
        '","isCompliant":',
        boolean("is_managed"),
        ',"isManaged":',
        boolean("is_managed"),
        ',"operatingSystem":',
        code("operating_system"),
        ',"trustType":',
        code("trust_type"),
        "}",
    )


def _location() -> pl.Expr:
    """Where the provider of the address is registered: says nothing about the person."""
    city = pl.lit(_city(0))
    dice = pl.col("ip_address").str.len_chars() % len(_CITIES)
    for position in range(1, len(_CITIES)):
        city = pl.when(dice == position).then(pl.lit(_city(position))).otherwise(city)
    return city


def _city(position: int) -> str:
    name, latitude, longitude = _CITIES[position]
    state = "Kanagawa" if name == "Kawasaki" else "Tokyo"
    return (
        f'{{"city":"{name}","countryOrRegion":"JP","geoCoordinates":{{"altitude":null,"latitude":{latitude},'
        f'"longitude":{longitude}}},"state":"{state}"}}'
    )


def _status() -> pl.Expr:
    """failureReason is `Other.` on success too: only errorCode tells."""
    reason = pl.col("error_code").replace_strict(_FAILURES, default="Other.", return_dtype=pl.String)
    detail = '"MFA requirement satisfied by claim in the token"'
    return joined(
        '{"additionalDetails":',
        pl.when(pl.col("error_code") == 0).then(pl.lit(detail)).otherwise(pl.lit("null")),
        ',"errorCode":',
        number("error_code"),
        ',"failureReason":',
        string(reason),
        "}",
    )


class SignInQuery:
    """A parsed $filter: bounds on createdDateTime, equality on a few properties, on beta one type; joined by `and`.

    Raises UnknownPropertyError or ValueError for anything else.
    """

    def __init__(self, text: str, *, beta: bool = False) -> None:
        self.event_type = INTERACTIVE
        self._beta = beta
        self.from_us = 0
        self.until_us = 2**62  # first microsecond that is no longer wanted
        self._equal: list[tuple[str, str]] = []
        for clause in re.split(r"\s+and\s+", text.strip()) if text.strip() else []:
            self._add(clause.strip("() "))

    def _add(self, clause: str) -> None:
        if clause.startswith("signInEventTypes"):
            self._choose(clause)
            return
        match = _CLAUSE.match(clause)
        if not match:
            raise ValueError("Invalid filter clause")
        name, operator, value = match["name"], match["operator"], match["value"]
        if name == "createdDateTime":
            self._bound(operator, value)
        elif name in _FILTER_COLUMNS and operator == "eq":
            self._equal.append((_FILTER_COLUMNS[name], value.strip("'")))
        elif name in _FILTER_COLUMNS:
            raise ValueError("Unsupported filter operator")
        else:
            raise UnknownPropertyError(name)

    def _choose(self, clause: str) -> None:
        """One type of sign-in; v1.0 does not know the property at all."""
        if not self._beta:
            raise UnknownPropertyError("signInEventTypes")
        match = _EVENT_TYPE.match(clause)
        if not match or match["type"] not in EVENT_TYPES:
            raise ValueError("Invalid filter clause")
        self.event_type = match["type"]

    def _bound(self, operator: str, value: str) -> None:
        instant_us = micros(datetime.fromisoformat(value))
        if operator in ("ge", "gt", "eq"):
            self.from_us = max(self.from_us, instant_us + (operator == "gt"))
        if operator in ("le", "lt", "eq"):
            self.until_us = min(self.until_us, instant_us + (operator != "lt"))

    def selector(self, *, from_us: int, now_us: int) -> Callable[[RenderedDay], np.ndarray]:
        """Indices of the wanted records of a day, given the retention bound and the present."""
        lower = max(from_us, self.from_us)

        def select(day: RenderedDay) -> np.ndarray:
            wanted = (day.instants_us >= lower) & (day.instants_us < self.until_us) & (day.visible_us <= now_us)
            for column, value in self._equal:
                wanted &= (day.fields[column] == value).fill_null(value=False).to_numpy()
            return np.flatnonzero(wanted)

        return select
