"""A message to Teams: an Adaptive Card posted to a flow with the trigger "When a Teams webhook request is received".

The address holds the key of the flow, so it is a secret: it stands in no sentence, no log and no exception.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from pipelines.messages.message import DeliveryError, Message
from pipelines.sources.tls import trusting

# Teams refuses cards of some 28 KB, and some say of 21 KB.
LARGEST_BYTES = 20_000
SHORTENED = "…（以下略。全文は `katsuyo status`）"
TIMEOUT_SECONDS = 30.0
_WITH_A_NEW_ADDRESS = "make the flow anew in Teams (Workflows) and put its address into the setting"
_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: _WITH_A_NEW_ADDRESS,
    HTTPStatus.FORBIDDEN: _WITH_A_NEW_ADDRESS,
    HTTPStatus.NOT_FOUND: _WITH_A_NEW_ADDRESS,
    HTTPStatus.GONE: _WITH_A_NEW_ADDRESS,
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address of the flow, and the authorities to trust besides the usual ones."""

    url: str
    ca_file: Path | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    def __repr__(self) -> str:
        return "Webhook(url=***)"

    def send(self, message: Message) -> None:
        """Raises DeliveryError. An answer of success says that the flow took it, not that it was shown."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write the address of every call
        try:
            answer = httpx.post(
                self.url,
                content=card_of(message),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=self.timeout_seconds,
                verify=trusting(self.ca_file),
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise DeliveryError("KATSUYO_WEBHOOK_URL is no https address: copy it again from the flow.") from None
        except httpx.HTTPError:
            raise DeliveryError(
                "The host of KATSUYO_WEBHOOK_URL cannot be reached or fell silent: check that the way out, the proxy "
                "and KATSUYO_CA_FILE let it through; it is tried again."
            ) from None
        if not answer.is_success:
            remedy = _REMEDIES.get(answer.status_code, "look at the runs of the flow; it is tried again")
            raise DeliveryError(f"The webhook of KATSUYO_WEBHOOK_URL answered {answer.status_code}: {remedy}.")


def card_of(message: Message) -> bytes:
    """The body to post, below LARGEST_BYTES whatever the message holds."""
    paragraphs = list(message.paragraphs)
    body = _card(message.subject, paragraphs)
    while len(body) > LARGEST_BYTES:
        longest = max(range(len(paragraphs)), key=lambda number: len(paragraphs[number]))
        text = paragraphs[longest].removesuffix(SHORTENED)
        paragraphs[longest] = text[: len(text) // 2] + SHORTENED
        body = _card(message.subject[:200], paragraphs if len(text) > 1 else paragraphs[:1])
    return body


def _card(subject: str, paragraphs: list[str]) -> bytes:
    blocks = [{"type": "TextBlock", "text": subject, "weight": "Bolder", "size": "Medium", "wrap": True}]
    blocks += [{"type": "TextBlock", "text": text, "wrap": True} for text in paragraphs]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False).encode()
