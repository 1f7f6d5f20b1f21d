"""The wheel is whole: installed beside the locked packages and away from any checkout, it does a demonstration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import CHECKOUT

pytestmark = pytest.mark.slow

SHIPPED = "pipelines/shipped"
VERSION = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
PIP = (sys.executable, "-m", "pip", "--quiet", "--no-input")


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with the wheel, and a person's empty home folder to use it from."""

    wheel: Path
    environment: Path
    site_packages: Path
    person: Path

    @property
    def data(self) -> Path:
        """Where the platform keeps a program's data; the test sets no variable that could say another."""
        return self.person / ".local" / "share" / "katsuyo"

    def katsuyo(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The installed command, started in a folder that holds another package called pipelines."""
        elsewhere = self.person / "elsewhere"
        (elsewhere / "pipelines").mkdir(parents=True, exist_ok=True)
        (elsewhere / "pipelines" / "__init__.py").write_text("raise SystemExit('the wrong pipelines')\n")
        return subprocess.run(
            [self.environment / "bin" / "katsuyo", *arguments],
            cwd=elsewhere,
            # Byte code would be written beside the code, where nothing of ours may be written.
            env={"PATH": os.environ["PATH"], "HOME": str(self.person), "PYTHONDONTWRITEBYTECODE": "1", **settings},
            capture_output=True,
            text=True,
            timeout=900,  # a machine that does other work as well takes minutes
            check=False,
        )

    def files(self) -> dict[Path, tuple[int, int]]:
        """Everything below site-packages with its size and time."""
        found = [(path, path.stat()) for path in self.site_packages.rglob("*")]
        return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in found}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Built and installed without any index. What it needs is lent by the environment of this test."""
    root = tmp_path_factory.mktemp("package")
    building = [*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", root / "wheels", CHECKOUT]
    subprocess.run(building, check=True, cwd=root)
    (wheel,) = (root / "wheels").iterdir()
    environment = root / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [*PIP, "--python", python, "install", "--no-index", "--no-deps", "--no-compile", wheel], check=True, cwd=root
    )
    site_packages = environment / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    # A plain path: the .pth files of that folder, one of which leads to the checkout, are not read.
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")
    person = root / "person"
    person.mkdir()
    return Installed(wheel, environment, site_packages, person)


def test_it_holds_every_file_that_is_no_python(installed: Installed) -> None:
    carried = set(zipfile.ZipFile(installed.wheel).namelist())
    expected = {f"{SHIPPED}/dagster.yaml"}
    for folder, kinds in {"sql": {".sql", ".csv", ".yml", ".md"}, "notebooks": {".ipynb"}, "docs": {".md"}}.items():
        paths = [path for path in (CHECKOUT / folder).rglob("*") if path.suffix in kinds]
        assert {path.suffix for path in paths} == kinds
        expected |= {f"{SHIPPED}/{path.relative_to(CHECKOUT).as_posix()}" for path in paths}
    for kind in ("py", "toml", "j2", "css", "js"):
        paths = [path for path in (CHECKOUT / "pipelines").rglob(f"*.{kind}") if path.name != "ruff.toml"]
        assert paths
        expected |= {path.relative_to(CHECKOUT).as_posix() for path in paths}
    assert expected <= carried
    about = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    left = {name for name in carried - expected if not name.endswith(".md")}
    assert left == {f"katsuyo-{VERSION}.dist-info/{name}" for name in about}


def test_a_demonstration_runs_from_another_folder_and_keeps_its_state_out_of_the_package(installed: Installed) -> None:
    before = installed.files()
    done = installed.katsuyo("demo", "--staff", "40", "--from", "2026-03-30", "--to", "2026-04-02")
    assert done.returncode == 0, done.stderr
    home, site = installed.data / "data", installed.data / "site"
    assert done.stdout.replace("\n", "").count(str(site / "index.html")) == 1
    assert "シミュレーション" in (site / "index.html").read_text(encoding="utf-8")
    assert (site / "en" / "index.html").is_file()
    assert (home / "published" / "katsuyo.duckdb").is_file()
    # The records of Dagster, by the class that the shipped dagster.yaml names.
    assert list((home / "dagster" / "history" / "runs").glob("*.db"))
    assert {path.name for path in installed.data.iterdir()} == {"data", "site"}
    assert installed.files() == before


def test_it_says_its_version_and_where_its_files_lie(installed: Installed) -> None:
    python = ".".join(map(str, sys.version_info[:3]))
    folder = installed.site_packages.resolve() / SHIPPED
    done = installed.katsuyo("--version")
    assert (done.returncode, done.stdout) == (0, f"katsuyo {VERSION} from {folder} (Python {python})\n"), done.stderr
    assert (folder / "notebooks" / "01_first_look.ipynb").is_file()


@pytest.mark.parametrize("setting", ["KATSUYO_HOME", "KATSUYO_SITE"])
def test_data_in_the_package_are_refused(installed: Installed, setting: str) -> None:
    done = installed.katsuyo("status", **{setting: str(installed.site_packages / "data")})
    assert done.returncode == 1
    assert f"The setting {setting} is wrong" in done.stderr
    assert "inside the installed package" in done.stderr
    done = installed.katsuyo("init", str(installed.site_packages / "office"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "where keys must not be" in done.stderr


@pytest.mark.parametrize(("left", "missed"), [((), "sources.yml"), (("sources.yml", "seeds"), "model")])
def test_a_package_without_its_sql_is_refused(installed: Installed, left: tuple[str, ...], missed: str) -> None:
    sql = installed.site_packages / SHIPPED / "sql"
    away = sql.with_name("away")
    sql.rename(away)
    try:
        for name in left:
            (sql / name).parent.mkdir(exist_ok=True)
            (sql / name).symlink_to(away / name)
        done = installed.katsuyo("status")
    finally:
        shutil.rmtree(sql, ignore_errors=True)
        away.rename(sql)
    sentence = f"There is no {missed} in {sql.resolve()}: the installation is not whole, so install Katsuyo again."
    assert (done.returncode, done.stderr) == (1, f"katsuyo: {sentence}\n")
