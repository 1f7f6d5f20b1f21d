"""Whether a person stopped this process while Dagster had taken its signals over.

Dagster turns Ctrl-C into the failure of a step, and DuckDB into an error of a statement, so nothing of it reaches the
caller. Python writes the number of each signal to a descriptor, whoever handles it: that is read here.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

_STOPS = frozenset({signal.SIGINT, signal.SIGTERM})


@contextmanager
def noticing_stops() -> Generator[Callable[[], bool]]:
    """Gives a question: did somebody stop us since? Outside the main thread, which alone gets signals, never."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    former = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    seen = bytearray()

    def was_stopped() -> bool:
        while True:
            try:
                seen.extend(os.read(reader, 512))
            except BlockingIOError:
                return not _STOPS.isdisjoint(seen)

    try:
        yield was_stopped
    finally:
        signal.set_wakeup_fd(former)
        os.close(reader)
        os.close(writer)
