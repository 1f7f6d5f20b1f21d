"""What the system says of a file or a disk, as one sentence that names the folder's role and the remedy.

Python, DuckDB and SQLite say the same things in different words: full, read-only, not allowed, not there. Which folders
there are, and what each is for, is handed in; no path stands in a sentence.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

FULL_BELOW_BYTES = 20_000_000
KEPT = "then run again; what was complete is kept"
_RIGHT = "give the account that runs katsuyo the right to it, or name another folder"
# By number of the system: what is said of a place, and whether its disk is meant.
_SENTENCES: dict[int, str] = {
    errno.ENOSPC: f"The disk of {{}} is full: make room, {KEPT}.",
    errno.EDQUOT: f"The disk quota of {{}} is used up: make room, {KEPT}.",
    errno.EFBIG: f"A file of {{}} would be larger than this account or its disk allows: raise the limit, {KEPT}.",
    errno.EROFS: "The disk of {} is read-only: mount it to be written to, or name another folder.",
    errno.EACCES: f"This account may not use {{}}: {_RIGHT}.",
    errno.EPERM: f"This account may not use {{}}: {_RIGHT}.",
    errno.EXDEV: "The folders of {} lie on several disks: keep each of them on one.",
    errno.ENOENT: "A file or folder of {} is gone: see that its disk is mounted, then run again.",
    errno.ENOTDIR: "There is a file where {} needs a folder: move it away, or name another folder.",
    errno.EISDIR: "There is a folder where {} needs a file: move it away, or name another folder.",
    errno.EEXIST: "There is a file where {} needs a folder: move it away, or name another folder.",
    errno.ENAMETOOLONG: "The path of {} is too long: name a shorter one.",
    errno.EMFILE: "Too many files are open at once: raise the limit of this account (ulimit -n), then run again.",
    errno.ENFILE: "Too many files are open at once on this machine: end other programs, then run again.",
    errno.EIO: f"The disk of {{}} gives errors: look at it and at its connection, {KEPT}.",
    errno.ESTALE: f"The network folder of {{}} is gone: mount it again, {KEPT}.",
    errno.ENOTCONN: f"The network folder of {{}} is gone: mount it again, {KEPT}.",
    errno.EADDRINUSE: "The port is taken by another program: choose another one with --port.",
}
# Other programs hand the words of the system on, not its numbers.
_WORDS: tuple[tuple[str, int], ...] = (
    ("no space left on device", errno.ENOSPC),
    ("database or disk is full", errno.ENOSPC),
    ("disk quota exceeded", errno.EDQUOT),
    ("file too large", errno.EFBIG),
    ("read-only file system", errno.EROFS),
    ("attempt to write a readonly database", errno.EACCES),
    ("permission denied", errno.EACCES),
    ("operation not permitted", errno.EPERM),
    ("unable to open database file", errno.EACCES),
    ("too many open files", errno.EMFILE),
    ("input/output error", errno.EIO),
    ("disk i/o error", errno.EIO),
    ("stale file handle", errno.ESTALE),
)
_DATABASES = ("duckdb", "_duckdb", "sqlite3", "sqlalchemy")
_QUOTED = re.compile(r"""["'](/[^"']+)["']""")
_UNKNOWN = "a folder that is written to"


def fault_sentence(error: BaseException, folders: Mapping[str, Path]) -> str | None:
    """The sentence about a fault of files or disks, or None for any other error.

    `folders`: by its role, each folder that may be meant; the innermost one that holds the file is named.
    """
    for one in _chain(error):
        found = _fault(one)
        if found is not None:
            number, path = found
            if number == errno.EIO and any(map(_is_full, folders.values())):
                number = errno.ENOSPC  # what SQLite calls an I/O error
            sentence = _SENTENCES.get(number, f"{{}} cannot be used ({errno.errorcode.get(number, number)}): {_RIGHT}.")
            text = sentence.format(_role(number, path, folders))
            return text[0].upper() + text[1:]
    return None


def is_fault(error: BaseException) -> bool:
    """Whether files or disks are at fault, not what is in them."""
    return fault_sentence(error, {}) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _fault(error: BaseException) -> tuple[int, str | None] | None:
    """The number of the system and the file that is meant, as far as they are known."""
    # Errors of the network are OSErrors as well, but not of a file; their clients say what to do.
    if isinstance(error, OSError) and error.errno is not None and not isinstance(error, ConnectionError | TimeoutError):
        name = error.filename2 if error.errno != errno.EXDEV and error.filename is None else error.filename
        return error.errno, name if isinstance(name, str) else None if name is None else str(name)
    if type(error).__module__.partition(".")[0] in _DATABASES:
        text = str(error)
        for words, number in _WORDS:
            if words in text.lower():
                quoted = _QUOTED.search(text)
                return number, quoted[1] if quoted else None
    return None


def _role(number: int, path: str | None, folders: Mapping[str, Path]) -> str:
    if path is not None:
        holding = [(role, folder) for role, folder in folders.items() if _is_inside(Path(path), folder)]
        if holding:
            return max(holding, key=lambda found: len(found[1].parts))[0]
    if number in (errno.ENOSPC, errno.EDQUOT):
        for role, folder in folders.items():
            if _is_full(folder):
                return role
    return _UNKNOWN


def _is_inside(path: Path, folder: Path) -> bool:
    """Also where the folder is meant from above: a folder that could not be made in its parent."""
    return path.absolute().is_relative_to(folder) or path.absolute() == folder.parent


def _is_full(folder: Path) -> bool:
    existing = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return existing is not None and shutil.disk_usage(existing).free < FULL_BELOW_BYTES
