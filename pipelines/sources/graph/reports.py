"""The catalogue of Graph usage reports: what to ask for, what must be in the answer, what it is compared with.

A new report is one entry here, the classification of its fields (privacy/fields.py), a staging model with a case, and
its likeness in the simulator. Its raw table, its window and its totals follow from the entry
(warehouse/raw/report_tables.py), and so do its name on the pages and its row in the documentation. How the bytes are
fetched is client.py, how they are read parse.py; the comparisons are made in ingest/acceptance.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

_REFERENCE = "https://learn.microsoft.com/graph/api/reportroot-"
# Graph gives 180 days of tenant totals at once; longer than any day can be asked for.
LONGEST_PERIOD = "D180"
# The names on the screen of the admin centre, which its documentation maps to those of the exported file.
_PERSON_ALIASES = {"user_name": "user_principal_name", "username": "user_principal_name"}
_MAIL_ALIASES = {
    "send_actions": "send_count",
    "receive_actions": "receive_count",
    "read_actions": "read_count",
    "meeting_created": "meeting_created_count",
    "meeting_interacted": "meeting_interacted_count",
}
_FILE_ALIASES = {
    "files_viewed_or_edited": "viewed_or_edited_file_count",
    "files_synced": "synced_file_count",
    "files_shared_internally": "shared_internally_file_count",
    "files_shared_externally": "shared_externally_file_count",
    "pages_visited": "visited_page_count",
}
# "Last activity date of Teams Copilot (UTC)" on the screen is "Microsoft Teams Copilot Last Activity Date" in the file.
_DATE_OF = re.compile(r"last_activity_date_of_(?P<what>.+)")
_TEAMS_ALIASES = {
    **_PERSON_ALIASES,
    "channel_messages": "team_chat_message_count",
    "chat_messages": "private_chat_message_count",
    "posts": "post_messages",
    "replies": "reply_messages",
}
_ALIASES = {
    "teams_user_activity": _TEAMS_ALIASES,
    "email_activity": {**_PERSON_ALIASES, **_MAIL_ALIASES},
    "onedrive_activity": {**_PERSON_ALIASES, **_FILE_ALIASES},
    "sharepoint_activity": {**_PERSON_ALIASES, **_FILE_ALIASES},
}
_COPILOT = "copilot/reports/getMicrosoft365CopilotUsageUserDetail({})"
_COPILOT_ALIASES = {
    **_PERSON_ALIASES,
    "teams_copilot_last_activity_date": "microsoft_teams_copilot_last_activity_date",
    # Of the two chats the one about work is what the report called Copilot Chat while there was one.
    "copilot_chat_work_last_activity_date": "copilot_chat_last_activity_date",
    "microsoft_365_copilot_app_last_activity_date": "microsoft_365_copilot_last_activity_date",
    "prompts_submitted_all_apps": "prompts_submitted_for_all_apps",
    "active_usage_days_all_apps": "active_usage_days_for_all_apps",
}


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """What the service says elsewhere about the same day, to compare the rows of a report with.

    `sums` pairs columns of the period report `dataset` with columns of the licensed rows, day by day; `rows` names
    columns that add up to the number of rows with any licence.
    """

    dataset: str
    sums: tuple[tuple[str, str], ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """One usage report.

    `label` is what Microsoft calls it, `name_ja` and `name_en` what the pages do; `description` says what a row of its
    raw table is. `kind` day: user detail that can be asked for by date. `kind` period: asked for with `period`, landed
    as a snapshot of the day of asking. `builder` is the SDK's method; a report the SDK lacks has a `path` below the
    Graph root. `required_columns` are normalised header names the models cannot do without; the header may hold more,
    in any order. `lag_days` is after how many days a UTC day is usually there; within `restatement_days` after that
    the service may still correct it. The totals of a corrected day are compared with the former ones: measure ->
    columns whose cells are added up (`numbers`), or counted where they say anything but no or false (`uses`).
    `row_floor` is the part of the licensed accounts of which the service lists every one (0: none is expected). An
    `older` is the form (path, period) in which a tenant is asked that does not know the first one; what came tells by
    its period which of the two it is, and answers of `other_periods` are whole as well. With `may_repeat` a column may
    stand there twice if it says the same. An `optional` report may be out of reach without anything being wrong.
    `aliases` maps other spellings of a column seen in exports to its name; of the columns `marks` at least one tells
    the report from others that have all its required columns.
    """

    dataset: str
    label: str
    name_ja: str
    name_en: str
    description: str
    function: str
    builder: str = ""
    path: str = ""
    kind: Literal["day", "period"] = "day"
    period: str = ""
    older: tuple[str, str] | None = None
    other_periods: tuple[str, ...] = ()
    may_repeat: bool = False
    required_columns: tuple[str, ...]
    lag_days: int
    restatement_days: int
    row_floor: float = 0.0
    control: ControlTotal | None = None
    numbers: Mapping[str, str] = field(default_factory=dict, hash=False)
    uses: Mapping[str, str] = field(default_factory=dict, hash=False)
    optional: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict, hash=False)
    marks: tuple[str, ...] = ()
    documentation: str

    @property
    def has_people(self) -> bool:
        return "user_principal_name" in self.required_columns

    @property
    def lengths(self) -> tuple[str, ...]:
        """What the column Report Period may say: the periods in days."""
        older = (self.older[1],) if self.older else ()
        return tuple(period.removeprefix("D") for period in (self.period, *older, *self.other_periods))

    def named(self, header: Sequence[str]) -> list[str]:
        """Normalised header names with other spellings replaced; a name that is there already stays the only one."""
        others = [self._other_spelling(name) for name in header]
        return [
            other if other not in header and other not in others[:place] else name
            for place, (name, other) in enumerate(zip(header, others, strict=True))
        ]

    def _other_spelling(self, name: str) -> str:
        plain = name.removesuffix("_utc")
        if match := _DATE_OF.fullmatch(plain):
            plain = f"{match['what']}_last_activity_date"
        return self.aliases.get(plain, plain)

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header of normalised names is that of this report."""
        names = set(self.named(header))
        return set(self.required_columns) <= names and (not self.marks or not names.isdisjoint(self.marks))


