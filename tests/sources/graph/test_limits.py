"""The quotas of Graph in the client: per report function, for every attempt, and never at the cost of a call's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.privacy.minimise import Minimiser
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphConfig, GraphSource
from pipelines.sources.graph.limits import GraphLimits
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.records import parse_named_locations, parse_sign_in_summaries, parse_sign_ins
from pipelines.sources.graph.reports import PERIOD_REPORTS, REPORTS
from pipelines.sources.quota import Limiter, Quota
from tests.sources.conftest import NOW
from tests.sources.graph.asking import DAY, TEAMS, ask, requests

MAIL = REPORTS["email_activity"]


class Counting(Limiter):
    """Never waits in earnest: notes how often it was asked, and for how long it would have waited."""

    def __init__(self, quota: Quota) -> None:
        super().__init__(quota, margin_seconds=0.0, clock=lambda: self.now, sleep_async=self._pass)
        self.quota, self.now, self.starts = quota, 0.0, 0

    async def _pass(self, seconds: float) -> None:
        self.now += seconds

    async def take(self) -> None:
        await super().take()
        self.starts += 1


@pytest.fixture
def limits(graph_config: GraphConfig) -> GraphLimits:
    return GraphLimits(replace(graph_config, report_quota=Quota(14, 600.0)), Counting)


def counted(limiter: Limiter) -> Counting:
    assert isinstance(limiter, Counting)
    return limiter


def test_each_report_has_a_window_of_its_own(graph_config: GraphConfig, limits: GraphLimits) -> None:
    # Waiting ten minutes for a quota is longer than a call may take, and still no failure.
    config = replace(graph_config, max_retry_seconds=60.0)
    days = [DAY - timedelta(days=back) for back in range(20)]

    async def two_reports(_: GraphSource) -> list[object]:
        async with GraphSource(config, limits=limits) as graph:
            return [result for spec in (TEAMS, MAIL) async for _, result in graph.reports(spec, days, lambda: NOW)]

    results = ask(graph_config, two_reports)
    assert len(results) == 40
    assert all(isinstance(result, Answer) for result in results)
    for spec in (TEAMS, MAIL):
        limiter = counted(limits.report(spec.function))
        assert (limiter.starts, limiter.now) == (20, 600.0)


def test_every_attempt_counts(ward: Simulator, graph_config: GraphConfig, limits: GraphLimits) -> None:
    ward.faults.add(host="graph", match="getTeams", status=503, times=2)
    config = replace(graph_config, retry_base_seconds=1e-4)

    async def one_report(_: GraphSource) -> Answer:
        async with GraphSource(config, limits=limits) as graph:
            return await graph.report(TEAMS, DAY, NOW)

    ask(graph_config, one_report)
    assert counted(limits.report(TEAMS.function)).starts == requests(ward, "graph") == 3


def test_sign_ins_and_named_locations_have_theirs(
    ward: Simulator, graph_config: GraphConfig, limits: GraphLimits
) -> None:
    ward.configure(largest_page=50)

    async def both(_: GraphSource) -> tuple[Answer, Answer]:
        async with GraphSource(graph_config, limits=limits) as graph:
            return await graph.sign_ins(DAY, NOW), await graph.named_locations(NOW)

    sign_ins, locations = ask(graph_config, both)
    assert sign_ins.body.count(b"\n") > 50
    assert counted(limits.sign_ins).starts == requests(ward, "graph") - 1 > 1
    assert counted(limits.named_locations).starts == 1
    parsed = parse_named_locations(locations)
    assert parsed.unknown_fields == {}
    assert set(parsed.frame["location_kind"]) == {"ip", "country"}
    assert parsed.frame.filter(location_kind="ip")["cidr_ranges"].str.contains("/").all()


def test_summarised_sign_ins_come_from_beta_and_are_few(
    ward: Simulator, graph_config: GraphConfig, minimiser: Minimiser
) -> None:
    ward.configure(largest_page=100)
    answer = ask(graph_config, lambda graph: graph.sign_in_summaries(DAY, NOW))
    parsed = parse_sign_in_summaries(answer)
    every = parse_sign_ins(ask(graph_config, lambda graph: graph.non_interactive_sign_ins(DAY, NOW))).frame
    assert parsed.unknown_fields == {}
    assert 100 < parsed.frame.height < every.height
    assert parsed.frame["sign_in_count"].cast(int).sum() == every["id"].n_unique()
    landed = minimiser.apply(parsed.frame, "graph", "sign_in_summaries").frame
    assert "office" in set(landed["ip_network_kind"])
    assert not any("@" in value for value in landed["user_principal_name_key"].drop_nulls())


@pytest.mark.parametrize("dataset", [name for name, spec in PERIOD_REPORTS.items() if not spec.optional])
def test_totals_are_asked_for_by_period(ward: Simulator, graph_config: GraphConfig, dataset: str) -> None:
    spec = PERIOD_REPORTS[dataset]
    answer = ask(graph_config, lambda graph: graph.report(spec, NOW.date(), NOW))
    assert (answer.dataset, answer.day) == (dataset, NOW.date())
    assert any(f"{spec.function}(period='{spec.period}')" in one.target for one in ward.log.recent())


def test_copilot_is_asked_for_as_csv_by_its_own_address(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.configure(copilot_licences=12)
    spec = PERIOD_REPORTS["copilot_usage"]
    answer = ask(graph_config, lambda graph: graph.report(spec, NOW.date(), NOW))
    frame = parse_report(spec)(answer).frame
    assert frame.height == 12
    assert set(frame["report_period"]) == {"28"}
    days = frame["active_usage_days_for_all_apps"].cast(int)
    assert 0 < days.max() <= 28
    assert ((days > 0) <= frame["last_activity_date"].is_not_null()).all()
    assert not any("$format" in one.target for one in ward.log.recent() if "Copilot" in one.target)


def test_a_tenant_that_does_not_know_version_2_is_asked_for_version_1(
    ward: Simulator, graph_config: GraphConfig
) -> None:
    ward.configure(copilot_licences=12, has_copilot_v2=False)
    spec = PERIOD_REPORTS["copilot_usage"]
    frame = parse_report(spec)(ask(graph_config, lambda graph: graph.report(spec, NOW.date(), NOW))).frame
    assert set(frame["report_period"]) == {"30"}
    assert "active_usage_days_for_all_apps" not in frame.columns
    asked = [one.target for one in ward.log.recent() if "Copilot" in one.target]
    assert [("version='v2'" in target) for target in asked] == [True, False]


def test_non_interactive_sign_ins_come_from_beta(
    ward: Simulator, graph_config: GraphConfig, limits: GraphLimits
) -> None:
    ward.configure(largest_page=200)

    async def both(_: GraphSource) -> tuple[Answer, Answer]:
        async with GraphSource(graph_config, limits=limits) as graph:
            return await graph.non_interactive_sign_ins(DAY, NOW), await graph.sign_ins(DAY, NOW)

    answers = ask(graph_config, both)
    silent, spoken = (parse_sign_ins(answer) for answer in answers)
    assert (answers[0].dataset, silent.unknown_fields) == ("non_interactive_sign_ins", {})
    assert silent.frame.height > 200
    assert set(silent.frame["is_interactive"]) == {"false"}
    assert silent.frame["created_date_time"].is_sorted()
    assert not set(silent.frame["id"]) & set(spoken.frame["id"])
    # One endpoint, one quota.
    assert counted(limits.sign_ins).starts == requests(ward, "graph")
    assert any(one.target.startswith("/beta/auditLogs/signIns") for one in ward.log.recent())
