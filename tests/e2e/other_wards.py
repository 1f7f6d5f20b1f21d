"""Wards unlike the usual one, by what their people do: for full_truth.py (`--habits`) and test_other_wards.py."""

from __future__ import annotations

from pipelines.simulator.ward.habits import USUAL_HABITS, Habits

HABITS = {
    "usual": USUAL_HABITS,
    # Most are at home on many days and write rather than meet; nobody took to Box.
    "at_home": Habits(chat=1.5, meeting=-1.0, box=-2.5, telework=3.0),
    # Everybody comes, meets and shares files; chat and mail are rare.
    "in_the_office": Habits(chat=-1.5, meeting=1.5, box=2.0, mail=0.3, telework=0.2),
    # As usual, but of every fifth day worked nothing tells where.
    "few_traces": Habits(lost_evidence_share=0.2),
}
