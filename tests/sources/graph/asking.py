"""Asking the Graph client one question and looking at what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

import pytest

from pipelines.errors import SourceError
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphConfig, GraphSource
from pipelines.sources.graph.reports import REPORTS
from tests.sources.conftest import NOW, Waits

T = TypeVar("T")
TEAMS = REPORTS["teams_user_activity"]
DAY = date(2026, 6, 8)


def ask(config: GraphConfig, question: Callable[[GraphSource], Awaitable[T]], waits: Waits | None = None) -> T:
    """Open a source, ask one question, close it again."""
    recorded = Waits() if waits is None else waits

    async def conversation() -> T:
        async with GraphSource(config, sleep=recorded.sleep_async) as graph:
            return await question(graph)

    return asyncio.run(conversation())


def report(graph: GraphSource) -> Awaitable[Answer]:
    return graph.report(TEAMS, DAY, NOW)


def refusal(config: GraphConfig, question: Callable[[GraphSource], Awaitable[object]], kind: type[SourceError]) -> str:
    with pytest.raises(SourceError) as caught:
        ask(config, question)
    message = str(caught.value)
    assert type(caught.value) is kind, message
    assert message.startswith("Microsoft Graph did not give the ")
    assert message.endswith(".")
    assert config.client_secret not in message
    assert "token=" not in message
    return message


def requests(ward: Simulator, host: str) -> int:
    return sum(request.host == host for request in ward.log.recent())
