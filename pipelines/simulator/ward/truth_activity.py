"""What people did, in numbers: chat, meetings, mail, files and apps by report day, and each exchange with an outsider.

truth.py says who was active; here is how much. Read from the plan alone, never from rendered reports or events.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulator.ward.app_days import app_mask, build_app_days
from pipelines.simulator.ward.box_outside import BoxOutside
from pipelines.simulator.ward.items import Items
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.workdays import Calendar

AT_A_DESK = app_mask(platform="windows") | app_mask(platform="mac")


def report_day_frame(seed: int, graph_days: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Columns of truth_report_days: one row per employee number and UTC day with any activity."""
    rows = graph_days.sort("activity_date", "person_no")  # the order in which apps and files are drawn
    both = pl.concat([rows, build_app_days(seed, rows, people)], how="horizontal")
    numbered = both.join(people.select("person_no", "employee_number"), on="person_no")
    desk = (pl.col("app_flags") & pl.lit(AT_A_DESK, pl.UInt32)) > 0
    return (
        numbered.group_by("employee_number", "activity_date")
        .agg(
            team_chat_messages_count=pl.col("team_chat").sum(),
            private_chat_messages_count=pl.col("private_chat").sum(),
            meetings_attended_count=pl.col("meetings_attended").sum(),
            meetings_organized_count=pl.col("meetings_organized").sum(),
            calls_count=pl.col("calls").sum(),
            audio_seconds=pl.col("audio_seconds").sum(),
            mail_sent_count=pl.col("mail_sent").sum(),
            onedrive_files_count=pl.col("onedrive_viewed").sum(),
            sharepoint_files_count=pl.col("sharepoint_viewed").sum(),
            is_mobile_active=(pl.col("used_ios") | pl.col("used_android")).any(),
            is_desktop_app_active=desk.any(),
        )
        .sort("activity_date", "employee_number")
    )


def exchange_frame(
    outside: BoxOutside, items: Items, people: pl.DataFrame, organisation: Organisation, calendar: Calendar
) -> pl.DataFrame:
    """Columns of truth_exchanges: one row per version that an outsider took or brought on a Tokyo day.

    The department is that of the owner's main post; partner_domain is null for visitors without a name and for file
    requests, whose senders nobody knows.
    """
    plans = [outside.planned(number) for number in range(calendar.count)]
    day = np.repeat(np.arange(calendar.count), [len(plan.owner) for plan in plans])
    owner = np.concatenate([plan.owner for plan in plans])
    actor = np.concatenate([plan.actor for plan in plans])
    is_outbound = np.concatenate([plan.is_outbound for plan in plans])
    is_request = np.concatenate([plan.is_request for plan in plans])
    sizes = items.size_of(np.concatenate([plan.version for plan in plans]))
    domains = outside.identities.logins.str.extract("@(.+)$", 1).gather(actor)
    is_nameless = pl.Series(is_request | (actor == outside.identities.anonymous))
    return pl.DataFrame(
        {
            "activity_date": calendar.dates(day),
            "employee_number": people["employee_number"].gather(owner),
            "department_code": organisation.codes.gather(outside.roster.department_of[day, owner]),
            "direction": pl.Series(np.where(is_outbound, "outbound", "inbound")),
            "partner_domain": domains.set(is_nameless, None),
            "is_file_request": is_request,
            "size_bytes": sizes,
        }
    )
