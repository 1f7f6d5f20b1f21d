"""`katsuyo notify`: tell now what is wrong, and what `katsuyo run` tells when it ends."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from pipelines.commands import console
from pipelines.errors import KatsuyoError
from pipelines.orchestration.expiry import refresh_expiries
from pipelines.orchestration.looking import look
from pipelines.orchestration.telling import Telling, channels, send_test, tell
from pipelines.settings import Settings

NO_CHANNEL = (
    "Nobody is told of anything: set KATSUYO_WEBHOOK_URL, or KATSUYO_SMTP_HOST with KATSUYO_SMTP_SENDER and "
    "KATSUYO_SMTP_RECIPIENTS."
)


def notify(*, is_test: bool) -> bool:
    """Send what is new, or a test message; whether every channel that had something to send could."""
    settings = Settings.from_env()
    if not channels(settings):
        raise KatsuyoError(NO_CHANNEL)
    if is_test:
        outcome = send_test(settings)
        for name, failure in outcome.items():
            console.out.print(f"{name}: {failure or 'delivered.'}", markup=False, soft_wrap=True)
        return not any(outcome.values())
    refresh_expiries(settings)
    telling = tell(settings, look(settings))
    console.out.print(f"Messages delivered: {telling.sent}.", markup=False)
    _say_failures(telling)
    return not telling.failures


@contextmanager
def telling_afterwards(settings: Settings) -> Generator[None]:
    """Tell what is wrong after what is done inside, whether that failed or not. Nothing is told of an interrupt."""
    try:
        yield
    except Exception:
        _tell(settings)
        raise
    _tell(settings)


def _tell(settings: Settings) -> None:
    """A failure to tell must not hide how the run ended."""
    try:
        refresh_expiries(settings)
        if channels(settings):
            _say_failures(tell(settings, look(settings)))
    except (KatsuyoError, OSError) as error:
        text = str(error) if isinstance(error, KatsuyoError) else "Nobody could be told: see `katsuyo notify`."
        console.err.print(f"katsuyo: {text}", markup=False, soft_wrap=True)


def _say_failures(telling: Telling) -> None:
    for failure in telling.failures:
        console.err.print(f"katsuyo: {failure}", markup=False, soft_wrap=True)
