"""Puts finished files into the site's folder, so that whoever reads it finds a whole site at any moment.

The files are made in a hidden folder inside the site: its parent may be foreign, and a mount point is a disk of its
own, across which nothing can be renamed. Each new file then takes the place of the old one in one step, the pages that
lead to the others last; if that stops half way, the old files are put back. What a page shows is views/.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from pipelines.common.durable import PART, is_alive

# The list of files this program wrote: what is not in it belongs to somebody else and is left alone.
LEDGER = ".katsuyo-files"
# Who is to read the pages is decided by the folder they lie in.
PAGE_MODE, FOLDER_MODE = 0o644, 0o755


@contextmanager
def staging(site_dir: Path) -> Generator[Path]:
    """An empty folder inside the site, gone at the end; those of killed processes go first."""
    _make_folder(site_dir)
    for former in site_dir.glob(f".*{PART}"):
        writer = former.name.removeprefix(".").removesuffix(PART)
        if writer.isdigit() and not is_alive(int(writer)):
            shutil.rmtree(former)
    fresh = site_dir / f".{os.getpid()}{PART}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, site_dir: Path) -> None:
    """Move the new files over the old ones, then remove our files that are no longer made.

    Unchanged files are not touched, so that copying tools see only what changed. Raises OSError, and leaves the former
    files as they were, when one of them cannot be replaced.
    """
    written = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
    former = previously_written(site_dir)
    # Before the first page and with the former names, so that a killed process leaves nothing that looks like others'.
    _write_ledger(fresh, sorted({*written, *former}))
    changed = [name for name in [*written, LEDGER] if not _is_same(fresh / name, site_dir / name)]
    _replace(sorted(changed, key=_place), fresh, site_dir)
    gone = set(former) - set(written)
    for name in gone:
        (site_dir / name).unlink(missing_ok=True)
    if gone:
        _write_ledger(fresh, written)
        _replace([LEDGER], fresh, site_dir)


def _write_ledger(folder: Path, names: list[str]) -> None:
    (folder / LEDGER).write_text("\n".join(names) + "\n", encoding="utf-8")


def _place(name: str) -> tuple[int, str]:
    """The list of all, then what pages need, then pages, and last those that lead to the others."""
    path = PurePosixPath(name)
    if name == LEDGER:
        return -1, name
    return (2 if path.name == "index.html" else 1 if path.suffix == ".html" else 0), name


def _replace(names: list[str], fresh: Path, site_dir: Path) -> None:
    kept = fresh / f"former{PART}"
    done: list[str] = []
    try:
        for name in names:
            target = site_dir / name
            _make_folder(target.parent)
            (fresh / name).chmod(PAGE_MODE)
            if target.exists():
                (kept / name).unlink(missing_ok=True)
                _keep(target, kept / name)
            (fresh / name).replace(target)
            done.append(name)
    except BaseException:
        for name in reversed(done):
            if (kept / name).exists():
                (kept / name).replace(site_dir / name)
            else:
                (site_dir / name).unlink(missing_ok=True)
        raise


def _keep(target: Path, kept: Path) -> None:
    """The old file under a second name, without a moment in which the first is missing."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        kept.hardlink_to(target)
    except OSError:  # a disk without second names
        shutil.copy2(target, kept)


def _is_same(fresh: Path, target: Path) -> bool:
    return target.is_file() and filecmp.cmp(fresh, target, shallow=False)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE)


def previously_written(site_dir: Path) -> list[str]:
    """Names from the ledger; one that would lead out of the folder is not ours and is ignored."""
    ledger = site_dir / LEDGER
    if not ledger.is_file():
        return []
    names = ledger.read_text(encoding="utf-8").splitlines()
    return [name for name in names if name and not _leaves_folder(name)]


def _leaves_folder(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts
