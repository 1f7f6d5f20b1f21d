"""What a service says of its own data, in one response header. Nothing else about origin belongs here."""

from __future__ import annotations

from urllib.parse import unquote

SIMULATED_HEADER = "X-Simulated-Data"
"""Sent by services whose data are made up; real ones never send it."""


def origin_of(header: str | None) -> str | None:
    """The text of that header, readable (it is ASCII on the wire, so percent-encoded), or None without it."""
    if not header:
        return None
    return "".join(character for character in unquote(header)[:200] if character.isprintable())
