"""Every public sample of Box's answers goes the whole way: over HTTP where it is an answer, and into the raw table."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.common.shipped import SQL_DIR
from pipelines.errors import (
    AccessRefusedError,
    DayGoneError,
    NotYetAvailableError,
    PermanentSourceError,
    SourceError,
    StreamPositionError,
)
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.privacy.pseudonym import Pseudonymiser
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.box.client import BoxConfig, BoxSource
from pipelines.sources.box.records import parse_events, parse_users
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.load import load_dataset
from tests.project import PROJECT
from tests.sources.conftest import NOW, Waits

FOLDER = Path(__file__).parent / "samples"


def sample(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


PUBLIC: list[dict[str, Any]] = [one["event"] for one in sample("enterprise_events")]
CASES: dict[str, dict[str, Any]] = {one["_case"]: one["event"] for one in sample("synthetic_edge_cases")["events"]}
# What becomes of each composed case in staging; keys stand for the ids they were made of.
EXPECTED: dict[str, dict[str, Any]] = {
    "anonymous open-link download": {"actor_kind": "anonymous", "actor_address_key": None, "size_bytes": 15_000_000},
    "external collaborator download": {"actor_kind": "person", "actor_domain": "vendor.example.co.jp"},
    "our user downloads from a partner's folder (owner outside)": {"owner_domain": "pref.example.jp"},
    "file request upload, shown under the folder owner": {"is_file_request": True, "is_done_by_other": False},
    "box support acts": {"actor_kind": "box", "event_type": "EDIT_USER"},
    "admin acts for a user": {"is_done_by_other": True, "actor_kind": "person"},
    "invite of an unregistered e-mail": {"event_type": "COLLABORATION_INVITE", "item_type": "folder"},
    "invite of a group": {"event_type": "COLLABORATION_INVITE", "owner_box_key": None},
    "web link shared": {"item_type": "web_link", "size_bytes": None},
    "service account activity": {"actor_kind": "machine", "actor_domain": "boxdevedition.com"},
    "app user activity": {"actor_kind": "machine"},
    "no created_by at all": {"actor_kind": "none", "actor_box_key": None},
    "Unknown IP": {"network_kind": "unknown"},
    "folder download, no size": {"item_type": "folder", "size_bytes": None},
    "milliseconds + other offset": {
        "cast(occurred_at as varchar)": "2026-02-01 07:59:59.462",
        "activity_date": date(2026, 2, 1),
    },
    "unknown type": {"event_type": "SOMETHING_NEW", "actor_kind": "person"},
    "duplicate of e02": {"event_id": "e02", "size_bytes": 52_428_800},
}


@pytest.fixture
def con(landing: Landing, intake: Intake) -> Iterator[duckdb.DuckDBPyConnection]:
    """The raw table and its staging view after all public and composed events were taken in."""
    days: dict[date, list[bytes]] = defaultdict(list)
    for event in (*PUBLIC, *CASES.values()):
        instant = datetime.fromisoformat(event["created_at"]).astimezone(UTC)
        days[instant.date()].append(json.dumps(event, ensure_ascii=False).encode() + b"\n")
    for day, lines in days.items():
        taken = intake.take(Answer("box", "events", day, b"".join(lines), NOW), parse_events)
        assert taken.is_accepted, taken.landed.revision.reason
        assert taken.landed.revision.row_count == len(lines)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        load_dataset(connection, landing, "box", "events")
        connection.execute("create schema staging")
        models = PROJECT.models
        for name in ("stg_box__day_sources", "stg_box__activity_report", "stg_box__events"):
            run_model(connection, models[name])
        yield connection


def test_every_sample_event_is_one_row(con: duckdb.DuckDBPyConnection) -> None:
    """The documentation gives one id to several of its examples; ids that are equal are one event."""
    ids = {str(event["event_id"]) for event in (*PUBLIC, *CASES.values())}
    rows = con.execute("select event_id from raw.box_events").fetchall()
    assert sorted(row[0] for row in rows) == sorted(ids)


def test_every_composed_case_has_its_outcome(con: duckdb.DuckDBPyConnection) -> None:
    assert EXPECTED.keys() == CASES.keys()
    for case, expected in EXPECTED.items():
        query = f"select {', '.join(expected)} from staging.stg_box__events where event_id = ?"
        (row,) = con.execute(query, [CASES[case]["event_id"]]).fetchall()
        assert row == tuple(expected.values()), case


def test_the_receiver_of_an_invitation(con: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser) -> None:
    rows = con.execute(
        "select event_id, target_login_key, target_login_domain from raw.box_events where event_id in ('e07', 'e08')"
    ).fetchall()
    new = pseudonymiser.key_of("new@vendor.example.co.jp", "address")
    assert sorted(rows) == [("e07", new, "vendor.example.co.jp"), ("e08", None, None)]


def test_nothing_of_a_sample_is_stored_in_clear(con: duckdb.DuckDBPyConnection) -> None:
    stored = str(con.execute("select * from raw.box_events").fetchall())
    texts = [one for event in (*PUBLIC, *CASES.values()) for one in _personal(event)]
    assert len(texts) > 100
    assert [text for text in texts if text in stored] == []


def _personal(record: Any) -> Iterator[str]:
    """Names, logins and file names anywhere in a record, long enough not to be met by chance."""
    if isinstance(record, dict):
        for key, value in record.items():
            if isinstance(value, str) and len(value) > 5 and key.endswith(("name", "login", "email")):
                if key not in ("service_name", "policy_name"):
                    yield value
            else:
                yield from _personal(value)
    elif isinstance(record, list):
        for one in record:
            yield from _personal(one)


def test_the_users_page(intake: Intake, landing: Landing) -> None:
    users = sample("users_page")["entries"]
    body = b"".join(json.dumps(user, ensure_ascii=False).encode() + b"\n" for user in users)
    assert intake.take(Answer("box", "users", NOW.date(), body, NOW), parse_users).is_accepted
    with duckdb.connect() as con:
        load_dataset(con, landing, "box", "users")
        rows = con.execute("select status, account_kind, department from raw.box_users order by id_key").fetchall()
    assert sorted(rows, key=str) == [
        ("active", "machine", None),
        ("active", "person", "総務課"),
        ("inactive", "person", None),
    ]


def test_the_users_page_over_http(ward: Simulator, box_config: BoxConfig) -> None:
    page = sample("users_page")
    for body in (page, {"limit": 1000, "next_marker": "", "entries": page["entries"][:1]}):
        ward.faults.add(host="box", match="/2.0/users", status=200, body=json.dumps(body))
    with BoxSource(box_config) as box:
        assert len(box.users(NOW).body.splitlines()) == len(page["entries"]) + 1
    assert any(page["next_marker"] in request.target for request in ward.log.recent())


def test_the_pages_of_boxcli_end_where_the_position_stays(ward: Simulator, box_config: BoxConfig) -> None:
    pages = sample("pages_boxcli_termination")
    for page in pages:
        ward.faults.add(host="box", match="/2.0/events", status=200, body=json.dumps(page))
    with BoxSource(box_config) as box:
        answer = box.events(date(2015, 12, 2), NOW)
    ids = [json.loads(line)["event_id"] for line in answer.body.splitlines()]
    assert ids == [entry["event_id"] for page in pages for entry in page["entries"]]
    asked = [request.target for request in ward.log.recent() if "/2.0/events" in request.target]
    assert len(asked) == len(pages)
    assert f"stream_position={pages[0]['next_stream_position']}" in asked[1]


ERRORS: dict[str, tuple[int, type[SourceError] | None, str]] = {
    "rate_limit_429": (429, None, ""),
    "bad_window_400": (400, DayGoneError, "keeps events for one year"),
    "future_400": (400, NotYetAvailableError, "has not begun yet"),
    "bad_date_400": (400, PermanentSourceError, "400 Bad Request, code bad_request"),
    "bad_position_400": (400, StreamPositionError, "no longer knows the position"),
    "forbidden_403": (403, PermanentSourceError, "Manage enterprise properties"),
    "insufficient_scope_403": (403, PermanentSourceError, "Manage enterprise properties"),
    "token_400": (400, AccessRefusedError, "authorise the app in the Admin Console"),
    "token_400_ccg": (400, AccessRefusedError, "KATSUYO_BOX_CLIENT_SECRET"),
}


@pytest.mark.parametrize("name", sample("error_bodies"))
def test_every_error_body_is_understood(ward: Simulator, box_config: BoxConfig, name: str) -> None:
    status, kind, words = ERRORS[name]
    error = sample("error_bodies")[name]
    match = "/oauth2/token" if name.startswith("token") else "/2.0/events"
    body, headers = json.dumps(error["body"]), error.get("headers", {})
    ward.faults.add(host="box", match=match, status=status, body=body, headers=headers)
    waits = Waits()
    with BoxSource(box_config, sleep=waits.sleep) as box:
        if kind is None:
            assert box.events(date(2026, 6, 8), NOW).body
            assert waits == [float(headers["retry-after"])]
            return
        with pytest.raises(kind) as caught:
            box.events(date(2026, 6, 8), NOW)
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert waits == []


# What a machine does, an administrator, a policy, or a person who was prevented from doing it; the names of the
# service account's own feed, which the enterprise's stream never gives; and social gestures that are no work on files.
NOT_HUMAN = (
    *("ACCESS_", "ADD_", "REMOVE_", "ADMIN_LOGIN", "ADVANCED_FOLDER_", "AI_SECURITY_", "APPLICATION_", "CHANGE_"),
    *("CONTENT_", "DATA_RETENTION_", "DELETE_USER", "NEW_USER", "EDIT_USER", "DEVICE_TRUST_", "DISABLE_", "ENABLE_"),
    *("EDR_", "EMAIL_", "ENTERPRISE_APP_", "EXTERNAL_COLLAB_", "FAILED_LOGIN", "FILE_MARKED_", "GROUP_", "ILLEGAL_"),
    *("LEGAL_HOLD_", "MASTER_INVITE_", "METADATA_", "OAUTH2_", "RETENTION_", "SHIELD_", "STORAGE_EXPIRATION"),
    *("TERMS_OF_SERVICE_", "UNKNOWN", "USER_AUTHENTICATE_", "WATERMARK_", "WORKFLOW_", "SHARED_LINK_REDIRECT_"),
    *("COLLABORATION_EXPIRATION", "UPDATE_COLLABORATION_EXPIRATION", "SHARE_EXPIRATION", "UPDATE_SHARE_EXPIRATION"),
    *("ITEM_", "COLLAB_", "LOCK_CREATE", "LOCK_DESTROY", "TAG_ITEM_", "TASK_ASSIGNMENT_", "SIGN"),
    *("FAVORITE", "UNFAVORITE", "COLLECTION_", "ANNOTATIONV2_", "BOX_AI_", "COMMENT_", "FILE_REQUEST_"),
)


def test_every_known_event_type_is_human_work_or_left_out_on_purpose() -> None:
    types = sample("event_types")
    known = {name for key, names in types.items() if not key.startswith("_") for name in names}
    seed = (SQL_DIR / "seeds" / "box_event_types.csv").read_text(encoding="utf-8").splitlines()
    human = {row["event_type"] for row in csv.DictReader(seed)}
    assert len(known) > 200
    assert human <= known
    assert {name for name in known - human if not name.startswith(NOT_HUMAN)} == set()
    assert [start for start in NOT_HUMAN if not any(name.startswith(start) for name in known - human)] == []
