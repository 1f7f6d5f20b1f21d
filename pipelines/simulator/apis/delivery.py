"""Sending an Answer over aiohttp, whole or spoiled by a fault.

The only place that touches sockets. Faults that change what a report is about (faults.REPORT_FAULTS) are not carried
out here but by the report service.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
from dataclasses import replace

from aiohttp import web

from pipelines.simulator.apis.answers import Answer
from pipelines.simulator.faults import Fault

SMALL_BODY = b'{"value":[],"entries":[],"padding":"so that half of the answer is still something"}'


async def deliver(request: web.Request, answer: Answer, fault: Fault | None) -> web.StreamResponse:
    """Send the answer; with a fault, send what the fault makes of it."""
    if fault is None:
        return _whole(answer)
    if fault.answer in ("reset", "reset_mid", "truncate", "chunked_cut", "stall_mid"):
        return await _broken(request, answer, fault)
    if fault.answer == "stall":
        await asyncio.sleep(fault.seconds)
    return _whole(spoil(answer, fault))


def spoil(answer: Answer, fault: Fault) -> Answer:
    """The answer after a fault that still sends a well-formed HTTP message."""
    body = answer.body or SMALL_BODY
    if fault.answer == "status":
        content_type = "application/json" if fault.body.startswith("{") else "text/html"
        return Answer(fault.status, fault.body.encode(), content_type, dict(fault.headers))
    if fault.answer == "bad_json":
        return replace(answer, body=body[: max(1, len(body) // 2)])
    if fault.answer == "empty_200":
        return Answer(200, b"", answer.content_type)
    if fault.answer == "gzip_cut":
        packed = gzip.compress(body)
        headers = {**answer.headers, "Content-Encoding": "gzip"}
        return replace(answer, body=packed[: max(20, len(packed) // 2)], headers=headers)
    if fault.answer in ("replace", "line_cut"):
        return _rewritten(answer, fault)
    return answer


def _rewritten(answer: Answer, fault: Fault) -> Answer:
    """The answer with another body, compressed again if it was."""
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(answer.body) if is_packed else answer.body
    if fault.answer == "line_cut":
        body = body[: body.rfind(b"\n", 0, len(body) // 2) + 1]
    else:
        body = re.sub(fault.pattern, fault.replacement, body.decode()).encode()
    return replace(answer, body=gzip.compress(body) if is_packed else body)


def _whole(answer: Answer) -> web.Response:
    headers = {**answer.headers, "Content-Type": answer.content_type}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


async def _broken(request: web.Request, answer: Answer, fault: Fault) -> web.StreamResponse:
    """Answers that end in a way HTTP does not allow, or stop half way."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = answer.content_type
    if fault.answer == "reset":
        _reset(request)
        return response
    body = answer.body or SMALL_BODY
    half = max(1, len(body) // 2)
    if fault.answer == "chunked_cut":
        response.enable_chunked_encoding()
    else:
        response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[:half])
    if fault.answer == "stall_mid":
        await asyncio.sleep(fault.seconds)
        await response.write(body[half:])
        return response
    await asyncio.sleep(0.01)  # let the first half reach the client before the connection goes
    if fault.answer == "reset_mid":
        _reset(request)
    elif request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.Request) -> None:
    """Close with RST instead of FIN."""
    if request.transport is None:
        return
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
