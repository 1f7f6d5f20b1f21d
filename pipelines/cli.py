"""The command line: `katsuyo ...`. Each command is a few lines that call the room that does the work.

Exit codes: 0 done, 1 failed with one sentence that says what to do, 2 wrong usage.
"""

from __future__ import annotations

import signal
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from pipelines.commands import console, demo
from pipelines.common.shipped import SHIPPED_DIR
from pipelines.errors import KatsuyoError
from pipelines.settings import ENV_FILE_VARIABLE, Settings, default_home, default_site

app = typer.Typer(
    name="katsuyo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FirstDay = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DAY", help="First Tokyo day.")
]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DAY", help="Last Tokyo day.")]
WholeFrom = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="First UTC day of which the Box files hold every event."),
]
WholeTo = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Last UTC day of which the Box files hold every event."),
]
Zone = Annotated[
    str,
    typer.Option(metavar="ZONE", help="Time zone of the administrator who ran the Box User Activity reports."),
]
Staff = Annotated[int, typer.Option(min=20, max=50_000, help="Staff of the simulated ward.")]
Seed = Annotated[int, typer.Option(help="Another seed is another ward.")]
Partial = Annotated[
    bool,
    typer.Option(
        "--accept-partial", help="Go on without the wrong lines of the organisation's files; they are counted."
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(help="Folder of all data; default: var/ in a checkout, else in the platform's data folder."),
]


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
    """Entry point: our own errors become one sentence on standard error and exit code 1."""
    # A service manager stops us with SIGTERM: end like Ctrl-C, so that what we started is stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except KatsuyoError as error:
        console.err.print(f"katsuyo: {error}", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.err.print("katsuyo: stopped; what was complete is kept, run again to go on.", markup=False)
        sys.exit(130)


@app.command("run")
def run_command(
    first: FirstDay = None,
    last: LastDay = None,
    *,
    accept_partial: Partial = False,
) -> None:
    """Run the daily job now: fetch, load, model, publish, render. Without days: the re-fetch window."""
    from pipelines.common.days import newest_complete_day  # noqa: PLC0415
    from pipelines.orchestration.daily import run_daily  # noqa: PLC0415 - Dagster takes half a second to import
    from pipelines.orchestration.partitions import window  # noqa: PLC0415

    settings = _settings(accept_partial)
    first_utc, last_utc = window(settings.now(), settings.refetch_days, settings.first_day)
    if first is not None:
        first_utc = first.date() - timedelta(days=1)
    if last is not None:
        last_utc = min(last.date(), newest_complete_day(settings.now()))
    if first_utc < settings.first_day or last_utc < first_utc:
        raise KatsuyoError(
            f"There is nothing to fetch from {first_utc} to {last_utc}: choose days after KATSUYO_FIRST_DAY "
            f"({settings.first_day}) that are complete."
        )
    steps = demo.DATASETS_BY_DAY * ((last_utc - first_utc).days + 1) + demo.OTHER_STEPS
    with console.shown_progress(steps):
        run_daily(settings, first_utc, last_utc)
    _say_done(settings)


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
    settings = demo.run_demo(
        (home or default_home()).absolute(),
        (site or default_site()).absolute(),
        staff=staff,
        first=first.date() if first else demo.FIRST_DAY,
        last=last.date() if last else demo.LAST_DAY,
        seed=seed,
    )
    _say_done(settings)
    console.out.print("All data are simulated. See the runs and the lineage with: katsuyo ui --demo", markup=False)


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
    home = (home or default_home()).absolute()
    from_day = first.date() if first else demo.FIRST_DAY
    to_day = last.date() if last else demo.LAST_DAY
    now = demo.simulated_now(to_day)
    with demo.simulated_ward(home, staff=staff, first=from_day, last=to_day, seed=seed, now=now) as ward:
        settings = demo.settings_for(home, default_site(), ward, from_day - timedelta(days=1), now)
        console.out.print("The simulated ward is being served. Settings to use against it:\n", markup=False)
        for name, value in demo.read_env(demo.settings_file(home)).items():
            shown = "(in the file below)" if "SECRET" in name else value
            console.out.print(f"  {name}={shown}", markup=False, soft_wrap=True)
        console.out.print(
            f"\nIn another terminal:\n  {ENV_FILE_VARIABLE}={demo.settings_file(home)} katsuyo run "
            f"--from {from_day} --to {to_day}\n\nData folder: {settings.home}. Stop with Ctrl-C.",
            markup=False,
            soft_wrap=True,
        )
        demo.wait_for_interrupt()


@app.command("import")
def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Exported files or folders of them.", exists=True)],
    *,
    whole_from: WholeFrom = None,
    whole_to: WholeTo = None,
    time_zone: Zone = "Asia/Tokyo",
    accept_partial: Partial = False,
) -> None:
    """Take in hand-downloaded Graph reports, Box events and Box User Activity reports; no API rights needed.

    A file cannot say whether it holds a whole day of Box: such days count only within --whole-from and --whole-to.
    """
    from pipelines.commands.offline import import_files  # noqa: PLC0415

    if (whole_from is None) != (whole_to is None):
        raise KatsuyoError("Say both --whole-from and --whole-to, or neither: they name the first and the last day.")
    whole = (whole_from.date(), whole_to.date()) if whole_from and whole_to else None
    settings = _settings(accept_partial)
    with console.shown_progress(demo.OTHER_STEPS):
        taken = import_files(settings, paths, whole, _zone(time_zone))
    for one in taken:
        part = ", taken as a part of the day" if one.is_partial else ""
        console.out.print(f"{one.day}  {one.source} {one.dataset}: {one.row_count} rows{part}", markup=False)
    _say_done(settings)


@app.command("rebuild")
def rebuild_command() -> None:
    """Load the landing, build the models, publish and render again; no network."""
    from pipelines.commands.offline import rebuild  # noqa: PLC0415

    settings = Settings.from_env()
    with console.shown_progress(demo.OTHER_STEPS):
        rebuild(settings)
    _say_done(settings)


@app.command("publish")
def publish_command() -> None:
    """Apply disclosure control to the marts and replace the published file."""
    from pipelines.warehouse.publish.figures import publish_figures  # noqa: PLC0415

    console.out.print(str(publish_figures(Settings.from_env())), markup=False, soft_wrap=True)


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
    from pipelines.pages.site.single_file import write_single_file  # noqa: PLC0415
    from pipelines.pages.site.write import render_site  # noqa: PLC0415

    if to is not None and single_file is None:
        raise KatsuyoError("Say with --single-file which page is to be written to that file.")
    settings = Settings.from_env()
    render_site(settings.published_file, settings.site)
    if single_file is None:
        _say_pages(settings)
    else:
        target = to or Path(f"katsuyo-{single_file.replace('/', '-')}")
        console.out.print(str(write_single_file(settings.site, single_file, target)), markup=False, soft_wrap=True)


@app.command("status")
def status_command() -> None:
    """Per dataset: newest accepted and final day, gaps, changed days, rejected answers, days about to be lost."""
    from pipelines.commands.status import status_report  # noqa: PLC0415

    console.out.print(status_report(Settings.from_env()), markup=False, soft_wrap=False)


@app.command("unmatched")
def unmatched_command(
    file: Annotated[Path, typer.Argument(help="CSV file to write, outside the checkout and the data folder.")],
) -> None:
    """Write the accounts that belong to nobody, with their addresses, to a file for your eyes; prints counts only."""
    from pipelines.commands.unmatched import write_unmatched  # noqa: PLC0415

    written = write_unmatched(Settings.from_env(), file)
    console.out.print(f"{written}\nThe file holds addresses: delete it when the files are mended.", markup=False)


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(help="Folder outside the checkout; default: katsuyo in your home.")] = Path(
        "~/katsuyo"
    ),
) -> None:
    """Write templates of the organisation's files, a settings file and two keys; never overwrites."""
    from pipelines.commands.init import begin  # noqa: PLC0415

    begun = begin(folder)
    console.out.print(
        f"{len(begun.written)} files written, {len(begun.kept)} were there already and stay as they are.\n\n"
        f"{begun.next_steps}",
        markup=False,
        soft_wrap=True,
    )


