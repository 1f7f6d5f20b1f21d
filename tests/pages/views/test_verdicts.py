"""Words are published verdicts: each in each language, with its reason, and none where a figure may not be told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.pages.figures.periods import Periods
from pipelines.pages.figures.queries import Published, read_published
from pipelines.pages.figures.subjects import SUBJECTS
from pipelines.pages.figures.verdicts import CHANGE_VERDICTS, DIFFERENCE_VERDICTS, Change, Difference
from pipelines.pages.site.write import render_site
from pipelines.pages.views.context import Context
from pipelines.pages.views.head import head_of
from pipelines.pages.views.tools import Tool, tool_of
from pipelines.pages.views.verdict_words import judged_change, judged_difference
from pipelines.pages.wording.language import LANGUAGES, language
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import SMALL_UNIT, FixtureOptions, write_published

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
WORDS = {
    "ja": {
        "rose": "上昇", "fell": "低下", "flat": "横ばい", "cannot_tell": "判断できない", "not_comparable": "比べません",
        "higher": "高い", "lower": "低い", "same": "同程度",
    },
    "en": {
        "rose": "rose", "fell": "fell", "flat": "flat", "cannot_tell": "cannot tell", "not_comparable": "not compared",
        "higher": "higher", "lower": "lower", "same": "about the same",
    },
}  # fmt: skip
# README of the design, section 10: never on a page of an executive.
FORBIDDEN = (
    "変化を読み取れない",
    "読み取れません",
    "最も高い",
    "最も低い",
    "延べ人です",
    "おかげ",
    "経験率は",
    "thanks to",
)


def context_of(published: Published, code: str = "ja", key: str = "ALL") -> Context:
    named = published.in_language(code)
    unit = next(unit for unit in named.departments if unit.key == key)
    return Context(named, Periods.of(named), language(code), unit)


def change_of(verdict: str | None, because: str | None = None) -> Change:
    told = verdict not in (None, "not_comparable")
    figures = (0.011, 0.008, 0.015, 0.019) if told else (None, None, None, None)
    return Change(MAY, 0.45, *figures, verdict, because)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("verdict", CHANGE_VERDICTS)
def test_each_verdict_on_a_change_has_its_word(published: Published, code: str, verdict: str) -> None:
    context = context_of(published, code)
    because = "before_start" if verdict == "not_comparable" else None
    judged = judged_change(context, context.current("chat_day_rate"), change_of(verdict, because))
    assert judged.word == WORDS[code][verdict]
    assert bool(judged.difference) == (verdict != "not_comparable")
    assert bool(judged.why) == (verdict == "not_comparable")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("verdict", DIFFERENCE_VERDICTS)
def test_each_verdict_on_a_difference_has_its_word(published: Published, code: str, verdict: str) -> None:
    context = context_of(published, code, "0100")
    difference = Difference(0.5, -0.03, -0.06, 0.01, 0.05, verdict)
    judged = judged_difference(context, context.current("chat_day_rate"), difference)
    assert judged.word == WORDS[code][verdict]
    assert "−3.0" in judged.difference
    assert "−6.0" in judged.interval
    assert "+1.0" in judged.interval


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    "because",
    [
        *("too_few_known_days", "too_few_working_days", "too_many_left_out"),
        *("places_known_unequally", "before_start", "weeks_unequal", "a_reason_of_a_later_release"),
    ],
)
def test_what_is_not_compared_says_why_and_has_no_difference(published: Published, code: str, because: str) -> None:
    context = context_of(published, code)
    judged = judged_change(context, context.current("chat_day_rate"), change_of("not_comparable", because))
    texts = language(code).texts["because"]
    assert judged.why == texts.get(because, texts["other"])
    assert (judged.values, judged.difference, judged.interval) == ("", "", "")


def test_hidden_missing_and_unjudged_figures_have_no_word(published: Published) -> None:
    context = context_of(published)
    cell = context.current("chat_day_rate")
    hidden = published.cell(SMALL_UNIT, "month", JUNE, "chat_day_rate")
    assert hidden.state == "hidden"
    for one, change in ((hidden, change_of("rose")), (cell, None), (cell, change_of(None))):
        judged = judged_change(context, one, change)
        assert (judged.verdict, judged.word) == ("", "")
        assert judged.why
    assert judged_difference(context, hidden, Difference(0.5, 0.1, 0.06, 0.2, 0.05, "higher")).word == ""
    assert judged_difference(context, cell, Difference(None, None, None, None, None, None)).word == ""


def tools_with(context: Context, *changes: Change | None) -> list[Tool]:
    tools = [tool_of(context, subject) for subject in SUBJECTS]
    return [replace(tool, change=change, difference=None) for tool, change in zip(tools, changes, strict=True)]


def more(published: Published, *changes: Change | None, code: str = "ja") -> str:
    context = context_of(published, code)
    return head_of(context, tools_with(context, *changes), []).more


def test_changes_are_told_in_the_order_of_the_rule(published: Published) -> None:
    told = more(published, change_of("flat"), change_of("rose"), change_of("cannot_tell"), change_of("fell"))
    assert (
        "5月と比べると、Web会議は上昇、Boxは低下、チャットは横ばい、"
        "テレワークは判断できません（1.9ポイント未満の変化は見分けられません）。" in told
    )


def test_what_holds_for_all_is_told_once(published: Published) -> None:
    assert more(published, *[change_of("flat")] * 4).endswith("どれも5月から横ばいです。")
    assert more(published, *[change_of("flat")] * 4, code="en").endswith("All are flat since May.")
    assert "（順に1.9、1.9、1.9、1.9ポイント未満の変化は見分けられません）" in more(
        published, *[change_of("cannot_tell")] * 4
    )
    told = more(published, *[change_of("not_comparable", "before_start")] * 4)
    assert told.endswith("5月とは比べません（判定する12週に展開前の週を含むため）。")
    assert more(published, None, None, None, None).endswith("前の月と比べられる値はありません。")


def test_the_rule_stands_on_every_page_with_its_margins_and_counts(site: Path, published_file: Path) -> None:
    with duckdb.connect(str(published_file), read_only=True) as connection:
        families = {
            (level, comparison): (examined, found)
            for level, comparison, examined, found in connection.execute(
                "select department_level, comparison, examined_count, found_count from judged_families "
                "where family = 'headline' and period_kind = 'month' and period_start = '2026-06-01'"
            ).fetchall()
        }
    index, section = (PageReader.of(site / name).text for name in ("index.html", "dept-0500.html"))
    examined, found = families["全庁", "previous"]
    assert f"全庁の前月からの変化は{examined}通りを調べ、上昇・低下は{found}通り。" in index
    assert "±2ポイントに収まれば「横ばい」" in index
    examined, found = families["部", "previous"]
    assert f"部の前月からの変化は{examined}通りを調べ、上昇・低下は{found}通り。" in section
    assert "±5ポイントに収まれば「同程度」" in section
    both = [families[level, "expected"] for level in ("部", "課")]
    assert f"定着{sum(count for count, _ in both):,}通りを、職員構成をそろえて調べました。" in index
    assert f"偶然とは言えない差は{sum(count for _, count in both):,}通りです" in index


def test_the_words_in_the_panels_are_the_published_ones(site: Path, published: Published, ja_words: dict) -> None:
    for key, name in (("ALL", "index.html"), ("0300", "dept-0300.html"), ("0500", "dept-0500.html")):
        page = PageReader.of(site / name)
        for subject in SUBJECTS:
            cell = published.cell(key, "month", JUNE, subject.day_rate)
            change = published.verdicts.change(cell)
            assert change is not None
            assert change.verdict is not None
            assert ja_words[change.verdict] in page.named[f"panel-{subject.key}"]


@pytest.fixture
def ja_words() -> dict[str, str]:
    return WORDS["ja"]


def test_sections_of_departments_have_no_words(site: Path) -> None:
    picture = PageReader.of(site / "dept-0500.html").named["mix-title"]
    assert not [word for word in WORDS["ja"].values() if word in picture.replace("判定の言葉は付けません", "")]


def test_a_file_without_comparisons_makes_none(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        for table in ("department_changes", "department_expected", "judged_families"):
            connection.execute(f"delete from {table}")
    assert read_published(path).verdicts.changes == {}
    render_site(path, tmp_path / "site")
    page = PageReader.of(tmp_path / "site" / "index.html")
    assert "前の月と比べられる値はありません。" in page.text
    assert "部別の1日あたりの利用（他の部と比べられる値はありません）" in page.text
    assert not [attributes for _, attributes in page.tags if "verdict--" in (attributes.get("class") or "")]


def test_no_page_says_what_must_never_appear(site: Path) -> None:
    for page in sorted(site.rglob("*.html")):
        text = PageReader.of(page).text
        assert [word for word in FORBIDDEN if word in text] == [], page.name
        assert re.search(r"テレワーク\d+(\.\d)?[％%]", text) is None, f"telework without 少なくとも in {page.name}"
