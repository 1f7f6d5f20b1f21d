"""Two real servers to send to: one that takes webhooks like a flow of Teams, and a mail relay."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

SECRET = "a-key-that-nobody-may-read"


@dataclass
class Flow:
    """What came, and what is answered."""

    url: str = ""
    status: int = 202
    bodies: list[bytes] = field(default_factory=list)

    def cards(self) -> list[dict[str, Any]]:
        return [json.loads(body)["attachments"][0]["content"] for body in self.bodies]

    def subjects(self) -> list[str]:
        return [card["body"][0]["text"] for card in self.cards()]


@contextmanager
def running_flow() -> Generator[Flow]:
    flow = Flow()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            flow.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(flow.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        flow.url = f"http://127.0.0.1:{server.server_port}/workflows/{SECRET}?sig={SECRET}"
        yield flow
        server.shutdown()


@dataclass
class Relay:
    """A relay that may refuse addresses, or everything."""

    port: int
    refuses: set[str] = field(default_factory=set)
    answer: str = "250 taken"
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - its name
        if address in self.refuses:
            return f"550 5.1.1 {address} unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            self.recipients.append(envelope.rcpt_tos)
        return self.answer

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # ty: ignore[invalid-return-type]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails()]


def free_port() -> int:
    """A port that nobody listens on: the relay cannot be asked to choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_relay() -> Generator[Relay]:
    relay = Relay(free_port())
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
