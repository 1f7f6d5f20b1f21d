"""The simulated Box host: both streams, their end rules, event shapes, users, errors."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import httpx
import jwt
import pytest

from tests.simulator import small_world
from tests.simulator.simulated import WORLD, ask_box_token, box_client, box_entries, box_pages, running
from tests.sources.own_keys import KEY_ID, public, rsa_key

HISTORY = {"stream_type": "admin_logs", "limit": 100}
STREAM = {"stream_type": "admin_logs_streaming", "limit": 100}
UTC_DAY = {"created_after": "2026-03-18T00:00:00Z", "created_before": "2026-03-18T23:59:59+00:00"}


@pytest.fixture(scope="module")
def simulator():
    with running() as simulator:
        yield simulator


@pytest.fixture
def box(simulator):
    with box_client(simulator) as client:
        yield client


def instant(entry):
    return datetime.fromisoformat(entry["created_at"])


def known_at(now: datetime, first: date, last: date) -> set[str]:
    """Ids of the world's events of these Tokyo days that have reached the log."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    frames = [WORLD.box_events(day) for day in days]
    return {key for frame in frames for key in frame.filter(frame["available_at"] <= now)["event_id"]}


def test_history_of_a_utc_day_is_complete_in_order_and_without_repeats(box):
    entries = box_entries(box, **HISTORY, **UTC_DAY)
    times = [instant(entry) for entry in entries]
    assert times == sorted(times)
    assert times[0] >= datetime(2026, 3, 18, tzinfo=UTC)
    assert times[-1] <= datetime(2026, 3, 18, 23, 59, 59, tzinfo=UTC)
    ids = [entry["event_id"] for entry in entries]
    expected = 0
    for day in (date(2026, 3, 18), date(2026, 3, 19)):
        created = WORLD.box_events(day)["created_at"]
        expected += (
            (created >= datetime(2026, 3, 18, tzinfo=UTC)) & (created < datetime(2026, 3, 19, tzinfo=UTC))
        ).sum()
    assert len(ids) == len(set(ids)) == expected


def test_history_ends_with_an_unchanged_position_and_short_pages_do_not_end_it(box):
    pages = box_pages(box, **{**HISTORY, "limit": 10}, **UTC_DAY)
    sizes = [page["chunk_size"] for page in pages]
    assert sizes[-1] == 0
    assert pages[-1]["next_stream_position"] == pages[-2]["next_stream_position"]
    assert 6 in sizes[:-2]  # a short page in the middle
    assert all(page["chunk_size"] == len(page["entries"]) for page in pages)
    positions = [page["next_stream_position"] for page in pages]
    assert all(isinstance(position, str) and int(position) > 2**53 for position in positions)


def test_what_is_given_depends_on_the_simulated_time_alone(simulator, box):
    """Not on what was asked before: neither on days that were forgotten since nor on the stream read in between."""
    before = box_entries(box, **HISTORY, **UTC_DAY)
    simulator.set_now(datetime(2026, 3, 18, 3, tzinfo=UTC))
    early = box_entries(box, **HISTORY, **UTC_DAY)
    assert 0 < len(early) < len(before)
    box_entries(box, **STREAM)
    simulator.set_now(small_world.NOW)
    box_entries(box, **STREAM)
    assert box_entries(box, **HISTORY, **UTC_DAY) == before


def test_history_default_and_largest_page(simulator, box):
    simulator.configure(box_short_pages=False)
    assert box.get("/2.0/events", params={"stream_type": "admin_logs"}).json()["chunk_size"] == 100
    largest = box.get("/2.0/events", params={"stream_type": "admin_logs", "limit": 9999}).json()
    simulator.configure(box_short_pages=True)
    assert largest["chunk_size"] == 500


