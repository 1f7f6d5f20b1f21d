"""The steps to habit and the tiers of chat of one 部, beside those of 全庁, as the rows of two tables.

What does not belong here: the habit that stands on top of the page (tools.py). All is told of one month.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.queries import ROOT
from pipelines.pages.figures.subjects import HABIT
from pipelines.pages.views.context import Context, Row

TOOLS = ("chat", "meeting", "telework", "box", "files")
STEPS = ("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual", HABIT)
TIERS = ("power", "habitual", "novice", "low", "non_user", "too_new")
NEW, TIER = "too_new_share", "tier_share"


@dataclass(frozen=True)
class Tier:
    """A figure of the 部 and the same of 全庁."""

    label: str
    own: Row
    whole: Row


@dataclass(frozen=True)
class Habits:
    """A row of figures for each tool that has any."""

    steps: list[Metric]
    tools: list[tuple[str, list[Row]]]
    tier_metric: Metric
    tiers: list[Tier]
    too_new: Row


def habits(context: Context) -> Habits | None:
    """None where nothing is published of it, as in the first weeks of the data."""
    say = context.language.say
    tools = []
    for tool in TOOLS:
        rows = [context.row("", context.part(metric_id, "tool", tool)) for metric_id in STEPS]
        if any(not row.cell.is_empty for row in rows):
            name = say(f"tool.{tool}")
            tools.append((say("mix.at_least", tool=name) if tool == "telework" else name, rows))
    tiers = [
        Tier(
            say(f"tier.{tier}"),
            context.row("", context.part(TIER, "tier", tier)),
            context.row("", context.part(TIER, "tier", tier, ROOT)),
        )
        for tier in TIERS
    ]
    tiers = [tier for tier in tiers if not tier.own.cell.is_empty]
    if not tools and not tiers:
        return None
    return Habits(
        steps=[context.metric(step) for step in STEPS],
        tools=tools,
        tier_metric=context.metric(TIER),
        tiers=tiers,
        too_new=context.row(context.metric(NEW).name, context.part(NEW, "tool", TOOLS[0])),
    )
