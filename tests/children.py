"""Children that run our code: forked from one process that has imported everything, so that a child costs milliseconds.

A command that is started anew imports five thousand modules first, which takes longer than most commands do. The
installed script itself is run by test_demo.py and tests/crash.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests import CHECKOUT


def context() -> ForkServerContext:
    """Where children come from: one server for all tests of a worker. It starts no thread and opens nothing."""
    # The server does not know our sys.path.
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(["tests.imported"])
    return chosen


def katsuyo(
    *arguments: str, environment: Mapping[str, str], patience_seconds: float, largest_file: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`katsuyo ARGUMENTS` to its end, with that environment and nothing else. Raises TimeoutExpired, as run() does.

    With `largest_file` no file can grow beyond so many bytes: the disk refuses, as a full one does.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        child = context().Process(target=_command, args=(arguments, dict(environment), out, err, largest_file))
        child.start()
        child.join(patience_seconds)
        if child.exitcode is None:
            child.kill()
            raise subprocess.TimeoutExpired(["katsuyo", *arguments], patience_seconds)
        said = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess(["katsuyo", *arguments], child.exitcode, *said)


def _command(
    arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path, largest_file: int | None
) -> None:
    """In the child: what the installed script does, with its output in two files."""
    from pipelines.cli import main

    for number, path in ((1, out), (2, err)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["katsuyo", *arguments]
    main()
