"""Writing a file so that it is there whole or not at all, even if the machine stops in the middle.

A file is written elsewhere on the same disk, flushed, and renamed; then its folder is flushed too, so that what comes
after it (a watermark, a cursor, a loaded day) can never be there without it. A process that is killed leaves its part
behind: `sweep` removes the parts of processes that are gone.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
_numbers = itertools.count()


def write_durably(path: Path, content: bytes, mode: int = 0o640, parts: Path | None = None) -> None:
    """Write to the folder `parts` (default: beside), flush, rename. Readers see the old content or the new one."""
    make_folder(path.parent)
    folder = parts or path.parent
    make_folder(folder)
    part = folder / f"{os.getpid()}-{next(_numbers)}{PART}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """A place beside `path` to write to: flushed and renamed to `path` at the end, and gone if there was an error."""
    part = path.with_name(f"{os.getpid()}-{path.name}{PART}")
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
        flush_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
        part.with_name(f"{part.name}.wal").unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make sure that what was renamed into the folder is still there after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> int:
    """Remove the parts in `folder` whose writers are gone; returns how many went."""
    swept = 0
    for path in folder.glob(f"*{PART}*") if folder.is_dir() else ():
        writer = path.name.partition("-")[0]
        if not (writer.isdigit() and is_alive(int(writer))):
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def is_alive(process: int) -> bool:
    """Whether there is a process of that number on this machine."""
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def make_folder(folder: Path) -> None:
    """`folder` with its parents, each new one closed to others and flushed into the one above."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o750)
    flush_folder(folder.parent)
