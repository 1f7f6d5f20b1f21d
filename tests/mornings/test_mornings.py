"""Twelve mornings of a month in which everything happens; `make mornings` plays ninety.

At the end the facts equal the truth for every day, as if nothing had happened: each answer could still be had.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.simulator.world import WorldConfig
from tests import CHECKOUT
from tests.e2e.conftest import served
from tests.messages.servers import running_flow
from tests.mornings.play import SEED, STAFF, Play

pytestmark = pytest.mark.slow

FIRST, LAST = date(2026, 3, 12), date(2026, 4, 24)


FAILED, GAPS, KEYS = "日次処理が失敗しました", "取得できないデータがあります", "鍵ファイルに問題があります"
# A message for each cause, and one when it is over: what is revoked, empty or renamed is a cause each.
TOLD = [
    (3, 21, f"[活用] 要対応: {FAILED}"),
    (3, 22, f"[活用] 解決: {FAILED}"),
    *[(3, 23, f"[活用] 要対応: {GAPS}")] * 2,
    *[(4, 6, f"[活用] 解決: {GAPS}")] * 2,
    *[(4, 7, f"[活用] 要対応: {GAPS}")] * 2,
    *[(4, 8, f"[活用] 解決: {GAPS}")] * 2,
    # One key after the other.
    (4, 9, f"[活用] 要対応: {KEYS}"),
    (4, 9, f"[活用] 要対応: {FAILED}"),
    (4, 9, f"[活用] 要対応: {KEYS}"),
    (4, 9, f"[活用] 要対応: {FAILED}"),
    (4, 9, f"[活用] 解決: {KEYS}"),
    (4, 9, f"[活用] 解決: {FAILED}"),
    (4, 9, f"[活用] 解決: {KEYS}"),
    (4, 20, f"[活用] 解決: {FAILED}"),
]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    config = WorldConfig(seed=SEED, staff=STAFF, first_day=FIRST, last_day=LAST)
    with served(tmp_path_factory.mktemp("mornings"), config, unlimited_history=False) as ward, running_flow() as flow:
        yield Play(ward, flow)


def test_a_month_in_which_everything_happens(play: Play, tmp_path: Path) -> None:
    assert play.morning(date(2026, 3, 20)).code == 0

    # Names are concealed: nothing is published, and the next morning asks for all that was left out.
    play.conceal()
    published = play.published_at()
    said = play.morning(date(2026, 3, 21))
    assert said.code == 1
    assert "displayConcealedNames" in said.sentence
    assert play.published_at() == published
    play.heal()
    assert play.morning(date(2026, 3, 22)).code == 0

    # Two permissions are revoked: what needs neither goes on, and is published.
    play.withhold("Reports.Read.All", "AuditLog.Read.All")
    published = play.published_at()
    said = play.morning(date(2026, 3, 23))
    assert said.code == 3
    assert "Reports.Read.All" in said.sentence
    assert "AuditLog.Read.All" in said.sentence
    assert play.published_at() != published
    play.heal()

    # The machine is off over the transfers of 1 April.
    assert play.morning(date(2026, 4, 6)).code == 0

    # One report comes with its header alone (field case 03), a column of another is renamed: each costs itself only.
    (empty,) = json.loads((CHECKOUT / "tests" / "cases" / "03" / "faults.json").read_text())
    play.fault(**empty)
    play.fault(host="download", answer="replace", pattern="Send Count", replacement="Sent")
    said = play.morning(date(2026, 4, 7))
    assert said.code == 3
    assert "email_activity" in said.sentence
    assert "onedrive_activity" not in said.sentence
    play.heal()

    # A new column is no harm.
    play.fault(host="download", answer="replace", pattern="\r?\n", replacement=",Extra\n")
    assert play.morning(date(2026, 4, 8)).code == 0
    play.heal()

    # Another key: refused before anything is asked, and nothing changes.
    other = tmp_path / "other.key"
    other.write_text(secrets.token_hex(32), encoding="ascii")
    published = play.published_at()
    for name in ("KATSUYO_PSEUDONYM_KEY_FILE", "KATSUYO_VAULT_KEY_FILE"):
        said = play.morning(date(2026, 4, 9), **{name: str(other)})
        assert said.code == 1
        assert name in said.sentence
    assert play.published_at() == published

    # The disk is full.
    said = play.morning(date(2026, 4, 9), largest_file=300_000)
    assert said.code == 1
    assert play.morning(date(2026, 4, 20)).code == 0
    assert play.wrong_cells(FIRST, date(2026, 4, 10)) == []
    assert play.told == [(date(2026, month, day), subject) for month, day, subject in TOLD]