def test_an_empty_window_says_position_zero(box):
    window = {"created_after": "2026-02-01T00:00:00Z", "created_before": "2026-02-02T00:00:00Z"}
    page = box.get("/2.0/events", params={**HISTORY, **window}).json()
    assert page == {"chunk_size": 0, "next_stream_position": "0", "entries": []}


def test_late_events_appear_in_history_only_after_they_arrive():
    with running() as simulator, box_client(simulator) as box:
        window = {"created_after": "2026-03-24T15:00:00Z", "created_before": "2026-03-25T14:59:59Z"}
        before = box_entries(box, **HISTORY, **window)
        simulator.set_now(small_world.NOW + timedelta(days=2))
        after = box_entries(box, **HISTORY, **window)
    assert {entry["event_id"] for entry in before} < {entry["event_id"] for entry in after}
    assert len({entry["event_id"] for entry in after}) == small_world.EVENTS_A_DAY


def test_history_filters_by_event_type(box):
    entries = box_entries(box, **HISTORY, **UTC_DAY, event_type="DOWNLOAD,UPLOAD")
    assert {entry["event_type"] for entry in entries} == {"DOWNLOAD", "UPLOAD"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("created_after=2026-03-18T00:00:00", "Invalid created_after parameter"),
        ("created_after=2026-03-18T00:00:00+09:00", "Invalid created_after parameter"),
        ("created_before=yesterday", "Invalid created_before parameter"),
        ("created_after=2026-04-18T00:00:00Z", "created_after is invalid since it is in the future"),
        ("stream_position=1152921504606846977.0", "Invalid stream position"),
        ("limit=many", "Invalid value for limit parameter"),
    ],
)
def test_history_refuses_bad_parameters(simulator, box, query, message):
    answer = box.get(f"{simulator.urls['box']}/2.0/events?stream_type=admin_logs&{query}")
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert answer.json().keys() == {"type", "status", "code", "help_url", "message", "request_id"}


def test_history_older_than_a_year_is_refused_unless_unlimited(simulator, box):
    query = {**HISTORY, "created_after": "2025-03-01T00:00:00Z"}
    answer = box.get("/2.0/events", params=query)
    assert "beyond one year in the past" in answer.json()["message"]
    simulator.configure(unlimited_history=True)
    assert box.get("/2.0/events", params=query).status_code == 200
    simulator.configure(unlimited_history=False)


def test_a_position_rounded_by_a_float_is_refused(box):
    position = box.get("/2.0/events", params={**HISTORY, **UTC_DAY}).json()["next_stream_position"]
    rounded = str(int(float(position)))
    assert rounded != position
    assert box.get("/2.0/events", params={**HISTORY, "stream_position": rounded}).status_code == 400
    assert box.get("/2.0/events", params={**STREAM, "stream_position": position}).status_code == 400


def test_stream_delivers_every_known_event_of_fourteen_days_at_least_once(box):
    entries = box_entries(box, **STREAM)
    seen = Counter(entry["event_id"] for entry in entries)
    inside = known_at(small_world.NOW, date(2026, 3, 13), date(2026, 3, 26))
    assert inside <= seen.keys()
    assert seen.keys() <= known_at(small_world.NOW, date(2026, 3, 9), date(2026, 3, 26))
    assert 0 < sum(count - 1 for count in seen.values()) < len(seen) / 100
    times = [instant(entry) for entry in entries]
    assert times != sorted(times)  # late events come when they arrive


def test_stream_goes_on_from_a_stored_position():
    with running() as simulator, box_client(simulator) as box:
        now = box.get("/2.0/events", params={**STREAM, "stream_position": "now"}).json()
        assert now["entries"] == []
        end = box_pages(box, **STREAM)[-1]["next_stream_position"]
        assert end == now["next_stream_position"]
        simulator.set_now(small_world.NOW + timedelta(hours=20))
        fresh = box.get("/2.0/events", params={**STREAM, "stream_position": end, "limit": 500}).json()
        ids = {entry["event_id"] for entry in fresh["entries"]}
        expected = known_at(small_world.NOW + timedelta(hours=20), date(2026, 3, 22), date(2026, 3, 27))
        assert ids == expected - known_at(small_world.NOW, date(2026, 3, 22), date(2026, 3, 27))
        simulator.set_now(small_world.NOW + timedelta(days=30))
        assert box.get("/2.0/events", params={**STREAM, "stream_position": end}).status_code == 400


