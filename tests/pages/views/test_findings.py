"""Sentences about single figures follow them: counts against the former PCs, files that may be hidden."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.pages.figures.cells import Cell
from pipelines.pages.views import findings
from pipelines.pages.wording.language import Language

JUNE = date(2026, 6, 1)


def day(number: int, people: float | None) -> Cell:
    return Cell("ALL", "day", date(2026, 6, number), "telework_reach", people, 5980.0, people and people / 5980)


@pytest.mark.parametrize(
    ("amounts", "ceiling", "expected"),
    [
        ((250, 310), 200, "勤務日2日すべてで旧テレワーク用PCの200台を上回り、最も多い日は6月2日（火）の310人"),
        ((150, 310), 200, "勤務日2日のうち1日で"),
        ((150, 120), 200, "200台を上回った日はなく、最も多い日は6月1日（月）の150人"),
        ((150, 120), 0, "勤務日の中央値で135人"),
        ((250, None), 200, "勤務日1日すべてで"),
        ((None, None), 200, "示せません"),
    ],
)
def test_people_per_day_is_compared_with_the_former_ceiling(
    amounts: tuple[float | None, ...], ceiling: int, expected: str, ja: Language
) -> None:
    cells = [day(number, people) for number, people in enumerate(amounts, 1)]
    assert expected in findings.people_per_day(JUNE, cells, ceiling, ja)


def test_external_counts_may_be_hidden(ja: Language) -> None:
    count = Cell("ALL", "month", JUNE, "external_outbound_files", 1203.0)
    hidden = Cell("ALL", "month", JUNE, "beyond_mail_files", is_hidden=True)
    text = findings.external(
        JUNE, ja, outbound=count, inbound=Cell("ALL", "month", JUNE, "x"), large=hidden, limit_bytes=7_300_000
    )
    assert text == (
        "6月に庁外へ渡したファイルは1,203件、受け取ったファイルは欠測、"
        "うちメールでは送れなかった大きさ（7.3MB超）は秘匿"
    )
