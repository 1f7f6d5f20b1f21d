"""The four subjects of the pages and the published metrics of each.

What does not belong here: names and formulas of metrics (they come from dim_metric), what they hang on (measures.py)
and any text (texts/).
"""

from __future__ import annotations

from dataclasses import dataclass

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
