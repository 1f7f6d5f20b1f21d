"""`katsuyo init`: a folder to begin with: templates of all files, a commented settings file, two keys.

Never overwrites anything. Nothing here reads settings: there are none yet.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pipelines.commands import console
from pipelines.common.shipped import CODE_DIR
from pipelines.errors import ConfigurationError
from pipelines.privacy.pseudonym import KEY_BYTES
from pipelines.settings import ENV_FILE_VARIABLE, Settings
from pipelines.sources.org.schema import FILES
from pipelines.sources.org.templates import template

PRIVATE, SHARED = 0o600, 0o640
KEYS = {"pseudonym_key_file": "pseudonym.key", "vault_key_file": "vault.key"}


@dataclass(frozen=True, slots=True)
class InitOutcome:
    """What was written and what was there already, as paths below `folder`."""

    folder: Path
    written: list[Path]
    kept: list[Path]

    @property
    def next_steps(self) -> str:
        """What to do now."""
        settings = self.folder / "settings.env"
        return (
            f"次にすること / Next steps\n"
            f"1. {self.folder / 'org'} のファイルの例を消して実際の内容を書く。Excel可。使わないファイルは消す。\n"
            f"   Replace the example lines by your own (docs/sources/personnel.md); delete the files you do not use.\n"
            f"2. {settings} を埋める。 Fill in the settings.\n"
            f"3. {self.folder / 'keys'} の鍵を別の場所にも保管する。失うと同じ人が別人になる。\n"
            f"   Keep a copy of the keys in another place: with another key the same person becomes another one.\n"
            f"4. 確かめる。 Check it all:\n"
            f"   {ENV_FILE_VARIABLE}={settings} katsuyo doctor"
        )


def init(folder: Path) -> None:
    """Write the files and print what to do next."""
    outcome = write_templates(folder)
    console.out.print(
        f"{len(outcome.written)} files written, {len(outcome.kept)} were there already and stay as they are.\n\n"
        f"{outcome.next_steps}",
        markup=False,
        soft_wrap=True,
    )


def write_templates(folder: Path) -> InitOutcome:
    """Write what is not there yet. Raises ConfigurationError when the folder lies with the code."""
    folder = folder.expanduser().absolute()
    if folder.resolve().is_relative_to(CODE_DIR):
        raise ConfigurationError(
            "The folder lies inside the checkout or the installed package, where keys must not be: name another one."
        )
    contents: dict[Path, tuple[bytes, int]] = {
        # With a byte order mark, or a spreadsheet takes the Japanese for something else.
        folder / "org" / spec.file_name: (template(name).encode("utf-8-sig"), SHARED)
        for name, spec in FILES.items()
    }
    for name in KEYS.values():
        contents[folder / "keys" / name] = (f"{secrets.token_hex(KEY_BYTES)}\n".encode(), PRIVATE)
    contents[folder / "settings.env"] = (settings_text(folder).encode(), PRIVATE)
    outcome = InitOutcome(folder, [], [])
    for path, (content, mode) in contents.items():
        (outcome.written if _write_new(path, content, mode) else outcome.kept).append(path)
    return outcome


def settings_text(folder: Path) -> str:
    """Every setting with its meaning; what has a value here is set, the rest stands behind a #."""
    known = {
        "home": folder / "data",
        "site": folder / "site",
        "org_dir": folder / "org",
        **{setting: folder / "keys" / name for setting, name in KEYS.items()},
    }
    lines = ["# Settings of Katsuyo. Keep this file readable by the service account alone: it will hold secrets.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        value = known.get(name)
        default = field.get_default()
        shown = "" if default in (None, ()) else default
        lines.append(f"KATSUYO_{name.upper()}={value}" if value else f"#KATSUYO_{name.upper()}={shown}")
    return "\n".join(lines) + "\n"


def _write_new(path: Path, content: bytes, mode: int) -> bool:
    """Whether the file was written; one that is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    return True
