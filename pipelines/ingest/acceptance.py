"""When a day of a usage report counts: it must agree with the directory, with the totals of the tenant and with itself.

An answer can be whole and well-formed and still be half a report. Here it is compared with what the service says
elsewhere; a day that does not agree is rejected in one sentence of counts, kept aside, and replaces nothing. Reading
the bytes is sources/graph/parse.py; what each report is compared with is written in its catalogue entry.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from functools import cached_property

import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landed
from pipelines.sources.answer import Answer, Parsed, Parser
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.reports import ControlTotal, ReportSpec

# Less than this share of the rows of the accepted revision: a restatement adds rows, it hardly ever takes some away.
KEPT_SHARE = 0.9
# Below this many, a difference between report and total is a late message or two and proves nothing.
SMALL_DIFFERENCE = 10
LATER = "it was kept aside and is fetched again on the next run"
REPLAYED = "it stays aside"
EXPORT_AGAIN = "it was kept aside: export the report again, or leave the day to the next run"


class Acceptance:
    """The rules of one run; the snapshots they compare with are read once.

    `later` is what a person reads about a day that was rejected.
    """

    def __init__(self, workspace: Workspace, later: str = LATER) -> None:
        self._later = later
        self._landing = workspace.landing
        self._floor_share = workspace.settings.row_floor_share
        self._tolerance = workspace.settings.control_tolerance
        self._licensed: dict[date, int] = {}
        self._totals: dict[tuple[str, date], pl.DataFrame | None] = {}

    def parser(self, spec: ReportSpec) -> Parser:
        """Reads a report and raises RejectedAnswerError also for one that does not agree with what else is known."""
        parse = parse_report(spec)

        def checked(answer: Answer) -> Parsed:
            parsed = parse(answer)
            what = f"The {spec.label} of {answer.day}"
            if spec.kind == "day":
                self._check_floor(spec, answer, parsed.frame, what)
                self._check_former(answer, parsed.frame, what)
                if spec.control is not None:
                    self._check_control(spec, spec.control, answer, parsed.frame, what)
            return parsed

        return checked

    def can_compare(self, spec: ReportSpec, answer: Answer) -> bool:
        """Whether the totals are there that this report is compared with; one that has none needs none."""
        return spec.control is None or self._totals_of(spec.control.dataset, answer, spec) is not None

    def _check_floor(self, spec: ReportSpec, answer: Answer, frame: pl.DataFrame, what: str) -> None:
        share = self._floor_share * spec.row_floor
        licensed = self._licensed_accounts(answer.day) if share else 0
        if frame.height < share * licensed:
            raise RejectedAnswerError(
                f"{what} lists {frame.height} accounts although {licensed} hold a licence, less than the "
                f"{share:.0%} that KATSUYO_ROW_FLOOR_SHARE asks for: {self._later}."
            )

    def _check_former(self, answer: Answer, frame: pl.DataFrame, what: str) -> None:
        former = self._landing.current(answer.source, answer.dataset, answer.day)
        if former is not None and frame.height < KEPT_SHARE * former.revision.row_count:
            raise RejectedAnswerError(
                f"{what} lists {frame.height} accounts although {former.revision.row_count} came before: these stay, "
                f"{self._later}."
            )

    def _check_control(
        self, spec: ReportSpec, control: ControlTotal, answer: Answer, frame: pl.DataFrame, what: str
    ) -> None:
        totals = self._totals_of(control.dataset, answer, spec)
        if totals is None:
            return
        if control.sums:
            self._check_sums(control, answer.day, frame, totals, what)
        elif self._floor_share:
            # Where a day lists active accounts only, their number says nothing about the enabled ones.
            self._check_rows(control, frame, totals, what)

    def _check_sums(
        self, control: ControlTotal, day: date, frame: pl.DataFrame, totals: pl.DataFrame, what: str
    ) -> None:
        row = totals.filter(pl.col("report_date") == day.isoformat())
        pairs = [(total, own) for total, own in control.sums if total in row.columns and own in frame.columns]
        if row.is_empty() or not pairs:
            return
        licensed = frame.filter(_is_true("is_licensed")) if "is_licensed" in frame.columns else frame
        expected = {total: _number(row[total][0]) for total, _ in pairs}
        found = {total: _sum(licensed[own]) for total, own in pairs}
        if not any(expected.values()):
            return  # the totals themselves are not there yet
        if not any(found.values()):
            raise RejectedAnswerError(
                f"{what} shows no activity at all although the tenant's totals of that day do: {self._later}."
            )
        for total, should in expected.items():
            if should is not None and self._differs(found[total], should):
                raise RejectedAnswerError(
                    f"{what} adds up to {found[total]} {total} although the tenant's total of that day is {should}, "
                    f"more apart than KATSUYO_CONTROL_TOLERANCE allows: {self._later}."
                )

    def _check_rows(self, control: ControlTotal, frame: pl.DataFrame, totals: pl.DataFrame, what: str) -> None:
        should = sum(_number(totals[name][0]) or 0 for name in control.rows)
        licences = [name for name in frame.columns if name.startswith("has_") and name.endswith("_license")]
        found = frame.filter(pl.any_horizontal(_is_true(name) for name in licences)).height
        if should and (not found or self._differs(found, should)):
            raise RejectedAnswerError(
                f"{what} lists {found} licensed accounts although the tenant counts {should}, more apart than "
                f"KATSUYO_CONTROL_TOLERANCE allows: {self._later}."
            )

    def _differs(self, found: int, should: int) -> bool:
        return abs(found - should) > max(SMALL_DIFFERENCE, self._tolerance * max(found, should))

    def _totals_of(self, dataset: str, answer: Answer, spec: ReportSpec) -> pl.DataFrame | None:
        """The totals that were asked for on the same day as the answer: older ones know less of a restated day.

        An imported day is compared with the newest totals, once they are so much later that nothing changes any more.
        """
        asked_on = answer.fetched_at.astimezone(UTC).date()
        if answer.channel == "import":
            newest = self._landing.newest("graph", dataset)
            settled = answer.day + timedelta(days=spec.lag_days + spec.restatement_days)
            if newest is None or newest.revision.day < settled:
                return None
            asked_on = newest.revision.day
        key = dataset, asked_on
        if key not in self._totals:
            landed = self._landing.current("graph", dataset, asked_on)
            self._totals[key] = pl.read_parquet(landed.table) if landed else None
        return self._totals[key]

    def _licensed_accounts(self, day: date) -> int:
        """Accounts with a licence in the first directory snapshot on or after the day, else in the newest before."""
        if not self._snapshot_days:
            return 0
        seen_on = next((seen for seen in self._snapshot_days if seen >= day), self._snapshot_days[-1])
        if seen_on not in self._licensed:
            landed = self._landing.current("graph", "users", seen_on)
            self._licensed[seen_on] = _licensed_in(landed) if landed else 0
        return self._licensed[seen_on]

    @cached_property
    def _snapshot_days(self) -> list[date]:
        return [day for day in self._landing.days("graph", "users") if self._landing.current("graph", "users", day)]


def _licensed_in(landed: Landed) -> int:
    columns = pl.read_parquet(landed.table, columns=["account_enabled", "assigned_license_count"])
    licences = pl.col("assigned_license_count").cast(pl.Int64, strict=False)
    return columns.filter(_is_true("account_enabled") & (licences > 0)).height


def _is_true(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().is_in(["yes", "true"]).fill_null(value=False)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _sum(column: pl.Series) -> int:
    return int(column.cast(pl.Int64, strict=False).sum())