def test_without_stream_type_comes_the_own_feed_of_the_service_account(box):
    page = box.get("/2.0/events").json()
    assert page["chunk_size"] == 2
    assert {entry["event_type"] for entry in page["entries"]} == {"ITEM_SYNC", "ITEM_UPLOAD"}
    assert all(re.fullmatch(r"[0-9a-f]{40}", entry["event_id"]) for entry in page["entries"])
    again = box.get("/2.0/events", params={"stream_position": page["next_stream_position"]}).json()
    assert (again["chunk_size"], again["next_stream_position"]) == (0, page["next_stream_position"])


def test_created_at_bears_pacific_time_that_follows_daylight_saving(box):
    window = {"created_after": "2026-03-08T00:00:00Z", "created_before": "2026-03-08T23:59:59Z"}
    entries = box_entries(box, **HISTORY, **window)
    offsets = [entry["created_at"][-6:] for entry in entries]
    assert set(offsets) == {"-08:00", "-07:00"}
    assert offsets == sorted(offsets, reverse=True)  # winter first
    fractions = {re.search(r":\d\d(\.\d+)?-", entry["created_at"])[1] for entry in entries}
    assert fractions == {None, ".250", ".500", ".750"}


@pytest.fixture(scope="module")
def shapes(simulator):
    with box_client(simulator) as box:
        entries = box_entries(box, **HISTORY, **UTC_DAY)
    return {
        kind: [entry for entry in entries if entry["event_type"] == kind] for kind in {e["event_type"] for e in entries}
    }


def test_envelope_and_item_source(shapes):
    entry = next(entry for entry in shapes["DOWNLOAD"] if entry["created_by"]["id"] == "2")
    assert entry.keys() == {
        "source", "created_by", "action_by", "created_at", "event_id", "event_type", "ip_address", "type",
        "session_id", "additional_details",
    }  # fmt: skip
    assert entry["created_by"] == {"type": "user", "id": "2", "name": "Unknown User", "login": ""}
    assert (entry["ip_address"], entry["session_id"]) == ("Unknown IP", None)
    assert entry["source"].keys() == {"item_type", "item_id", "item_name", "parent", "owned_by"}
    assert '"案"\\写.docx' in entry["source"]["item_name"]
    details = entry["additional_details"]
    assert details.keys() == {"size", "version_id", "service_id", "service_name", "shared_link_id"}
    assert isinstance(details["size"], int)
    acting = next(entry for entry in shapes["PREVIEW"] if entry["action_by"])
    assert acting["action_by"]["login"] == "staff0000@city.mirai-ku.example"
    folder = next(entry for entry in shapes["PREVIEW"] if entry["source"]["item_type"] == "folder")
    assert folder["source"]["parent"] is None
    assert "size" not in folder["additional_details"]
    assert {entry["source"]["item_type"] for entry in shapes["SHARE"]} == {"web_link"}


def test_other_sources(shapes):
    login = shapes["LOGIN"][0]
    assert login["source"] == login["created_by"]
    assert login["additional_details"] is None
    assert shapes["SHIELD_ALERT"][0]["source"] is None
    recipients = {
        frozenset(entry["source"].keys() & {"user_id", "user_name", "user_email", "group_id", "group_name"}): entry
        for entry in shapes["COLLABORATION_INVITE"]
    }
    known = recipients[frozenset({"user_id", "user_name"})]
    assert known["accessible_by"]["login"] == "suzuki@vendor.example"
    assert known["source"].keys() >= {"folder_id", "folder_name", "parent", "owned_by"}
    assert known["additional_details"]["type"] == "box://event/additional_details/collaboration"
    assert known["additional_details"]["role"] == "Editor"
    by_mail = recipients[frozenset({"user_email"})]
    assert "accessible_by" not in by_mail
    assert "file_id" in by_mail["source"]
    assert "accessible_by" not in recipients[frozenset({"group_id", "group_name"})]


