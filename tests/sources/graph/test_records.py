"""Users, sign-ins and report settings: columns, unknown fields, malformed records, speed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Parsed
from pipelines.sources.graph.records import (
    SIGN_IN_COLUMNS,
    USER_COLUMNS,
    parse_report_settings,
    parse_sign_ins,
    parse_users,
)
from tests.sources.csv_bodies import answer

USER = {
    "id": "9a1b0000-0000-4000-8000-000000000001",
    "userPrincipalName": "person1@city.mirai-ku.example",
    "mail": "person1@city.mirai-ku.example",
    "displayName": "職員 一",
    "employeeId": "100001",
    "department": "情報管理課",
    "userType": "Member",
    "accountEnabled": True,
    "createdDateTime": "2020-04-01T00:00:00Z",
    "assignedLicenses": [{"disabledPlans": [], "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965"}],
}
SIGN_IN: dict[str, Any] = {
    "id": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
    "createdDateTime": "2026-06-01T23:59:59Z",
    "userDisplayName": "職員 一",
    "userPrincipalName": "person1@city.mirai-ku.example",
    "userId": "9a1b0000-0000-4000-8000-000000000001",
    "appId": "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "appDisplayName": "Microsoft Teams",
    "ipAddress": "2001:db8::7",
    "clientAppUsed": "Mobile Apps and Desktop clients",
    "correlationId": "8c2b0000-0000-4000-8000-000000000001",
    "conditionalAccessStatus": "success",
    "isInteractive": True,
    "riskDetail": "none",
    "riskLevelAggregated": "hidden",
    "riskLevelDuringSignIn": "hidden",
    "riskState": "none",
    "riskEventTypes_v2": [],
    "resourceDisplayName": "Microsoft Graph",
    "resourceId": "00000003-0000-0000-c000-000000000000",
    "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None},
    "deviceDetail": {
        "deviceId": "",
        "displayName": "",
        "operatingSystem": "Windows10",
        "browser": "Edge 126",
        "isCompliant": False,
        "isManaged": True,
        "trustType": "Hybrid Azure AD joined",
    },
    "location": {"city": "Tokyo", "geoCoordinates": {"latitude": 35.6, "longitude": 139.7}},
    "appliedConditionalAccessPolicies": [{"id": "x", "displayName": "policy", "result": "notApplied"}],
}


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def test_a_user_becomes_a_row_of_text() -> None:
    parsed = parse_users(answer(lines(USER, {"id": "2", "userPrincipalName": "b@x.example"}), "users"))
    assert parsed.frame.columns == list(USER_COLUMNS)
    assert parsed.frame.row(0) == (
        USER["id"],
        "person1@city.mirai-ku.example",
        "person1@city.mirai-ku.example",
        "100001",
        "情報管理課",
        "Member",
        "true",
        "2020-04-01T00:00:00Z",
        "1",
    )
    assert parsed.frame.row(1)[2:] == (None,) * 7
    assert parsed.unknown_fields == {}


def test_empty_text_is_null_so_that_nothing_is_keyed_from_it() -> None:
    frame = parse_users(answer(lines({**USER, "mail": "", "department": ""}), "users")).frame
    assert frame.select("mail", "department").row(0) == (None, None)


def test_a_sign_in_becomes_a_row_of_text() -> None:
    parsed = parse_sign_ins(answer(lines(SIGN_IN), "sign_ins"))
    assert parsed.unknown_fields == {}
    assert parsed.frame.columns == list(SIGN_IN_COLUMNS)
    row = parsed.frame.row(0, named=True)
    assert row["error_code"] == "0"
    assert row["is_interactive"] == "true"
    assert row["operating_system"] == "Windows10"
    assert row["trust_type"] == "Hybrid Azure AD joined"
    assert row["ip_address"] == "2001:db8::7"
    assert "職員" not in str(row)


def test_null_parts_of_a_sign_in_are_null_columns() -> None:
    record = {**SIGN_IN, "status": None, "deviceDetail": None, "userId": None}
    row = parse_sign_ins(answer(lines(record), "sign_ins")).frame.row(0, named=True)
    assert row["error_code"] is None
    assert row["is_managed"] is None
    assert row["user_id"] is None


def test_unknown_fields_are_counted_and_the_answer_stays_usable() -> None:
    new = {**SIGN_IN, "mood": "s", "deviceDetail": {**SIGN_IN["deviceDetail"], "isCloudPc": True}}
    parsed = parse_sign_ins(answer(lines(SIGN_IN, new, new), "sign_ins"))
    assert parsed.unknown_fields == {"mood": 2, "deviceDetail.isCloudPc": 2}
    assert parsed.frame.height == 3
    assert parsed.frame.columns == list(SIGN_IN_COLUMNS)


def test_no_sign_ins_are_no_rows_but_no_users_are_a_mistake() -> None:
    assert parse_sign_ins(answer(b"", "sign_ins")).frame.shape == (0, len(SIGN_IN_COLUMNS))
    with pytest.raises(RejectedAnswerError, match=r"User\.Read\.All"):
        parse_users(answer(b"", "users"))


def test_sign_ins_of_another_day_are_refused() -> None:
    with pytest.raises(RejectedAnswerError, match="of another day"):
        parse_sign_ins(answer(lines(SIGN_IN, {**SIGN_IN, "createdDateTime": "2026-06-02T00:00:00Z"}), "sign_ins"))


@pytest.mark.parametrize(
    "body",
    [
        lines({**SIGN_IN, "id": None}),
        lines([SIGN_IN]),
        lines(SIGN_IN)[:-40],
        b"not json\n",
        b"[" * 100_000,
    ],
)
def test_a_malformed_record_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(RejectedAnswerError) as caught:
        parse_sign_ins(answer(body, "sign_ins"))
    assert "person1" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_odd_value_costs_itself_only() -> None:
    """What can be read is, what cannot is unknown; only a record without id or time is set aside. All are counted."""
    odd = {**SIGN_IN, "isInteractive": "perhaps", "status": {"errorCode": "50126"}, "userId": 7, "ipAddress": ["x"]}
    late = {**SIGN_IN, "createdDateTime": "2026-06-02T08:59:59+09:00"}
    parsed = parse_sign_ins(answer(lines(SIGN_IN, odd, late, {**SIGN_IN, "createdDateTime": "soon"}), "sign_ins"))
    assert parsed.frame["is_interactive"].to_list() == ["true", None, "true"]
    assert parsed.frame["error_code"].to_list() == ["0", "50126", "0"]
    assert parsed.frame["user_id"].null_count() == parsed.frame["ip_address"].null_count() == 1
    assert parsed.frame["created_date_time"].to_list()[2] == "2026-06-01T23:59:59.000Z"
    assert parsed.odd.counts == {"ipAddress": 1, "isInteractive": 1, "status.errorCode": 1, "userId": 1}
    assert parsed.odd.set_aside == [4]
    assert "isInteractive in record 2" in str(parsed.odd)
    user = parse_users(answer(lines({**USER, "department": 7, "mail": None, "createdDateTime": "2020/4/1"}), "users"))
    assert user.frame.select("department", "created_date_time").row(0) == (None, "2020-04-01")


@pytest.mark.parametrize("half", [b"\\ud83d", b"\\uDE00 x", b"\xed\xa0\xbd", b"\xff"])
def test_half_a_character_in_a_name_stops_nothing(half: bytes) -> None:
    record = lines({**USER, "department": "MARK"}).replace(b"MARK", b"\\\\ud83d " + half)
    parsed = parse_users(answer(record + lines(USER), "users"))
    assert parsed.frame.height == 2
    assert parsed.frame["department"][0].startswith("\\ud83d ")
    assert not parsed.odd


def test_report_settings_are_one_record() -> None:
    body = lines({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata", "displayConcealedNames": True})
    assert parse_report_settings(answer(body, "report_settings")).frame.rows() == [("true",)]
    with pytest.raises(RejectedAnswerError, match="not one record"):
        parse_report_settings(answer(body + body, "report_settings"))
    with pytest.raises(RejectedAnswerError):
        parse_report_settings(answer(lines({"displayConcealedNames": None}), "report_settings"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lines))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for parse in (parse_users, parse_sign_ins, parse_report_settings):
        check_total(parse, body)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(SIGN_IN)), JSON, max_size=3), st.booleans())
def test_any_field_may_hold_anything(changes: dict[str, object], escaped: bool) -> None:
    check_total(
        parse_sign_ins, json.dumps({**SIGN_IN, **changes}, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    )


def check_total(parse: Any, body: bytes) -> None:
    try:
        assert isinstance(parse(answer(body, "sign_ins")), Parsed)
    except RejectedAnswerError:
        return


def test_ten_thousand_sign_ins_take_a_fraction_of_a_second() -> None:
    body = lines(SIGN_IN) * 10_000
    start = time.perf_counter()
    assert parse_sign_ins(answer(body, "sign_ins")).frame.height == 10_000
    # A twentieth of a second measured; the bound leaves room for a loaded machine.
    assert time.perf_counter() - start < 0.5
