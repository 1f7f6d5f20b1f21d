"""Reads the Box answers that hold one JSON record a line: enterprise events and users.

The source of an event comes in a dozen shapes (item, collaboration, user, group, application, none); they are laid into
one set of columns. Fields that are known but not wanted are declared too, so that a field nobody has thought of is
noticed. How the records were fetched is client.py; what an event counts as is decided in SQL.
"""

from __future__ import annotations

import msgspec
import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed
from pipelines.sources.cells import COUNT, FLAG, instant_of
from pipelines.sources.ndjson import MALFORMED, NOT_KEPT, Dropped, RecordReader, mended, text_columns
from pipelines.sources.odd_records import salvaged

Id = str | int | None
ANONYMOUS_ID = "2"
BOX_SUPPORT_ID = "box_support"
MACHINE_LOGIN = r"(?i)^(automationuser|appuser)_.*@boxdevedition\.com$"
DEPARTMENT_CODE = "department"

EVENT_COLUMNS = (
    "event_id",
    "event_type",
    "created_at",
    "actor_id",
    "actor_login",
    "actor_kind",
    "action_by_id",
    "source_kind",
    "item_type",
    "item_id",
    "item_name",
    "parent_id",
    "owner_id",
    "owner_login",
    "target_id",
    "target_login",
    "size_bytes",
    "version_id",
    "service_name",
    "shared_link_id",
    "collab_role",
    "is_performed_by_admin",
    "ip_address",
)
USER_COLUMNS = ("id", "login", "status", "role", "is_platform_access_only", "account_kind", "department")


class Person(msgspec.Struct, gc=False):
    """A user in short form; also a group, where one receives access."""

    id: Id = None
    login: str | None = None
    type: str | None = None
    name: Dropped = NOT_KEPT


class Parent(msgspec.Struct, gc=False):
    id: Id = None
    type: Dropped = NOT_KEPT
    name: Dropped = NOT_KEPT
    etag: Dropped = NOT_KEPT
    sequence_id: Dropped = NOT_KEPT


class Source(msgspec.Struct, gc=False, kw_only=True):
    """What was acted on: the fields of all shapes together, each optional."""

    item_type: str | None = None
    item_id: Id = None
    item_name: str | None = None
    folder_id: Id = None
    folder_name: str | None = None
    file_id: Id = None
    file_name: str | None = None
    type: str | None = None
    id: Id = None
    name: str | None = None
    login: str | None = None
    user_id: Id = None
    user_email: str | None = None
    group_id: Id = None
    parent: Parent | None = None
    owned_by: Person | None = None

    user_name: Dropped = NOT_KEPT
    group_name: Dropped = NOT_KEPT
    classification: Dropped = NOT_KEPT
    api_key: Dropped = NOT_KEPT
    app_item_type: Dropped = NOT_KEPT
    user: Dropped = NOT_KEPT
    group: Dropped = NOT_KEPT
    size: Dropped = NOT_KEPT
    shared_link: Dropped = NOT_KEPT
    path_collection: Dropped = NOT_KEPT


class Details(msgspec.Struct, gc=False, kw_only=True):
    """Particulars of the action."""

    size: int | str | None = None
    version_id: Id = None
    service_name: str | None = None
    shared_link_id: str | None = None
    role: str | None = None
    is_performed_by_admin: bool | str | None = None

    type: Dropped = NOT_KEPT
    collab_id: Dropped = NOT_KEPT
    invitation_message: Dropped = NOT_KEPT
    ekm_id: Dropped = NOT_KEPT
    service_id: Dropped = NOT_KEPT
    access_token_identifier: Dropped = NOT_KEPT
    group_id: Dropped = NOT_KEPT
    group_name: Dropped = NOT_KEPT
    comment_id: Dropped = NOT_KEPT
    message: Dropped = NOT_KEPT
    annotation_id: Dropped = NOT_KEPT
    task: Dropped = NOT_KEPT
    task_assignment: Dropped = NOT_KEPT
    metadata: Dropped = NOT_KEPT
    advanced_folder_settings: Dropped = msgspec.field(name="advancedFolderSettings", default=NOT_KEPT)
    shield_alert: Dropped = NOT_KEPT
    shield_download_enforcement: Dropped = NOT_KEPT
    shield_external_collab_enforcement: Dropped = NOT_KEPT
    security_information: Dropped = NOT_KEPT
    destination_folder: Dropped = NOT_KEPT
    restricted_user: Dropped = NOT_KEPT


