"""`katsuyo doctor` looks at the folders that are written to, at the channels of messages and at the runs so far."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands.checkup import Checkup
from pipelines.commands.doctor_folders import check_data_folder, check_messages, check_runs, check_site
from pipelines.settings import Settings


def test_new_folders_are_good_and_open_ones_are_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", site=tmp_path / "site")
    marks = [mark for check in (check_data_folder, check_site) for mark, _ in check(Checkup(settings))]
    assert set(marks) <= {"OK", "WARN"}  # WARN where the machine has little space
    settings.home.mkdir()
    settings.home.chmod(0o755)
    (settings.home / "warehouse.duckdb").touch(mode=0o644)
    (settings.home / "warehouse.duckdb").chmod(0o644)
    said = [text for mark, text in check_data_folder(Checkup(settings)) if mark == "FIX"]
    assert said == [
        "warehouse.duckdb in the data folder KATSUYO_HOME can be read by every account of this machine: take that away "
        "with chmod -R o-rwx."
    ]
    settings.home.chmod(0o750)
    assert "FIX" not in [mark for mark, _ in check_data_folder(Checkup(settings))]


def test_a_site_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file", encoding="utf-8")
    ((mark, text),) = check_site(Checkup(Settings(home=tmp_path, site=tmp_path / "site")))
    assert (mark, text.partition(":")[0]) == ("FIX", "The site KATSUYO_SITE cannot be written to")


def test_before_the_first_run_only_the_messages_are_worth_a_look(tmp_path: Path) -> None:
    checkup = Checkup(Settings(home=tmp_path / "home", site=tmp_path / "site"))
    assert [mark for mark, _ in check_runs(checkup)] == ["-"]
    assert [mark for mark, _ in check_messages(checkup)] == ["WARN"]
