"""The simulated services as one process: five listeners on 127.0.0.1, run in a background thread.

    with Simulator(world, ServerConfig(now=...)) as simulator:
        environment = simulator.settings()

Bodies come from the *_http modules; here requests are read, logged, answered in a worker thread and delivered.
"""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from pipelines.simulator.apis.answers import Answer, ServiceError, too_many_requests
from pipelines.simulator.apis.box_http import answer_box
from pipelines.simulator.apis.control import answer_control
from pipelines.simulator.apis.delivery import deliver
from pipelines.simulator.apis.entra import CA_FILE_NAME, make_tls
from pipelines.simulator.apis.graph_http import answer_download, answer_graph
from pipelines.simulator.apis.login_http import answer_login
from pipelines.simulator.apis.request_log import LoggedRequest, RequestLog, endpoint_of
from pipelines.simulator.apis.services import Asked, Services
from pipelines.simulator.faults import REPORT_FAULTS, Fault, Faults
from pipelines.simulator.server_config import HOST_KINDS, ServerConfig

if TYPE_CHECKING:
    from pipelines.simulator.world import World

__all__ = ["Fault", "ServerConfig", "Simulator"]

ANSWERS: dict[str, Callable[[Services, Asked], Answer]] = {
    "login": answer_login,
    "graph": answer_graph,
    "download": answer_download,
    "box": answer_box,
    "control": answer_control,
}
# The download host is another host name on purpose: clients must drop the bearer token on the way there.
HOST_NAMES = {"login": "localhost", "download": "localhost"}


