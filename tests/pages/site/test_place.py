"""The site's folder may be a mount point, have a foreign parent, be full or read-only; readers find a whole site."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.common.faults import fault_sentence
from pipelines.pages.site.place import LEDGER, put_in_place, staging

OLD = {"index.html": "old", "data.html": "old", "en/index.html": "old", "assets/site.css": "old"}
NEW = {"index.html": "new", "telework.html": "new", "en/index.html": "new", "assets/site.css": "new"}
IS_ROOT = os.geteuid() == 0
NOBODY = 65534


def _put(files: dict[str, str], site: Path) -> None:
    with staging(site) as fresh:
        for name, text in files.items():
            (fresh / name).parent.mkdir(exist_ok=True, parents=True)
            (fresh / name).write_text(text, encoding="utf-8")
        put_in_place(fresh, site)


def _found(site: Path) -> dict[str, str]:
    files = (path for path in site.rglob("*") if path.is_file() and path.name != LEDGER)
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_only_what_is_made_now_is_there_and_others_files_stay(tmp_path: Path) -> None:
    _put(OLD, tmp_path)
    (tmp_path / "theirs.html").write_text("theirs", encoding="utf-8")
    _put(NEW, tmp_path)
    assert _found(tmp_path) == {**NEW, "theirs.html": "theirs"}
    assert (tmp_path / LEDGER).read_text(encoding="utf-8").split() == sorted(NEW)
    # Everybody may read them, whatever this process keeps to itself.
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.html") if path.name != "theirs.html"} == {0o644}
    assert list(tmp_path.glob(".*.part")) == []


@pytest.mark.parametrize("name", sorted(NEW))
def test_what_fails_half_way_leaves_the_former_site(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(OLD, tmp_path)
    ledger = (tmp_path / LEDGER).read_bytes()
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target) == tmp_path / name and self.read_text(encoding="utf-8") == "new":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="Input/output error"):
        _put(NEW, tmp_path)
    assert _found(tmp_path) == OLD
    assert (tmp_path / LEDGER).read_bytes() == ledger


def test_at_no_moment_is_a_page_missing_or_the_first_one_newer_than_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(OLD, tmp_path)
    replace = Path.replace
    moments: list[dict[str, str]] = []

    def watched(self: Path, target: Path) -> Path:
        moments.append(_found_without_parts(tmp_path))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    _put(NEW, tmp_path)
    for moment in moments:
        assert moment.keys() >= OLD.keys() & NEW.keys()
        if moment["index.html"] == "new":
            assert {name: moment.get(name) for name in NEW} == NEW
    assert moments[0] == OLD


def _found_without_parts(site: Path) -> dict[str, str]:
    return {name: text for name, text in _found(site).items() if ".part" not in name}


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    for name in (f".{gone.pid}.part", f".{os.getppid()}.part"):
        (tmp_path / name / "en").mkdir(parents=True)
    _put(NEW, tmp_path)
    assert [path.name for path in tmp_path.glob(".*.part")] == [f".{os.getppid()}.part"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 64 kB."""
    mount = tmp_path / "mounted"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(mount)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("this account may not mount anything")
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


def test_a_mount_point_as_site_even_when_it_fills_up(small_disk: Path) -> None:
    _put(OLD, small_disk)
    _put(NEW, small_disk)
    assert _found(small_disk) == NEW
    with pytest.raises(OSError, match="No space left") as raised:
        _put({"index.html": "x" * 100_000}, small_disk)
    assert fault_sentence(raised.value, {"the site (KATSUYO_SITE)": small_disk}) == (
        "The disk of the site (KATSUYO_SITE) is full: make room, then run again; what was complete is kept."
    )
    assert _found(small_disk) == NEW
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OSError, match="Read-only") as raised:
        _put(OLD, small_disk)
    assert "is read-only: mount it to be written to" in (
        fault_sentence(raised.value, {"the site (KATSUYO_SITE)": small_disk}) or ""
    )
    assert _found(small_disk) == NEW


@pytest.mark.skipif(not IS_ROOT, reason="only root may become another account")
def test_a_site_whose_parent_is_foreign() -> None:
    """The usual rule of a web server: the folder is ours, the one above is not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        site, another = Path(folder) / "site", Path(folder) / "another"
        site.mkdir()
        os.chown(site, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            _put(OLD, site)
            with pytest.raises(PermissionError) as raised:
                _put(OLD, another)
        finally:
            os.seteuid(0)
        assert _found(site) == OLD
    said = fault_sentence(raised.value, {"the site (KATSUYO_SITE)": another})
    assert said is not None
    assert said.startswith("This account may not use the site (KATSUYO_SITE): give the account")


def test_a_limit_of_the_account_is_a_full_disk_to_it(tmp_path: Path) -> None:
    _put(OLD, tmp_path)
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, former[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            _put({"index.html": "x" * 100_000}, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert _found(tmp_path) == OLD
