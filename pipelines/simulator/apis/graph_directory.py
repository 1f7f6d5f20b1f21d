"""The directory side of Graph: users as of now, report settings, named locations.

Rendering and query options only; permissions and HTTP belong to graph_http.py.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.json_text import boolean, joined, rendered, string
from pipelines.simulator.server_config import ORGANISATION_NAME

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.world import World

_E3_SKU = "05e9a617-0261-4cee-bb44-138d3ef5d965"
_E1_SKU = "18181a46-0d4e-45cd-891e-60aabd171b4e"

# Without $select Graph returns these eleven properties and silently no others.
DEFAULT_PROPERTIES = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
_NULL = pl.lit("null")
_ONE_LICENCE = pl.when(pl.col("employment_type") == "会計年度任用").then(pl.lit(_E1_SKU)).otherwise(pl.lit(_E3_SKU))

# Property -> JSON text of its value.
PROPERTIES: dict[str, pl.Expr] = {
    "accountEnabled": boolean("is_enabled"),
    "assignedLicenses": pl.when("has_licence")
    .then(joined('[{"disabledPlans":[],"skuId":"', _ONE_LICENCE, '"}]'))
    .otherwise(pl.lit("[]")),
    "businessPhones": pl.lit("[]"),
    "city": _NULL,
    "companyName": string("company_name"),
    "country": _NULL,
    "createdDateTime": string("created_text"),
    "department": string("department_name"),
    "displayName": string("display_name"),
    "employeeHireDate": _NULL,
    "employeeId": string("employee_number"),
    "employeeType": string("employment_type"),
    "givenName": string("given_name"),
    "id": string("entra_id"),
    "jobTitle": string("job_title"),
    "mail": string("mail"),
    "mailNickname": string(pl.col("upn").str.extract(r"^([^@]+)@", 1)),
    "mobilePhone": _NULL,
    "officeLocation": _NULL,
    "onPremisesSyncEnabled": pl.when(pl.col("user_type") == "Member").then(pl.lit("true")).otherwise(_NULL),
    "preferredLanguage": pl.when(pl.col("user_type") == "Member").then(pl.lit('"ja-JP"')).otherwise(_NULL),
    "proxyAddresses": joined(
        "[",
        pl.when(pl.col("mail").is_null()).then(pl.lit("")).otherwise(joined('"SMTP:', pl.col("mail"), '"')),
        pl.when(pl.col("alias").is_null()).then(pl.lit("")).otherwise(joined(',"smtp:', pl.col("alias"), '"')),
        "]",
    ),
    "surname": string("family_name"),
    "usageLocation": pl.when("has_licence").then(pl.lit('"JP"')).otherwise(_NULL),
    "userPrincipalName": string("upn"),
    "userType": string("user_type"),
}
_FILTERS = {
    "userType eq 'Member'": pl.col("user_type") == "Member",
    "userType eq 'Guest'": pl.col("user_type") == "Guest",
    "accountEnabled eq true": pl.col("is_enabled"),
    "accountEnabled eq false": ~pl.col("is_enabled"),
}


class Directory:
    """Users as of a day. Keeps the rendering of the last question, which the next pages ask again."""

    def __init__(self, world: World, accounts: Accounts) -> None:
        self._world = world
        self._accounts = accounts
        self._last: tuple[object, pl.Series] | None = None

    def users(self, today: date, properties: tuple[str, ...], criterion: str) -> pl.Series:
        """JSON text of each user, in the directory's order. Raises KeyError for an unknown property or filter."""
        question = (today, properties, criterion)
        if self._last is None or self._last[0] != question:
            self._last = (question, self._render(today, properties, criterion))
        return self._last[1]

    def _render(self, today: date, properties: tuple[str, ...], criterion: str) -> pl.Series:
        frame = pl.concat([self._people(today), self._others()], how="diagonal")
        for clause in re.split(r"\s+and\s+", criterion.strip()) if criterion.strip() else []:
            frame = frame.filter(_FILTERS[clause.strip("() ")])
        parts: list[str | pl.Expr] = []
        for position, name in enumerate(properties):
            parts += [f'{"," if position else "{"}"{name}":', PROPERTIES[name]]
        # Graph's order is neither alphabetical nor by age: object ids scatter people over the pages.
        return rendered(frame.sort("entra_id"), joined(*parts, "}"))

    def _people(self, today: date) -> pl.DataFrame:
        return self._accounts.on(today).with_columns(
            user_type=pl.lit("Member"),
            company_name=pl.lit(ORGANISATION_NAME),
            has_licence=pl.col("is_licensed") & pl.col("is_enabled"),
            created_text=pl.col("joined_on").dt.strftime("%Y-%m-%dT00:21:07Z"),
        )

    def _others(self) -> pl.DataFrame:
        """Guests, shared mailboxes and service accounts: no department, no employee number."""
        others = self._accounts.others.filter(pl.col("entra_id").is_not_null())
        is_guest = pl.col("account_kind") == "guest"
        empty = (
            "given_name",
            "family_name",
            "employment_type",
            "job_title",
            "employee_number",
            "department_name",
            "alias",
        )
        return others.with_columns(
            user_type=pl.when(is_guest).then(pl.lit("Guest")).otherwise(pl.lit("Member")),
            mail=pl.when(is_guest).then(_guest_mail()).otherwise("upn"),
            is_enabled=pl.col("account_kind") != "shared_mailbox",
            has_licence=pl.lit(value=False),
            created_text=pl.lit("2025-10-01T02:03:04Z"),
            company_name=pl.lit(None, pl.String),
            **{name: pl.lit(None, pl.String) for name in empty},
        )

    def named_locations(self, today: date) -> list[dict[str, object]]:
        """IP locations from the networks valid today (no history, as in Graph), and one country location."""
        valid = self._world.networks.filter(
            pl.col("valid_from") <= today, pl.col("valid_to").is_null() | (pl.col("valid_to") >= today)
        ).sort("label", "cidr")
        locations: list[dict[str, object]] = []
        for (label, kind), group in valid.group_by("label", "network_kind", maintain_order=True):
            ranges = [
                {"@odata.type": f"#microsoft.graph.iPv{6 if ':' in cidr else 4}CidrRange", "cidrAddress": cidr}
                for cidr in group["cidr"].to_list()
            ]
            locations.append(
                _location(len(locations), "#ipNamedLocation", label)
                | {"isTrusted": kind in ("office", "branch", "telework_gateway"), "ipRanges": ranges}
            )
        country = {"countriesAndRegions": ["JP"], "includeUnknownCountriesAndRegions": False}
        return [*locations, _location(len(locations), "#countryNamedLocation", "日本国内") | country]


def _guest_mail() -> pl.Expr:
    """partner.name_partner.example#EXT#@ward -> partner.name@partner.example"""
    return pl.col("upn").str.replace(r"_([^_]+)#EXT#@.*$", "@${1}")


def _location(position: int, kind: str, name: object) -> dict[str, object]:
    return {
        "@odata.type": f"#microsoft.graph.{kind.removeprefix('#')}",
        "id": f"5c1e{position:04x}-7a9b-4c3d-8e2f-10b7d6a4c9e8",
        "displayName": name,
        "modifiedDateTime": "2025-12-15T01:23:45Z",
        "createdDateTime": "2025-10-01T01:23:45Z",
    }
