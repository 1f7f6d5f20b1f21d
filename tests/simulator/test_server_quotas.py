"""The quotas of the services: what is one too many, how they say so, and what the log can prove."""

from __future__ import annotations

import pytest

from pipelines.simulator.apis.quotas import QuotaBook
from tests.simulator.simulated import box_client, graph_client, running

TEAMS, MAIL = "getTeamsUserActivityUserDetail", "getEmailActivityUserDetail"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
HOUR = 3600.0


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_report_has_fourteen_requests_in_ten_minutes():
    with running(enforce_quotas=True) as simulator, graph_client(simulator) as graph:
        codes = [graph.get(f"/reports/{TEAMS}(date=2026-03-{day:02d})").status_code for day in range(1, 15)]
        refused = graph.get(f"/reports/{TEAMS}(period='D7')")
        other = graph.get(f"/reports/{MAIL}(period='D7')")
        log = simulator.log.document()
        assert codes == [302] * 14
        assert (refused.status_code, refused.json()["error"]["code"], other.status_code) == (
            429,
            "TooManyRequests",
            302,
        )
        assert 1 <= int(refused.headers["Retry-After"]) <= 600
        assert "X-Simulated-Data" in refused.headers
        assert log["quotas"][f"report {TEAMS}"] == {"requests": 14, "seconds": 600.0, "peak": 15, "refused": 1}
        assert log["quotas"][f"report {MAIL}"]["peak"] == 1
        assert log["requests"][f"graph GET /v1.0/reports/{TEAMS}"]["status"] == {"302": 14, "429": 1}
        assert simulator.log.refused() == 1
        assert simulator.log.quotas.exceeded() == [f"report {TEAMS}"]
        simulator.log.clear()
        assert simulator.log.quotas.exceeded() == []
        assert graph.get(f"/reports/{TEAMS}(period='D7')").status_code == 302


def test_sign_ins_named_locations_and_box_have_their_own():
    # The windows are so long that no machine is slow enough to see one pass.
    with running(enforce_quotas=True, quota_time_scale=HOUR) as simulator, graph_client(simulator) as graph:
        sign_ins = [graph.get("/auditLogs/signIns?$top=1").status_code for _ in range(6)]
        assert graph.get("/users").status_code == 200
        locations = [graph.get(LOCATIONS) for _ in range(2)]
        assert sign_ins == [200] * 5 + [429]
        assert [answer.status_code for answer in locations] == [200, 429]
        assert "Retry-After" not in locations[1].headers
        with box_client(simulator) as box:
            for _ in range(1000):
                simulator.log.quotas.take("box", "/2.0/users", enforced=True, time_scale=HOUR)
            answer = box.get("/2.0/users")
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limit_exceeded")
        assert int(answer.headers["Retry-After"]) > 60


def test_by_default_quotas_are_counted_and_nothing_is_refused():
    with running() as simulator, graph_client(simulator) as graph:
        assert {graph.get(LOCATIONS).status_code for _ in range(2)} == {200}
        assert simulator.log.quotas.document()["named locations"].keys() == {"requests", "seconds", "peak", "refused"}
        assert simulator.log.refused() == 0


def test_the_window_slides():
    clock = Clock()
    book = QuotaBook(clock)

    def ask():
        return book.take("graph", "/beta/auditLogs/signIns", enforced=True, time_scale=1.0)

    for second in (0, 1, 2, 3, 9):
        clock.now = 1000.0 + second
        assert ask() is None
    clock.now = 1009.5
    refusal = ask()
    assert (refusal.host, refusal.retry_after_seconds) == ("graph", 1)
    clock.now = 1010.0
    assert ask() is None
    assert book.document()["sign-ins"]["refused"] == 1
    assert book.exceeded() == ["sign-ins"]


@pytest.mark.parametrize(
    ("host", "path"), [("graph", "/v1.0/users"), ("download", "/data"), ("box", "/oauth2/token"), ("login", "/x")]
)
def test_other_requests_have_no_quota(host, path):
    book = QuotaBook()
    assert book.take(host, path, enforced=True, time_scale=1.0) is None
    assert book.document() == {}
