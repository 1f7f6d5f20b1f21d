"""Reads the Graph answers that hold one JSON record a line: users, sign-ins, report settings, named locations.

Fields that are known but not wanted are declared too, so that a field nobody has thought of is noticed: it is counted
by name, its value goes nowhere, and the answer stays usable. How the records were fetched is client.py.
"""

from __future__ import annotations

import msgspec
import polars as pl
from msgspec import Raw, field

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed
from pipelines.sources.cells import COUNT, FLAG, INSTANT, Kind, day_of, instant_of
from pipelines.sources.ndjson import NOT_KEPT, Dropped, RecordReader, text_columns


class User(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """A directory user: the fields of the warehouse, then those that are known and dropped."""

    id: str
    user_principal_name: str | None = None
    mail: str | None = None
    employee_id: str | None = None
    department: str | None = None
    user_type: str | None = None
    account_enabled: bool | None = None
    created_date_time: str | None = None
    assigned_licenses: list[Raw] | None = None

    odata_type: Dropped = field(name="@odata.type", default=NOT_KEPT)
    odata_id: Dropped = field(name="@odata.id", default=NOT_KEPT)
    display_name: Dropped = NOT_KEPT
    given_name: Dropped = NOT_KEPT
    surname: Dropped = NOT_KEPT
    job_title: Dropped = NOT_KEPT
    company_name: Dropped = NOT_KEPT
    office_location: Dropped = NOT_KEPT
    business_phones: Dropped = NOT_KEPT
    mobile_phone: Dropped = NOT_KEPT
    preferred_language: Dropped = NOT_KEPT
    employee_type: Dropped = NOT_KEPT
    employee_hire_date: Dropped = NOT_KEPT
    employee_leave_date_time: Dropped = NOT_KEPT
    employee_org_data: Dropped = NOT_KEPT
    usage_location: Dropped = NOT_KEPT
    country: Dropped = NOT_KEPT
    license_assignment_states: Dropped = NOT_KEPT
    on_premises_extension_attributes: Dropped = NOT_KEPT
    on_premises_sync_enabled: Dropped = NOT_KEPT


class Status(msgspec.Struct, gc=False, rename="camel"):
    error_code: int | None = None
    failure_reason: Dropped = NOT_KEPT
    additional_details: Dropped = NOT_KEPT


class DeviceDetail(msgspec.Struct, gc=False, rename="camel"):
    operating_system: str | None = None
    is_managed: bool | None = None
    trust_type: str | None = None
    device_id: Dropped = NOT_KEPT
    display_name: Dropped = NOT_KEPT
    browser: Dropped = NOT_KEPT
    is_compliant: Dropped = NOT_KEPT


class SignIn(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """A sign-in: the fields of the warehouse, those of v1.0 that are known and dropped, and those of beta alone."""

    id: str
    created_date_time: str
    user_id: str | None = None
    user_principal_name: str | None = None
    app_display_name: str | None = None
    client_app_used: str | None = None
    is_interactive: bool | None = None
    ip_address: str | None = None
    status: Status | None = None
    device_detail: DeviceDetail | None = None

    odata_type: Dropped = field(name="@odata.type", default=NOT_KEPT)
    user_display_name: Dropped = NOT_KEPT
    app_id: Dropped = NOT_KEPT
    resource_id: Dropped = NOT_KEPT
    resource_display_name: Dropped = NOT_KEPT
    user_agent: Dropped = NOT_KEPT
    correlation_id: Dropped = NOT_KEPT
    conditional_access_status: Dropped = NOT_KEPT
    applied_conditional_access_policies: Dropped = NOT_KEPT
    location: Dropped = NOT_KEPT
    risk_detail: Dropped = NOT_KEPT
    risk_level_aggregated: Dropped = NOT_KEPT
    risk_level_during_sign_in: Dropped = NOT_KEPT
    risk_state: Dropped = NOT_KEPT
    risk_event_types: Dropped = NOT_KEPT
    risk_event_types_v2: Dropped = field(name="riskEventTypes_v2", default=NOT_KEPT)
    home_tenant_id: Dropped = NOT_KEPT
    resource_tenant_id: Dropped = NOT_KEPT
    service_principal_id: Dropped = NOT_KEPT
    service_principal_name: Dropped = NOT_KEPT
    authentication_app_device_details: Dropped = NOT_KEPT

    network_location_details: Dropped = NOT_KEPT
    authentication_details: Dropped = NOT_KEPT
    authentication_methods_used: Dropped = NOT_KEPT
    authentication_processing_details: Dropped = NOT_KEPT
    authentication_requirement: Dropped = NOT_KEPT
    authentication_requirement_policies: Dropped = NOT_KEPT
    authentication_context_class_references: Dropped = NOT_KEPT
    authentication_protocol: Dropped = NOT_KEPT
    sign_in_event_types: Dropped = NOT_KEPT
    sign_in_token_protection_status: Dropped = NOT_KEPT
    sign_in_identifier: Dropped = NOT_KEPT
    sign_in_identifier_type: Dropped = NOT_KEPT
    autonomous_system_number: Dropped = NOT_KEPT
    is_tenant_restricted: Dropped = NOT_KEPT
    is_through_global_secure_access: Dropped = NOT_KEPT
    global_secure_access_ip_address: Dropped = NOT_KEPT
    ip_address_from_resource_provider: Dropped = NOT_KEPT
    cross_tenant_access_type: Dropped = NOT_KEPT
    user_type: Dropped = NOT_KEPT
    session_id: Dropped = NOT_KEPT
    session_lifetime_policies: Dropped = NOT_KEPT
    incoming_token_type: Dropped = NOT_KEPT
    unique_token_identifier: Dropped = NOT_KEPT
    original_request_id: Dropped = NOT_KEPT
    original_transfer_method: Dropped = NOT_KEPT
    processing_time_in_milliseconds: Dropped = NOT_KEPT
    token_issuer_name: Dropped = NOT_KEPT
    token_issuer_type: Dropped = NOT_KEPT
    client_credential_type: Dropped = NOT_KEPT
    conditional_access_audiences: Dropped = NOT_KEPT
    applied_event_listeners: Dropped = NOT_KEPT
    azure_resource_id: Dropped = NOT_KEPT
    federated_credential_id: Dropped = NOT_KEPT
    flagged_for_review: Dropped = NOT_KEPT
    home_tenant_name: Dropped = NOT_KEPT
    managed_service_identity: Dropped = NOT_KEPT
    mfa_detail: Dropped = NOT_KEPT
    private_link_details: Dropped = NOT_KEPT
    resource_service_principal_id: Dropped = NOT_KEPT
    resource_owner_tenant_id: Dropped = NOT_KEPT
    app_owner_tenant_id: Dropped = NOT_KEPT
    service_principal_credential_key_id: Dropped = NOT_KEPT
    service_principal_credential_thumbprint: Dropped = NOT_KEPT
    agent: Dropped = NOT_KEPT


class Agent(msgspec.Struct, gc=False, rename="camel"):
    agent_type: str | None = None
    parent_app_id: Dropped = NOT_KEPT


class SignInSummary(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """Sign-ins of a user, an app and an address within a window; no device and no user id is told."""

    id: str
    first_sign_in_date_time: str
    user_principal_name: str | None = None
    sign_in_count: int | None = None
    ip_address: str | None = None
    status: Status | None = None
    agent: Agent | None = None

    odata_type: Dropped = field(name="@odata.type", default=NOT_KEPT)
    aggregation_date_time: Dropped = NOT_KEPT
    app_id: Dropped = NOT_KEPT
    app_display_name: Dropped = NOT_KEPT
    conditional_access_status: Dropped = NOT_KEPT
    resource_id: Dropped = NOT_KEPT
    resource_display_name: Dropped = NOT_KEPT
    tenant_id: Dropped = NOT_KEPT
    service_principal_id: Dropped = NOT_KEPT
    service_principal_name: Dropped = NOT_KEPT
    managed_service_identity: Dropped = NOT_KEPT


class CidrRange(msgspec.Struct, gc=False, rename="camel"):
    cidr_address: str


class NamedLocation(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """A named location: of IP ranges, of countries, or a compliant network."""

    odata_type: str = field(name="@odata.type")
    id: str
    display_name: str | None = None
    is_trusted: bool | None = None
    ip_ranges: list[CidrRange] | None = None
    countries_and_regions: list[str] | None = None

    include_unknown_countries_and_regions: Dropped = NOT_KEPT
    country_lookup_method: Dropped = NOT_KEPT
    created_date_time: Dropped = NOT_KEPT
    modified_date_time: Dropped = NOT_KEPT
    compliant_network_type: Dropped = NOT_KEPT


class ReportSettings(msgspec.Struct, rename="camel"):
    display_concealed_names: bool
    odata_context: Dropped = field(name="@odata.context", default=NOT_KEPT)
    odata_type: Dropped = field(name="@odata.type", default=NOT_KEPT)
    id: Dropped = NOT_KEPT


def _users_frame(users: list[User]) -> pl.DataFrame:
    licences = [None if user.assigned_licenses is None else len(user.assigned_licenses) for user in users]
    texts = ("id", "user_principal_name", "mail", "employee_id", "department", "user_type", "created_date_time")
    parts = (
        text_columns(users, (*texts, "account_enabled")),
        pl.DataFrame({"assigned_license_count": licences}, schema={"assigned_license_count": pl.Int64}).cast(pl.String),
    )
    return pl.concat(parts, how="horizontal").select(USER_COLUMNS)


def _sign_ins_frame(sign_ins: list[SignIn]) -> pl.DataFrame:
    no_status, no_device = Status(), DeviceDetail()
    statuses = [sign_in.status or no_status for sign_in in sign_ins]
    devices = [sign_in.device_detail or no_device for sign_in in sign_ins]
    names = ("user_principal_name", "app_display_name", "client_app_used")
    own = ("id", "created_date_time", "user_id", *names, "is_interactive", "ip_address")
    parts = (
        text_columns(sign_ins, own),
        text_columns(statuses, ("error_code",)),
        text_columns(devices, ("operating_system", "is_managed", "trust_type")),
    )
    return pl.concat(parts, how="horizontal").select(SIGN_IN_COLUMNS)


def _sign_in_summaries_frame(summaries: list[SignInSummary]) -> pl.DataFrame:
    no_status, no_agent = Status(), Agent()
    own = ("id", "first_sign_in_date_time", "user_principal_name", "sign_in_count", "ip_address")
    parts = (
        text_columns(summaries, own),
        text_columns([one.status or no_status for one in summaries], ("error_code",)),
        text_columns([one.agent or no_agent for one in summaries], ("agent_type",)),
    )
    return pl.concat(parts, how="horizontal")


def _report_settings_frame(settings: list[ReportSettings]) -> pl.DataFrame:
    return text_columns(settings, ("display_concealed_names",))


def _named_locations_frame(locations: list[NamedLocation]) -> pl.DataFrame:
    kinds = [location.odata_type.rpartition(".")[2].removesuffix("NamedLocation") for location in locations]
    ranges = [" ".join(one.cidr_address for one in location.ip_ranges or ()) for location in locations]
    countries = [" ".join(location.countries_and_regions or ()) for location in locations]
    lists = {"location_kind": kinds, "cidr_ranges": ranges, "country_codes": countries}
    own = text_columns(locations, ("id", "display_name", "is_trusted"))
    return pl.concat([own, pl.DataFrame(lists, schema=dict.fromkeys(lists, pl.String))], how="horizontal")


USER_COLUMNS = (
    "id",
    "user_principal_name",
    "mail",
    "employee_id",
    "department",
    "user_type",
    "account_enabled",
    "created_date_time",
    "assigned_license_count",
)
SIGN_IN_COLUMNS = (
    "id",
    "created_date_time",
    "user_id",
    "user_principal_name",
    "app_display_name",
    "client_app_used",
    "is_interactive",
    "error_code",
    "operating_system",
    "is_managed",
    "trust_type",
    "ip_address",
)


# The day on which an account was made, from an instant or a day.
_MADE_ON = Kind(INSTANT.plain, lambda text: instant_of(text) or day_of(text), "an instant or a day")
_USERS = RecordReader(
    User,
    to_frame=_users_frame,
    required=("id",),
    who=("userPrincipalName", "employeeId"),
    cells={"account_enabled": FLAG, "created_date_time": _MADE_ON, "assigned_license_count": COUNT},
)
_SIGN_INS = RecordReader(
    SignIn,
    nested={"status": Status, "device_detail": DeviceDetail},
    to_frame=_sign_ins_frame,
    required=("id", "created_date_time"),
    who=("userId", "userPrincipalName"),
    cells={"created_date_time": INSTANT, "is_interactive": FLAG, "error_code": COUNT, "is_managed": FLAG},
)
_SIGN_IN_SUMMARIES = RecordReader(
    SignInSummary,
    nested={"status": Status, "agent": Agent},
    to_frame=_sign_in_summaries_frame,
    required=("id", "first_sign_in_date_time"),
    who=("userPrincipalName",),
    cells={"first_sign_in_date_time": INSTANT, "sign_in_count": COUNT, "error_code": COUNT},
)
_NAMED_LOCATIONS = RecordReader(
    NamedLocation, to_frame=_named_locations_frame, required=("id", "location_kind"), cells={"is_trusted": FLAG}
)
_REPORT_SETTINGS = RecordReader(
    ReportSettings,
    to_frame=_report_settings_frame,
    required=("display_concealed_names",),
    cells={"display_concealed_names": FLAG},
)
READERS = {
    "users": _USERS,
    "sign_ins": _SIGN_INS,
    "non_interactive_sign_ins": _SIGN_INS,
    "sign_in_summaries": _SIGN_IN_SUMMARIES,
    "named_locations": _NAMED_LOCATIONS,
    "report_settings": _REPORT_SETTINGS,
}


def parse_users(answer: Answer) -> Parsed:
    """The directory on one day, columns USER_COLUMNS. Raises RejectedAnswerError, also for no users at all."""
    parsed = _USERS.read(answer, "of Graph users")
    if parsed.frame.is_empty():
        raise RejectedAnswerError(
            f"The directory of {answer.day} came without a single user: check the permission User.Read.All."
        )
    return parsed


def parse_sign_ins(answer: Answer) -> Parsed:
    """Sign-ins of one UTC day, columns SIGN_IN_COLUMNS, repeated ids included. Raises RejectedAnswerError."""
    return _of_its_day(_SIGN_INS.read(answer, "of Graph sign-ins"), answer, "created_date_time")


def parse_sign_in_summaries(answer: Answer) -> Parsed:
    """Non-interactive sign-ins of one UTC day added up; an address may be null. Raises RejectedAnswerError."""
    parsed = _SIGN_IN_SUMMARIES.read(answer, "of summarised Graph sign-ins")
    return _of_its_day(parsed, answer, "first_sign_in_date_time")


def _of_its_day(parsed: Parsed, answer: Answer, instant: str) -> Parsed:
    days = parsed.frame[instant].str.slice(0, 10)
    if (days != answer.day.isoformat()).any():
        raise RejectedAnswerError(
            f"The sign-ins of {answer.day} came with some of another day, so the service did not heed the dates asked "
            "for: look at the stored answer."
        )
    return parsed


def parse_named_locations(answer: Answer) -> Parsed:
    """The named locations of one day, one row each, lists joined by a blank. Raises RejectedAnswerError."""
    return _NAMED_LOCATIONS.read(answer, "of Graph named locations")


def parse_report_settings(answer: Answer) -> Parsed:
    """Whether the tenant conceals names in reports, one row. Raises RejectedAnswerError."""
    parsed = _REPORT_SETTINGS.read(answer, "of Graph report settings")
    if parsed.frame.height != 1 or parsed.odd:
        raise RejectedAnswerError(
            f"The report settings of {answer.day} are not one record: look at the stored answer and fetch them again."
        )
    return parsed
