"""The environment of the peers: made on demand in the work folder, so ours never holds their packages."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements-peers.txt"


@cache
def peer_python(work: Path, requirements: Path = REQUIREMENTS) -> str:
    """The interpreter of an environment with exactly these requirements."""
    folder = work / requirements.stem
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "venv", str(folder))
    _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements))
    return str(python)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The environment of the peers could not be made:\n{done.stderr[-2000:]}")
