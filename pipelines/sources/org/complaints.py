"""What is wrong with the organisation's files: one complaint per rule, with the lines it concerns.

Every sentence names the file, its lines and what to do; never a person, an employee number or an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import InputFileError

LINES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Complaint:
    """Lines of one file that break one rule. `rule` is its stable name, under which lines are counted.

    Without lines it concerns the whole file and `what` is the sentence. Lines that are not refused lack something
    (a post, say) and stay in the table when partial files are accepted.
    """

    dataset: str
    rule: str
    what: str
    remedy: str
    lines: list[int]
    is_refused: bool = True

    def __str__(self) -> str:
        if not self.lines:
            return self.what
        lines = sorted(self.lines)
        shown, more = ", ".join(map(str, lines[:LINES_SHOWN])), len(lines) - LINES_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        where = f"line {shown}" if len(lines) == 1 else f"lines {shown}{rest}: each"
        return f"{self.dataset}.csv {where} {self.what}: {self.remedy}."


class OrgFilesError(InputFileError):
    """The files contradict themselves or one another; every complaint is listed, one a line."""

    def __init__(self, complaints: list[Complaint]) -> None:
        self.complaints = complaints
        sentences = [str(complaint) for complaint in complaints]
        if len(sentences) > 1:
            sentences.insert(
                0, f"The organisation's files break {len(sentences)} rules: correct them, or go on without these lines "
                "with --accept-partial.",
            )  # fmt: skip
        super().__init__("\n".join(sentences))


def counted(complaints: list[Complaint], dataset: str) -> dict[str, int]:
    """Lines of one file per rule; a file that cannot be used at all counts as one."""
    counts: dict[str, int] = {}
    for complaint in complaints:
        if complaint.dataset == dataset:
            counts[complaint.rule] = counts.get(complaint.rule, 0) + max(1, len(complaint.lines))
    return dict(sorted(counts.items()))
