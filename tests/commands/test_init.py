"""`katsuyo init` writes good files, private keys, and never over anything."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands.init import KEYS, write_templates
from pipelines.errors import ConfigurationError
from pipelines.privacy.pseudonym import read_key
from pipelines.settings import Settings
from pipelines.sources.org import checks, files
from pipelines.sources.org.schema import FILES
from tests import CHECKOUT
from tests.conftest import NOON


def test_the_templates_are_good_files(tmp_path: Path) -> None:
    write_templates(tmp_path / "office")
    answers = files.read_answers(tmp_path / "office" / "org", NOON.date(), NOON)
    assert {answer.dataset for answer in answers} == set(FILES)
    found = checks.check(answers)
    assert all(table.height for table in found.tables.values())
    for answer in answers:
        assert answer.body.startswith(b"\xef\xbb\xbf")
        assert FILES[answer.dataset].fields[0].japanese[0] in answer.body.decode().splitlines()[0]


def test_keys_are_private_and_different_and_the_settings_name_them(tmp_path: Path) -> None:
    write_templates(tmp_path)
    keys = [read_key(tmp_path / "keys" / name, name) for name in KEYS.values()]
    assert len(set(keys)) == 2
    for path in (*(tmp_path / "keys").iterdir(), tmp_path / "settings.env"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = Settings(_env_file=tmp_path / "settings.env")
    assert settings.org_dir == tmp_path / "org"
    assert settings.pseudonym_key_file == tmp_path / "keys" / "pseudonym.key"
    assert settings.min_group == Settings.model_fields["min_group"].default
    text = (tmp_path / "settings.env").read_text(encoding="utf-8")
    assert all(f"KATSUYO_{name.upper()}=" in text for name in Settings.model_fields)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    first = write_templates(tmp_path)
    before = {path: path.read_bytes() for path in first.written}
    (tmp_path / "org" / "training.csv").unlink()
    second = write_templates(tmp_path)
    assert second.written == [tmp_path / "org" / "training.csv"]
    assert {path: path.read_bytes() for path in first.written} == before


def test_a_folder_in_the_checkout_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="inside the checkout"):
        write_templates(CHECKOUT / "new-office")
    assert not (CHECKOUT / "new-office").exists()


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["init", str(tmp_path / "office")])
    assert done.exit_code == 0
    assert "katsuyo doctor" in done.stdout
    assert "16 files written" in done.stdout
