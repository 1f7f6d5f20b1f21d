"""The options that several commands share, and the settings and values that follow from them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from pipelines.errors import KatsuyoError
from pipelines.settings import Settings

FirstDay = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DAY", help="First Tokyo day.")
]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DAY", help="Last Tokyo day.")]
FirstUtcDay = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DAY", help="First UTC day.")
]
LastUtcDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DAY", help="Last UTC day.")]
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


def day_of(given: datetime | None) -> date | None:
    """The day that an option names."""
    return None if given is None else given.date()


def in_order(first: datetime | None, last: datetime | None, names: str = "--from and --to") -> None:
    """Raises BadParameter, which ends with exit code 2, when the last day comes before the first."""
    if first is not None and last is not None and last < first:
        raise typer.BadParameter(f"{last.date()} comes before {first.date()}: swap {names}.")


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name. Raises KatsuyoError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise KatsuyoError(f"{name} is no time zone: name one like Asia/Tokyo or America/Los_Angeles.") from None


def settings_of(*, accept_partial: bool) -> Settings:
    """The settings; the option only ever adds to what they say."""
    return Settings.from_env(**({"accept_partial": True} if accept_partial else {}))
