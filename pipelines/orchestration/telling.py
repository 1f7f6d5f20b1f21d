"""Tells what is wrong: one message a cause, again only when its sentence changes, and one when it is over.

What each channel has told is kept in HOME/told.json, written after each delivery. Each channel has its own list, so one
that was down tells what it missed as soon as it is back, and nobody hears a thing twice. What is wrong is health.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pipelines.messages.mail import Mail, PartlyDeliveredError
from pipelines.messages.message import DeliveryError, Message
from pipelines.messages.webhook import Webhook
from pipelines.orchestration.health import Health, health
from pipelines.orchestration.told import (
    ToldByChannel,
    ToldOne,
    failing_channels,
    one_at_a_time,
    read_told,
    told_file,
    write_told,
)
from pipelines.orchestration.troubles import Trouble
from pipelines.settings import Settings

Channel = Webhook | Mail
_NOW = "現在の状態は `katsuyo status` で確認できます。"


@dataclass
class Telling:
    """What became of it: how many messages were delivered, and a sentence for each channel that failed."""

    sent: int = 0
    failures: list[str] = field(default_factory=list)


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels that are set, by name. Raises ConfigurationError for one that is set by half."""
    found: dict[str, Channel] = {}
    if settings.webhook_url and (url := settings.webhook_url.get_secret_value()):
        found["webhook"] = Webhook(url, settings.ca_file)
    if settings.smtp_host:
        found["mail"] = Mail(
            host=settings.smtp_host,
            sender=settings.required("smtp_sender"),
            recipients=tuple(settings.required("smtp_recipients") and settings.smtp_recipients),
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            ca_file=settings.ca_file,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
    return found


def tell(settings: Settings, found: Health) -> Telling:
    """Send what is new, what has changed and what is over. One that fails is tried again the next time."""
    ways = channels(settings)
    if not ways:
        return Telling()
    with one_at_a_time(settings.home):
        told = _Round(settings, ways, read_told(told_file(settings)))
        for name in ways:
            told.by(name, found)
        failing = failing_channels(settings)
        if set(failing) != set(found.facts.failing_channels):
            # That a channel fails, or works again, is for the others to say at once.
            known = health(replace(found.facts, failing_channels=tuple(failing)))
            for name in ways.keys() - dict(failing).keys():
                told.by(name, known)
    return Telling(told.sent, [sentence for _, sentence in failing])


@dataclass
class _Round:
    """One time of telling. What a channel has told is written down message by message."""

    settings: Settings
    ways: dict[str, Channel]
    states: dict[str, ToldByChannel]
    sent: int = 0

    def by(self, name: str, found: Health) -> None:
        """By one channel, until it fails."""
        state = self.states.setdefault(name, ToldByChannel())
        before = state.failing, state.owes
        news = [*_news(found, name, state)]
        if news or state.owes:
            state.failing, state.owes = None, False
        for cause, trouble, message in news:
            try:
                self.ways[name].send(message)
            except PartlyDeliveredError as error:
                state.failing = str(error)
            except DeliveryError as error:
                state.failing, state.owes = str(error), True
                break
            self.sent += 1
            _note(state, cause, trouble)
            write_told(told_file(self.settings), self.states)
        if (state.failing, state.owes) != before:
            write_told(told_file(self.settings), self.states)


def send_test(settings: Settings) -> dict[str, str | None]:
    """One message through each channel; by name the sentence about what failed, or None."""
    outcome: dict[str, str | None] = {}
    text = "これは試験の通知です。This is a test message: katsuyo notify --test."
    for name, channel in channels(settings).items():
        try:
            channel.send(Message("[活用] 試験の通知", (text, *_sender(settings))))
            outcome[name] = None
        except DeliveryError as error:
            outcome[name] = str(error)
    return outcome


def _news(found: Health, channel: str, state: ToldByChannel) -> Iterator[tuple[str, Trouble | None, Message]]:
    """What this channel has to say, each with its cause; a cause that is over has no trouble any more."""
    # That it fails itself is for the others to say.
    now = {one.cause: one for one in found.troubles if one.cause != f"channel-{channel}"}
    for cause, trouble in now.items():
        known = state.told.get(cause)
        if known is None or known.sentence != trouble.sentence:
            yield cause, trouble, message_of(trouble, has_changed=known is not None)
    for cause, known in list(state.told.items()):
        if cause in now:
            continue
        if known.is_told_once:
            del state.told[cause]
        else:
            yield cause, None, _over(known)


def message_of(trouble: Trouble, *, has_changed: bool = False) -> Message:
    """The message about a trouble: Japanese first, the sentence in English as it stands in `katsuyo status` below."""
    mark = "要対応" if trouble.severity == "fix" else "注意"
    since = (f"いつから：{trouble.since}",) if trouble.since else ()
    return Message(
        f"[活用] {mark}: {trouble.title}{'（更新）' if has_changed else ''}",
        (
            trouble.japanese,
            f"詳細（英文）：{trouble.sentence}",
            *since,
            "現在の状態は `katsuyo status` で確認できます。",
        ),
    )


def _over(known: ToldOne) -> Message:
    return Message(
        f"[活用] 解決: {known.title}",
        ("次の件は解決しました。対応は不要です。", f"詳細（英文）：{known.sentence}"),
    )


def _sender(settings: Settings) -> tuple[str, ...]:
    return (settings.organisation_name,) if settings.organisation_name else ()


def _note(state: ToldByChannel, cause: str, trouble: Trouble | None) -> None:
    if trouble is None:
        del state.told[cause]
    else:
        state.told[cause] = ToldOne(trouble.sentence, trouble.title, datetime.now(UTC), trouble.is_told_once)
