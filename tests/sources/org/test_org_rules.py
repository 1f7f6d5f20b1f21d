"""Every rule of the organisation's files finds the error planted for it, on its line, and nothing else is blamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InputFileError
from pipelines.sources.org import checks, files
from pipelines.sources.org.complaints import OrgFilesError
from tests.conftest import NOON
from tests.sources.org.org_folder import DAY, GOOD, added, examined, replaced, write_folder

PERSONAL = ("1001", "1002", "1003", "1004", "1999", "@x.jp")

# (what is planted, file, rule, lines)
PLANTED = [
    (replaced("assignments", "1002,0102", "1002,0999"), "assignments", "unknown_department", [4]),
    (replaced("assignments", "1002,0102", "1002,102"), "assignments", "unknown_department", [4]),
    (replaced("departments", "人材課,0100", "人材課,0900"), "departments", "unknown_department", [5]),
    (replaced("departments", "人事課,0100,課,3,2020-04-01,2026-03-31", "人事課,0103,課,3,2020-04-01,2026-03-31"),
     "departments", "parent_not_valid", [4]),
    (replaced("departments", "総務課,0100,", "総務課,0101,"), "departments", "circle", [3]),
    (added("departments", "01011,係,0101,係,4,2020-04-01,", "010111,班,01011,係,5,2020-04-01,"),
     "departments", "circle", [7]),
    (added("departments", "0101,総務課,0100,課,2,2025-04-01,"), "departments", "overlap", [6]),
    (replaced("departments", "総務部,,部", "総務部,,局"), "departments", "wrong_choice", [2]),
    (replaced("department_succession", "0.75", "0.7"), "department_succession", "shares_of_succession", [2, 3]),
    (added("department_succession", "0103,0101,2026-03-31,1"), "department_succession", "department_not_valid", [4]),
    (added("department_succession", "0101,0102,2026-04-01,1"), "department_succession", "department_not_valid", [4]),
    (added("department_succession", "0199,0101,2026-04-01,1"), "department_succession", "unknown_department", [4]),
    (added("department_succession", "0102,0101,2026-04-01,0.25"), "department_succession", "repeated", [4]),
    (added("staff", "1001,a@x.jp,2025-04-01,"), "staff", "overlap", [7]),
    (replaced("staff", "b@x.jp", "A@X.JP"), "staff", "shared_address", [2, 3]),
    (added("staff", "1999,z@x.jp,2020-04-01,"), "staff", "without_post", [7]),
    (added("staff", "1001,a@x.jp,2020-04-01,"), "staff", "repeated", [7]),
    (added("assignments", "1999,0101,主務,1,常勤,1,2020-04-01,,"), "assignments", "unknown_person", [10]),
    (replaced("assignments", "1002,0102,主務,1,会計年度任用,0,2020-04-01,2026-03-31",
              "1002,0102,主務,1,会計年度任用,0,2020-04-01,2026-04-30"), "assignments", "department_not_valid", [4]),
    (added("assignments", "1003,0101,兼務,1,常勤,1,2023-04-01,2024-03-31,"), "assignments", "outside_the_rolls", [10]),
    (replaced("assignments", "兼務,0.2", "主務,0.2"), "assignments", "overlap", [3]),
    (replaced("assignments", "兼務,0.2", "兼務,0.3"), "assignments", "shares_over_one", [3]),
    (replaced("assignments", "兼務,0.2", "兼務,20.5%"), "assignments", "shares_over_one", [3]),
    (replaced("assignments", "主務,0.8", "主務,0"), "assignments", "wrong_share", [2]),
    (replaced("assignments", "兼務,0.2", "兼務,20"), "assignments", "wrong_share", [3]),
    (replaced("assignments", "常勤,1,2026-04-01,,2026-03-25", "常勤,1,2026-04-08,,2026-03-25"),
     "assignments", "gap", [6]),
    (replaced("assignments", "常勤,1,2026-04-01,,2026-03-25", "常勤,1,2026-04-01,2026-06-30,2026-03-25"),
     "assignments", "gap", [7]),
    (replaced("absences", "2026-03-31", "2026-03-30"), "assignments", "gap", [8]),
    (added("absences", "1004,病気,2026-03-31,"), "absences", "overlap", [3]),
    (added("absences", "1999,病気,2026-03-31,"), "absences", "unknown_person", [3]),
    (replaced("absences", "2026-03-31", "2024-03-31"), "absences", "backwards", [2]),
    (replaced("networks", "192.0.2.0/24", "本庁"), "networks", "wrong_network", [2]),
    (added("networks", "192.0.2.1/24,別名,branch,2021-01-01,"), "networks", "overlap", [3]),
    (added("networks", "203.0.113.0-203.0.113.9,a,branch,2021-01-01,", "203.0.113.5-203.0.113.20,b,office,2022-01-01,"),
     "networks", "crossing", [4]),
    *[(replaced("networks", "192.0.2.0/24", text), "networks", "doubtful_network", [2])
      for text in ("0.0.0.0/0", "::/0", "224.0.0.0/8", "127.0.0.1", "::1", "0.0.0.0-255.255.255.255", "::ffff:0:0/96",
                   "128.0.0.0/1", "240.0.0.0/4")],
    (added("training", "T1,2026-05-11,チャット入門,1001"), "training", "repeated", [3]),
    (replaced("training", "1001", "1999"), "training", "unknown_person", [2]),
    (replaced("rollout", "0101", "0999"), "rollout", "unknown_department", [2]),
    (added("helpdesk_tickets", "H1,2026-05-11,,Box"), "helpdesk_tickets", "repeated", [3]),
    (replaced("telework_declarations", "home,0.5", "home,"), "telework_declarations", "shares_over_one", [2, 3]),
    (replaced("vpn_sessions", "2026-05-12T17:30:00+09:00", "2026-05-12 08:00"), "vpn_sessions", "backwards", [2]),
    (replaced("telework_rules", "network,cloud_desktop", "network,cloud"), "telework_rules", "unknown_subject", [2]),
    (replaced("telework_rules", "cloud_desktop,remote", "cloud_desktop,home"), "telework_rules", "wrong_meaning", [2]),
    (replaced("telework_rules", "mixed,0.4", "mixed,4"), "telework_rules", "wrong_meaning", [4]),
    (replaced("telework_rules", "mixed,0.4", "mixed,"), "telework_rules", "wrong_meaning", [4]),
    (added("telework_rules", "telework_days,mixed,0.5,2027-03-31,"), "telework_rules", "overlap", [5]),
    (replaced("targets", "chat_reach", "chat_rech"), "targets", "unknown_metric", [4]),
    (added("targets", "tier_share,,,0.5,2027-03-31,課長,"), "targets", "unknown_metric", [6]),
    (replaced("targets", "habit_share,chat", "habit_share,fax"), "targets", "wrong_choice", [2]),
    (replaced("targets", "habit_share,chat", "habit_share,"), "targets", "unknown_segment", [2]),
    (replaced("targets", "chat_reach,", "chat_reach,chat"), "targets", "unknown_segment", [4]),
    (added("targets", "stickiness,files,,0.5,2027-03-31,課長,"), "targets", "unknown_segment", [6]),
    (replaced("targets", "0.7", "七割"), "targets", "wrong_amount", [2]),
    (replaced("targets", "0.7", "-0.7"), "targets", "wrong_amount", [2]),
    (replaced("targets", "0.7", ""), "targets", "blank", [2]),
    (replaced("targets", "0.7", "70"), "targets", "wrong_target", [2]),
    (replaced("targets", "40%", "140%"), "targets", "wrong_target", [3]),
    (replaced("targets", "令和8年6月30日", "6月末"), "targets", "wrong_date", [3]),
    (replaced("targets", "会議,0101", "会議,0999"), "targets", "unknown_department", [3]),
    (replaced("targets", "会議,0101", "会議,101"), "targets", "unknown_department", [3]),
    (added("targets", "habit_share,チャット,ALL,0.8,2026/6/30,課長,"), "targets", "repeated", [6]),
    (added("targets", "chat_reach,,ALL,0.9,2027-03-31,情報政策課長,＠は全庁の通知"), "targets", "repeated", [6]),
    (replaced("targets", "総務課長", ""), "targets", "blank", [3]),
    (replaced("targets", "総務部長,", "q@x.jp,"), "targets", "mail_address", [5]),
    (replaced("targets", "総務部長,", "総務部長,連絡先 ｑ＠ｘ．ｊｐ"), "targets", "mail_address", [5]),
    (replaced("staff", "2026-03-31", "46112"), "staff", "spreadsheet_number", [3]),
    (replaced("staff", "2026-03-31", "31/3/2026"), "staff", "wrong_date", [3]),
    (replaced("assignments", "会計年度任用,0", "会計年度任用,多分"), "assignments", "wrong_truth", [4]),
    (replaced("staff", "1002,b@x.jp,", "1002,,"), "staff", "blank", [3]),
    (replaced("training", "チャット入門,1001", "チャット入門"), "training", "width", [2]),
]  # fmt: skip


def test_a_good_office_has_nothing_wrong(tmp_path: Path) -> None:
    found = examined(tmp_path)
    assert found.complaints == []
    assert set(found.tables) == set(GOOD)


@pytest.mark.parametrize(("changed", "dataset", "rule", "lines"), PLANTED, ids=[f"{p[1]}-{p[2]}" for p in PLANTED])
def test_a_planted_error_is_found_on_its_line(
    tmp_path: Path, changed: dict[str, str], dataset: str, rule: str, lines: list[int]
) -> None:
    complaints = examined(tmp_path, **changed).complaints
    # Lines elsewhere that lean on a refused one are listed as such, and the consequences of nothing else.
    first = [one for one in complaints if one.rule != "depends_on_refused_line"]
    assert [(one.dataset, one.rule, sorted(one.lines)) for one in first] == [(dataset, rule, lines)]
    for complaint in complaints:
        assert str(complaint).startswith(f"{complaint.dataset}.csv line")
        assert str(complaint).endswith(".")
        assert not any(private in str(complaint) for private in PERSONAL)


def test_all_errors_are_listed_with_their_lines_and_then_how_many_more(tmp_path: Path) -> None:
    bad = [f"19{n:02},y{n}@x.jp,2020-13-01," for n in range(25)]
    changed = added("staff", *bad) | replaced("rollout", "0101", "0999")
    with pytest.raises(OrgFilesError) as caught:
        checks.check(files.read_answers(write_folder(tmp_path, **changed), DAY, NOON))
    lines = str(caught.value).splitlines()
    assert "break 2 rules" in lines[0]
    assert "--accept-partial" in lines[0]
    assert lines[1].startswith("staff.csv lines 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 and 15 more: each has a joined_on")
    assert lines[2].startswith("rollout.csv line 2 names a department")


def test_partial_files_go_on_with_the_good_lines_and_count_the_others(tmp_path: Path) -> None:
    changed = replaced("assignments", "1002,0102", "1002,0999") | replaced("rollout", "department_code,", "x,")
    answers = files.read_answers(write_folder(tmp_path, **changed), DAY, NOON)
    found = checks.check(answers, accept_partial=True)
    assert found.tables["assignments"].height == GOOD["assignments"].count("\n") - 2
    assert "0999" not in found.tables["assignments"]["department_code"].to_list()
    assert found.refused("assignments") == {"unknown_department": 1}
    assert found.refused_line_numbers("assignments") == [4]
    # An optional file that cannot be used at all is left out whole, and that is said.
    assert "rollout" not in found.tables
    assert found.refused("rollout") == {"unreadable": 1}


def test_a_line_that_leans_on_a_refused_one_is_refused_too(tmp_path: Path) -> None:
    changed = replaced("departments", "0103,人材課,0100,課,3,2026-04-01", "0103,人材課,0100,課,3,2026-04-31")
    found = examined(tmp_path, **changed)
    assert found.refused("departments") == {"wrong_date": 1}
    assert found.refused_line_numbers("assignments") == [7]
    assert found.refused("assignments") == {"depends_on_refused_line": 1}


def test_lost_leading_zeros_are_recognised(tmp_path: Path) -> None:
    found = examined(tmp_path, **replaced("assignments", "1002,0102", "1002,102"))
    assert "lost its leading zeros" in str(found.complaints[0])


def test_partial_or_not_an_unreadable_main_file_stops_everything(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, **replaced("staff", "employee_number,", "number,"))
    answers = files.read_answers(folder, DAY, NOON)
    for accept_partial in (False, True):
        with pytest.raises(InputFileError, match=r"staff.csv has no column employee_number \(職員番号\)"):
            checks.check(answers, accept_partial=accept_partial)


def test_shares_refused_one_by_one_end_with_shares_up_to_one(tmp_path: Path) -> None:
    posts = [f"1001,010{n % 2},兼務,0.4,常勤,1,2021-0{n}-01,," for n in range(1, 9)]
    found = examined(tmp_path, **added("assignments", *posts))
    kept = found.tables["assignments"].filter(employee_number="1001")
    assert kept["share"].sum() == pytest.approx(1.0)
    assert found.refused("assignments") == {"shares_over_one": 8}


@pytest.mark.parametrize(
    "more",
    [
        ("staff", "1009,b@x.jp,2026-04-01,"),  # the address of somebody who left the day before
        ("training", "T1,2027-05-11,チャット入門,1001"),  # numbers of sessions begin anew with the year
        ("helpdesk_tickets", "H1,2027-05-11,,Box"),
        ("networks", "192.0.2.0/25,分室,branch,2020-01-01,"),  # a part of a wider range is another place
        ("networks", "10.0.0.0/8,庁内,office,2020-01-01,"),
        ("departments", "0102,人事課,0100,課,3,2027-04-01,"),  # a code and a name that were somebody's before
    ],
)
def test_what_changes_hands_between_two_days_is_nobodys_mistake(tmp_path: Path, more: tuple[str, str]) -> None:
    found = examined(tmp_path, **added(*more))
    # Somebody new has no post yet: that is noted, not refused.
    assert [one for one in found.complaints if one.is_refused] == []


def test_an_address_of_two_people_on_one_day_is_refused_on_both_lines(tmp_path: Path) -> None:
    found = examined(tmp_path, **added("staff", "1009,b@x.jp,2026-03-31,"))
    assert [one.lines for one in found.complaints if one.rule == "shared_address"] == [[3, 7]]
