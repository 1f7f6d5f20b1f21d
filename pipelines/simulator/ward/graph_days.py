"""What people do in Teams and mail, by UTC day: the numbers behind the Graph usage reports.

A report day is a UTC day, so work between 08:30 and 09:00 in Tokyo counts for the day before, be it a Sunday.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulator.ward.presence import MIXED, OFFICE, Cells, Traits
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

CHAT_LOG_ODDS_BEFORE, CHAT_LOG_ODDS_GAIN = -3.6, 4.0
MEETING_LOG_ODDS_BEFORE, MEETING_LOG_ODDS_GAIN = -4.4, 3.0
EARLY_CHANCE = 0.4  # on a day of someone who tends to come early

COUNTS = (
    "team_chat",
    "private_chat",
    "post_messages",
    "reply_messages",
    "urgent_messages",
    "calls",
    "meetings_organized",
    "meetings_attended",
    "adhoc_organized",
    "adhoc_attended",
    "onetime_organized",
    "onetime_attended",
    "recurring_organized",
    "recurring_attended",
    "audio_seconds",
    "video_seconds",
    "share_seconds",
    "mail_sent",
    "mail_received",
    "mail_read",
    "mail_meeting_created",
    "mail_meeting_interacted",
)
FLAGS = ("has_other_action", "used_web", "used_ios", "used_mac", "used_android", "used_windows")
MEETING_COUNTS = COUNTS[6:17]

Columns = dict[str, np.ndarray]


def build_graph_days(seed: int, cells: Cells, traits: Traits, roster: Roster, calendar: Calendar) -> pl.DataFrame:
    """One row per person and UTC day with any activity."""
    rng = stream(seed, Purpose.GRAPH)
    columns = _chat(rng, cells, traits) | _meetings(rng, cells, traits, calendar) | _mail(rng, cells, traits)
    columns |= _devices(rng, cells, traits, columns)
    for name in COUNTS:
        columns[name] = columns[name].astype(np.int32)
    rows, early = _early(rng, cells, traits, roster, columns)
    key = cells.day.astype(np.int64) * roster.people + cells.person
    early_key = key[rows] - roster.people
    # Early work joins the row of the day before; without one (a Sunday, a day of leave) it is a row of its own.
    position = np.minimum(np.searchsorted(key, early_key), len(key) - 1)
    has_row = key[position] == early_key
    for name in COUNTS:
        columns[name][position[has_row]] += early[name][has_row]
    for name in FLAGS:
        columns[name][position[has_row]] |= early[name][has_row]
    own = {name: early[name][~has_row] for name in (*COUNTS, *FLAGS)}
    frame = pl.concat([_frame(key, columns), _frame(early_key[~has_row], own)]).sort("key")
    days = calendar.dates(frame["key"].to_numpy() // roster.people, "activity_date")
    persons = (frame["key"] % roster.people).cast(pl.Int32).alias("person_no")
    return pl.concat([pl.DataFrame([persons, days]), frame.drop("key")], how="horizontal")


def _frame(key: np.ndarray, columns: Columns) -> pl.DataFrame:
    """The rows with any activity. Takes the columns out of the dictionary: they are large."""
    kept = pl.Series(_is_active(columns))
    series = [pl.Series(name, columns.pop(name)).filter(kept) for name in (*COUNTS, *FLAGS)]
    return pl.DataFrame([pl.Series("key", key).filter(kept), *series])


def _is_active(columns: Columns) -> np.ndarray:
    """Rows with any activity."""
    active = np.zeros(len(columns["team_chat"]), dtype=bool)
    for name in (*COUNTS, *FLAGS):
        active |= columns[name] > 0
    return active


def _chance(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def _chat(rng: np.random.Generator, cells: Cells, traits: Traits) -> Columns:
    """Team chat is posts plus replies; whoever chats sends at least one message of some kind."""
    count, person = len(cells.person), cells.person
    log_odds = (
        CHAT_LOG_ODDS_BEFORE
        + CHAT_LOG_ODDS_GAIN * cells.adoption
        + 0.7 * cells.is_trained
        + 0.9 * (cells.where != OFFICE)
        + 1.2 * traits.chat[person]
    )
    is_active = rng.random(count) < _chance(log_odds)
    lively = np.exp(0.35 * traits.chat[person]) * (0.4 + 0.6 * cells.adoption)
    in_teams = is_active & (rng.random(count) < 0.45)
    posts = rng.poisson(0.9 * lively) * in_teams
    replies = rng.poisson(1.6 * lively) * in_teams
    private = rng.poisson(5.5 * lively) * is_active
    private[is_active & (posts + replies + private == 0)] = 1
    calls = rng.poisson(0.5 * lively) * (is_active & (rng.random(count) < 0.4))
    return {
        "team_chat": posts + replies,
        "private_chat": private,
        "post_messages": posts,
        "reply_messages": replies,
        "urgent_messages": ((private > 0) & (rng.random(count) < 0.004)).astype(np.int64),
        "calls": calls,
        "has_other_action": rng.random(count) < np.where(is_active, 0.55, 0.10 + 0.15 * cells.adoption),
    }


def _meetings(rng: np.random.Generator, cells: Cells, traits: Traits, calendar: Calendar) -> Columns:
    """Attended = recurring + one-time + ad hoc + a few unclassified; whoever attends has audio."""
    count, person = len(cells.person), cells.person
    midweek = np.isin(calendar.weekdays[cells.day], (1, 2, 3))
    log_odds = (
        MEETING_LOG_ODDS_BEFORE
        + MEETING_LOG_ODDS_GAIN * cells.adoption
        + 0.5 * cells.is_trained
        + 1.3 * (cells.where != OFFICE)
        + 0.25 * midweek
        + 1.2 * traits.meeting[person]
    )
    attends = (rng.random(count) < _chance(log_odds)) & calendar.working[cells.day]
    attended = (1 + rng.poisson(0.7, count)) * attends
    unclassified = rng.binomial(attended, 0.02)
    recurring = rng.binomial(attended - unclassified, 0.42)
    adhoc = rng.binomial(attended - unclassified - recurring, 0.30)
    onetime = attended - unclassified - recurring - adhoc
    organized = {
        name: rng.binomial(number, share)
        for name, number, share in (("recurring", recurring, 0.12), ("adhoc", adhoc, 0.4), ("onetime", onetime, 0.2))
    }
    audio = attended * rng.integers(900, 4_500, count)
    video = np.where(rng.random(count) < 0.6, (audio * rng.uniform(0.3, 1.0, count)).astype(np.int64), 0)
    share = np.where(rng.random(count) < 0.5, (audio * rng.uniform(0.1, 0.8, count)).astype(np.int64), 0)
    return {
        "meetings_organized": sum(organized.values()),
        "meetings_attended": attended,
        "adhoc_organized": organized["adhoc"],
        "adhoc_attended": adhoc,
        "onetime_organized": organized["onetime"],
        "onetime_attended": onetime,
        "recurring_organized": organized["recurring"],
        "recurring_attended": recurring,
        "audio_seconds": audio,
        "video_seconds": video,
        "share_seconds": share,
    }


def _mail(rng: np.random.Generator, cells: Cells, traits: Traits) -> Columns:
    """Mail falls a little where chat is in use. Received mail is passive and only counted on days worked."""
    count, mean = len(cells.person), traits.mail[cells.person]
    opens = rng.random(count) < np.where(traits.is_bound[cells.person], 0.75, 0.97)
    sent = rng.poisson(mean * (1 - 0.25 * cells.adoption)) * opens
    received = rng.poisson(8 + 3.2 * mean)
    read = np.minimum(rng.poisson(4 + 2.0 * mean) * opens, received)
    return {
        "mail_sent": sent,
        "mail_received": received,
        "mail_read": read,
        "mail_meeting_created": rng.poisson(0.05 + 0.15 * cells.adoption) * opens,
        "mail_meeting_interacted": rng.poisson(0.1 + 0.3 * cells.adoption) * opens,
    }


def _devices(rng: np.random.Generator, cells: Cells, traits: Traits, columns: Columns) -> Columns:
    """Devices on which Teams was used, and the audio of calls added to that of meetings."""
    count, person = len(cells.person), cells.person
    uses = (columns["team_chat"] + columns["private_chat"] + columns["meetings_attended"] + columns["calls"]) > 0
    uses |= columns["has_other_action"]
    phone = uses & traits.has_phone[person] & (rng.random(count) < 0.12 + 0.38 * cells.adoption)
    desk = uses & (~phone | (rng.random(count) < 0.85) | (cells.where == MIXED))
    web = desk & (rng.random(count) < 0.10)
    talk = columns["calls"] * rng.integers(30, 900, count)
    return {
        "audio_seconds": columns["audio_seconds"] + talk,
        "used_web": web,
        "used_ios": phone & traits.has_iphone[person],
        "used_android": phone & ~traits.has_iphone[person],
        "used_mac": desk & traits.has_mac[person],
        "used_windows": desk & ~traits.has_mac[person] & (~web | (rng.random(count) < 0.6)),
    }


def _early(
    rng: np.random.Generator, cells: Cells, traits: Traits, roster: Roster, columns: Columns
) -> tuple[np.ndarray, Columns]:
    """Take what was done before 09:00 out of `columns`; return the cells concerned and what goes a day back."""
    before = np.maximum(cells.day - 1, 0)
    was_there = (cells.day > 0) & (roster.department_of[before, cells.person] >= 0)
    early = was_there & traits.is_early[cells.person] & (rng.random(len(cells.person)) < EARLY_CHANCE)
    rows = np.flatnonzero(early)
    moved: Columns = {name: np.zeros(len(rows), dtype=np.int32) for name in COUNTS}
    moved |= {name: np.zeros(len(rows), dtype=bool) for name in FLAGS}
    for name, share in (
        ("post_messages", 0.2),
        ("reply_messages", 0.2),
        ("private_chat", 0.2),
        ("mail_sent", 0.15),
        ("mail_read", 0.25),
    ):
        moved[name] = rng.binomial(columns[name][rows], share).astype(np.int32)
    moved["team_chat"] = moved["post_messages"] + moved["reply_messages"]
    moved["mail_received"] = moved["mail_read"]
    # The morning round of 08:40: one recurring meeting and nothing else that day goes back as a whole.
    only_round = (columns["meetings_attended"][rows] == 1) & (columns["recurring_attended"][rows] == 1)
    only_round &= (columns["calls"][rows] == 0) & (rng.random(len(rows)) < 0.4)
    for name in MEETING_COUNTS:
        moved[name] = columns[name][rows] * only_round
    chatted = moved["team_chat"] + moved["private_chat"] + moved["meetings_attended"] > 0
    moved["used_windows"] = chatted & columns["used_windows"][rows]
    moved["used_web"] = chatted & ~columns["used_windows"][rows]
    for name in COUNTS:
        columns[name][rows] -= moved[name]
    return rows, moved
