"""The landing folder: landing/<source>/<dataset>/<day>/<fetched_at>-<sha8>.{parquet,json,seen}.

A `.parquet` file is the minimised table, `.json` its manifest row, `.seen` the instant the same bytes came again. The
manifest is written last: without it a table does not count, so a machine that stops in the middle leaves nothing half
done. A revision never overwrites another. Which revision of a day counts is decided here and nowhere else.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import polars as pl

from pipelines.common.durable import sweep, write_durably
from pipelines.landing import manifest
from pipelines.landing.manifest import PART, Revision

TABLE, MANIFEST, SEEN = ".parquet", ".json", ".seen"
PARTS = ".part"


@dataclass(frozen=True, slots=True)
class Landed:
    """A revision and the file of its table (which exists only if it was accepted)."""

    revision: Revision
    table: Path


class Landing:
    """The folder of all revisions. Reading a day costs what the day holds, not what history holds."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, source: str, dataset: str, day: date) -> Path:
        return self.root / source / dataset / day.isoformat()

    def datasets(self) -> list[tuple[str, str]]:
        """Every (source, dataset) that ever landed, in order of name."""
        return sorted((path.parent.name, path.name) for path in self.root.glob("*/*") if path.is_dir())

    def days(self, source: str, dataset: str) -> list[date]:
        """Every day with at least one revision, in order."""
        folder = self.root / source / dataset
        return sorted(date.fromisoformat(path.name) for path in folder.glob("*-*-*")) if folder.is_dir() else []

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
        """The revision that holds exactly these bytes, if they came before; for a part, also as the whole day."""
        endings = [MANIFEST, PART + MANIFEST] if is_partial else [MANIFEST]
        for ending in endings:
            for path in self.folder(source, dataset, day).glob(f"*-{sha256[:8]}{ending}"):
                landed = _read_one(path)
                if landed.revision.sha256 == sha256:
                    return landed
        return None

    def short_hashes(self, source: str, dataset: str, day: date) -> list[str]:
        """The first digits of the hash of every revision of a day, read off the file names alone."""
        names = (path.name for path in self.folder(source, dataset, day).glob(f"*{MANIFEST}"))
        return [name.removesuffix(MANIFEST).removesuffix(PART).rpartition("-")[2] for name in names]

    def add(self, revision: Revision, table: pl.DataFrame | None) -> Landed:
        """Write a revision: the table first (if accepted), the manifest last."""
        stem = self.folder(revision.source, revision.dataset, revision.day) / revision.name
        path = stem.with_name(stem.name + TABLE)
        if table is not None:
            buffer = io.BytesIO()
            # Level 1 makes these tables of keys no larger than level 3 does, in two thirds of the time.
            table.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
            self._write(path, buffer.getvalue())
        self._write(stem.with_name(stem.name + MANIFEST), manifest.encode(revision))
        return Landed(revision, path)

    def confirm(self, landed: Landed, seen_at: datetime) -> Landed:
        """Note that the same bytes came again; an older instant than the known one changes nothing."""
        if seen_at <= landed.revision.confirmed_at:
            return landed
        self._write(landed.table.with_suffix(SEEN), seen_at.astimezone(UTC).isoformat().encode())
        return Landed(msgspec.structs.replace(landed.revision, confirmed_at=seen_at), landed.table)

    def sweep(self) -> int:
        """Remove what killed processes left half written; returns how many files went."""
        return sweep(self.root / PARTS)

    def _write(self, path: Path, content: bytes) -> None:
        write_durably(path, content, parts=self.root / PARTS)

    def _read(self, folder: Path) -> Iterator[Landed]:
        if folder.is_dir():
            yield from (_read_one(path) for path in sorted(folder.glob(f"*{MANIFEST}")))


def _read_one(path: Path) -> Landed:
    revision = manifest.decode(path.read_bytes())
    seen = path.with_suffix(SEEN)
    if seen.is_file():
        at = datetime.fromisoformat(seen.read_text(encoding="ascii"))
        revision = msgspec.structs.replace(revision, confirmed_at=at)
    return Landed(revision, path.with_suffix(TABLE))
