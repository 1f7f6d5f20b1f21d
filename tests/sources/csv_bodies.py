"""Usage reports composed the way Graph writes them: BOM, CRLF, the column order found on the wire."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipelines.sources.answer import Answer

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 3, 21, 0, tzinfo=UTC)

TEAMS_HEADER = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Meetings Organized Count,"
    "Meetings Attended Count,Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,Audio Duration,"
    "Video Duration,Screen Share Duration,Audio Duration In Seconds,Video Duration In Seconds,"
    "Screen Share Duration In Seconds,Has Other Action,Urgent Messages,Post Messages,Tenant Display Name,"
    "Shared Channel Tenant Display Names,Reply Messages,Is Licensed,Report Period"
)
DEVICE_HEADER = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Used Web,"
    "Used Windows Phone,Used iOS,Used Mac,Used Android Phone,Used Windows,Used  Chrome OS,Used Linux,"
    "Is Licensed,Report Period"
)
EMAIL_HEADER = (
    "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date,Send Count,"
    "Receive Count,Read Count,Meeting Created Count,Meeting Interacted Count,Assigned Products,Report Period"
)


def user_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def teams_row(number: int, *, day: date = DAY, period: str = "1", tenant: str = "WARD OFFICE") -> str:
    counts = ",".join(["3", "5", "0", "2", "0", "2", "0", "1", "0", "1", "0", "0"])
    return (
        f"{day},{user_id(number)},person{number}@city.mirai-ku.example,{day},False,,"
        f"MICROSOFT 365 E3+ENTERPRISE MOBILITY + SECURITY E5,{counts},PT1H2M3S,PT30M,PT0S,3723,1800,0,No,0,2,"
        f"{tenant},,1,Yes,{period}"
    )


def device_row(number: int, *, day: date = DAY, period: str = "1") -> str:
    flags = "Yes,No,Yes,No,No,Yes,No,No,Yes"
    return f"{day},{user_id(number)},person{number}@city.mirai-ku.example,{day},False,,{flags},{period}"


def email_row(number: int, *, day: date = DAY, period: str = "1") -> str:
    return (
        f"{day},person{number}@city.mirai-ku.example,職員 {number},False,,{day},4,20,15,1,0,MICROSOFT 365 E3,{period}"
    )


def report(header: str, *rows: str, end: str = "\r\n", bom: bool = True) -> bytes:
    return (("\ufeff" if bom else "") + "".join(line + end for line in (header, *rows))).encode()


def answer(body: bytes, dataset: str = "teams_user_activity", day: date = DAY, source: str = "graph") -> Answer:
    return Answer(source=source, dataset=dataset, day=day, body=body, fetched_at=NOW)
