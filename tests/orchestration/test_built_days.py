"""What the landing, the raw tables and the facts hold is compared; a day between two of them is named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.orchestration.built_days import days_not_built
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.vault import Vault
from pipelines.settings import Settings
from pipelines.sources.answer import Answer, Parsed
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import load_dataset
from tests.conftest import NOON
from tests.project import PROJECT

NAME = ("graph", "email_activity")
DAY = NOON.date() - timedelta(days=5)


def _build(settings: Settings) -> None:
    with connect(settings.warehouse_file) as con:
        for name in PROJECT.order:
            run_model(con, PROJECT.models[name])
            if name == "int_report_days":
                return


def test_a_day_is_missed_until_it_is_loaded_and_built(tmp_path: Path, minimiser: Minimiser) -> None:
    settings = Settings(home=tmp_path)
    landing = Landing(settings.landing_dir)
    intake = Intake(landing, Vault(tmp_path / "vault", bytes(32)), minimiser)

    def land(offset: int) -> None:
        answer = Answer(*NAME, DAY + timedelta(days=offset), b"%d" % offset, NOON)
        rows = pl.DataFrame({"user_principal_name": ["a@x.jp"], "send_count": ["1"]})
        assert intake.take(answer, lambda _: Parsed(rows)).is_accepted

    def load() -> None:
        with connect(settings.warehouse_file) as con:
            load_dataset(con, landing, *NAME)
            refresh_calendar(con)

    assert days_not_built(settings) == {}  # there is no warehouse: that nothing was published is said elsewhere
    land(0)
    load()
    _build(settings)
    assert days_not_built(settings) == {}
    land(1)
    land(3)
    new = [DAY + timedelta(days=1), DAY + timedelta(days=3)]
    assert days_not_built(settings) == {NAME: new}
    load()
    assert days_not_built(settings) == {NAME: new}
    _build(settings)
    assert days_not_built(settings) == {}
    land(2)
    load()
    assert days_not_built(settings) == {NAME: [DAY + timedelta(days=2)]}
