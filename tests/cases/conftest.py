"""The field cases: inputs that failed somewhere, in the folder of their number, and an office that imports them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.common import progress
from pipelines.ingest.exports import Imported, ingest_exports
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings

CASES = Path(__file__).parent
NOW = datetime(2026, 7, 27, 1, 0, tzinfo=UTC)


class Heard(progress.Listener):
    """What a person would have read while it went on."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def stage(self, name: str, total: int) -> None: ...

    def step(self, what: str) -> None: ...

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


@dataclass
class Office:
    """One data folder; `said` is what was told on the terminal."""

    workspace: Workspace
    said: list[str]

    def take_in(self, *paths: Path, **options: Any) -> Imported:
        heard = Heard()
        with progress.listening(heard):
            imported = ingest_exports(self.workspace, paths, **options)
        self.said += heard.said
        return imported

    def table(self, dataset: str, day: date, source: str = "graph") -> pl.DataFrame:
        """What counts of a day; of Box its parts."""
        landed = self.workspace.landing.accepted(source, dataset, day)
        return pl.read_parquet(landed[-1].table)

    def chatted(self, day: date) -> int:
        chats = pl.col("private_chat_message_count").cast(pl.Int64) + pl.col("team_chat_message_count").cast(pl.Int64)
        current = self.workspace.landing.current("graph", "teams_user_activity", day)
        assert current is not None
        return pl.read_parquet(current.table).filter(chats > 0).height


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Office]:
    """An office of 40 people with the personnel files of a folder."""

    def made(org: Path = CASES / "org") -> Office:
        keys = {}
        for name in ("pseudonym_key_file", "vault_key_file"):
            keys[name] = tmp_path / name
            keys[name].write_text("ab" * 32, encoding="ascii")
        settings = Settings(
            home=tmp_path / "home", as_of=NOW, org_dir=org, first_day=date(2026, 4, 1), row_floor_share=0.0, **keys
        )
        return Office(Workspace(settings), [])

    return made
