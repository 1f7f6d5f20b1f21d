"""One trouble: what is wrong, in a sentence with its remedy, for the terminal in English and for messages in Japanese.

Which troubles there are now is decided in health.py and machine.py. A sentence holds days, not ages, so it stays the
same as long as nothing changes: a message is sent again only when its sentence is another.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.orchestration.words import WORDS

Severity = Literal["fix", "warning"]

# Nobody can mend them, or the run itself names them once.
TOLD_ONCE = ("lost", "run-people")
NAMES_SHOWN = 4
# What differs from day to day and from call to call is no part of a cause.
_DATASET = re.compile(r"^[a-z]+ [a-z0-9_]+ \([^()]*\): ")
_QUESTION = re.compile(r"^([A-Z][\w ]*?) did not give [^:]*: ")
_NOTES = re.compile(r" \((?:\d+ attempts? in \d+ s(?:, )?)?(?:request id [\w.-]+)?\)")
_OTHERS = re.compile(r"; also failed: .*?(?=\.$)| \(\d+ more steps failed\.\)$")


@dataclass(frozen=True, slots=True)
class Trouble:
    """`cause` names it for as long as it lasts. `fix`: somebody can still mend it; `warning`: worth a look.

    `title` and `japanese` are the subject and the text of a message. `since` is the first day it was seen, if known.
    `is_told_once`: nobody can mend it, so its end is no news.
    """

    cause: str
    severity: Severity
    sentence: str
    title: str
    japanese: str
    since: date | None = None
    is_told_once: bool = False


def trouble(
    kind: str, cause: str, severity: Severity, sentence: str, since: date | None = None, **values: object
) -> Trouble:
    """A trouble of a kind that has words; `values` are what the words name."""
    title, japanese = (text.format(**values) for text in WORDS[kind])
    return Trouble(cause, severity, sentence, title, japanese, since, is_told_once=kind in TOLD_ONCE)


def cause_of(sentence: str) -> tuple[str, str]:
    """A short name of what a sentence gives as the cause, and the sentence without dataset, day, attempts and ids."""
    text = _DATASET.sub("", sentence.removeprefix("Nothing was published. "))
    text = _OTHERS.sub("", _NOTES.sub("", _QUESTION.sub(r"\1: ", text)))
    name = hashlib.sha256(re.sub(r"\d+", "0", text).encode()).hexdigest()[:8]
    return name, text


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