@app.command("doctor")
def doctor_command() -> None:
    """Check settings, files, permissions, licences and networks, and say what to mend; stores nothing."""
    from pipelines.commands.doctor import examine, findings_table, to_mend, verdict  # noqa: PLC0415

    settings = Settings.from_env()
    with console.err.status("Asking the services; a day of a large office may take some minutes"):
        findings = examine(settings)
    console.out.print(findings_table(findings))
    console.out.print(verdict(findings), markup=False)
    if to_mend(findings):
        raise typer.Exit(1)


@app.command("ui")
def ui_command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 3000,
    demo_data: Annotated[bool, typer.Option("--demo", help="Show the data of `katsuyo demo`.")] = False,
) -> None:
    """The Dagster webserver and daemon on 127.0.0.1, until interrupted."""
    from pipelines.commands.ui import serve_ui  # noqa: PLC0415

    if demo_data:
        file = demo.settings_file(default_home())
        if not file.is_file():
            raise KatsuyoError("There are no demo data yet: run `katsuyo demo` first.")
        demo.use_settings_file(file)
    serve_ui(Settings.from_env(), port)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise KatsuyoError(f"{name} is no time zone: name one like Asia/Tokyo or America/Los_Angeles.") from None


def _settings(accept_partial: bool) -> Settings:
    """The settings; the option only ever adds to what they say."""
    return Settings.from_env(**({"accept_partial": True} if accept_partial else {}))


def _say_done(settings: Settings) -> None:
    from pipelines.commands.summary import summary_table  # noqa: PLC0415

    console.out.print(summary_table(settings.published_file))
    _say_pages(settings)


def _say_pages(settings: Settings) -> None:
    console.out.print(str(settings.site / "index.html"), markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