class Event(msgspec.Struct, gc=False, kw_only=True):
    """An enterprise event. Its details are an object, null, absent, or an object written as text."""

    event_id: str | int
    event_type: str
    created_at: str
    created_by: Person | None = None
    action_by: Person | None = None
    accessible_by: Person | None = None
    source: Source | None = None
    ip_address: str | None = None
    additional_details: Details | str | None = None

    type: Dropped = NOT_KEPT
    session_id: Dropped = NOT_KEPT
    recorded_at: Dropped = NOT_KEPT


class TrackingCode(msgspec.Struct, gc=False):
    name: str | None = None
    value: str | None = None
    type: Dropped = NOT_KEPT


class User(msgspec.Struct, gc=False, kw_only=True):
    """A managed user or app user."""

    id: str | int
    login: str | None = None
    status: str | None = None
    role: str | None = None
    is_platform_access_only: bool | None = None
    tracking_codes: list[TrackingCode] | None = None

    type: Dropped = NOT_KEPT
    name: Dropped = NOT_KEPT
    created_at: Dropped = NOT_KEPT
    modified_at: Dropped = NOT_KEPT
    space_used: Dropped = NOT_KEPT
    space_amount: Dropped = NOT_KEPT
    max_upload_size: Dropped = NOT_KEPT
    job_title: Dropped = NOT_KEPT
    timezone: Dropped = NOT_KEPT
    language: Dropped = NOT_KEPT
    phone: Dropped = NOT_KEPT
    address: Dropped = NOT_KEPT
    avatar_url: Dropped = NOT_KEPT
    notification_email: Dropped = NOT_KEPT
    enterprise: Dropped = NOT_KEPT
    is_external_collab_restricted: Dropped = NOT_KEPT
    external_app_user_id: Dropped = NOT_KEPT


_NO_PERSON, _NO_SOURCE, _NO_DETAILS, _NO_PARENT = Person(), Source(), Details(), Parent()
_SOURCE_TEXTS = (
    *("item_type", "item_id", "item_name", "folder_id", "folder_name", "file_id", "file_name"),
    *("type", "id", "name", "login", "user_id", "user_email", "group_id"),
)
_NO_SIZE = "unreadable"
_read_details = msgspec.json.Decoder(Details | None).decode


_EVENT_TEXTS = ("event_id", "event_type", "created_at", "ip_address")
_DETAIL_TEXTS = ("size", "version_id", "service_name", "shared_link_id", "role", "is_performed_by_admin")


def _event_texts(events: list[Event]) -> pl.DataFrame:
    """Every field that is needed, as text, under its own name."""
    sources = [event.source or _NO_SOURCE for event in events]
    receivers = [event.accessible_by or _NO_PERSON for event in events]
    return pl.DataFrame(
        [
            *text_columns(events, _EVENT_TEXTS),
            pl.Series("has_source", [event.source is not None for event in events], dtype=pl.Boolean),
            *text_columns([event.created_by or _NO_PERSON for event in events], ("id", "login"), "actor_"),
            *text_columns([event.action_by or _NO_PERSON for event in events], ("id",), "action_by_"),
            *text_columns(receivers, ("id", "login", "type"), "receiver_"),
            *text_columns([source.owned_by or _NO_PERSON for source in sources], ("id", "login"), "owner_"),
            *text_columns([source.parent or _NO_PARENT for source in sources], ("id",), "parent_"),
            *text_columns(sources, _SOURCE_TEXTS, "source_"),
            *text_columns([_details_of(event.additional_details) for event in events], _DETAIL_TEXTS),
        ]
    )


def _event_columns(texts: pl.DataFrame) -> pl.DataFrame:
    known = texts.with_columns(source_kind=_source_kind())
    return known.with_columns(
        created_at=_utc(texts["created_at"]),
        actor_kind=_actor_kind(),
        item_type=_item_type(),
        item_id=pl.coalesce("source_folder_id", "source_file_id", "source_item_id", _if_item("source_id")),
        item_name=pl.coalesce("source_folder_name", "source_file_name", "source_item_name", _if_item("source_name")),
        target_id=pl.coalesce(_if_person("receiver_id"), "source_user_id", _if_user("source_id")),
        target_login=pl.coalesce(_if_person("receiver_login"), "source_user_email", _if_user("source_login")),
        size_bytes=pl.col("size"),
        collab_role=pl.col("role"),
    ).select(EVENT_COLUMNS)


def _details_of(value: Details | str | None) -> Details:
    if isinstance(value, str):
        value = _details_of_text(value) if value.strip() else None
    return value or _NO_DETAILS


def _details_of_text(text: str) -> Details | None:
    """Details written as text; if not all can be read, with a size that is none, so that the record is counted."""
    try:
        return _read_details(text)
    except MALFORMED:
        pass
    try:
        left = salvaged(Details, mended(text.encode("utf-8", "replace")), {}, lambda _: None)
    except MALFORMED:
        left = None
    left = left or Details()
    return msgspec.structs.replace(left, size=_NO_SIZE) if left.size is None else left


