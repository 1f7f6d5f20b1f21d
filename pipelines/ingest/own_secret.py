"""When the client secret ends: asked of Graph, which tells an application of itself without any permission.

That of a certificate stands in its file.

What is done with the day is orchestration/expiry.py. Nothing of it lands.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date

from pipelines.errors import ConfigurationError, KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.sources.graph.certificate import read_certificate
from pipelines.sources.graph.client import GraphSource, Secret

# Nobody waits long for a date that is good for months.
LONGEST_CALL_SECONDS = 10.0


def secret_ends_on(settings: Settings) -> date | None:
    """The last day of the secret in use, or None where it cannot be known."""
    seconds = min(settings.max_retry_seconds, LONGEST_CALL_SECONDS)
    workspace = Workspace(settings.model_copy(update={"max_retry_seconds": seconds}))
    if settings.client_secret is None:
        return None
    try:
        secrets = asyncio.run(_ask(workspace))
    except KatsuyoError:
        return None  # not known; a tenant may forbid even that
    return last_day(secrets, settings.client_secret.get_secret_value())


def certificate_ends_on(settings: Settings) -> date | None:
    """The last day of the certificate in use, or None where there is none that can be used."""
    file, password = settings.client_certificate_file, settings.client_certificate_password
    if file is None:
        return None
    try:
        return read_certificate(file, password.get_secret_value() if password else None, settings.now()).ends_on
    except ConfigurationError:
        return None  # told by whoever wants to sign in with it


async def _ask(workspace: Workspace) -> list[Secret]:
    async with GraphSource(workspace.graph_config) as graph:
        return await graph.own_secrets()


def last_day(secrets: list[Secret], in_use: str) -> date | None:
    """Of those whose first letters are ours the one that ends last; the service tells no more of them."""
    ours = [one.end_date_time for one in secrets if one.hint and in_use.startswith(one.hint)]
    return max(ours).astimezone(UTC).date() if ours else None
