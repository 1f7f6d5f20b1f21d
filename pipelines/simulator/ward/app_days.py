"""What people do in mail apps, OneDrive, SharePoint and the Microsoft 365 apps, by UTC day.

Follows from the graph days (who mailed, chatted, met, used a phone) and has a number stream of its own, so nothing
drawn elsewhere depends on it. Made when a report first asks for it. Names of columns and texts belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulator.ward.organisation import EMPLOYMENT_NAMES, FIXED_TERM
from pipelines.simulator.ward.streams import Purpose, stream

FILE_COUNTS = (
    "onedrive_viewed",
    "onedrive_synced",
    "onedrive_shared_inside",
    "onedrive_shared_outside",
    "sharepoint_viewed",
    "sharepoint_synced",
    "sharepoint_shared_inside",
    "sharepoint_shared_outside",
    "sharepoint_pages",
)
# Sets of flags in one whole number each: bit n is the n-th name.
MAIL_APPS = (
    "mail_mac",
    "outlook_mac",
    "outlook_windows",
    "outlook_mobile",
    "other_mobile",
    "outlook_web",
    "pop3",
    "imap4",
    "smtp",
)
PLATFORMS = ("windows", "mac", "mobile", "web")
APPS = ("outlook", "word", "excel", "powerpoint", "onenote", "teams")
APP_FLAGS = tuple((app, platform) for platform in PLATFORMS for app in APPS)
BIT_SETS = ("mail_apps", "app_flags")
OFFICE_APP_CHANCES = (("word", 0.50), ("excel", 0.62), ("powerpoint", 0.20), ("onenote", 0.05))

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class _Habits:
    """Lasting ways of each person, one entry per row."""

    files: np.ndarray  # standard normal
    has_sync: np.ndarray
    has_phone: np.ndarray
    has_mac: np.ndarray
    is_light: np.ndarray  # a licence without apps to install
    prefers_other_mobile: np.ndarray
    legacy: np.ndarray  # 0 none, 1 POP3, 2 IMAP4, 3 SMTP


def build_app_days(seed: int, rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """FILE_COUNTS and BIT_SETS for each of the graph days given, in the same order (the order decides the numbers)."""
    rng = stream(seed, Purpose.APPS)
    habits = _habits(rng, rows, people)
    given = {
        name: rows[name].to_numpy() for name in ("team_chat", "private_chat", "meetings_attended", "mail_received")
    }
    given["mails"] = (rows["mail_sent"] + rows["mail_read"]).to_numpy() > 0
    given["phone"] = (rows["used_ios"] | rows["used_android"]).to_numpy()
    columns = _files(rng, given, habits)
    mail = _mail_apps(rng, given, habits)
    apps = _office_apps(rng, given, habits, columns)
    for name, column in (("mac", "used_mac"), ("windows", "used_windows"), ("web", "used_web")):
        apps["teams", name] = rows[column].to_numpy()
    apps["teams", "mobile"] = given["phone"]
    for name in PLATFORMS:
        apps["outlook", name] = mail[f"outlook_{name}"]
    counts = [pl.Series(name, columns[name].astype(np.int32)) for name in FILE_COUNTS]
    sets = [
        _bits("mail_apps", [mail[name] for name in MAIL_APPS]),
        _bits("app_flags", [apps[key] for key in APP_FLAGS]),
    ]
    return pl.DataFrame([*counts, *sets])


def bit(column: str, position: int) -> pl.Expr:
    """Whether one flag of a set is up."""
    return (pl.col(column) & pl.lit(1 << position, pl.UInt32)) > 0


def app_mask(*, app: str | None = None, platform: str | None = None) -> int:
    """The flags of one app or one platform, as a number to compare a set with."""
    wanted = [n for n, (a, p) in enumerate(APP_FLAGS) if app in (None, a) and platform in (None, p)]
    return sum(1 << position for position in wanted)


def _bits(name: str, flags: list[np.ndarray]) -> pl.Series:
    result = np.zeros(len(flags[0]), dtype=np.uint32)
    for position, flag in enumerate(flags):
        result |= flag.astype(np.uint32) << np.uint32(position)
    return pl.Series(name, result)


def _habits(rng: np.random.Generator, rows: pl.DataFrame, people: pl.DataFrame) -> _Habits:
    person = rows["person_no"].to_numpy()
    count = int(people["person_no"].to_numpy().max(initial=0)) + 1
    is_light = np.zeros(count, dtype=bool)
    is_light[people["person_no"].to_numpy()] = (people["employment_type"] == EMPLOYMENT_NAMES[FIXED_TERM]).to_numpy()

    def ever(*names: str) -> np.ndarray:
        """Who used one of these devices on any day."""
        used = np.zeros(count, dtype=bool)
        for name in names:
            used[person[rows[name].to_numpy()]] = True
        return used

    per_person = _Habits(
        files=rng.normal(size=count),
        has_sync=(rng.random(count) < 0.55) & ~is_light,
        has_phone=ever("used_ios", "used_android"),
        has_mac=ever("used_mac"),
        is_light=is_light,
        prefers_other_mobile=rng.random(count) < 0.12,
        legacy=rng.choice(4, size=count, p=[0.994, 0.001, 0.002, 0.003]),
    )
    return _Habits(**{name: values[person] for name, values in vars(per_person).items()})


def _dice(rng: np.random.Generator, count: int, chance: np.ndarray | float) -> np.ndarray:
    return rng.random(count, dtype=np.float32) < chance


def _mail_apps(rng: np.random.Generator, given: Columns, habits: _Habits) -> Columns:
    """Whoever reads or sends does so in at least one app; a light licence has the web and the phone only."""
    mails = given["mails"]
    count = len(mails)
    at_desk = mails & ~habits.is_light & _dice(rng, count, 0.93)
    on_phone = mails & habits.has_phone & _dice(rng, count, np.where(given["phone"], 0.75, 0.2))
    legacy = np.where(mails, habits.legacy, 0)
    web = mails & (_dice(rng, count, 0.12) | ~(at_desk | on_phone))
    return {
        "mail_mac": at_desk & habits.has_mac & _dice(rng, count, 0.1),
        "outlook_mac": at_desk & habits.has_mac,
        "outlook_windows": at_desk & ~habits.has_mac,
        "outlook_mobile": on_phone & ~habits.prefers_other_mobile,
        "other_mobile": on_phone & habits.prefers_other_mobile,
        "outlook_web": web,
        "pop3": legacy == 1,
        "imap4": legacy == 2,
        "smtp": legacy == 3,
    }


def _files(rng: np.random.Generator, given: Columns, habits: _Habits) -> Columns:
    """Files are opened more by those who chat; the sync client works in the background on every day at work."""
    count = len(given["mails"])
    chats = given["team_chat"] + given["private_chat"] > 0
    at_work = given["mail_received"] > 0
    own = at_work & _dice(rng, count, _chance(-0.9 + 1.0 * chats + 0.8 * habits.files - 0.8 * habits.is_light))
    in_team = given["team_chat"] > 0
    pull = -1.6 + 1.8 * in_team + 0.6 * (given["meetings_attended"] > 0) + 0.7 * habits.files
    visits = (at_work | in_team) & _dice(rng, count, _chance(pull))
    opens = visits & _dice(rng, count, 0.7)
    shares, asks = own & _dice(rng, count, 0.15), opens & _dice(rng, count, 0.06)
    return {
        "onedrive_viewed": own * (1 + rng.poisson(3.0, count)),
        "onedrive_synced": (habits.has_sync & at_work) * rng.poisson(9.0, count),
        "onedrive_shared_inside": shares * (1 + rng.poisson(0.5, count)),
        "onedrive_shared_outside": (own & _dice(rng, count, 0.015)).astype(np.int64),
        "sharepoint_viewed": opens * (1 + rng.poisson(2.0, count)),
        "sharepoint_synced": (habits.has_sync & opens & _dice(rng, count, 0.2)) * rng.poisson(6.0, count),
        "sharepoint_shared_inside": asks * (1 + rng.poisson(0.3, count)),
        "sharepoint_shared_outside": (opens & _dice(rng, count, 0.004)).astype(np.int64),
        "sharepoint_pages": visits * (1 + rng.poisson(1.2, count)),
    }


def _office_apps(
    rng: np.random.Generator, given: Columns, habits: _Habits, files: Columns
) -> dict[tuple[str, str], np.ndarray]:
    """Word, Excel, PowerPoint, OneNote; the apps of the mailbox and of Teams are known from elsewhere."""
    count = len(given["mails"])
    writes = given["mails"] | (files["onedrive_viewed"] + files["sharepoint_viewed"] > 0)
    result: dict[tuple[str, str], np.ndarray] = {}
    for app, chance in OFFICE_APP_CHANCES:
        uses = writes & _dice(rng, count, np.where(habits.is_light, 0.3 * chance, chance))
        result[app, "windows"] = uses & ~habits.is_light & ~habits.has_mac
        result[app, "mac"] = uses & ~habits.is_light & habits.has_mac
        result[app, "web"] = uses & (habits.is_light | _dice(rng, count, 0.1))
        result[app, "mobile"] = uses & given["phone"] & _dice(rng, count, 0.08)
    return result


def _chance(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))
