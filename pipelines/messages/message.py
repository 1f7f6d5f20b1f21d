"""One message, whichever way it goes, and what is raised when it does not get there."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import KatsuyoError


class DeliveryError(KatsuyoError):
    """A message was not delivered; str() says what to do and holds no address and no secret."""


@dataclass(frozen=True, slots=True)
class Message:
    """A subject of one line and paragraphs of plain text."""

    subject: str
    paragraphs: tuple[str, ...]
