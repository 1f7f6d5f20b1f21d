"""The vault gives back the exact bytes, to the right key only, and forgets after its time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.errors import KatsuyoError
from pipelines.privacy.vault import Vault
from tests.conftest import NOON

NAME = Path("graph/users/2026-07-06/20260706T030000Z-0badcafe")
BODY = "氏名,アドレス\r\n佐藤,hanako@example.jp\r\n".encode() * 50


def test_the_exact_bytes_come_back_and_are_not_readable_on_disk(tmp_path: Path) -> None:
    vault = Vault(tmp_path, bytes(32))
    vault.put(NAME, BODY)
    assert vault.get(NAME) == BODY
    (stored,) = tmp_path.rglob("*.vault")
    assert b"hanako" not in stored.read_bytes()


def test_another_key_or_another_place_does_not_open_it(tmp_path: Path) -> None:
    Vault(tmp_path, bytes(32)).put(NAME, BODY)
    with pytest.raises(KatsuyoError, match="KATSUYO_VAULT_KEY_FILE"):
        Vault(tmp_path, bytes([1]) * 32).get(NAME)
    (stored,) = tmp_path.rglob("*.vault")
    moved = NAME.with_name("20260706T030000Z-deadbeef")
    stored.rename(stored.with_name(moved.name + ".vault"))
    with pytest.raises(KatsuyoError, match="cannot be opened"):
        Vault(tmp_path, bytes(32)).get(moved)


def test_purge_removes_only_what_is_too_old(tmp_path: Path) -> None:
    vault = Vault(tmp_path, bytes(32))
    vault.put(NAME, BODY)
    # To the second: what is as old as allowed is still there.
    assert vault.purge(NOON + timedelta(days=35), keep_days=35) == 0
    assert vault.purge(NOON + timedelta(days=35, seconds=1), keep_days=35) == 1
    with pytest.raises(KatsuyoError, match="KATSUYO_VAULT_DAYS"):
        vault.get(NAME)
