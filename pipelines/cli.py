"""The command line: the names, options and help of `katsuyo ...`. What a command does is its module in commands/.

Exit codes: 0 done, 1 failed with one sentence that says what to do, 2 wrong usage, 3 done with gaps that are named.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipelines.commands import console, demo
from pipelines.commands.options import (
    FirstDay,
    FirstUtcDay,
    Home,
    LastDay,
    LastUtcDay,
    Partial,
    Seed,
    Staff,
    WholeFrom,
    WholeTo,
    Zone,
    day_of,
    in_order,
)
from pipelines.common.faults import fault_sentence
from pipelines.common.shipped import SHIPPED_DIR
from pipelines.errors import DoneWithGapsError, KatsuyoError
from pipelines.settings import OPEN_TO_NOBODY_ELSE, Settings, default_home, default_site

app = typer.Typer(
    name="katsuyo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


STOPPED = "stopped; what was complete is kept, run again to go on."
# What DuckDB says when Ctrl-C ends a statement.
INTERRUPTED = "Query interrupted"


def _show_version(wanted: bool) -> None:
    if wanted:
        python = ".".join(map(str, sys.version_info[:3]))
        line = f"katsuyo {version('katsuyo')} from {SHIPPED_DIR} (Python {python})"
        console.out.print(line, markup=False, soft_wrap=True)
        raise typer.Exit


@app.callback()
def katsuyo(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and its folder.")
    ] = False,
) -> None:
    """Measures how chat, web meetings, telework and file exchange are really used, department by department."""


def main() -> None:
    """Entry point: our own errors, and faults of files and disks, become one sentence on standard error."""
    # A service manager stops us with SIGTERM: end like Ctrl-C, so that what we started is stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(OPEN_TO_NOBODY_ELSE)
    console.suit_the_terminal()
    try:
        app()
    except DoneWithGapsError as gaps:
        _end(3, str(gaps))
    except KatsuyoError as error:
        _end(1, str(error))
    except KeyboardInterrupt:
        _end(130, STOPPED)
    except SystemExit as end:
        if end.code == 130:  # typer has taken the interrupt already, without a word
            _end(130, STOPPED)
        raise
    except Exception as error:
        if INTERRUPTED in str(error):
            _end(130, STOPPED)
        if (sentence := fault_sentence(error, _folders())) is None:
            raise
        _end(1, sentence)


def _end(code: int, sentence: str) -> NoReturn:
    console.err.print(f"katsuyo: {sentence}", markup=False, soft_wrap=True)
    sys.exit(code)


def _folders() -> dict[str, Path]:
    """The folders of the settings, where these can be read."""
    with suppress(KatsuyoError, OSError):
        return Settings.from_env().folders
    return {}


@app.command("run")
def run_command(
    first: FirstDay = None,
    last: LastDay = None,
    *,
    accept_partial: Partial = False,
) -> None:
    """Run the daily job now: fetch, load, model, publish, render. Without days: all that is missing or unconfirmed."""
    from pipelines.commands.run import run

    in_order(first, last)
    run(day_of(first), day_of(last), accept_partial=accept_partial)


@app.command("demo")
def demo_command(
    *,
    staff: Staff = demo.STAFF,
    first: FirstDay = None,
    last: LastDay = None,
    seed: Seed = demo.SEED,
    home: Home = None,
    site: Annotated[
        Path | None,
        typer.Option(help="Folder of the pages; default: site/ in a checkout, else in the platform's data folder."),
    ] = None,
) -> None:
    """A simulated ward, fetched by the real clients, up to the pages."""
    in_order(first, last)
    demo.run_demo(
        (home or default_home()).absolute(),
        (site or default_site()).absolute(),
        staff=staff,
        first=day_of(first) or demo.FIRST_DAY,
        last=day_of(last) or demo.LAST_DAY,
        seed=seed,
    )


@app.command("simulate")
def simulate_command(
    *,
    staff: Staff = demo.STAFF,
    first: FirstDay = None,
    last: LastDay = None,
    seed: Seed = demo.SEED,
    home: Home = None,
) -> None:
    """Serve the simulated ward alone, until interrupted, and print the settings to use against it."""
    from pipelines.commands.simulate import simulate

    in_order(first, last)
    simulate(
        (home or default_home()).absolute(),
        staff=staff,
        first=day_of(first) or demo.FIRST_DAY,
        last=day_of(last) or demo.LAST_DAY,
        seed=seed,
    )


@app.command("import")
def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Exported files or folders of them.", exists=True)],
    *,
    whole_from: WholeFrom = None,
    whole_to: WholeTo = None,
    time_zone: Zone = "Asia/Tokyo",
    accept_partial: Partial = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take reports in that differ from those that count for their day.")
    ] = False,
) -> None:
    """Take in hand-downloaded Graph reports, Box events and Box User Activity reports; no API rights needed.

    A file cannot say whether it holds a whole day of Box: such days count only within --whole-from and --whole-to.
    """
    from pipelines.commands.import_files import import_files

    in_order(whole_from, whole_to, "--whole-from and --whole-to")
    import_files(paths, day_of(whole_from), day_of(whole_to), time_zone, accept_partial=accept_partial, replace=replace)


@app.command("replay")
def replay_command(
    first: FirstUtcDay = None,
    last: LastUtcDay = None,
    *,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this one, as `katsuyo status` names it: graph users.")
    ] = None,
) -> None:
    """Read the exact answers of the vault again: rejected days, a mended parser, a newly classified field."""
    from pipelines.commands.replay import replay_answers

    in_order(first, last)
    replay_answers(day_of(first), day_of(last), dataset)


@app.command("verify")
def verify_command() -> None:
    """Compare every stored answer with its hash; a damaged one is made again from the vault or asked for again."""
    from pipelines.commands.verify import verify

    verify()


@app.command("rebuild")
def rebuild_command() -> None:
    """Load the whole landing anew, build the models, publish and render; no network."""
    from pipelines.commands.rebuild import rebuild_all

    rebuild_all()


@app.command("publish")
def publish_command() -> None:
    """Apply disclosure control to the marts and replace the published file."""
    from pipelines.commands.publish import publish

    publish()


@app.command("render")
def render_command(
    *,
    single_file: Annotated[
        str | None, typer.Option(metavar="PAGE", help="Also write this page as one file for mail, e.g. index.html.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="That file; default: katsuyo-PAGE in the current folder.")
    ] = None,
) -> None:
    """Make the pages again from the published file."""
    from pipelines.commands.render import render

    render(single_file, to)


@app.command("status")
def status_command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON, for other programs.")] = False,
) -> None:
    """What is wrong now, then per dataset: newest days, gaps, days about to be lost. Exit code 1: something to mend."""
    from pipelines.commands.status import show_status

    if not show_status(as_json=as_json):
        raise typer.Exit(1)


@app.command("notify")
def notify_command(
    *,
    is_test: Annotated[bool, typer.Option("--test", help="Send a test message through every channel.")] = False,
) -> None:
    """Tell by webhook and mail what is wrong now and was not told yet. Exit code 1: a channel failed."""
    from pipelines.commands.notify import notify

    if not notify(is_test=is_test):
        raise typer.Exit(1)


@app.command("unmatched")
def unmatched_command(
    file: Annotated[Path, typer.Argument(help="CSV file to write, outside the checkout and the data folder.")],
) -> None:
    """Write the accounts that belong to nobody, with their addresses, to a file for your eyes; prints counts only."""
    from pipelines.commands.unmatched import list_unmatched

    list_unmatched(file)


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(help="Folder outside the checkout; default: katsuyo in your home.")] = Path(
        "~/katsuyo"
    ),
) -> None:
    """Write templates of the organisation's files, a settings file and two keys; never overwrites."""
    from pipelines.commands.init import init

    init(folder)


@app.command("doctor")
def doctor_command() -> None:
    """Check settings, files, permissions, licences and networks, and say what to mend; stores nothing."""
    from pipelines.commands.doctor import doctor

    if doctor():
        raise typer.Exit(1)


@app.command("ui")
def ui_command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 3000,
    demo_data: Annotated[bool, typer.Option("--demo", help="Show the data of `katsuyo demo`.")] = False,
) -> None:
    """The Dagster webserver and daemon on 127.0.0.1, until interrupted."""
    from pipelines.commands.ui import ui

    ui(port, demo_data=demo_data)


if __name__ == "__main__":
    main()
