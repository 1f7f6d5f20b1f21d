"""Helpers for tests that talk to the simulated services: a running simulator and plain clients with a token."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from pipelines.simulator.server import ServerConfig, Simulator
from tests.simulator import small_world

WORLD = small_world.build()


@contextmanager
def running(**options: Any) -> Iterator[Simulator]:
    """A simulator over the small world, at its usual now."""
    with Simulator(WORLD, ServerConfig(**{"now": small_world.NOW, **options})) as simulator:
        yield simulator


def ask_graph_token(simulator: Simulator, **changes: str) -> httpx.Response:
    """One call of the token endpoint; keyword arguments replace form fields, `tenant` the tenant."""
    settings = simulator.settings()
    tenant = changes.pop("tenant", settings["KATSUYO_TENANT_ID"])
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["KATSUYO_CLIENT_ID"],
        "client_secret": settings["KATSUYO_CLIENT_SECRET"],
        "scope": "https://graph.microsoft.com/.default",
        **changes,
    }
    trust = ssl.create_default_context(cafile=settings["KATSUYO_CA_FILE"])
    with httpx.Client(verify=trust) as client:
        return client.post(f"{settings['KATSUYO_AUTHORITY']}/{tenant}/oauth2/v2.0/token", data=form)


@contextmanager
def graph_client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A plain client of the Graph host with a token in its headers."""
    token = ask_graph_token(simulator).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{simulator.urls['graph']}/v1.0", headers=headers) as client:
        yield client


def ask_box_token(simulator: Simulator, **changes: str) -> httpx.Response:
    settings = simulator.settings()
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["KATSUYO_BOX_CLIENT_ID"],
        "client_secret": settings["KATSUYO_BOX_CLIENT_SECRET"],
        "box_subject_type": "enterprise",
        "box_subject_id": settings["KATSUYO_BOX_ENTERPRISE_ID"],
        **changes,
    }
    return httpx.post(f"{simulator.urls['box']}/oauth2/token", data=form)


@contextmanager
def box_client(simulator: Simulator) -> Iterator[httpx.Client]:
    token = ask_box_token(simulator).json()["access_token"]
    with httpx.Client(base_url=simulator.urls["box"], headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def report(client: httpx.Client, path: str) -> bytes:
    """The bytes of a report, fetched as the documentation says: without the token."""
    answer = client.get(f"/reports/{path}")
    assert answer.status_code == 302, answer.text
    return httpx.get(answer.headers["Location"]).raise_for_status().content


def box_pages(client: httpx.Client, **parameters: Any) -> list[dict[str, Any]]:
    """All pages until the end rule: no entries, or a position that does not move."""
    pages: list[dict[str, Any]] = []
    position: str | None = None
    while len(pages) < 1000:
        sent = parameters if position is None else {**parameters, "stream_position": position}
        answer = client.get("/2.0/events", params=sent)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        if not pages[-1]["entries"] or pages[-1]["next_stream_position"] == position:
            break
        position = pages[-1]["next_stream_position"]
    return pages


def box_entries(client: httpx.Client, **parameters: Any) -> list[dict[str, Any]]:
    return [entry for page in box_pages(client, **parameters) for entry in page["entries"]]
