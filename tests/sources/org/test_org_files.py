"""The organisation's files: what a clerk may write, and one sentence for every contradiction."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import InputFileError
from pipelines.sources.org import checks, files
from pipelines.sources.org.schema import FILES
from tests.conftest import NOON

GOOD = {
    "departments": """department_code,department_name,parent_code,department_level,sort_order,valid_from,valid_to
0100,総務部,,部,1,2020-04-01,
0101,総務課,0100,課,2,2020-04-01,
0102,人事課,0100,課,3,2020-04-01,
""",
    "staff": """employee_number,address,joined_on,left_on
1001,a@x.jp,2020-04-01,
1002,b@x.jp,2020-04-01,2026-03-31
""",
    "assignments": ",".join(FILES["assignments"].columns)
    + """
1001,0101,主務,0.8,常勤,1,2020-04-01,,2020-04-01
1001,0102,兼務,0.2,常勤,1,2020-04-01,,2020-04-01
1002,0102,主務,1,会計年度任用,0,2020-04-01,2026-03-31,2020-04-01
""",
    "networks": """cidr,label,network_kind,valid_from,valid_to
192.0.2.0/24,本庁舎,office,2020-01-01,
""",
}


def _folder(root: Path, encoding: str = "utf-8", **changed: str) -> Path:
    for name, text in {**GOOD, **changed}.items():
        (root / f"{name}.csv").write_bytes(text.encode(encoding))
    return root


def _check(root: Path, **changed: str) -> dict:
    return checks.check(files.read_answers(_folder(root, **changed), date(2026, 7, 6), NOON))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_good_files_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    answers = files.read_answers(_folder(tmp_path, encoding), date(2026, 7, 6), NOON)
    tables = checks.check(answers)
    assert tables["departments"]["department_name"].to_list() == ["総務部", "総務課", "人事課"]
    assert tables["assignments"]["share"].to_list() == [0.8, 0.2, 1.0]


def test_a_japanese_header_is_read(tmp_path: Path) -> None:
    text = "職員番号,メールアドレス,採用日,退職日\n1001,a@x.jp,2020-04-01,\n1002,b@x.jp,2020-04-01,2026-03-31\n"
    assert _check(tmp_path, staff=text)["staff"]["employee_number"].to_list() == ["1001", "1002"]


def _without(name: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[name]
    return {name: GOOD[name].replace(old, new)}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (_without("assignments", "1002,0102,", "1002,9999,"), r"assignments.csv line 4 names department 9999"),
        (_without("assignments", "主務,1,", "主務,1.5,"), r"line 4 has a share that is not above 0"),
        (_without("assignments", "兼務,0.2", "兼務,0.3"), r"line 3 overlaps other posts: the shares .* exceed 1"),
        (_without("assignments", "兼務,0.2", "主務,0.2"), r"line 3 overlaps another main post"),
        (_without("assignments", "1002,0102", "1003,0102"), r"line 4 names a person whom staff.csv does not hold"),
        (_without("assignments", "2026-03-31", "2019-03-31"), r"line 4 ends before it begins"),
        (_without("assignments", "2026-03-31", "31/3/2026"), r"line 4 has a valid_to that is not a date"),
        (
            _without("departments", "0102,人事課,0100", "0102,人事課,0900"),
            r"departments.csv line 4 names a parent_code",
        ),
        (_without("departments", "0100,総務部,,", "0100,総務部,0101,"), r"in a circle"),
        (_without("staff", "b@x.jp", "A@X.JP"), r"staff.csv line 3 gives an address that belongs to another person"),
        (_without("networks", "192.0.2.0/24", "本庁"), r"networks.csv line 2 holds no network"),
        (_without("networks", "office", "honcho"), r"networks.csv line 2 has a network_kind that is none of"),
        (_without("staff", "employee_number,", "number,"), r"staff.csv has no column employee_number"),
    ],
)
def test_a_contradiction_is_one_sentence_with_line_and_remedy(
    tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InputFileError, match=sentence) as caught:
        _check(tmp_path, **changed)
    message = str(caught.value)
    assert message.count(". ") == 0
    assert message.endswith(".")
    assert not any(private in message for private in ("1001", "1002", "@x.jp"))


def test_a_missing_file_or_folder_is_named(tmp_path: Path) -> None:
    _folder(tmp_path)
    (tmp_path / "networks.csv").unlink()
    with pytest.raises(InputFileError, match=r"networks\.csv is missing"):
        files.read_answers(tmp_path, date(2026, 7, 6), NOON)
    with pytest.raises(InputFileError, match="KATSUYO_ORG_DIR"):
        files.read_answers(tmp_path / "none", date(2026, 7, 6), NOON)