def _utc(column: pl.Series) -> pl.Series:
    """An instant with any offset as UTC text with milliseconds, null if it is none: text order says nothing before."""
    instant = column.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="ms", strict=False)
    text = instant.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    if text.null_count() == column.null_count():
        return text
    return pl.Series(
        [instant_of(one) if made is None and one is not None else made for made, one in zip(text, column, strict=True)],
        dtype=pl.String,
    )


def _actor_kind() -> pl.Expr:
    return (
        pl.when(pl.col("actor_id").is_null() & pl.col("actor_login").is_null())
        .then(pl.lit("none"))
        .when(pl.col("actor_id") == ANONYMOUS_ID)
        .then(pl.lit("anonymous"))
        .when(pl.col("actor_id") == BOX_SUPPORT_ID)
        .then(pl.lit("box"))
        .when(pl.col("actor_login").str.contains(MACHINE_LOGIN))
        .then(pl.lit("machine"))
        .otherwise(pl.lit("person"))
    )


def _source_kind() -> pl.Expr:
    kind = pl.col("source_type")
    return (
        pl.when(~pl.col("has_source"))
        .then(pl.lit("none"))
        .when(pl.col("source_folder_id").is_not_null())
        .then(pl.lit("collab_folder"))
        .when(pl.col("source_file_id").is_not_null())
        .then(pl.lit("collab_file"))
        .when(pl.col("source_item_type").is_not_null() | kind.is_in(["file", "folder", "web_link"]))
        .then(pl.lit("item"))
        .when(kind.is_in(["user", "application", "app_item"]))
        .then(kind)
        .when((kind == "group") | pl.col("source_group_id").is_not_null())
        .then(pl.lit("group"))
        .otherwise(pl.lit("other"))
    )


def _item_type() -> pl.Expr:
    return (
        pl.when(pl.col("source_kind") == "collab_folder")
        .then(pl.lit("folder"))
        .when(pl.col("source_kind") == "collab_file")
        .then(pl.lit("file"))
        .otherwise(pl.coalesce("source_item_type", _if_item("source_type")))
    )


def _if_item(column: str) -> pl.Expr:
    return pl.when(pl.col("source_kind") == "item").then(pl.col(column))


def _if_user(column: str) -> pl.Expr:
    return pl.when(pl.col("source_kind") == "user").then(pl.col(column))


def _if_person(column: str) -> pl.Expr:
    """Who receives access may be a group: its members are not known here."""
    return pl.when(pl.col("receiver_type").fill_null("user") != "group").then(pl.col(column))


def _users_frame(users: list[User]) -> pl.DataFrame:
    departments = [_department_code(user.tracking_codes or []) for user in users]
    texts = ("id", "login", "status", "role", "is_platform_access_only")
    frame = text_columns(users, texts).with_columns(pl.Series("department", departments, dtype=pl.String))
    is_machine = (pl.col("is_platform_access_only") == "true") | pl.col("login").str.contains(MACHINE_LOGIN)
    kind = pl.when(is_machine.fill_null(value=False)).then(pl.lit("machine")).otherwise(pl.lit("person"))
    return frame.with_columns(account_kind=kind).select(USER_COLUMNS)


def _department_code(codes: list[TrackingCode]) -> str | None:
    return next((code.value for code in codes if (code.name or "").strip().lower() == DEPARTMENT_CODE), None)


_EVENTS = RecordReader(
    Event,
    nested={
        "created_by": Person,
        "action_by": Person,
        "accessible_by": Person,
        "source": Source,
        "additional_details": Details,
    },
    to_frame=_event_texts,
    finish=_event_columns,
    required=("event_id", "event_type", "created_at"),
    who=("created_by",),
    cells={"size_bytes": COUNT, "is_performed_by_admin": FLAG},
)
_USERS = RecordReader(User, to_frame=_users_frame, required=("id",), cells={"is_platform_access_only": FLAG})
READERS = {"events": _EVENTS, "users": _USERS}


def parse_events(answer: Answer) -> Parsed:
    """Enterprise events, columns EVENT_COLUMNS, none if there were none. Raises RejectedAnswerError.

    `created_at` is UTC text with milliseconds; unknown event types stay.
    """
    return _EVENTS.read(answer, "of Box events")


def parse_users(answer: Answer) -> Parsed:
    """Managed users on one day, columns USER_COLUMNS. Raises RejectedAnswerError, also for no users at all."""
    parsed = _USERS.read(answer, "of Box users")
    if parsed.frame.is_empty():
        raise RejectedAnswerError(
            f"The Box users of {answer.day} came without a single user: check the app's scope 'Manage users'."
        )
    return parsed
