"""Administrators hear of a cause once, again when it changes, and when it is over, whichever channel was down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigurationError
from pipelines.orchestration.facts import Expiry, Facts, Place
from pipelines.orchestration.health import Health, health
from pipelines.orchestration.telling import channels, send_test, tell
from pipelines.orchestration.told import failing_channels, told_file
from pipelines.settings import Settings
from tests.messages.servers import SECRET, Flow, Relay, running_flow, running_relay

NOW = datetime(2026, 4, 9, 22, tzinfo=UTC)
GOOD = Facts(now=NOW, clock=NOW, published_as_of=date(2026, 4, 10))
FULL = Place("data folder", "KATSUYO_HOME", free_bytes=0)
SITE = Place("site", "KATSUYO_SITE", is_writable=False)
TWO = ("one@ward.example", "two@ward.example")
FULL_TITLE = "ディスクの空きがありません"


@pytest.fixture
def flow() -> Iterator[Flow]:
    with running_flow() as flow:
        yield flow


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running_relay() as relay:
        yield relay


@pytest.fixture
def by_flow(tmp_path: Path, flow: Flow) -> Settings:
    return Settings(home=tmp_path / "home", webhook_url=SecretStr(flow.url))


@pytest.fixture
def by_both(by_flow: Settings, relay: Relay) -> Settings:
    mail = {"smtp_host": "127.0.0.1", "smtp_port": relay.port, "smtp_sender": "a@ward.example", "smtp_recipients": TWO}
    return by_flow.model_copy(update=mail)


def _with(*places: Place, settings: Settings | None = None) -> Health:
    failing = tuple(failing_channels(settings)) if settings else ()
    return health(replace(GOOD, places=places, failing_channels=failing))


def test_a_cause_is_told_once_and_so_is_its_end(by_flow: Settings, flow: Flow) -> None:
    assert tell(by_flow, _with()).sent == 0
    for _ in range(3):
        tell(by_flow, _with(FULL))
    assert flow.subjects() == [f"[活用] 要対応: {FULL_TITLE}"]
    tell(by_flow, _with(FULL, SITE))
    assert flow.subjects()[1:] == ["[活用] 要対応: 書き込めないフォルダーがあります"]
    for _ in range(3):
        tell(by_flow, _with(SITE))
    assert flow.subjects()[2:] == [f"[活用] 解決: {FULL_TITLE}"]
    texts = [block["text"] for block in flow.cards()[0]["body"]]
    assert "空きを作ってください。" in texts[1]
    assert "詳細（英文）：The disk of the data folder KATSUYO_HOME is full: make room" in texts[2]


def test_a_sentence_that_is_another_is_told_again(by_flow: Settings, flow: Flow) -> None:
    for day in (date(2026, 4, 12), date(2026, 4, 12), date(2026, 4, 11)):
        tell(by_flow, health(replace(GOOD, expiries=(Expiry("client secret", "シークレット", day),))))
    assert flow.subjects() == [
        "[活用] 要対応: シークレットの期限：2026-04-12",
        "[活用] 要対応: シークレットの期限：2026-04-11（更新）",
    ]


def test_a_channel_that_was_down_tells_what_it_missed_and_the_other_tells_of_it(
    by_both: Settings, flow: Flow, relay: Relay
) -> None:
    flow.status = 500
    telling = tell(by_both, _with(FULL))
    assert telling.failures == [
        "The webhook of KATSUYO_WEBHOOK_URL answered 500: look at the runs of the flow; it is tried again."
    ]
    assert relay.subjects() == [f"[活用] 要対応: {FULL_TITLE}", "[活用] 要対応: 通知を送れません"]
    assert _with(settings=by_both).state == "fix"
    # Nobody hears a thing twice while it is tried again.
    tell(by_both, _with(FULL, settings=by_both))
    assert len(relay.mails()) == 2
    flow.status = 202
    flow.bodies.clear()
    assert tell(by_both, _with(FULL, settings=by_both)).failures == []
    assert flow.subjects() == [f"[活用] 要対応: {FULL_TITLE}"]
    assert relay.subjects()[2:] == ["[活用] 解決: 通知を送れません"]
    assert _with(settings=by_both).state == "good"


def test_what_is_over_before_a_channel_works_again_is_no_news(by_flow: Settings, flow: Flow) -> None:
    flow.status = 404
    tell(by_flow, _with(FULL))
    flow.bodies.clear()
    assert tell(by_flow, _with(settings=by_flow)).failures == []
    assert flow.bodies == []


def test_a_refused_recipient_is_said_until_a_mail_reaches_everybody(by_both: Settings, relay: Relay) -> None:
    relay.refuses = {TWO[1]}
    only_mail = by_both.model_copy(update={"webhook_url": None})
    for _ in range(2):
        assert "refused 1 of 2 recipients" in tell(only_mail, _with(FULL, settings=only_mail)).failures[0]
    assert relay.recipients == [[TWO[0]]]
    relay.refuses = set()
    assert tell(only_mail, _with(settings=only_mail)).failures == []


def test_what_was_told_outlives_the_process_and_holds_no_secret(by_flow: Settings, flow: Flow) -> None:
    tell(by_flow, _with(FULL))
    written = told_file(by_flow).read_text(encoding="utf-8")
    assert SECRET not in written
    assert told_file(by_flow).stat().st_mode & 0o777 == 0o640
    told_file(by_flow).write_text("{broken", encoding="utf-8")
    tell(by_flow, _with(FULL))
    assert len(flow.bodies) == 2


def test_a_list_that_cannot_be_written_is_no_reason_to_tell_for_ever(by_flow: Settings, flow: Flow) -> None:
    by_flow.home.write_text("a file where the folder should be", encoding="utf-8")
    for _ in range(3):
        tell(by_flow, _with(FULL))
    assert len(flow.bodies) == 1


def test_a_test_message_goes_through_every_channel(by_both: Settings, flow: Flow, relay: Relay) -> None:
    flow.status = 410
    outcome = send_test(by_both)
    assert outcome["mail"] is None
    assert "make the flow anew" in (outcome["webhook"] or "")
    assert relay.subjects() == ["[活用] 試験の通知"]


def test_half_a_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="KATSUYO_SMTP_SENDER"):
        channels(Settings(home=tmp_path, smtp_host="relay.example"))
    with pytest.raises(ConfigurationError, match="KATSUYO_SMTP_RECIPIENTS"):
        channels(Settings(home=tmp_path, smtp_host="relay.example", smtp_sender="a@ward.example"))
