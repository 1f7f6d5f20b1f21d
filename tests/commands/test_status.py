"""`katsuyo status` finds planted gaps, changed days, rejected answers and days that are about to be lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console

from pipelines.commands.status import status_report
from pipelines.errors import KatsuyoError, RejectedAnswerError
from pipelines.landing.intake import Intake
from pipelines.orchestration.datasets import DatasetStatus, read_status
from pipelines.settings import Settings
from pipelines.sources.answer import Answer, Channel, Parsed
from pipelines.sources.box.records import parse_events

NOW = datetime(2026, 7, 20, 21, tzinfo=UTC)
FIRST = date(2026, 6, 20)


def _parse(answer: Answer) -> Parsed:
    if answer.body.startswith(b"<"):
        raise RejectedAnswerError("届いたのは帳票ではなくウェブページである: look at the stored answer.")
    counts = answer.body.decode().split()
    return Parsed(
        pl.DataFrame({"user_principal_name": [f"p{n}@x.jp" for n in range(len(counts))], "send_count": counts})
    )


def _land(
    intake: Intake, day: date, body: bytes = b"1 2", days_later: int = 6, dataset: str = "email_activity"
) -> None:
    fetched_at = datetime(day.year, day.month, day.day, 21, tzinfo=UTC) + timedelta(days=days_later)
    intake.take(Answer("graph", dataset, day, body, min(fetched_at, NOW)), _parse)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=NOW)


@pytest.fixture
def planted(intake: Intake, settings: Settings) -> Settings:
    """Mail of 20 June to 16 July without 22 to 24 June, 28 June, 30 June, 2 July and 4 July."""
    missing = {date(2026, 6, 22 + n) for n in range(3)} | {date(2026, 6, 28), date(2026, 6, 30)}
    missing |= {date(2026, 7, 2), date(2026, 7, 4)}
    for n in range(27):
        day = FIRST + timedelta(days=n)
        if day not in missing:
            _land(intake, day)
    _land(intake, date(2026, 7, 1), b"1 9", days_later=7)
    _land(intake, date(2026, 7, 2), b"<html>", days_later=3)
    _land(intake, date(2026, 7, 4), b"<HTML>", days_later=3)
    return settings


def _mail(settings: Settings) -> DatasetStatus:
    (one,) = [one for one in read_status(settings) if one.dataset == "email_activity"]
    return one


def _text(settings: Settings) -> str:
    console = Console(width=140, highlight=False)
    with console.capture() as capture:
        console.print(status_report(settings), markup=False)
    return capture.get()


def test_days_are_counted_by_what_is_known_of_them(planted: Settings) -> None:
    mail = _mail(planted)
    assert (mail.newest_accepted, mail.newest_final) == (date(2026, 7, 16), date(2026, 7, 15))
    assert (mail.accepted_days, mail.provisional_days, mail.changed_days) == (20, 1, 1)
    assert [day.isoformat()[5:] for day in mail.missing] == [
        "06-22", "06-23", "06-24", "06-28", "06-30", "07-02", "07-04",
    ]  # fmt: skip
    assert mail.behind == []
    assert [one.day for one in mail.rejected] == [date(2026, 7, 2), date(2026, 7, 4)]


def test_gaps_are_ranges_and_the_newest_reason_is_told(planted: Settings) -> None:
    text = " ".join(_text(planted).split())
    assert "graph email_activity: 2026-06-22 to 2026-06-24, 2026-06-28, 2026-06-30 and 2 more ranges (2 days)" in text
    assert "graph email_activity 2026-07-04, answered 2026-07-07 21:00 UTC: 届いたのは帳票ではなく" in text
    assert "2026-07-02, answered" not in text


def test_what_is_about_to_be_lost_and_what_is(planted: Settings) -> None:
    text = " ".join(_text(planted).split())
    assert (
        "a day is lost for good after 28 days; 0 days left to fetch 2026-06-22: "
        "katsuyo run --from 2026-06-22 --to 2026-07-04" in text
    )
    assert "Lost for good" not in text
    later = planted.model_copy(update={"as_of": NOW + timedelta(days=3)})
    text = " ".join(_text(later).split())
    assert (
        "Lost for good: the service keeps them no longer graph email_activity: 3 days, 2026-06-22 to 2026-06-24" in text
    )
    assert "3 days left to fetch 2026-06-28" in text
    # Three days on, the newest day should be three days newer.
    assert _mail(later).behind == [date(2026, 7, 17) + timedelta(days=n) for n in range(3)]


def test_it_fits_a_narrow_screen(planted: Settings) -> None:
    assert max(cell_len(line.rstrip()) for line in _text(planted).splitlines()) <= 100


def test_a_day_becomes_final_when_it_is_confirmed_after_its_window(intake: Intake, settings: Settings) -> None:
    """Not by getting old: nobody asked again, so nobody knows."""
    _land(intake, date(2026, 7, 1), days_later=3)
    assert (_mail(settings).newest_final, _mail(settings).provisional_days) == (None, 1)
    _land(intake, date(2026, 7, 1), days_later=4)
    assert (_mail(settings).newest_final, _mail(settings).provisional_days) == (None, 1)
    # A rejected answer confirms nothing.
    _land(intake, date(2026, 7, 1), b"<html>", days_later=9)
    assert (_mail(settings).newest_final, _mail(settings).provisional_days) == (None, 1)
    _land(intake, date(2026, 7, 1), days_later=5)
    assert (_mail(settings).newest_final, _mail(settings).provisional_days) == (date(2026, 7, 1), 0)
    assert _mail(settings).changed_days == 0


def test_a_dataset_whose_every_answer_was_rejected(intake: Intake, settings: Settings) -> None:
    _land(intake, date(2026, 7, 1), b"<html>")
    mail = _mail(settings)
    assert (mail.newest_accepted, mail.accepted_days, len(mail.rejected)) == (None, 0, 1)
    assert "none" in _text(settings)


def test_an_empty_landing_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(KatsuyoError, match="katsuyo run"):
        read_status(settings)


def _box_day(intake: Intake, day: date, body: bytes, *, is_stream: bool = False) -> None:
    at = datetime(2026, 7, 12 if is_stream else 20, 21, tzinfo=UTC)
    channel: Channel = "stream" if is_stream else "day"
    answer = Answer("box", "events", day, body, at, channel=channel)
    assert intake.take(answer, parse_events, is_partial=is_stream).is_accepted


def test_how_far_the_history_of_box_is_and_whether_its_streams_agree(intake: Intake, tmp_path: Path) -> None:
    line = b'{"event_id":"%d","event_type":"LOGIN","created_at":"2026-07-12T12:00:00Z"}\n'
    _box_day(intake, date(2026, 7, 12), line % 1 + line % 2)
    _box_day(intake, date(2026, 7, 12), line % 2 + line % 3, is_stream=True)
    _box_day(intake, date(2026, 1, 1), b"")
    settings = Settings(home=tmp_path, as_of=NOW, box_backfill_runs=10)
    text = " ".join(_text(settings).split())
    assert "history: 1 of 190 days asked for, the oldest still to ask for is 2026-01-02: 6 more daily runs" in text
    assert "differ on 1 of 1 days, the last 2026-07-12: 1 events came only by day, 1 only by the stream" in text
    unasked = " ".join(_text(Settings(home=tmp_path, as_of=NOW)).split())
    assert "is 2026-01-02: KATSUYO_BOX_BACKFILL_RUNS is 0, so nobody asks for them" in unasked
    young = Settings(home=tmp_path, as_of=NOW, first_day=date(2026, 7, 11))
    assert "history" not in _text(young)


def _lines(text: str, title: str) -> str:
    """The paragraph below a title, on one line."""
    return " ".join(text.partition(title)[2].partition("\n\n")[0].split())


def test_lines_that_were_left_out_are_counted_until_the_file_is_right(intake: Intake, settings: Settings) -> None:
    def read(hours: int, refused: dict[str, int]) -> None:
        answer = Answer("org", "staff", NOW.date(), b"a b %d" % hours, NOW + timedelta(hours=hours))
        parsed = Parsed(pl.DataFrame({"address": ["a@x.jp", "b@x.jp"]}))
        intake.take(replace(answer, refused_lines=refused), lambda _: parsed)

    title = "Lines left out of the organisation's files: correct them and run again"
    read(0, {"unknown_department": 2, "wrong_date": 1})
    said = _lines(_text(settings), title)
    assert said.startswith(
        "staff.csv as read on 2026-07-20: 3 left out, 2 taken in (unknown_department 2, wrong_date 1)"
    )
    assert "katsuyo doctor" in said
    read(1, {})
    assert title not in _text(settings)


def test_a_field_that_a_service_has_added_is_told(intake: Intake, settings: Settings) -> None:
    def parse(_: Answer) -> Parsed:
        return Parsed(
            pl.DataFrame({"user_principal_name": ["p@x.jp", "q@x.jp"], "mood": ["1", None], "send_count": "1"})
        )

    intake.take(Answer("graph", "email_activity", FIRST, b"", NOW), parse)
    said = _lines(_text(settings), "Fields that nobody has classified, so they are not stored")
    assert said.startswith("graph email_activity 2026-06-20: mood (")
    assert "pipelines/privacy/fields.py" in said
