"""The same identifier gives the same key everywhere; different kinds never meet; nothing readable is left."""

from __future__ import annotations

import hmac
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.privacy import pseudonym
from pipelines.privacy.pseudonym import Pseudonymiser, read_key


def test_spelling_variants_of_one_address_share_a_key(pseudonymiser: Pseudonymiser) -> None:
    variants = pl.Series("upn", ["Hanako.Sato@Example.jp", " hanako.sato@example.jp ", "ｈanako.sato@example.jp"])
    assert pseudonymiser.keys_of(variants, "address").n_unique() == 1


def test_the_same_text_of_two_kinds_has_two_keys(pseudonymiser: Pseudonymiser) -> None:
    assert pseudonymiser.key_of("1000001", "employee") != pseudonymiser.key_of("1000001", "box_id")


def test_blank_and_missing_stay_missing(pseudonymiser: Pseudonymiser) -> None:
    for kind in ("address", "box_item"):
        assert pseudonymiser.keys_of(pl.Series(["", "  ", None, "a"]), kind).is_null().to_list() == [True] * 3 + [False]
        assert pseudonymiser.keys_of(pl.Series([None, None], dtype=pl.String), kind).to_list() == [None, None]


def test_another_secret_gives_other_keys(pseudonymiser: Pseudonymiser) -> None:
    assert Pseudonymiser(bytes(32)).key_of("a@b", "address") != pseudonymiser.key_of("a@b", "address")


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_key_is_32_hex_digits_and_follows_its_value(values: list[str]) -> None:
    keyed = Pseudonymiser(bytes(32))
    series = pl.Series("v", values)
    for value, key in zip(values, keyed.keys_of(series, "box_item"), strict=True):
        assert key == keyed.key_of(value, "box_item")
        assert key is None or (len(key) == 32 and int(key, 16) >= 0)


def test_a_forgotten_key_is_the_same_when_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonym, "REMEMBERED_OF_A_KIND", 3)
    keyed = Pseudonymiser(bytes(32))
    for values in (["a", "b"], ["b", "c", " "], ["c", "d"], ["a", "b", "c", "d", None], ["d", "a"]):
        assert keyed.keys_of(pl.Series(values), "box_item").to_list() == [
            None if value is None else keyed.key_of(value, "box_item") for value in values
        ]


def test_answers_taken_in_side_by_side_get_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """One forgets what another has just found there."""
    monkeypatch.setattr(pseudonym, "REMEMBERED_OF_A_KIND", 1_500)
    keyed, alone = Pseudonymiser(bytes(32)), Pseudonymiser(bytes(32))
    columns = [pl.Series([str(n % 2_000) for n in range(first, first + 1_000)]) for first in range(0, 12_000, 300)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that they meet in every part of the work
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda column: keyed.keys_of(column, "box_item"), columns))
    finally:
        sys.setswitchinterval(usual)
    for column, keys in zip(columns, found, strict=True):
        assert keys.to_list() == [alone.key_of(value, "box_item") for value in column]


@pytest.mark.parametrize("content", ["", "xyz", "00" * 31, "00" * 33])
def test_a_wrong_key_file_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(ConfigurationError, match="openssl rand -hex 32"):
        read_key(path, "KATSUYO_PSEUDONYM_KEY_FILE")


def test_a_missing_key_setting_is_named() -> None:
    with pytest.raises(ConfigurationError, match="KATSUYO_VAULT_KEY_FILE is not set"):
        read_key(None, "KATSUYO_VAULT_KEY_FILE")


def test_a_key_is_the_standard_hmac_of_kind_and_value(pseudonymiser: Pseudonymiser) -> None:
    standard = hmac.digest(bytes(range(32)), b"address\0a@b.jp", "sha256")
    assert pseudonymiser.key_of(" A@B.JP ", "address") == standard[:16].hex()
