"""Which tests run one after another on one worker because they share something costly, and which begin first.

The groups are ours and go by files, for pytest-xdist 3.8 groups nothing under pytest 9.2: it deals the tests out one by
one, and every worker builds every ward.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# Folders with something that is made once for all their files.
TOGETHER = ("crash", "faults", "metamorphic", "pages", "sources", "sql")
# Files of tests/e2e by the ward of its conftest.py that they use.
WARDS = {
    "unrun_ward": ("test_bad_input.py", "test_doctor.py"),
    "ward": ("test_commands.py", "test_metrics_truth.py", "test_notebooks.py", "test_privacy.py", "test_reruns.py",
             "test_truth.py"),
}  # fmt: skip
WARD_OF = {file: ward for ward, files in WARDS.items() for file in files}
# What takes longest, longest first: what begins last must be short, or one worker waits for the other.
LONGEST = ("pages", "ward", "mornings/test_mornings.py", "crash", "unrun_ward",
           "warehouse/increment/test_incremental_equals_full.py", "faults",
           "e2e/test_copilot_truth.py", "e2e/test_demo.py", "test_package.py", "sources",
           "warehouse/increment/test_incremental_copy.py", "commands/test_status.py", "e2e/test_other_wards.py",
           "metamorphic", "sql", "test_no_ward_constants.py",
           "e2e/test_snapshots_only.py", "e2e/test_unmatched.py")  # fmt: skip


def group_of(nodeid: str) -> str:
    """The group of a test by its id: tests/FOLDER/.../FILE::..."""
    path = nodeid.split("::", maxsplit=1)[0].removeprefix("tests/")
    folder, _, file = path.partition("/")
    if folder in TOGETHER:
        return folder
    return WARD_OF.get(file, path) if folder == "e2e" else path


def rank(nodeid: str) -> int:
    """Where the group of this test stands among those to begin with."""
    group = group_of(nodeid)
    return LONGEST.index(group) if group in LONGEST else len(LONGEST)


class Groups(LoadScopeScheduling):
    """Deals out whole groups, in the order of the tests."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
