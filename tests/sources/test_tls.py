"""The authorities of the operating system, and the extra file beside them, for each of the three HTTP libraries."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests

from pipelines.simulator.server import Simulator
from pipelines.sources import tls
from pipelines.sources.box.connection import _TrustingAdapter
from pipelines.sources.tls import is_certificate_problem, trusting


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    tls._trusting.cache_clear()
    yield
    tls._trusting.cache_clear()


def _by_httpx(url: str, context: ssl.SSLContext) -> int:
    return httpx.get(url, verify=context).status_code


def _by_requests(url: str, context: ssl.SSLContext) -> int:
    with requests.Session() as session:
        session.mount("https://", _TrustingAdapter(context))
        return session.get(url, timeout=10).status_code


def _by_aiohttp(url: str, context: ssl.SSLContext) -> int:
    async def ask() -> int:
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as answer:
            return answer.status

    return asyncio.run(ask())


@pytest.mark.parametrize("ask", [_by_httpx, _by_requests, _by_aiohttp])
def test_the_store_of_the_system_counts_and_the_file_adds_to_it(
    ward: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ask: object
) -> None:
    assert callable(ask)
    settings = ward.settings()
    url = f"{ward.urls['login']}/{settings['KATSUYO_TENANT_ID']}/v2.0/.well-known/openid-configuration"
    authority = Path(settings["KATSUYO_CA_FILE"])
    empty = tmp_path / "nobody.pem"
    empty.touch()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    # What OpenSSL takes for the store of the system.
    monkeypatch.setenv("SSL_CERT_FILE", str(empty))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - a class of each library
        ask(url, trusting(None))
    assert is_certificate_problem(caught.value)
    assert ask(url, trusting(authority)) == 200
    tls._trusting.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert ask(url, trusting(None)) == 200
