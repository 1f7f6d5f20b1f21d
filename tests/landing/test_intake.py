"""Landing keeps every revision, confirms what came again, keeps bad answers aside and never replaces good by bad."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.sources.answer import Answer, Parsed
from tests.conftest import NOON

DAY = date(2026, 7, 1)


def _answer(body: bytes, hours: int = 0) -> Answer:
    return Answer("graph", "email_activity", DAY, body, NOON + timedelta(hours=hours), origin="ward")


def _parse(answer: Answer) -> Parsed:
    if answer.body.startswith(b"<"):
        raise RejectedAnswerError("The answer is a web page.")
    sent = answer.body.decode().split(",")
    return Parsed(pl.DataFrame({"user_principal_name": [f"p{n}@x.jp" for n in range(len(sent))], "send_count": sent}))


def test_the_same_answer_again_is_no_new_revision_but_is_confirmed(intake: Intake, landing: Landing) -> None:
    first = intake.take(_answer(b"1,2"), _parse)
    again = intake.take(_answer(b"1,2", hours=48), _parse)
    assert (first.is_new, again.is_new) == (True, False)
    (only,) = landing.revisions("graph", "email_activity", DAY)
    assert only.revision.fetched_at == NOON
    assert only.revision.confirmed_at == NOON + timedelta(hours=48)


def test_a_changed_answer_is_a_second_revision_and_counts(intake: Intake, landing: Landing) -> None:
    old = intake.take(_answer(b"1,2"), _parse).landed
    intake.take(_answer(b"1,3", hours=24), _parse)
    assert len(landing.revisions("graph", "email_activity", DAY)) == 2
    current = landing.current("graph", "email_activity", DAY)
    assert current is not None
    assert pl.read_parquet(current.table)["send_count"].to_list() == ["1", "3"]
    assert pl.read_parquet(old.table)["send_count"].to_list() == ["1", "2"]


def test_a_service_that_takes_its_change_back_is_followed(intake: Intake, landing: Landing) -> None:
    for hours, body in enumerate((b"1,2", b"1,3", b"1,2")):
        intake.take(_answer(body, hours), _parse)
    current = landing.current("graph", "email_activity", DAY)
    assert current is not None
    assert pl.read_parquet(current.table)["send_count"].to_list() == ["1", "2"]


def test_a_rejected_answer_is_kept_with_its_reason_and_replaces_nothing(intake: Intake, landing: Landing) -> None:
    intake.take(_answer(b"1,2"), _parse)
    bad = intake.take(_answer(b"<html>", hours=24), _parse)
    assert not bad.is_accepted
    assert bad.landed.revision.reason == "The answer is a web page."
    current = landing.current("graph", "email_activity", DAY)
    assert current is not None
    assert current.revision.row_count == 2
    assert intake.vault.get(bad.landed.table.relative_to(landing.root).with_suffix("")) == b"<html>"


def test_an_answer_without_rows_replaces_none_unless_it_is_a_file(intake: Intake, landing: Landing) -> None:
    def no_rows(_: Answer) -> Parsed:
        return Parsed(pl.DataFrame(schema={"user_principal_name": pl.String, "send_count": pl.String}))

    assert intake.take(_answer(b""), no_rows).is_accepted
    intake.take(_answer(b"1,2", hours=1), _parse)
    for hours, body in enumerate((b"", b" ", b"", b" "), start=2):
        empty = intake.take(_answer(body, hours), no_rows)
        assert not empty.is_accepted
        assert "without a single row although 2 came before" in (empty.landed.revision.reason or "")
    current = landing.current("graph", "email_activity", DAY)
    assert current is not None
    assert current.revision.row_count == 2
    assert intake.take(_answer(b"  ", hours=9), no_rows, may_become_empty=True).is_accepted


def test_of_answers_of_one_second_the_last_counts(intake: Intake, landing: Landing) -> None:
    """Whatever their hashes; also one that had come before."""
    for body in (b"1,2", b"3,4", b"5,6", b"7,8", b"3,4"):
        taken = intake.take(_answer(body), _parse).landed.revision
        current = landing.current("graph", "email_activity", DAY)
        assert current is not None
        assert current.revision.sha256 == taken.sha256


def test_a_table_without_its_manifest_does_not_count(intake: Intake, landing: Landing) -> None:
    landed = intake.take(_answer(b"1,2"), _parse).landed
    landed.table.with_suffix(".json").unlink()
    assert landing.current("graph", "email_activity", DAY) is None
    assert intake.take(_answer(b"1,2"), _parse).is_new
    assert landing.current("graph", "email_activity", DAY) is not None


def test_nothing_personal_and_nothing_half_written_is_on_disk(intake: Intake, landing: Landing) -> None:
    intake.take(_answer(b"1,2"), _parse)
    files = [path for path in landing.root.rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in files) == [".json", ".parquet"]
    assert not any(b"p0@x.jp" in path.read_bytes() for path in files)
