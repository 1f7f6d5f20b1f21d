"""A message gets through to real servers, or one sentence says what to do and gives nothing away."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.messages.mail import Mail, PartlyDeliveredError
from pipelines.messages.message import DeliveryError, Message
from pipelines.messages.webhook import LARGEST_BYTES, SHORTENED, Webhook, card_of
from tests.messages.servers import SECRET, Flow, Relay, free_port, running_flow, running_relay

MESSAGE = Message("[活用] 要対応: 日次処理が失敗しました", ("ページは前回の公表のままです。", "Give the permission."))
SENDER, FIRST, SECOND = "katsuyo@ward.example", "one@ward.example", "two@ward.example"


@pytest.fixture
def flow() -> Iterator[Flow]:
    with running_flow() as flow:
        yield flow


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running_relay() as relay:
        yield relay


def _mail(relay: Relay) -> Mail:
    return Mail("127.0.0.1", SENDER, (FIRST, SECOND), port=relay.port, timeout_seconds=5)


def test_a_card_as_teams_takes_it(flow: Flow, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Webhook(flow.url).send(MESSAGE)
    (body,) = flow.bodies
    sent = json.loads(body)
    assert sent["type"] == "message"
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [block["text"] for block in card["body"]] == [MESSAGE.subject, *MESSAGE.paragraphs]
    assert "Workflows" not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("status", "said"), [(404, "make the flow anew"), (429, "tried again"), (500, "tried again"), (599, "tried again")]
)
def test_a_flow_that_refuses(flow: Flow, status: int, said: str) -> None:
    flow.status = status
    with pytest.raises(DeliveryError, match=said) as raised:
        Webhook(flow.url).send(MESSAGE)
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(Webhook(flow.url))


@pytest.mark.parametrize("url", [f"http://127.0.0.1:1/{SECRET}", f"no-address-{SECRET}", f"ftp://{SECRET}", "http://["])
def test_a_flow_that_is_not_there(url: str) -> None:
    with pytest.raises(DeliveryError, match="KATSUYO_WEBHOOK_URL") as raised:
        Webhook(url).send(MESSAGE)
    assert SECRET not in str(raised.value)


@given(st.text(max_size=300), st.lists(st.text(alphabet='あa"\\\n\x00😀', max_size=40_000), max_size=4))
def test_a_card_is_never_too_large(subject: str, paragraphs: list[str]) -> None:
    body = card_of(Message(subject, tuple(paragraphs)))
    assert len(body) <= LARGEST_BYTES
    json.loads(body)


def test_a_card_that_is_shortened_says_so(flow: Flow) -> None:
    Webhook(flow.url).send(Message("件名", ("短い。", "とても長い。" * 5000)))
    first, second = (block["text"] for block in flow.cards()[0]["body"][1:])
    assert first == "短い。"
    assert second.startswith("とても長い。")
    assert second.endswith(SHORTENED)


def test_a_mail_that_any_relay_takes(relay: Relay) -> None:
    _mail(relay).send(MESSAGE)
    (mail,) = relay.mails()
    assert relay.raw[0].isascii()
    assert (mail["Subject"], mail["From"], mail["To"]) == (MESSAGE.subject, SENDER, f"{FIRST}, {SECOND}")
    assert mail.get_content().split("\n\n") == [MESSAGE.paragraphs[0], f"{MESSAGE.paragraphs[1]}\n"]
    assert mail["Message-ID"].endswith("@ward.example>")


def test_one_recipient_of_two_is_refused(relay: Relay) -> None:
    relay.refuses = {SECOND}
    with pytest.raises(PartlyDeliveredError, match="refused 1 of 2 recipients: correct KATSUYO_SMTP_RECIPIENTS"):
        _mail(relay).send(MESSAGE)
    assert relay.recipients == [[FIRST]]


def test_what_a_relay_refuses_is_told_without_addresses(relay: Relay) -> None:
    relay.refuses = {FIRST, SECOND}
    found = {_mail(relay): "refused all recipients (550): correct KATSUYO_SMTP_RECIPIENTS."}
    found[replace(_mail(relay), tls="starttls")] = "offers no such TLS or sign-in"
    found[replace(_mail(relay), user="u", password=SECRET)] = "offers no such TLS or sign-in"
    found[replace(_mail(relay), tls="tls")] = "has no TLS that is trusted"
    found[replace(_mail(relay), port=free_port())] = "cannot be reached or fell silent"
    for mail, said in found.items():
        with pytest.raises(DeliveryError) as raised:
            mail.send(MESSAGE)
        assert said in str(raised.value)
        assert "@" not in str(raised.value)
        assert SECRET not in f"{raised.value}{mail!r}"


def test_a_relay_that_does_not_take_the_text(relay: Relay) -> None:
    relay.answer = f"552 too much for {FIRST}"
    with pytest.raises(DeliveryError, match=r"did not take the mail \(552\)") as raised:
        _mail(relay).send(MESSAGE)
    assert "@" not in str(raised.value)
