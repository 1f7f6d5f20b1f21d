"""The four subjects of the pages and the published metrics and datasets each rests on.

What does not belong here: names and formulas of metrics (they come from dim_metric) and any text (texts/).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.periods import Dataset

TEAMS: Dataset = ("graph", "teams_user_activity")
DEVICES: Dataset = ("graph", "teams_device_usage")
MAIL: Dataset = ("graph", "email_activity")
SIGN_INS: Dataset = ("graph", "sign_ins")
BOX: Dataset = ("box", "events")

OUTBOUND, INBOUND, BEYOND_MAIL = "external_outbound_files", "external_inbound_files", "beyond_mail_files"


@dataclass(frozen=True)
class Subject:
    """`headline` is the figure of the panel, `reach` the share of people; `others` are read beside them."""

    key: str
    headline: str
    reach: str
    others: tuple[str, ...]


SUBJECTS = (
    Subject("chat", "chat_reach", "chat_reach", ("chat_day_rate", "chat_share", "mobile_reach")),
    Subject("meeting", "meeting_reach", "meeting_reach", ("meeting_minutes",)),
    Subject(
        *("telework", "telework_reach", "telework_reach"),
        ("telework_capable_reach", "telework_day_rate", "telework_coverage"),
    ),
    # Who uses Box says little about sharing: the panel asks what went over that mail could not have carried.
    Subject(
        "box", "beyond_mail_share", "box_reach", (BEYOND_MAIL, OUTBOUND, INBOUND, "external_partners", "box_reach")
    ),
)

# The order of metrics on the pages; what a later release publishes besides is listed after these.
METRIC_ORDER = tuple(
    dict.fromkeys(metric for subject in SUBJECTS for metric in (subject.reach, subject.headline, *subject.others))
)

_DATASETS = {
    "chat_share": (TEAMS, MAIL),
    "mobile_reach": (DEVICES,),
    "box_reach": (BOX,),
    OUTBOUND: (BOX,),
    INBOUND: (BOX,),
    BEYOND_MAIL: (BOX,),
    "beyond_mail_share": (BOX,),
    "file_request_files": (BOX,),
    "partner_folder_actions": (BOX,),
}
_DATASETS_BY_PREFIX = {
    "chat": (TEAMS,),
    "meeting": (TEAMS,),
    "telework": (SIGN_INS, BOX),
    "seats": (SIGN_INS, BOX),
    "external": (BOX,),
}


def datasets_of(metric_id: str) -> tuple[Dataset, ...]:
    """The datasets without which a day of this metric is missing; empty for metrics unknown to this release."""
    return _DATASETS.get(metric_id) or _DATASETS_BY_PREFIX.get(metric_id.split("_", 1)[0], ())