def _builder(function: str, mode: str) -> str:
    """The SDK's name of a function: getOneDriveActivityUserDetail is get_one_drive_activity_user_detail_with_date."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower() + mode


def _day(
    dataset: str, label: str, function: str, columns: str, *,
    name_ja: str, name_en: str, description: str,
    numbers: Mapping[str, str] | None = None, uses: Mapping[str, str] | None = None,
    lag_days: int = 2, restatement_days: int = 3, row_floor: float = 1.0, control: ControlTotal | None = None,
) -> ReportSpec:  # fmt: skip
    return ReportSpec(
        dataset=dataset,
        label=label,
        name_ja=name_ja,
        name_en=name_en,
        description=description,
        function=function,
        builder=_builder(function, "_with_date"),
        required_columns=("report_refresh_date", "user_principal_name", *columns.split()),
        lag_days=lag_days,
        restatement_days=restatement_days,
        row_floor=row_floor,
        control=control,
        numbers=numbers or {},
        uses=uses or {},
        aliases=_ALIASES.get(dataset, _PERSON_ALIASES),
        documentation=_REFERENCE + function.lower(),
    )


def _period(
    dataset: str, label: str, function: str, columns: str, *,
    name_ja: str, name_en: str, description: str, period: str = LONGEST_PERIOD,
) -> ReportSpec:  # fmt: skip
    return ReportSpec(
        dataset=dataset,
        label=label,
        name_ja=name_ja,
        name_en=name_en,
        description=description,
        function=function,
        builder=_builder(function, "_with_period"),
        kind="period",
        period=period,
        required_columns=("report_refresh_date", *columns.split(), "report_period"),
        lag_days=2,
        restatement_days=3,
        documentation=_REFERENCE + function.lower(),
    )


CATALOGUE: dict[str, ReportSpec] = {
    spec.dataset: spec
    for spec in (
        _day(
            "teams_user_activity",
            "Teams user activity report",
            "getTeamsUserActivityUserDetail",
            "user_id last_activity_date is_deleted is_licensed team_chat_message_count private_chat_message_count "
            "post_messages reply_messages meetings_organized_count meetings_attended_count audio_duration_in_seconds "
            "video_duration_in_seconds screen_share_duration_in_seconds has_other_action report_period",
            name_ja="Teams 利用状況",
            name_en="Teams activity",
            description="Teams user activity of one UTC day, one row per account; blank counts mean none.",
            numbers={
                "messages": "team_chat_message_count private_chat_message_count",
                "meetings": "meetings_attended_count",
            },
            control=ControlTotal(
                "teams_activity_counts",
                sums=(
                    ("team_chat_messages", "team_chat_message_count"),
                    ("private_chat_messages", "private_chat_message_count"),
                    ("calls", "call_count"),
                    # Spelled one way in the documentation and the other on the wire.
                    ("meetings_attended_count", "meetings_attended_count"),
                    ("meetings_attended", "meetings_attended_count"),
                ),
            ),
        ),
        _day(
            "teams_device_usage",
            "Teams device usage report",
            "getTeamsDeviceUsageUserDetail",
            "user_id last_activity_date is_deleted is_licensed used_web used_ios used_mac used_android_phone "
            "used_windows report_period",
            name_ja="Teams 利用端末",
            name_en="Teams devices",
            description="Devices on which Teams was used on one UTC day, one row per account.",
            uses={
                "desktop_uses": "used_web used_mac used_windows used_chrome_os used_linux",
                "mobile_uses": "used_ios used_android_phone used_windows_phone",
            },
        ),
        _day(
            "email_activity",
            "email activity report",
            "getEmailActivityUserDetail",
            "last_activity_date is_deleted send_count receive_count read_count meeting_created_count "
            "meeting_interacted_count report_period",
            name_ja="メール利用状況",
            name_en="Mail activity",
            description="Mail activity of one UTC day, one row per mailbox account; carries no account id, only the "
            "sign-in name.",
            numbers={"mails_sent": "send_count", "mails_received": "receive_count"},
            lag_days=3,
            restatement_days=2,
        ),
        _day(
            "email_app_usage",
            "email app usage report",
            "getEmailAppUsageUserDetail",
            "last_activity_date is_deleted mail_for_mac outlook_for_mac outlook_for_windows outlook_for_mobile "
            "other_for_mobile outlook_for_web pop3_app imap4_app smtp_app report_period",
            name_ja="メールアプリ利用状況",
            name_en="Mail apps",
            description="Mail apps used on one UTC day, one row per mailbox account; a cell names versions, a blank "
            "one means not used.",
            uses={
                "desktop_uses": "mail_for_mac outlook_for_mac outlook_for_windows outlook_for_web pop3_app "
                "imap4_app smtp_app",
                "mobile_uses": "outlook_for_mobile other_for_mobile",
            },
            lag_days=3,
            restatement_days=2,
        ),
        _day(
            "onedrive_activity",
            "OneDrive activity report",
            "getOneDriveActivityUserDetail",
            "last_activity_date is_deleted viewed_or_edited_file_count synced_file_count shared_internally_file_count "
            "shared_externally_file_count report_period",
            name_ja="OneDrive 利用状況",
            name_en="OneDrive activity",
            description="Files in OneDrive on one UTC day, one row per account; deleted means that the licence is "
            "gone.",
            numbers={
                "files_viewed_or_edited": "viewed_or_edited_file_count",
                "files_shared": "shared_internally_file_count shared_externally_file_count",
            },
        ),
        _day(
            "sharepoint_activity",
            "SharePoint activity report",
            "getSharePointActivityUserDetail",
            "last_activity_date is_deleted viewed_or_edited_file_count synced_file_count shared_internally_file_count "
            "shared_externally_file_count visited_page_count report_period",
            name_ja="SharePoint 利用状況",
            name_en="SharePoint activity",
            description="Files and pages in SharePoint, Teams channels among them, on one UTC day; one row per "
            "account.",
            numbers={
                "files_viewed_or_edited": "viewed_or_edited_file_count",
                "files_shared": "shared_internally_file_count shared_externally_file_count",
                "pages_visited": "visited_page_count",
            },
        ),
        # The one report without a Report Period: that it is a day's shows in its refresh date alone.
        _day(
            "office365_active_users",
            "Office 365 active users report",
            "getOffice365ActiveUserDetail",
            "is_deleted has_exchange_license has_onedrive_license has_sharepoint_license has_teams_license "
            "exchange_last_activity_date onedrive_last_activity_date sharepoint_last_activity_date "
            "teams_last_activity_date",
            name_ja="Microsoft 365 アクティブユーザー",
            name_en="Microsoft 365 active users",
            description="Licences and newest activity per service, as of one UTC day; one row per account. There is no "
            "report period.",
            uses={"exchange_licences": "has_exchange_license", "teams_licences": "has_teams_license"},
            control=ControlTotal("services_user_counts", rows=("office_365_active", "office_365_inactive")),
        ),
        _day(
            "m365_app_users",
            "Microsoft 365 apps usage report",
            "getM365AppUserDetail",
            "last_activity_date report_period windows mac mobile web outlook word excel powerpoint onenote teams",
            name_ja="Microsoft 365 アプリ利用状況",
            name_en="Microsoft 365 apps",
            description="Microsoft 365 apps used on one UTC day, per app, per platform and both; one row per account.",
            uses={"desktop_uses": "windows mac web", "mobile_uses": "mobile"},
            lag_days=3,
            restatement_days=6,
            row_floor=0.5,  # not every licence contains the apps
        ),
        _period(
            "teams_activity_counts",
            "Teams activity counts report",
            "getTeamsUserActivityCounts",
            "report_date team_chat_messages private_chat_messages calls meetings",
            name_ja="Teams 利用件数（全体）",
            name_en="Teams activity (totals)",
            description="Teams totals of the tenant per UTC day, licensed people only; a snapshot of 180 days per day "
            "of fetching.",
        ),
        _period(
            "teams_user_counts",
            "Teams user counts report",
            "getTeamsUserActivityUserCounts",
            "report_date team_chat_messages private_chat_messages calls meetings other_actions",
            name_ja="Teams 利用者数（全体）",
            name_en="Teams users (totals)",
            description="People per kind of Teams activity and UTC day, the whole tenant; a snapshot of 180 days per "
            "day of fetching.",
        ),
        _period(
            "services_user_counts",
            "services user counts report",
            "getOffice365ServicesUserCounts",
            "exchange_active exchange_inactive onedrive_active onedrive_inactive sharepoint_active "
            "sharepoint_inactive teams_active teams_inactive office_365_active office_365_inactive",
            name_ja="サービス別利用者数（全体）",
            name_en="Users by service (totals)",
            description="People active and inactive per service over seven days, the whole tenant; a snapshot per day "
            "of fetching.",
            period="D7",  # one row for the whole period: the shorter, the nearer to a day
        ),
        ReportSpec(
            dataset="copilot_usage",
            label="Copilot usage report",
            name_ja="Copilot 利用状況",
            name_en="Copilot use",
            description="Newest use of Copilot per app, people with a licence only; a snapshot per day of fetching, "
            "empty without licences.",
            function="getMicrosoft365CopilotUsageUserDetail",
            path=_COPILOT.format("period='{period}',version='v2'"),
            kind="period",
            period="D28",
            # D28 is of version 2 alone, D30 of version 1 alone.
            older=(_COPILOT.format("period='{period}'"), "D30"),
            other_periods=("D7",),  # of earlier releases and of exports
            may_repeat=True,
            required_columns=("report_refresh_date", "report_period", "user_principal_name", "last_activity_date"),
            lag_days=2,
            restatement_days=3,
            optional=True,
            aliases=_COPILOT_ALIASES,
            marks=tuple(
                f"{app}_copilot_last_activity_date"
                for app in ("microsoft_teams", "word", "excel", "powerpoint", "outlook", "onenote", "loop")
            ),
            documentation="https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/admin-settings/reports/"
            "copilotreportroot-getmicrosoft365copilotusageuserdetail",
        ),
    )
}
REPORTS: dict[str, ReportSpec] = {name: spec for name, spec in CATALOGUE.items() if spec.kind == "day"}
PERIOD_REPORTS: dict[str, ReportSpec] = {name: spec for name, spec in CATALOGUE.items() if spec.kind == "period"}
