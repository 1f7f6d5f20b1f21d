"""Box events in every shape seen, Box users, unknown fields, malformed records, speed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import RejectedAnswerError
from pipelines.sources import ndjson
from pipelines.sources.answer import Parsed
from pipelines.sources.box.records import EVENT_COLUMNS, USER_COLUMNS, parse_events, parse_users
from tests.sources.csv_bodies import answer

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "events.json").read_text("utf-8"))
EVENT = SAMPLES[3]["event"]
USER = {
    "type": "user",
    "id": "20000000001",
    "name": "職員1",
    "login": "person1@city.mirai-ku.example",
    "status": "active",
    "role": "user",
    "tracking_codes": [
        {"type": "tracking_code", "name": "cost center", "value": "9"},
        {"type": "tracking_code", "name": "Department", "value": "010302"},
    ],
    "is_platform_access_only": False,
}


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def events(body: bytes) -> Parsed:
    return parse_events(answer(body, "events", source="box"))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["case"] for sample in SAMPLES])
def test_every_shape_of_event(sample: dict[str, Any]) -> None:
    parsed = events(lines(sample["event"]))
    row = parsed.frame.row(0, named=True)
    assert {name: row[name] for name in sample["expected"]} == sample["expected"]
    assert sorted(parsed.unknown_fields) == sample.get("unknown", [])


def test_all_shapes_together_keep_their_order_and_columns() -> None:
    frame = events(lines(*(sample["event"] for sample in SAMPLES))).frame
    assert frame.columns == list(EVENT_COLUMNS)
    assert frame["event_id"].to_list() == [str(sample["event"]["event_id"]) for sample in SAMPLES]


def test_no_events_are_no_rows() -> None:
    assert events(b"").frame.shape == (0, len(EVENT_COLUMNS))


def test_unknown_fields_are_counted_by_record() -> None:
    parsed = events(lines(EVENT, {**EVENT, "brand_new": {"name": "x"}}, {**EVENT, "brand_new": 1}))
    assert parsed.unknown_fields == {"brand_new": 2}
    assert parsed.frame.height == 3


def test_a_user_becomes_a_row_of_text() -> None:
    app_user = {"type": "user", "id": 7, "login": "AppUser_1_a@boxdevedition.com", "name": "app"}
    parsed = parse_users(answer(lines(USER, app_user), "users", source="box"))
    assert parsed.frame.columns == list(USER_COLUMNS)
    assert parsed.frame.row(0) == (
        "20000000001",
        "person1@city.mirai-ku.example",
        "active",
        "user",
        "false",
        "person",
        "010302",
    )
    assert parsed.frame.row(1) == ("7", "AppUser_1_a@boxdevedition.com", None, None, None, "machine", None)
    assert parsed.unknown_fields == {}


def test_a_platform_account_is_a_machine_whatever_its_login() -> None:
    frame = parse_users(answer(lines({**USER, "is_platform_access_only": True}), "users", source="box")).frame
    assert frame["account_kind"].item() == "machine"


@pytest.mark.parametrize(
    "body",
    [
        lines({**EVENT, "event_id": None}),
        lines({**EVENT, "created_at": "2026-07-01 08:30"}),
        lines({**EVENT, "created_at": "2026-07-01T08:30:00"}),
        lines({**EVENT, "created_at": "2026-02-30T08:30:00Z"}),
        lines(EVENT)[:-20],
        b"{}\n",
    ],
)
def test_a_malformed_event_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(RejectedAnswerError) as caught:
        events(body)
    assert "person1" not in str(caught.value)


def test_an_odd_value_costs_itself_only() -> None:
    """What can be read is, what cannot is unknown; only a record without id, time or type is set aside."""
    odd = [
        {**EVENT, "source": [1], "additional_details": {"size": 15000000.0, "service_name": 42}},
        {**EVENT, "additional_details": '{"size": "-5", "is_performed_by_admin": "perhaps"}'},
        {**EVENT, "additional_details": "{broken", "created_by": "nobody"},
        {**EVENT, "event_type": 5},
        {**EVENT, "created_at": "2026-07-01t08:30:00Z"},
    ]
    parsed = events(lines(EVENT, *odd))
    assert parsed.frame["size_bytes"].to_list()[1:4] == ["15000000", None, None]
    assert parsed.frame["service_name"].to_list()[1] is None
    assert parsed.frame["created_at"].to_list()[4] == "2026-07-01T08:30:00.000Z"
    assert parsed.odd.counts == {
        "additional_details.service_name": 1, "additional_details.size": 1, "created_by": 1,
        "is_performed_by_admin": 1, "size_bytes": 2, "source": 1,
    }  # fmt: skip
    assert parsed.odd.set_aside == [5]


def test_no_users_are_a_mistake() -> None:
    with pytest.raises(RejectedAnswerError, match="Manage users"):
        parse_users(answer(b"", "users", source="box"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lines))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    check_total(body)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.dictionaries(st.sampled_from(sorted(EVENT)), JSON, max_size=3))
def test_any_field_may_hold_anything(sample: dict[str, Any], changes: dict[str, object]) -> None:
    check_total(lines({**sample["event"], **changes}))


VALUES = st.none() | st.text(max_size=8) | st.integers() | st.booleans() | st.sampled_from(["", "2", "box_support"])
IDS = {"event_id": VALUES, "ip_address": VALUES, "created_at": st.sampled_from(
    ["2026-07-01T08:30:00.123-07:00", "2026-07-01T08:30:00Z", "2026-07-01T08:30:00+09:00", "2026-07-01 08:30", ""]
)}  # fmt: skip
PERSON = st.fixed_dictionaries({}, optional={"id": VALUES, "login": VALUES, "type": VALUES, "name": JSON})
PEOPLE = dict.fromkeys(("created_by", "action_by", "accessible_by"), st.none() | PERSON)
SOURCE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("item_type", "item_id", "item_name", "folder_id", "file_id", "id", "type"), VALUES)
    | {"owned_by": PERSON, "parent": st.fixed_dictionaries({}, optional={"id": VALUES}), "brand_new": JSON},
)
DETAILS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("size", "version_id", "role", "is_performed_by_admin", "service_name"), VALUES)
)
OTHERS = {"source": st.none() | SOURCE, "additional_details": st.none() | DETAILS | DETAILS.map(json.dumps)}
MUTATED = st.builds(
    lambda sample, changes: {**sample["event"], **changes},
    st.sampled_from(SAMPLES),
    st.fixed_dictionaries({}, optional=IDS | PEOPLE | OTHERS),
)


def outcome(body: bytes) -> tuple[list[dict[str, Any]], dict[str, int]] | None:
    """What comes of a body, or None if it is refused."""
    try:
        parsed = events(body)
    except RejectedAnswerError:
        return None
    return parsed.frame.to_dicts(), parsed.unknown_fields


@settings(max_examples=150, deadline=None)
@given(st.lists(MUTATED, max_size=5))
def test_columns_taken_over_at_once_are_those_read_value_by_value(records: list[dict[str, Any]]) -> None:
    body = lines(*records)
    found = outcome(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndjson, "_PIECE_BYTES", 1)
        patch.setattr(
            ndjson, "text_column", lambda name, values: pl.Series(name, values, dtype=pl.String, strict=False)
        )
        assert outcome(body) == found


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=4), st.lists(st.integers() | st.none(), max_size=3))
def test_a_text_column_of_any_values(values: list[Any], numbers: list[int | None]) -> None:
    for column in (values, numbers, [True, None]):
        expected = [None if one is None else str(one).lower() if isinstance(one, bool) else str(one) for one in column]
        small = all(not isinstance(one, int) or abs(one) < 2**127 for one in column)
        assert not small or ndjson.text_column("x", column).to_list() == expected


def check_total(body: bytes) -> None:
    for parse in (parse_events, parse_users):
        try:
            assert isinstance(parse(answer(body, "events", source="box")), Parsed)
        except RejectedAnswerError:
            continue


def test_ten_thousand_events_take_a_fraction_of_a_second() -> None:
    body = lines(EVENT) * 10_000
    start = time.perf_counter()
    assert events(body).frame.height == 10_000
    # Seven hundredths of a second measured; the bound leaves room for a loaded machine.
    assert time.perf_counter() - start < 0.7
