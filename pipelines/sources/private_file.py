"""Reading a file that holds a key of an application: there, readable by us, and by nobody else on this machine.

What the bytes mean is decided by whoever asks (graph/certificate.py, box/app_file.py).
"""

from __future__ import annotations

import stat
from pathlib import Path

from pipelines.errors import ConfigurationError


def read_private_file(path: Path, setting: str) -> bytes:
    """Raises ConfigurationError naming the setting, never the path: a name may tell what it opens."""
    try:
        if path.stat().st_mode & stat.S_IRWXO:
            raise ConfigurationError(
                f"The file of {setting} can be read by every account of this machine: take that away with chmod o-rwx."
            )
        return path.read_bytes()
    except OSError:
        raise ConfigurationError(
            f"The file of {setting} does not exist or may not be read: check the path and who may read it."
        ) from None
