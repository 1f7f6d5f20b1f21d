"""The catalogue of Graph usage reports: what to ask for, what must be in the answer, how late it comes.

Adding a report means adding one entry to REPORTS (and a staging model). How the bytes are fetched is client.py; how
they are read is parse.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One user-detail report that can be asked for by date.

    `required_columns` are normalised header names the models cannot do without; the header may hold more, in any
    order. `lag_days` is after how many days a UTC day is usually there; within `restatement_days` after that the
    service may still correct it.
    """

    dataset: str
    label: str
    function: str
    builder: str
    required_columns: tuple[str, ...]
    lag_days: int
    restatement_days: int
    documentation: str


REPORTS: dict[str, ReportSpec] = {
    spec.dataset: spec
    for spec in (
        ReportSpec(
            dataset="teams_user_activity",
            label="Teams user activity report",
            function="getTeamsUserActivityUserDetail",
            builder="get_teams_user_activity_user_detail_with_date",
            required_columns=(
                "report_refresh_date",
                "user_id",
                "user_principal_name",
                "last_activity_date",
                "is_deleted",
                "is_licensed",
                "team_chat_message_count",
                "private_chat_message_count",
                "post_messages",
                "reply_messages",
                "meetings_organized_count",
                "meetings_attended_count",
                "audio_duration_in_seconds",
                "video_duration_in_seconds",
                "screen_share_duration_in_seconds",
                "has_other_action",
                "report_period",
            ),
            lag_days=2,
            restatement_days=3,
            documentation="https://learn.microsoft.com/graph/api/reportroot-getteamsuseractivityuserdetail",
        ),
        ReportSpec(
            dataset="teams_device_usage",
            label="Teams device usage report",
            function="getTeamsDeviceUsageUserDetail",
            builder="get_teams_device_usage_user_detail_with_date",
            required_columns=(
                "report_refresh_date",
                "user_id",
                "user_principal_name",
                "last_activity_date",
                "is_deleted",
                "is_licensed",
                "used_web",
                "used_ios",
                "used_mac",
                "used_android_phone",
                "used_windows",
                "report_period",
            ),
            lag_days=2,
            restatement_days=3,
            documentation="https://learn.microsoft.com/graph/api/reportroot-getteamsdeviceusageuserdetail",
        ),
        ReportSpec(
            dataset="email_activity",
            label="email activity report",
            function="getEmailActivityUserDetail",
            builder="get_email_activity_user_detail_with_date",
            required_columns=(
                "report_refresh_date",
                "user_principal_name",
                "last_activity_date",
                "is_deleted",
                "send_count",
                "receive_count",
                "read_count",
                "meeting_created_count",
                "meeting_interacted_count",
                "report_period",
            ),
            lag_days=2,
            restatement_days=3,
            documentation="https://learn.microsoft.com/graph/api/reportroot-getemailactivityuserdetail",
        ),
    )
}
