"""Templates of the organisation's files: the Japanese header and a few lines of an office that does not exist.

They are good files: every rule of checks.py holds for them. Writing them to a folder is pipelines/commands/init.py.
"""

from __future__ import annotations

from pipelines.sources.org.schema import FILES

# In the order of the columns of files.toml.
EXAMPLES = {
    "departments": (
        "0100,総務部,,部,1,,2024-04-01,",
        "0101,総務課,0100,課,2,12,2024-04-01,",
        "0102,情報管理課,0100,課,3,8,2024-04-01,2026-03-31",
        "0103,デジタル推進課,0100,課,3,10,2026-04-01,",
    ),
    "department_succession": ("0102,0103,2026-04-01,1",),
    "staff": (
        "100001,rei.ichi@example.jp,2019-04-01,",
        "100002,rei.ni@example.jp,2026-04-01,",
        "100003,rei.san@example.jp,2015-04-01,2026-03-31",
    ),
    "assignments": (
        "100001,0102,主務,1,常勤,可,2024-04-01,2026-03-31,2024-03-25",
        "100001,0103,主務,0.8,常勤,可,2026-04-01,,2026-03-25",
        "100001,0101,兼務,0.2,常勤,可,2026-04-01,,2026-03-25",
        "100002,0101,主務,1,会計年度任用,否,2026-04-01,,2026-03-25",
        "100003,0101,主務,1,再任用,可,2024-04-01,2026-03-31,2024-03-25",
    ),
    "absences": ("100002,育児休業,2026-10-01,2027-03-31",),
    "networks": (
        "192.0.2.0/24,本庁舎,office,2024-04-01,",
        "198.51.100.0/28,第一出張所,branch,2024-04-01,",
        "203.0.113.0/27,テレワーク入口,telework_gateway,2024-04-01,",
    ),
    "training": ("R8-01,2026-05-11,チャット入門,100001", "R8-01,2026-05-11,チャット入門,100002"),
    "rollout": ("0103,1,pilot,2026-04-06", "0101,2,rollout,2026-07-01"),
    "helpdesk_tickets": ("H-0001,2026-05-12,0101,会議の開き方", "H-0002,2026-05-12,,サインイン"),
    "telework_declarations": ("100001,2026-05-12,home,1", "100001,2026-05-13,satellite,0.5"),
    "vpn_sessions": ("rei.ichi@example.jp,2026-05-12 08:30,2026-05-12 17:20",),
    "telework_rules": ("network,cloud_desktop,remote,2026-04-01,", "telework_days,mixed,0.4,2026-10-01,2027-03-31"),
    "targets": (
        "habit_share,chat,,0.70,2027-03-31,情報政策課長,",
        "telework_capable_day_rate,,0100,25%,2027-03-31,総務部長,部の計画",
    ),
}


def template(dataset: str) -> str:
    """The text of a template."""
    header = ",".join(column.japanese[0] for column in FILES[dataset].fields)
    return "".join(f"{line}\r\n" for line in (header, *EXAMPLES[dataset]))
