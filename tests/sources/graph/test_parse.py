"""Reading usage reports: what is accepted, what is refused and in which words, and that nothing else can happen."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Parsed
from pipelines.sources.graph.parse import normalise, parse_report
from pipelines.sources.graph.reports import REPORTS
from tests.sources.csv_bodies import (
    DAY,
    EMAIL_HEADER,
    TEAMS_HEADER,
    answer,
    email_row,
    report,
    teams_row,
    user_id,
)

TEAMS = REPORTS["teams_user_activity"]
parse_teams = parse_report(TEAMS)


def rejection(body: bytes, dataset: str = "teams_user_activity") -> str:
    with pytest.raises(RejectedAnswerError) as caught:
        parse_report(REPORTS[dataset])(answer(body, dataset))
    return str(caught.value)


def test_headers_become_names_and_blanks_become_null() -> None:
    frame = parse_teams(answer(report(TEAMS_HEADER, teams_row(1)))).frame
    assert frame["scheduled_one_time_meetings_organized_count"].item() == "0"
    assert frame["assigned_products"].item() == "MICROSOFT 365 E3+ENTERPRISE MOBILITY + SECURITY E5"
    assert frame["deleted_date"].item() is None
    assert normalise("\ufeffUsed  Chrome OS") == "used_chrome_os"
    assert normalise("Prohibit Send/Receive Quota (Byte)") == "prohibit_send_receive_quota_byte"


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_bom_make_no_difference(end: str, bom: bool) -> None:
    expected = parse_teams(answer(report(TEAMS_HEADER, teams_row(1), teams_row(2)))).frame
    assert parse_teams(answer(report(TEAMS_HEADER, teams_row(1), teams_row(2), end=end, bom=bom))).frame.equals(
        expected
    )


def test_quoted_cells_may_hold_separators_quotes_and_line_ends() -> None:
    body = report(TEAMS_HEADER, teams_row(1, tenant='"WARD, ""EAST""\r\nOFFICE"'), teams_row(2))
    frame = parse_teams(answer(body)).frame
    assert frame["tenant_display_name"].to_list() == ['WARD, "EAST"\r\nOFFICE', "WARD OFFICE"]
    assert frame["report_period"].to_list() == ["1", "1"]


def test_unknown_columns_stay_for_the_privacy_rules_to_judge() -> None:
    body = report(TEAMS_HEADER + ",Is External", teams_row(1) + ",False")
    assert parse_teams(answer(body)).frame["is_external"].item() == "False"


def test_column_order_does_not_matter() -> None:
    cells = teams_row(1).split(",")
    turned = report(",".join(reversed(TEAMS_HEADER.split(","))), ",".join(reversed(cells)))
    plain = parse_teams(answer(report(TEAMS_HEADER, teams_row(1)))).frame
    assert parse_teams(answer(turned)).frame.select(plain.columns).equals(plain)


def test_a_missing_column_is_named_with_the_nearest_one() -> None:
    body = report(TEAMS_HEADER.replace("Private Chat Message Count", "Private Chat Messages Count"), teams_row(1))
    message = rejection(body)
    assert "lacks the column private_chat_message_count (the nearest is private_chat_messages_count)" in message
    assert TEAMS.documentation in message


def test_a_row_of_another_width_is_refused() -> None:
    short = teams_row(2).rsplit(",", 1)[0]
    assert "not as wide" in rejection(report(TEAMS_HEADER, teams_row(1), short, teams_row(3)))
    assert "not well-formed CSV" in rejection(report(TEAMS_HEADER, teams_row(1), teams_row(2) + ",1"))
    # With a quoted separator in another row the counts must still not balance by chance.
    quoted = teams_row(1, tenant='"WARD, OFFICE"')
    assert "not as wide" in rejection(report(TEAMS_HEADER, quoted, short))
    assert "not as wide" in rejection(report(TEAMS_HEADER, teams_row(1), "", teams_row(2)))


def test_a_body_cut_anywhere_is_refused() -> None:
    body = report(TEAMS_HEADER, *(teams_row(number) for number in range(3)))
    for length in range(len(body) - 1):
        with pytest.raises(RejectedAnswerError):
            parse_or_partial_rows(body[:length])


def parse_or_partial_rows(body: bytes) -> None:
    """A cut at a line end leaves whole rows, which no parser can tell from fewer users: refuse it for this test."""
    parse_teams(answer(body))
    if body.endswith(b"\n"):
        raise RejectedAnswerError


def test_duplicate_and_empty_headers_are_refused_without_quoting_them() -> None:
    doubled = TEAMS_HEADER.replace("Call Count", "Meeting Count")
    assert "the same name over columns 10 and 11" in rejection(report(doubled, teams_row(1)))
    assert "no name over column 10" in rejection(report(TEAMS_HEADER.replace("Call Count", " "), teams_row(1)))


def test_another_day_and_a_period_are_refused() -> None:
    other = date(2026, 5, 31)
    assert "another day" in rejection(report(TEAMS_HEADER, teams_row(1, day=other)))
    assert "another day" in rejection(report(TEAMS_HEADER, teams_row(1), teams_row(2, day=other)))
    assert "of a period" in rejection(report(TEAMS_HEADER, teams_row(1, period="7")))


def test_activity_of_the_future_is_refused() -> None:
    row = teams_row(1).replace(f"{DAY},False", "2099-01-01,False")
    assert "days that have not come yet" in rejection(report(TEAMS_HEADER, row))


def test_a_carriage_return_within_a_row_is_refused() -> None:
    good = report(TEAMS_HEADER, teams_row(1), teams_row(2))
    assert "carriage return within a row" in rejection(good.replace(b",False", b"\r,False", 1))


def test_header_only_says_no_rows() -> None:
    assert "no rows" in rejection(report(TEAMS_HEADER))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"error":{"code":"InvalidArgument"}}', "JSON"),
        (b"<html><body>Sign in to the proxy</body></html>\r\n", "HTML"),
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("日付,件数\r\n".encode("cp932"), "UTF-8"),
        (TEAMS_HEADER.encode("utf-16"), "UTF-8"),
        (b"Report Refresh Date\0,b\r\n1,2\r\n", "binary"),
    ],
    ids=["json", "html", "empty", "bom", "cp932", "utf-16", "nul"],
)
def test_what_is_no_csv_is_named(body: bytes, word: str) -> None:
    assert word in rejection(body)


CONCEALED = "77E5979DD60BA6EAA53E814DBEEEFA5F"


def test_concealed_names_are_refused_with_the_way_to_change_it() -> None:
    rows = [
        teams_row(number)
        .replace(f"person{number}@city.mirai-ku.example", CONCEALED)
        .replace(user_id(number), "00000000-0000-0000-0000-000000000000")
        for number in range(3)
    ]
    message = rejection(report(TEAMS_HEADER, *rows))
    assert "conceals the names of 100% of its users" in message
    assert "Microsoft 365 admin centre > Settings > Org settings > Reports" in message
    assert CONCEALED not in message
    mail = [email_row(1).replace("person1@city.mirai-ku.example", CONCEALED)]
    assert "conceals" in rejection(report(EMAIL_HEADER, *mail), "email_activity")


def test_an_odd_account_without_an_address_is_no_concealment() -> None:
    rows = [teams_row(number) for number in range(20)]
    rows[3] = rows[3].replace("person3@city.mirai-ku.example", "b1d0c0de-0000-4000-8000-000000000003")
    assert parse_teams(answer(report(TEAMS_HEADER, *rows))).frame.height == 20


def test_messages_hold_no_value_of_a_row() -> None:
    """A file without a header row has a person where the header should be."""
    message = rejection(report(teams_row(1), teams_row(2)))
    assert "person1" not in message
    assert "mirai" not in message


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    check_total(body)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_reports_are_read_or_refused(data: st.DataObject) -> None:
    """Bytes inserted into, or cut out of, a real body get further than random ones."""
    body = report(TEAMS_HEADER, teams_row(1), teams_row(2, tenant='"A, B"'))
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    noise = data.draw(st.sampled_from([b"", b'"', b'""', b",", b"\r", b"\n", b"\r\n", b"\xff", b"\0", b"\xe3\x81"]))
    check_total(body[:start] + noise + body[end:])


def check_total(body: bytes) -> None:
    try:
        parsed = parse_teams(answer(body))
    except RejectedAnswerError:
        return
    assert isinstance(parsed, Parsed)
    assert parsed.frame["report_refresh_date"].to_list() == [DAY.isoformat()] * parsed.frame.height


def test_six_thousand_rows_take_milliseconds() -> None:
    body = report(TEAMS_HEADER, *(teams_row(number) for number in range(6_000)))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        parse_teams(answer(body))
        times.append(time.perf_counter() - start)
    # Ten milliseconds measured; the bound leaves room for a loaded machine.
    assert min(times) < 0.1
