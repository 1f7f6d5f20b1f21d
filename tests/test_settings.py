"""A setting that is misspelt or wrong is refused with its name and what it must be, never with its value."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.setting_words import unknown_name
from pipelines.errors import ConfigurationError
from pipelines.settings import ENV_FILE_VARIABLE, Settings

NAMES = sorted(f"KATSUYO_{name.upper()}" for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MIN_GROUP", "many", "KATSUYO_MIN_GROUP is wrong: it must be a whole number, such as 10 (Smallest group"),
        ("MIN_GROUP", "3", "KATSUYO_MIN_GROUP is wrong: it must be at least 5 (Smallest group"),
        ("REFETCH_DAYS", "99", "it must be at most 28"),
        ("MAX_RETRY_SECONDS", "0", "it must be more than 0"),
        ("FIRST_DAY", "2026-4", "it must be a day, such as 2026-04-01"),
        ("AS_OF", "soon", "it must be an instant with its time zone"),
        ("AS_OF", "2026-07-06T06:00:00", "KATSUYO_AS_OF is wrong: needs a time zone"),
        ("ACCEPT_PARTIAL", "perhaps", "it must be true or false"),
        ("SMTP_TLS", "ssl", "it must be one of 'none', 'starttls' or 'tls'"),
        (
            "OWN_HOLIDAYS",
            "2026-10-01,someday=x",
            "OWN_HOLIDAYS is wrong (value 2 of the list): it must be a day",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_it_must_be(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KATSUYO_{name}", value)
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_env()
    assert said in str(raised.value)
    assert "Input should" not in str(raised.value)


def test_a_misspelt_name_is_refused_wherever_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.env"
    monkeypatch.setenv(ENV_FILE_VARIABLE, str(file))
    for line, said in {
        "KATSUYO_MIN_GROUPS=20": "There is no setting KATSUYO_MIN_GROUPS: KATSUYO_MIN_GROUP is the nearest one",
        "KATUSYO_MIN_GROUP=20": "There is no setting KATUSYO_MIN_GROUP: KATSUYO_MIN_GROUP is the nearest one",
        "KATSUYO_XQZ=1": "There is no setting KATSUYO_XQZ: remove it",
        "KATSUYO_TARGETS=chat_reach=abc": "There is no setting KATSUYO_TARGETS any more: write targets.csv",
    }.items():
        file.write_text(f"{line}\nLANG=ja_JP.UTF-8\n", encoding="utf-8")
        with pytest.raises(ConfigurationError) as raised:
            Settings.from_env()
        assert said in str(raised.value)
    file.write_text("KATSUYO_FIRST_DAY=2026-02-03\nLANG=ja_JP.UTF-8\n", encoding="utf-8")
    assert Settings.from_env().first_day == date(2026, 2, 3)
    monkeypatch.setenv("KATSUYO_TYPO", "1")
    with pytest.raises(ConfigurationError, match="There is no setting KATSUYO_TYPO"):
        Settings.from_env()
    file.write_bytes(b"KATSUYO_ORGANISATION_NAME=\x8b\xe6\n")
    with pytest.raises(ConfigurationError, match="cannot be read as UTF-8"):
        Settings.from_env()


@given(st.sampled_from(NAMES), st.data())
def test_one_letter_left_out_is_never_ignored(name: str, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(name) - 1))
    misspelt = name[:gone] + name[gone + 1 :]
    said = unknown_name([], [misspelt], set(NAMES), {})
    assert misspelt in NAMES or (said is not None and misspelt in said)
    assert unknown_name([name, name.lower(), "LANG", "PATH"], [name, "LANG"], set(NAMES), {}) is None


@pytest.mark.parametrize("command", ["run", "replay", "demo", "simulate"])
def test_swapped_days_are_wrong_usage(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--from", "2026-04-10", "--to", "2026-04-01"])
    assert done.exit_code == 2
    assert "swap --from and --to" in " ".join(done.output.split())
