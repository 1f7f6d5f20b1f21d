"""The landing folder: landing/<source>/<dataset>/<day>/<fetched_at>-<sha8>.{parquet,json,seen}.

A `.parquet` file is the minimised table, `.json` its manifest row, `.seen` the instant the same bytes came again. The
manifest is written last: without it a table does not count, so a machine that stops in the middle leaves nothing half
done. A revision never overwrites another. Which revision of a day counts is decided here and nowhere else.
A file that is not what was written is moved to landing/.damaged/ with all of its revision: the day is then as if that
answer had never come, so it is asked for again.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import polars as pl

from pipelines.common.durable import make_folder, sweep, write_durably
from pipelines.landing import manifest
from pipelines.landing.manifest import DamagedError, Revision, revision_named

TABLE, MANIFEST, SEEN = ".parquet", ".json", ".seen"
PARTS = ".part"
DAMAGED = ".damaged"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A stored answer that is not what was written, and was moved aside."""

    revision: Revision

    def __str__(self) -> str:
        return f"{self.revision.source} {self.revision.dataset} {self.revision.day} ({self.revision.name})"


@dataclass(frozen=True, slots=True)
class Landed:
    """A revision and the file of its table (which exists only if it was accepted)."""

    revision: Revision
    table: Path


class Landing:
    """The folder of all revisions. Reading a day costs what the day holds, not what history holds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.damaged: list[Damaged] = []  # found by this object so far

    def folder(self, source: str, dataset: str, day: date) -> Path:
        return self.root / source / dataset / day.isoformat()

    def take_damaged(self) -> list[Damaged]:
        """What was found damaged since this was last asked."""
        found, self.damaged = self.damaged, []
        return found

    def place(self, revision: Revision) -> Path:
        """Where a revision lies below the root, without suffix; the vault keeps its bytes under the same name."""
        return Path(revision.source, revision.dataset, revision.day.isoformat(), revision.name)

    def datasets(self) -> list[tuple[str, str]]:
        """Every (source, dataset) that ever landed, in order of name."""
        found = (path for path in self.root.glob("*/*") if path.is_dir() and not path.parent.name.startswith("."))
        return sorted((path.parent.name, path.name) for path in found)

    def days(self, source: str, dataset: str) -> list[date]:
        """Every day with at least one revision, in order."""
        folder = self.root / source / dataset
        return sorted(date.fromisoformat(path.name) for path in folder.glob("*-*-*")) if folder.is_dir() else []

    def changed_at(self, source: str, dataset: str) -> dict[date, int]:
        """Every such day and when its folder was last written to (ns): whoever knows both need not look inside."""
        folder = self.root / source / dataset
        if not folder.is_dir():
            return {}
        with os.scandir(folder) as entries:
            found = {date.fromisoformat(one.name): one.stat().st_mtime_ns for one in entries if one.is_dir()}
        return dict(sorted(found.items()))

    def revisions(self, source: str, dataset: str, day: date) -> list[Landed]:
        """All revisions of one day, the one that was confirmed last at the end."""
        found = list(self._read(self.folder(source, dataset, day)))
        return sorted(found, key=lambda landed: (landed.revision.confirmed_at, landed.revision.name))

    def current(self, source: str, dataset: str, day: date) -> Landed | None:
        """The revision that counts: the accepted one of the whole day that was confirmed last. Parts make no day."""
        whole = [one for one in self.accepted(source, dataset, day) if not one.revision.is_partial]
        return whole[-1] if whole else None

    def accepted(self, source: str, dataset: str, day: date) -> list[Landed]:
        """All accepted revisions of one day, for sources whose records only add up (Box events)."""
        return [one for one in self.revisions(source, dataset, day) if one.revision.verdict == "accepted"]

    def newest(self, source: str, dataset: str) -> Landed | None:
        """The current revision of the newest day that has one."""
        for day in reversed(self.days(source, dataset)):
            if current := self.current(source, dataset, day):
                return current
        return None

    def find(self, source: str, dataset: str, day: date, sha256: str, *, is_partial: bool = False) -> Landed | None:
        """The newest reading of exactly these bytes, if they came before; for a part, also as the whole day."""
        found = [
            landed
            for path in self.folder(source, dataset, day).glob(f"*-{sha256[:8]}*{MANIFEST}")
            if (landed := self._read_one(path)) is not None
            and landed.revision.sha256 == sha256
            and (is_partial or not landed.revision.is_partial)
        ]
        return max(found, key=lambda one: (not one.revision.is_partial, one.revision.name), default=None)

    def check(self, landed: Landed) -> bool:
        """Whether the stored table is what was written; one that is not is moved aside with its revision."""
        should = landed.revision.table_sha256
        if landed.revision.verdict == "rejected":
            return True
        try:
            content = landed.table.read_bytes()
            # Of releases that wrote no hash at least what is read must be readable.
            is_good = _is_readable(content) if should is None else hashlib.sha256(content).hexdigest() == should
        except FileNotFoundError:
            is_good = False
        if not is_good:
            self._set_aside(landed.table.with_suffix(MANIFEST), landed.revision)
        return is_good

    def add(self, revision: Revision, table: pl.DataFrame | None) -> Landed:
        """Write a revision: the table first (if accepted), the manifest last."""
        stem = self.folder(revision.source, revision.dataset, revision.day) / revision.name
        path = stem.with_name(stem.name + TABLE)
        if table is not None:
            buffer = io.BytesIO()
            # Level 1 makes these tables of keys no larger than level 3 does, in two thirds of the time.
            table.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
            content = buffer.getvalue()
            self._write(path, content)
            revision = msgspec.structs.replace(revision, table_sha256=hashlib.sha256(content).hexdigest())
        self._write(stem.with_name(stem.name + MANIFEST), manifest.encode(revision))
        return Landed(revision, path)

    def confirm(self, landed: Landed, seen_at: datetime) -> Landed:
        """Note that the same bytes came again; an older instant than the known one changes nothing."""
        if seen_at <= landed.revision.confirmed_at:
            return landed
        at = seen_at.astimezone(UTC).isoformat()
        self._write(landed.table.with_suffix(SEEN), f"{at} {_short_sum(at)}".encode())
        return Landed(msgspec.structs.replace(landed.revision, confirmed_at=seen_at), landed.table)

    def sweep(self) -> int:
        """Remove what killed processes left half written; returns how many files went."""
        return sweep(self.root / PARTS)

    def _write(self, path: Path, content: bytes) -> None:
        write_durably(path, content, parts=self.root / PARTS)

    def _read(self, folder: Path) -> Iterator[Landed]:
        if folder.is_dir():
            for path in sorted(folder.glob(f"*{MANIFEST}")):
                if (landed := self._read_one(path)) is not None:
                    yield landed

    def _read_one(self, path: Path) -> Landed | None:
        """The revision of a manifest; None of a damaged one, which is moved aside."""
        try:
            revision = manifest.decode(path.read_bytes())
        except DamagedError:
            source, dataset, day = path.parent.relative_to(self.root).parts
            self._set_aside(path, revision_named(source, dataset, date.fromisoformat(day), path.stem))
            return None
        confirmed_at = _seen_at(path.with_suffix(SEEN))
        if confirmed_at is not None:
            revision = msgspec.structs.replace(revision, confirmed_at=max(confirmed_at, revision.confirmed_at))
        return Landed(revision, path.with_suffix(TABLE))

    def _set_aside(self, path: Path, revision: Revision) -> None:
        """Move a manifest with its table and mark out of the way; what is moved is kept."""
        folder = path.parent
        aside = self.root / DAMAGED / folder.relative_to(self.root)
        make_folder(aside)
        # The manifest first: without it the others count for nothing.
        for suffix in (MANIFEST, TABLE, SEEN):
            if (file := path.with_suffix(suffix)).is_file():
                file.replace(aside / file.name)
        self.damaged.append(Damaged(revision))


def _is_readable(content: bytes) -> bool:
    try:
        pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError):
        return False
    return True


def _seen_at(path: Path) -> datetime | None:
    """When the same bytes came again last; None where they did not, or nobody can read when."""
    try:
        at, _, checksum = path.read_text(encoding="ascii").partition(" ")
        return datetime.fromisoformat(at) if not checksum or checksum == _short_sum(at) else None
    except (FileNotFoundError, ValueError):
        return None


def _short_sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
