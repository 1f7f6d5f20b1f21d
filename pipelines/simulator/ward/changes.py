"""Which kinds of change a world has beyond transfers, leavers and joiners: options of a world, nothing more.

What the changes do belongs to the modules named; a world without them is the same as one drawn before they existed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Each kind on or off."""

    reorganisation: bool = False  # merger, split, new name, abolition; see reorganisation.py
    careers: bool = False  # re-hired, seconded, joining in mid-month, orders late or long before
    accounts: bool = False  # new names and addresses; see account_names.py
    directory_lag: bool = False  # the directory learns of a transfer later, and in free text; see directory.py


NO_CHANGES = Changes()
# Without the lag the directory alone tells every department exactly, which tests of that way rely on.
ALL_CHANGES = Changes(reorganisation=True, careers=True, accounts=True)