class Simulator:
    """The services over one world. Enter it to listen; leaving it closes every connection."""

    def __init__(self, world: World, config: ServerConfig) -> None:
        self.services = Services(world, config)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._life: Future[None] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def faults(self) -> Faults:
        return self.services.faults

    @property
    def log(self) -> RequestLog:
        return self.services.log

    @property
    def config(self) -> ServerConfig:
        """The configuration in force; change it with `configure`."""
        return self.services.config

    @property
    def urls(self) -> dict[str, str]:
        """Base URL of each host kind, without a trailing slash."""
        return self.services.urls

    def set_now(self, now: datetime) -> None:
        """Move the simulated now. Raises ValueError for a naive time."""
        self.services.configure(now=now)

    def configure(self, **changes: Any) -> None:
        """Change fields of ServerConfig while running (concealed names, withheld permissions, limits)."""
        self.services.configure(**changes)

    def revoke_tokens(self) -> None:
        self.services.graph_tokens.revoke_all()
        self.services.box_tokens.revoke_all()

    def settings(self) -> dict[str, str]:
        """The KATSUYO_* environment that points a pipeline at this simulator."""
        config, urls = self.services.config, self.services.urls
        return {
            "KATSUYO_ORGANISATION_NAME": config.organisation_name,
            "KATSUYO_TENANT_ID": config.tenant_id,
            "KATSUYO_CLIENT_ID": config.client_id,
            "KATSUYO_CLIENT_SECRET": config.client_secret,
            "KATSUYO_AUTHORITY": urls["login"],
            "KATSUYO_GRAPH_BASE_URL": f"{urls['graph']}/v1.0",
            "KATSUYO_CA_FILE": str(self._ca_folder() / CA_FILE_NAME),
            "KATSUYO_BOX_CLIENT_ID": config.box_client_id,
            "KATSUYO_BOX_CLIENT_SECRET": config.box_client_secret,
            "KATSUYO_BOX_ENTERPRISE_ID": config.box_enterprise_id,
            "KATSUYO_BOX_BASE_URL": urls["box"],
            # Half a year is asked of it at once, so its limit is not the one of a real enterprise.
            "KATSUYO_BOX_REQUESTS_PER_MINUTE": "1000000",
            "KATSUYO_OWN_DOMAINS": ",".join(config.own_domains),
            # Half a year is asked for at once, which no tenant could give.
            "KATSUYO_GRAPH_REPORT_REQUESTS_PER_10_MINUTES": "100000",
            "KATSUYO_GRAPH_SIGN_IN_REQUESTS_PER_10_SECONDS": "100000",
            "KATSUYO_GRAPH_NAMED_LOCATION_REQUESTS_PER_SECOND": "100000",
        }

    def __enter__(self) -> Simulator:
        thread = ThreadPoolExecutor(1, thread_name_prefix="simulator-loop")
        life: Future[None] = thread.submit(lambda: asyncio.run(self._serve()))
        thread.shutdown(wait=False)
        self._ready.wait()
        self._life = life
        if not self.services.urls.keys() >= set(HOST_KINDS):
            self._clean_up()
            life.result()  # raises what kept it from listening
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._stop and self._life:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._life.result()
        self._clean_up()

    def _clean_up(self) -> None:
        self.services.close()
        if self._folder:
            self._folder.cleanup()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runners: list[web.AppRunner] = []
        # One worker makes the answers: views need no locks, and the loop stays free.
        with ThreadPoolExecutor(1, thread_name_prefix="simulator") as worker:
            try:
                tls = make_tls(self._ca_folder())
                for kind in HOST_KINDS:
                    runner = await self._listen(kind, worker, tls if kind == "login" else None)
                    runners.append(runner)
                self._ready.set()
                await self._stop.wait()
            finally:
                self._ready.set()
                for runner in runners:
                    await runner.cleanup()

    async def _listen(self, kind: str, worker: ThreadPoolExecutor, tls: ssl.SSLContext | None) -> web.AppRunner:
        app = web.Application(client_max_size=4 * 2**20)
        app.router.add_route("*", "/{anything:.*}", self._handler(kind, worker))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        port = self.services.config.ports.get(kind, 0)
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        scheme, name = ("https" if tls else "http"), HOST_NAMES.get(kind, "127.0.0.1")
        self.services.urls[kind] = f"{scheme}://{name}:{runner.addresses[0][1]}"
        return runner

    def _handler(self, kind: str, worker: ThreadPoolExecutor) -> Callable[[web.Request], Any]:
        respond = ANSWERS[kind]

        async def handle(request: web.Request) -> web.StreamResponse:
            if refused := self._refusal(kind, request):
                return await deliver(request, refused, None)
            fault = None if kind == "control" else self.faults.take(kind, request.raw_path)
            asked = await _asked(request, fault)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(worker, _answer, respond, self.services, asked)
            if kind != "control":
                answer.headers["X-Simulated-Data"] = self.services.simulated_header
                self._note(kind, request, answer, fault)
            return await deliver(request, answer, fault)

        return handle

    def _refusal(self, kind: str, request: web.Request) -> Answer | None:
        """429 for a request beyond a quota. It comes before everything else, so it uses up no fault."""
        config = self.services.config
        refusal = self.log.quotas.take(
            kind, _path(request), enforced=config.enforce_quotas, time_scale=config.quota_time_scale
        )
        if refusal is None:
            return None
        answer = too_many_requests(refusal, config.now)
        answer.headers["X-Simulated-Data"] = self.services.simulated_header
        self._note(kind, request, answer, None)
        return answer

    def _note(self, kind: str, request: web.Request, answer: Answer, fault: Fault | None) -> None:
        status = fault.status if fault and fault.answer == "status" else answer.status
        self.log.add(
            LoggedRequest(
                host=kind,
                method=request.method,
                endpoint=endpoint_of(_path(request)),
                target=unquote(request.raw_path),
                status=status,
                fault=fault.answer if fault else None,
            )
        )

    def _ca_folder(self) -> Path:
        if self.services.config.ca_folder:
            return self.services.config.ca_folder
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="katsuyo-simulator-")
        return Path(self._folder.name)


def _answer(respond: Callable[[Services, Asked], Answer], services: Services, asked: Asked) -> Answer:
    try:
        return respond(services, asked)
    except ServiceError as error:
        return error.answer


def _path(request: web.Request) -> str:
    """The path, decoded, double slashes collapsed."""
    return "/" + "/".join(part for part in unquote(request.raw_path.partition("?")[0]).split("/") if part)


async def _asked(request: web.Request, fault: Fault | None) -> Asked:
    form = await request.post() if request.content_type == "application/x-www-form-urlencoded" else {}
    return Asked(
        method=request.method,
        path=_path(request),
        query=dict(request.query),
        form={name: value for name, value in form.items() if isinstance(value, str)},
        body=await request.read(),
        headers={name.lower(): value for name, value in request.headers.items()},
        host=request.host,
        report_fault=fault.answer if fault and fault.answer in REPORT_FAULTS else None,
    )
