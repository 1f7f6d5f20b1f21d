"""All rules across the organisation's files, in the order in which they build on one another.

Every error is listed, not only the first. By default nothing is taken in while there is one; who accepts partial files
goes on with the good lines, and the others are counted per rule. The rules are in *_rules.py beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer
from pipelines.sources.org.complaints import Complaint, OrgFilesError, counted
from pipelines.sources.org.department_rules import examine_departments, examine_succession
from pipelines.sources.org.examination import Examination
from pipelines.sources.org.files import ReadFile, read_file
from pipelines.sources.org.other_rules import examine_lines, examine_networks, examine_others
from pipelines.sources.org.people_rules import examine_absences, examine_assignments, examine_staff
from pipelines.sources.org.schema import FILES
from pipelines.sources.org.target_rules import examine_targets
from pipelines.sources.org.telework_rules import examine_telework_rules

# Without these there is nothing to go on with, however lenient the user is.
_INDISPENSABLE = frozenset({"departments", "staff", "assignments", "networks"})


@dataclass(frozen=True, slots=True)
class OrgFiles:
    """The good lines of every file (typed, with line numbers), what is wrong with the others, unknown columns."""

    tables: dict[str, pl.DataFrame] = field(repr=False)
    complaints: list[Complaint]
    unknown_columns: dict[str, dict[str, int]]

    def refused(self, dataset: str) -> dict[str, int]:
        """Lines of one file that were left out, per rule."""
        return counted([complaint for complaint in self.complaints if complaint.is_refused], dataset)

    def refused_line_numbers(self, dataset: str) -> list[int]:
        return sorted(
            line for one in self.complaints if one.dataset == dataset and one.is_refused for line in one.lines
        )


def check(answers: list[Answer], *, accept_partial: bool = False) -> OrgFiles:
    """The files, checked. Raises OrgFilesError listing every error, unless the user accepts partial files."""
    found = examine(answers)
    if found.complaints and not accept_partial:
        raise OrgFilesError(found.complaints)
    return found


def examine(answers: list[Answer]) -> OrgFiles:
    """The files with everything that is wrong with them. Raises OrgFilesError only if the main ones are unreadable."""
    read: list[ReadFile] = []
    unreadable: list[Complaint] = []
    for answer in answers:
        try:
            read.append(read_file(answer.body, FILES[answer.dataset]))
        except InputFileError as error:
            unreadable.append(Complaint(answer.dataset, "unreadable", str(error), "", []))
    found = Examination(read)
    found.complaints = unreadable + found.complaints
    if any(complaint.dataset in _INDISPENSABLE for complaint in unreadable):
        raise OrgFilesError(found.complaints)
    for rules in (
        *(examine_lines, examine_networks, examine_departments, examine_succession),
        *(examine_staff, examine_absences, examine_assignments, examine_others, examine_telework_rules),
        examine_targets,
    ):
        rules(found)
    unknown = {one.spec.dataset: one.unknown_columns for one in read if one.unknown_columns}
    return OrgFiles(found.tables, found.complaints, unknown)
