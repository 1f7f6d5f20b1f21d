"""Sentences follow the figures: no claim where intervals touch, none where a figure is hidden or missing."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.pages.figures.cells import UNCOMPARED, Cell, compare
from pipelines.pages.views import findings
from pipelines.pages.wording.language import Language

JUNE = date(2026, 6, 1)


def cell(rate: float | None, half: float = 0.01, *, hidden: bool = False, numerator: float | None = 1.0) -> Cell:
    low, high = (None, None) if rate is None else (rate - half, rate + half)
    return Cell("ALL", "month", JUNE, "chat_reach", numerator, 100.0, rate, low, high, 1.0, True, hidden)


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (cell(0.78), cell(0.70), "rose"),
        (cell(0.70), cell(0.78), "fell"),
        (cell(0.78), cell(0.77), "cannot_tell"),
        (cell(0.78), cell(0.75, half=0.03), "cannot_tell"),
        (cell(None), cell(0.75), "unknown"),
        (cell(None, hidden=True), cell(0.75), "unknown"),
    ],
)
def test_change_is_claimed_only_where_intervals_do_not_touch(now: Cell, before: Cell, verdict: str) -> None:
    assert compare(now, before).verdict == verdict


def test_a_mean_without_interval_is_never_said_to_have_risen() -> None:
    now = Cell("ALL", "month", JUNE, "meeting_minutes", 100.0, 2.0, 50.0)
    before = Cell("ALL", "month", JUNE, "meeting_minutes", 60.0, 2.0, 30.0)
    assert compare(now, before).verdict == "cannot_tell"
    assert compare(now, before).difference == pytest.approx(20.0)


def test_headline_states_value_and_change(ja: Language) -> None:
    now, before = cell(0.783), cell(0.762)
    assert findings.headline("chat", now, compare(now, before), ja) == (
        "チャット利用者は78.3％、前月より2.1ポイント上昇"
    )
    close = cell(0.775, half=0.02)
    assert findings.headline("chat", now, compare(now, close), ja) == (
        "チャット利用者は78.3％、前月からの変化は読み取れません"
    )
    assert "読み取れません" not in findings.headline("chat", now, UNCOMPARED, ja)


def test_headline_says_hidden_and_missing_apart(ja: Language) -> None:
    assert findings.headline("box", cell(None, hidden=True), UNCOMPARED, ja) == "Box利用者の割合は秘匿です"
    assert findings.headline("box", cell(None), UNCOMPARED, ja) == "Box利用者のデータがありません"


def named(name: str, now: Cell, before: Cell) -> findings.Named:
    return findings.Named(name, now, compare(now, before))


def test_answer_is_one_sentence_with_every_verdict(ja: Language) -> None:
    subjects = [
        named("チャット", cell(0.8), cell(0.7)),
        named("Web会議", cell(0.5), cell(0.6)),
        named("テレワーク", cell(0.3), cell(0.3)),
        named("Box", cell(None, hidden=True), cell(0.3)),
    ]
    sentence = findings.answer("令和8年6月", subjects, ja, place="全庁", against="previous")
    assert sentence == (
        "全庁で令和8年6月に1日以上使った職員の割合は、チャット80.0％、Web会議50.0％、テレワーク30.0％、Box秘匿で、"
        "前月より上昇したのはチャット、前月より低下したのはWeb会議、前月からの変化を読み取れないのはテレワークです。"
    )
    assert sentence.count("。") == 1


def test_answer_does_not_list_what_holds_for_all(ja: Language) -> None:
    subjects = [named("チャット", cell(0.5), cell(0.5)), named("Box", cell(0.3), cell(0.3))]
    sentence = findings.answer("令和8年6月", subjects, ja, place="総務部", against="whole")
    assert sentence.endswith("Box30.0％で、全庁との差はいずれも読み取れません。")


def test_answer_without_a_month_before_makes_no_comparison(ja: Language) -> None:
    alone = [findings.Named("チャット", cell(0.5))]
    sentence = findings.answer("令和8年6月", alone, ja, place="全庁", against="previous")
    assert sentence == "全庁で令和8年6月に1日以上使った職員の割合は、チャット50.0％です。"


def test_spread_names_extremes_only_if_they_differ(ja: Language) -> None:
    apart = [findings.Named("人事課", cell(0.8)), findings.Named("税務課", cell(0.4))]
    alike = [findings.Named("人事課", cell(0.52, half=0.1)), findings.Named("税務課", cell(0.50, half=0.1))]
    assert findings.spread("チャット利用率", JUNE, apart, ja, kind="unit") == (
        "6月のチャット利用率は、最も高い人事課で80.0％、最も低い税務課で40.0％"
    )
    assert "課の間の差は読み取れません" in findings.spread("チャット利用率", JUNE, alike, ja, kind="unit")
    lonely = [findings.Named("人事課", cell(0.8)), findings.Named("税務課", cell(None, hidden=True))]
    assert "比べられません" in findings.spread("チャット利用率", JUNE, lonely, ja, kind="unit")


def test_trend_counts_what_moved_and_says_what_cannot_be_told(ja: Language) -> None:
    changes = [
        compare(cell(0.8), cell(0.4)),
        compare(cell(0.8), cell(0.4)),
        compare(cell(0.4), cell(0.4)),
        compare(cell(None, hidden=True), cell(0.4)),
    ]
    january = date(2026, 1, 1)
    assert findings.trend("チャット利用率", january, JUNE, changes, ja, kind="unit") == (
        "チャット利用率は、1月と6月を比べられる3課のうち、上昇2課、変化を読み取れない1課"
    )
    assert findings.trend("チャット利用率", JUNE, JUNE, changes, ja, kind="unit") == "チャット利用率"


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
