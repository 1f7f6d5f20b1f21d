"""Every field of every dataset, classified: kept as it is, replaced by a key, reduced, or dropped.

This table is the whole of what the landing can hold. A field that is not listed is dropped, counted and reported: the
landing never learns something new by accident. The rules are applied in minimise.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reduce(Enum):
    """What becomes of a field besides being keyed."""

    KEEP = "keep"  # the value itself: a count, a date, a flag, an organisation's own code
    DROP = "drop"  # known to exist, known not to be needed
    EXTENSION = "extension"  # of a file name only the extension, as <field minus _name>_extension
    PLACE = "place"  # of an IP address a place and a key


@dataclass(frozen=True, slots=True)
class Key:
    """Replace the identifier by its key in the column <field>_key; with `domain` also keep the domain of an address."""

    kind: str
    domain: bool = False


Rule = Reduce | Key
KEEP, DROP, EXTENSION, PLACE = Reduce.KEEP, Reduce.DROP, Reduce.EXTENSION, Reduce.PLACE
ADDRESS, ENTRA_ID, BOX_ID, EMPLOYEE = Key("address"), Key("entra_id"), Key("box_id"), Key("employee")


def _keep(names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), KEEP)


def _drop(names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), DROP)


_REPORT = _keep("report_refresh_date report_period last_activity_date is_deleted deleted_date assigned_products")
_REPORT_PERSON: dict[str, Rule] = {"user_principal_name": ADDRESS} | _drop("display_name")
_FILE_COUNTS = "viewed_or_edited_file_count synced_file_count shared_internally_file_count shared_externally_file_count"
_PLATFORMS = ("windows", "mac", "mobile", "web")
_APPS = ("outlook", "word", "excel", "powerpoint", "onenote", "teams")
_SIGN_IN: dict[str, Rule] = {
    "user_id": ENTRA_ID,
    "user_principal_name": ADDRESS,
    "ip_address": PLACE,
    # The sign-in's own id only tells two records apart; it leads to nobody.
    **_keep(
        "id created_date_time app_display_name client_app_used is_interactive error_code operating_system is_managed "
        "trust_type"
    ),
}

FIELDS: dict[tuple[str, str], dict[str, Rule]] = {
    ("graph", "teams_user_activity"): {
        **_REPORT,
        **_REPORT_PERSON,
        "user_id": ENTRA_ID,
        **_keep(
            "is_licensed is_external tenant_display_name team_chat_message_count private_chat_message_count call_count "
            "meeting_count meetings_organized_count meetings_attended_count ad_hoc_meetings_organized_count "
            "ad_hoc_meetings_attended_count scheduled_one_time_meetings_organized_count "
            "scheduled_one_time_meetings_attended_count scheduled_recurring_meetings_organized_count "
            "scheduled_recurring_meetings_attended_count audio_duration_in_seconds video_duration_in_seconds "
            "screen_share_duration_in_seconds has_other_action urgent_messages post_messages reply_messages"
        ),
        # The ISO texts repeat the seconds; the names of other organisations' tenants say with whom a person works.
        **_drop("audio_duration video_duration screen_share_duration shared_channel_tenant_display_names"),
    },
    ("graph", "teams_device_usage"): {
        **_REPORT,
        **_REPORT_PERSON,
        "user_id": ENTRA_ID,
        **_keep(
            "is_licensed used_web used_windows_phone used_ios used_mac used_android_phone used_windows used_chrome_os "
            "used_linux"
        ),
    },
    ("graph", "email_activity"): {
        **_REPORT,
        **_REPORT_PERSON,
        **_keep("send_count receive_count read_count meeting_created_count meeting_interacted_count"),
    },
    ("graph", "email_app_usage"): {
        **_REPORT,
        **_REPORT_PERSON,
        **_keep(
            "mail_for_mac outlook_for_mac outlook_for_windows outlook_for_mobile other_for_mobile outlook_for_web "
            "pop3_app imap4_app smtp_app"
        ),
    },
    ("graph", "onedrive_activity"): {**_REPORT, **_REPORT_PERSON, **_keep(_FILE_COUNTS)},
    ("graph", "sharepoint_activity"): {**_REPORT, **_REPORT_PERSON, **_keep(f"{_FILE_COUNTS} visited_page_count")},
    ("graph", "office365_active_users"): {
        **_REPORT_PERSON,
        **_keep("report_refresh_date is_deleted deleted_date assigned_products"),
        **_keep(
            " ".join(
                f"has_{service}_license {service}_last_activity_date {service}_license_assign_date"
                for service in ("exchange", "onedrive", "sharepoint", "skype_for_business", "yammer", "teams")
            )
        ),
    },
    ("graph", "m365_app_users"): {
        **_REPORT_PERSON,
        **_keep("report_refresh_date report_period last_activity_date last_activation_date"),
        **_keep(" ".join([*_PLATFORMS, *_APPS, *(f"{app}_{platform}" for app in _APPS for platform in _PLATFORMS)])),
    },
    ("graph", "teams_activity_counts"): _keep(
        "report_refresh_date report_period report_date team_chat_messages private_chat_messages calls meetings "
        "meetings_organized meetings_organized_count meetings_attended meetings_attended_count audio_duration "
        "video_duration screen_share_duration post_messages reply_messages"
    ),
    ("graph", "teams_user_counts"): _keep(
        "report_refresh_date report_period report_date team_chat_messages private_chat_messages calls meetings "
        "other_actions"
    ),
    ("graph", "services_user_counts"): _keep(
        "report_refresh_date report_period exchange_active exchange_inactive onedrive_active onedrive_inactive "
        "sharepoint_active sharepoint_inactive skype_for_business_active skype_for_business_inactive yammer_active "
        "yammer_inactive teams_active teams_inactive office_365_active office_365_inactive"
    ),
    ("graph", "copilot_usage"): {
        **_REPORT_PERSON,
        **_keep(
            "report_refresh_date report_period last_activity_date "
            "microsoft_teams_copilot_last_activity_date word_copilot_last_activity_date "
            "excel_copilot_last_activity_date powerpoint_copilot_last_activity_date outlook_copilot_last_activity_date "
            "onenote_copilot_last_activity_date loop_copilot_last_activity_date copilot_chat_last_activity_date "
            # Of version 2, in which the period is 28 days.
            "copilot_chat_web_last_activity_date microsoft_365_copilot_last_activity_date edge_last_activity_date "
            "copilot_agent_last_activity_date prompts_submitted_for_all_apps prompts_submitted_for_copilot_chat_work "
            "prompts_submitted_for_copilot_chat_web active_usage_days_for_all_apps"
        ),
    },
    # Labels and ranges of the organisation's own networks, as in its table of networks.
    ("graph", "named_locations"): _keep("id display_name location_kind is_trusted cidr_ranges country_codes"),
    ("graph", "report_settings"): _keep("display_concealed_names"),
    ("graph", "users"): {
        "id": ENTRA_ID,
        "user_principal_name": ADDRESS,
        "mail": ADDRESS,
        "employee_id": EMPLOYEE,
        **_keep("department user_type account_enabled created_date_time assigned_license_count"),
    },
    ("graph", "sign_ins"): _SIGN_IN,
    ("graph", "non_interactive_sign_ins"): _SIGN_IN,
    ("graph", "sign_in_summaries"): {
        "user_principal_name": ADDRESS,
        "ip_address": PLACE,
        **_keep("id first_sign_in_date_time sign_in_count error_code agent_type"),
    },
    ("box", "events"): {
        "actor_id": BOX_ID,
        "actor_login": Key("address", domain=True),
        "action_by_id": BOX_ID,
        "owner_id": BOX_ID,
        "owner_login": Key("address", domain=True),
        "target_id": BOX_ID,
        "target_login": Key("address", domain=True),
        "item_id": Key("box_item"),
        "item_name": EXTENSION,
        "parent_id": Key("box_item"),
        "version_id": Key("box_version"),
        "shared_link_id": Key("box_link"),
        "ip_address": PLACE,
        **_keep(
            "event_id event_type created_at actor_kind source_kind item_type size_bytes service_name collab_role "
            "is_performed_by_admin"
        ),
    },
    ("box", "activity_report"): {
        # Made of time, address, action and names, so it is keyed like the names themselves.
        "row": Key("box_report_row"),
        "actor_id": BOX_ID,
        "actor_login": Key("address", domain=True),
        "item_id": Key("box_item"),
        "item_name": EXTENSION,
        "ip_address": PLACE,
        **_keep("created_at action actor_kind size_bytes service_name"),
    },
    ("box", "users"): {
        "id": BOX_ID,
        "login": Key("address", domain=True),
        **_keep("status role is_platform_access_only account_kind department"),
    },
    ("org", "departments"): _keep(
        "department_code department_name parent_code department_level sort_order telework_seats valid_from valid_to"
    ),
    ("org", "department_succession"): _keep("from_department_code to_department_code changed_on share"),
    ("org", "staff"): {"employee_number": EMPLOYEE, "address": ADDRESS, **_keep("joined_on left_on")},
    ("org", "assignments"): {
        "employee_number": EMPLOYEE,
        **_keep("department_code post_kind share employment_type telework_capable valid_from valid_to ordered_on"),
    },
    ("org", "absences"): {"employee_number": EMPLOYEE, **_keep("absence_kind valid_from valid_to")},
    ("org", "networks"): _keep("cidr label network_kind valid_from valid_to"),
    ("org", "training"): {"employee_number": EMPLOYEE, **_keep("session_id held_on title")},
    ("org", "rollout"): _keep("department_code wave wave_kind starts_on"),
    ("org", "helpdesk_tickets"): _keep("ticket_id opened_on department_code category"),
    ("org", "telework_declarations"): {"employee_number": EMPLOYEE, **_keep("work_date work_place day_share")},
    ("org", "vpn_sessions"): {"address": ADDRESS, **_keep("connected_at disconnected_at")},
    ("org", "telework_rules"): _keep("rule_kind said means valid_from valid_to"),
    # Words of the administrator about roles; addresses are refused (sources/org/target_rules.py).
    ("org", "targets"): _keep("metric_id segment department_code target_value target_date owner_role note"),
}


def landed_columns(source: str, dataset: str) -> tuple[str, ...]:
    """The columns that the rules leave of a dataset whose fields are all there, in the order of the rules."""
    return tuple(column for name, rule in FIELDS[source, dataset].items() for column in _columns_of(name, rule))


def _columns_of(name: str, rule: Rule) -> tuple[str, ...]:
    if isinstance(rule, Key):
        return (f"{name}_key", f"{name}_domain") if rule.domain else (f"{name}_key",)
    return {
        Reduce.KEEP: (name,),
        Reduce.DROP: (),
        Reduce.EXTENSION: (f"{name.removesuffix('_name')}_extension",),
        Reduce.PLACE: ("ip_key", "ip_network_kind", "ip_network_label"),
    }[rule]
