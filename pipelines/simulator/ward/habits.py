"""How people of a ward differ from the usual ones in what they do and which traces they leave: options of a world.

The numbers of a usual ward stand in the modules that draw them (presence.py, evidence.py, desk.py); here is only by how
much another ward moves them. A world with the usual habits is the same as one drawn before they existed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulator.ward.streams import Purpose, stream


@dataclass(frozen=True, kw_only=True)
class Habits:
    """chat, meeting, box: added to everybody's inclination, in standard deviations. mail, telework: times as much.

    lost_evidence_share: of the days somebody worked, so many leave no trace of any place: no sign-in, no Box event of
    their own, no session of the gateway, nothing declared. The truth still knows where they worked.
    """

    chat: float = 0.0
    meeting: float = 0.0
    box: float = 0.0
    mail: float = 1.0
    telework: float = 1.0
    lost_evidence_share: float = 0.0

    def __post_init__(self) -> None:
        if self.mail <= 0 or self.telework < 0:
            raise ValueError("Mail must be more than 0 times the usual and telework not less than 0 times: raise them.")
        if not 0 <= self.lost_evidence_share < 1:
            raise ValueError(f"A share of lost evidence of {self.lost_evidence_share} is not from 0 to below 1.")


USUAL_HABITS = Habits()


def lost_cells(seed: int, count: int, share: float) -> np.ndarray:
    """Which cells (days somebody worked) leave no trace."""
    if share == 0:
        return np.zeros(count, dtype=bool)
    return stream(seed, Purpose.LOST_EVIDENCE).random(count) < share