def test_users_by_marker_and_by_offset(box):
    seen, marker = [], ""
    while True:
        page = box.get("/2.0/users", params={"usemarker": "true", "limit": 7, "marker": marker}).json()
        assert "total_count" not in page
        seen += [user["id"] for user in page["entries"]]
        marker = page["next_marker"]
        if not marker:
            break
    by_offset = box.get("/2.0/users", params={"limit": 1000, "offset": 0}).json()
    assert seen == [user["id"] for user in by_offset["entries"]]
    assert by_offset["total_count"] == len(seen) == len(set(seen)) == small_world.PEOPLE - 1 + 3
    assert box.get("/2.0/users", params={"offset": 10001}).status_code == 400
    assert box.get("/2.0/users", params={"user_type": "external"}).json()["entries"] == []


def test_user_fields_replace_the_standard_set(box):
    standard = box.get("/2.0/users").json()["entries"][0]
    assert "tracking_codes" not in standard
    assert standard.keys() >= {"status", "space_used", "job_title"}
    fields = "login,status,role,tracking_codes,is_platform_access_only,enterprise"
    users = {user["login"]: user for user in box.get("/2.0/users", params={"fields": fields}).json()["entries"]}
    person = users["staff0001@city.mirai-ku.example"]
    assert person.keys() == {"type", "id", "name", *fields.split(",")}
    assert person["tracking_codes"] == [{"type": "tracking_code", "name": "department", "value": "情報管理課"}]
    assert users[f"staff000{small_world.LEFT_RECENTLY}@city.mirai-ku.example"]["status"] == "inactive"
    machines = {login for login, user in users.items() if user["is_platform_access_only"]}
    assert machines == {login for login in users if login.endswith("@boxdevedition.com")}


def test_token_endpoint(simulator):
    assert ask_box_token(simulator).json()["expires_in"] == 4123
    for change in ({"client_secret": "wrong"}, {"box_subject_id": "999"}):
        refused = ask_box_token(simulator, **change)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_assertions_are_accepted_by_signature_and_for_the_real_audience_only(simulator):
    config = simulator.services.config
    claims = {
        "iss": config.box_client_id,
        "sub": config.box_enterprise_id,
        "box_sub_type": "enterprise",
        "jti": "a" * 32,
        "exp": datetime.now(UTC) + timedelta(seconds=30),
    }
    key, other = rsa_key(), rsa_key(1)
    simulator.configure(box_public_keys={KEY_ID: public(key)})
    real = "https://api.box.com/oauth2/token"
    for audience, signer, name, status in (
        (real, key, KEY_ID, 200),
        (simulator.urls["box"], key, KEY_ID, 400),
        (real, other, KEY_ID, 400),
        (real, key, "unknown", 400),
    ):
        assertion = jwt.encode({**claims, "aud": audience}, signer, algorithm="RS256", headers={"kid": name})
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assert ask_box_token(simulator, grant_type=grant, assertion=assertion).status_code == status


def test_unauthorised_and_missing_scopes(simulator, box):
    bare = httpx.get(f"{simulator.urls['box']}/2.0/events")
    assert (bare.status_code, bare.content) == (401, b"")
    simulator.configure(withheld_permissions=frozenset({"manage_enterprise_properties", "manage_managed_users"}))
    codes = [box.get(path).json()["code"] for path in ("/2.0/events", "/2.0/users")]
    simulator.configure(withheld_permissions=frozenset())
    assert codes == ["insufficient_scope", "access_denied_insufficient_permissions"]
