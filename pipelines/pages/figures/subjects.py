"""The four subjects of the pages and the published metrics of each.

What does not belong here: names and formulas of metrics (they come from dim_metric), what they hang on (measures.py)
and any text (texts/).
"""

from __future__ import annotations

from dataclasses import dataclass

OUTBOUND, INBOUND, BEYOND_MAIL = "external_outbound_files", "external_inbound_files", "beyond_mail_files"
HABIT = "habit_share"
# Figures of those who can telework, and the same of all staff.
OF_ALL_STAFF = {"telework_capable_day_rate": "telework_day_rate", "telework_capable_reach": "telework_reach"}


@dataclass(frozen=True)
class Subject:
    """One tool: its habit is the headline, its day rate is judged, its reach at equal days stands third.

    `key` is the tool of the habit as well; `fact` is one more figure that is read beside them. `is_at_least` says that
    figures are what is known, and that more may be so.
    """

    key: str
    day_rate: str
    equal_days: str
    fact: str
    is_at_least: bool = False


SUBJECTS = (
    Subject("chat", "chat_day_rate", "chat_reach_equal_days", "chat_share"),
    Subject("meeting", "meeting_day_rate", "meeting_reach_equal_days", "meeting_minutes"),
    Subject(
        *("telework", "telework_capable_day_rate", "telework_capable_reach_equal_days", "telework_capable_day_rate"),
        is_at_least=True,
    ),
    Subject("box", "box_day_rate", "box_reach_equal_days", "beyond_mail_share"),
)

# The order of metrics on the pages; what a later release publishes besides is listed after these.
METRIC_ORDER = (
    *(metric for subject in SUBJECTS for metric in dict.fromkeys((subject.day_rate, subject.equal_days, subject.fact))),
    *(BEYOND_MAIL, OUTBOUND, INBOUND),
)
