"""One measured step = one process: its time, its processor time and its own peak memory. Standard library only, for the
peers run it in an environment of their own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = "bench.ingest"


@dataclass(frozen=True)
class Cost:
    """What a step took. `seconds` leaves out the start of the process and its imports, `peak_mb` does not."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    extra: dict[str, Any]


def run_step(
    module: str, step: str, options: dict[str, Any], python: str = sys.executable, package: str = PACKAGE
) -> Cost:
    """Run `step` of <package>.<module> in a process of its own."""
    command = [python, "-m", f"{package}.{module}", step, json.dumps(options, default=str)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=options["root"], check=False)
    if done.returncode:
        raise SystemExit(f"The step {module}.{step} failed:\n{done.stderr[-3000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def serve_step(steps: dict[str, Callable[..., Any]]) -> None:
    """The other end: run the step named on the command line and print its cost.

    A step gives its rows, or its rows and what else it has to tell, and is called with its options by name. What has to
    be there before the clock starts is imported at the top of its module.
    """
    step, options = steps[sys.argv[1]], json.loads(sys.argv[2])
    started, started_cpu = time.perf_counter(), time.process_time()
    found = step(**options)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    rows, extra = found if isinstance(found, tuple) else (found, {})
    cost = {"rows": rows, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": _peak_mb(), "extra": extra}
    print(json.dumps(cost))


def _peak_mb() -> float:
    """Peak resident memory. Linux hands a child its parent's figure in getrusage, so its own is read where it is."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
