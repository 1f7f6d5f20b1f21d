"""A small office as files: three departments, four people, one line or two of everything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.sources.org import checks, files
from pipelines.sources.org.schema import FILES
from tests.conftest import NOON

DAY = date(2026, 7, 6)
GOOD = {
    "departments": """department_code,department_name,parent_code,department_level,sort_order,valid_from,valid_to
0100,総務部,,部,1,2020-04-01,
0101,総務課,0100,課,2,2020-04-01,
0102,人事課,0100,課,3,2020-04-01,2026-03-31
0103,人材課,0100,課,3,2026-04-01,
""",
    "department_succession": """from_department_code,to_department_code,changed_on,share
0102,0103,2026-04-01,0.75
0102,0101,2026-04-01,25%
""",
    "staff": """employee_number,address,joined_on,left_on
1001,a@x.jp,2020-04-01,
1002,b@x.jp,2020-04-01,2026-03-31
1003,c@x.jp,2020-04-01,2022-03-31
1003,c@x.jp,2025-04-01,
1004,d@x.jp,2020-04-01,
""",
    "assignments": ",".join(FILES["assignments"].columns)
    + """
1001,0101,主務,0.8,常勤,1,2020-04-01,,2020-04-01
1001,0100,兼務,0.2,常勤,1,2020-04-01,,2020-04-01
1002,0102,主務,1,会計年度任用,0,2020-04-01,2026-03-31,2020-04-01
1003,0101,主務,1,常勤,1,2020-04-01,2022-03-31,
1003,0102,主務,1,常勤,1,2025-04-01,2026-03-31,2025-04-01
1003,0103,主務,1,常勤,1,2026-04-01,,2026-03-25
1004,0101,主務,1,常勤,1,2020-04-01,2025-03-31,2020-04-01
1004,0101,主務,1,常勤,1,2026-04-01,,2026-04-01
""",
    "absences": """employee_number,absence_kind,valid_from,valid_to
1004,派遣,2025-04-01,2026-03-31
""",
    "networks": """cidr,label,network_kind,valid_from,valid_to
192.0.2.0/24,本庁舎,office,2020-01-01,
""",
    "training": """session_id,held_on,title,employee_number
T1,2026-05-11,チャット入門,1001
""",
    "rollout": """department_code,wave,wave_kind,starts_on
0101,1,pilot,2026-02-02
""",
    "helpdesk_tickets": """ticket_id,opened_on,department_code,category
H1,2026-05-11,0101,Teams
""",
    "telework_declarations": """employee_number,work_date,work_place,day_share
1001,2026-05-12,home,0.5
1001,2026-05-12,office,0.5
""",
    "vpn_sessions": """address,connected_at,disconnected_at
a@x.jp,2026-05-12 08:30,2026-05-12T17:30:00+09:00
""",
    "telework_rules": """rule_kind,said,means,valid_from,valid_to
network,cloud_desktop,remote,2026-04-01,
evidence,declaration,,2026-04-01,
換算日数,mixed,0.4,2026-10-01,2027-03-31
""",
    "targets": """metric_id,segment,department_code,target_value,target_date,owner_role,note
habit_share,chat,,0.7,2026-06-30,情報政策課長,
habit_share,会議,0101,40%,令和8年6月30日,総務課長,
chat_reach,,ALL,0.9,2027-03-31,情報政策課長,＠は全庁の通知
meeting_minutes,,0100,"1,045.5",2027-03-31,総務部長,
""",
}  # fmt: skip


def write_folder(root: Path, encoding: str = "utf-8", **changed: str) -> Path:
    """The office in `root`, with some files replaced by the texts given."""
    for name, text in {**GOOD, **changed}.items():
        (root / f"{name}.csv").write_bytes(text.encode(encoding))
    return root


def examined(root: Path, **changed: str) -> checks.OrgFiles:
    """The office with everything that is wrong with it."""
    return checks.examine(files.read_answers(write_folder(root, **changed), DAY, NOON))


def replaced(name: str, old: str, new: str) -> dict[str, str]:
    """One file with one piece of text replaced."""
    assert GOOD[name].count(old) == 1, old
    return {name: GOOD[name].replace(old, new)}


def added(name: str, *lines: str) -> dict[str, str]:
    """One file with lines at its end."""
    return {name: GOOD[name] + "".join(f"{line}\n" for line in lines)}
