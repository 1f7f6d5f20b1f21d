"""The index: the answer on top, four panels, the picture of departments, what stands out, what to look at next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.pages.figures.queries import Published, read_published
from pipelines.pages.figures.subjects import SUBJECTS
from pipelines.pages.site.write import render_site
from pipelines.pages.views.headline_panels import panel_view
from pipelines.pages.views.mix_picture import mix_picture
from pipelines.pages.views.standing_out import standing_out
from pipelines.pages.wording.language import LANGUAGES
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows
from tests.pages.views.test_verdicts import context_of

MONTH = ("ALL", "month", "2026-06-01")


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / "index.html")


def whole(value: object) -> str:
    return f"{float(str(value)) * 100:.0f}％"


def test_the_answer_is_habit_then_use_per_day(page: PageReader, rows: Rows, parts: Parts) -> None:
    chat, meeting, box = (parts[(*MONTH, "habit_share", f"tool:{tool}")]["rate"] for tool in ("chat", "meeting", "box"))
    habitual, capable = (
        parts[(*MONTH, name, "tool:telework")]["numerator"] for name in ("funnel_habitual", "funnel_licensed")
    )
    assert f"チャットは職員の{whole(chat)}、Web会議は{whole(meeting)}、Boxは{whole(box)}に定着しています。" in page.text
    share = whole(float(str(habitual)) / float(str(capable)))
    assert f"テレワークは、可能な職員の少なくとも{share}に定着しています。" in page.text
    rates = [rows[(*MONTH, subject.day_rate)]["rate"] for subject in SUBJECTS]
    assert (
        f"1日あたりに使う職員は、チャット{whole(rates[0])}、Web会議{whole(rates[1])}、"
        f"テレワーク少なくとも{whole(rates[2])}（可能な職員のうち）、Box{whole(rates[3])}です。" in page.text
    )


def test_every_share_in_a_panel_has_both_counts_beside_it(page: PageReader) -> None:
    shown = {(value.row[3], value.field) for value in page.values if value.row[:3] == MONTH}
    for subject in SUBJECTS:
        assert {(subject.day_rate, name) for name in ("rate", "numerator", "denominator")} <= shown
    assert {("habit_share", "numerator"), ("habit_share", "denominator")} <= shown
    assert {("funnel_habitual", "numerator"), ("funnel_licensed", "numerator")} <= shown


def test_reach_at_equal_days_says_whom_it_is_about(page: PageReader, rows: Rows) -> None:
    people = rows[(*MONTH, "chat_reach_equal_days")]["n"]
    assert f"月に1日以上。{people:,}人（日数の足りない14人を除く）" in page.named["panel-chat"]


def test_so_few_left_out_people_are_not_counted(published_file: Path, tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=1))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update department_metrics set left_out_people = 3 where left_out_people is not null")
    panel = panel_view(context_of(read_published(path))).panels[0]
    assert "除く" in panel.equal_people
    assert "3人を" not in panel.equal_people


def test_lines_run_from_zero_to_a_hundred_and_are_dashed_where_months_are_not_compared(published: Published) -> None:
    view = panel_view(context_of(published))
    for panel in view.panels:
        assert [label for _, label in panel.drawing.ticks_y] == ["0", "50", "100％"]
        assert [label for _, label in panel.drawing.ticks_x] == ["1月", "2", "3", "4", "5", "6月"]
    box = next(line for line in view.panels[3].drawing.lines if line.kind == "quiet")
    # From February to March its changes are not compared.
    assert [dashed for *_, dashed in box.segments] == [False, True, False, False, False]


def test_targets_are_drawn_told_and_named(page: PageReader, published: Published) -> None:
    said = {
        "chat": "✕ 目標未達 令和8年6月30日に定着70％あと25.0ポイント（1,340人）",
        "meeting": "… 期限前 令和9年3月31日に1日あたり40％あと18.0ポイント",
        "box": "✓ 目標達成 令和8年6月30日に1日あたり35％6.0ポイント上回る",
        "telework": "－ 目標なし 決められていません",
    }
    for key, text in said.items():
        assert "".join(text.split()) in "".join(page.named[f"panel-{key}"].split())
    assert "チャット（令和8年6月30日に定着70％）は未達（あと25.0ポイント）" in page.text
    drawn = {panel.tool.subject.key: panel.drawing.target for panel in panel_view(context_of(published)).panels}
    assert drawn["chat"] == (30.0, "目標70％")
    assert drawn["telework"] is None


def test_a_file_without_targets_is_read_and_shows_none(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table department_targets")
    render_site(path, tmp_path / "site")
    text = PageReader.of(tmp_path / "site" / "index.html").text
    assert text.count("－ 目標なし") == 4
    assert "目標は、" not in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_picture_counts_every_word_in_its_title(published: Published, code: str) -> None:
    context = context_of(published, code)
    picture = mix_picture(context, published.sections(), with_words=True)
    assert picture is not None
    words = [place.judged.word for row in picture.rows for place in row.places if place.judged.word]
    assert str(len(words)) in picture.title
    for word in set(words):
        gap = "" if code == "ja" else " "
        assert f"{word}{gap}{words.count(word)}" in picture.title


def test_departments_stand_in_official_order_with_their_expected_value(published: Published) -> None:
    context = context_of(published)
    picture = mix_picture(context, published.sections(), with_words=True)
    assert picture is not None
    keys = [section.key for section in published.sections() if context.existed(section)]
    assert [row.department.key for row in picture.rows] == keys
    lengths = {round(axis.scale.high - axis.scale.low, 6) for _, _, axis in picture.tools}
    assert len(lengths) == 1
    styles = {"same": "same", "cannot_tell": "open", "higher": "apart", "lower": "apart"}
    for row in picture.rows:
        for place in row.places:
            difference = published.verdicts.difference(place.row.cell)
            assert difference is not None
            assert place.style == styles[difference.verdict or ""]
            assert place.mark is not None
            assert place.mark.band is not None


def test_the_largest_cut_has_both_counts_and_is_only_told_where_the_groups_are_clear(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    told = standing_out(context_of(read_published(path))).cut
    assert told is not None
    assert told[0] == "差が大きいのは任用区分："
    assert told[1].startswith("Web会議の1日あたりは、常勤")
    assert told[1].count("人日、") == 2
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update department_metrics set interval_low = 0, interval_high = 1 where segment_kind = 'employment_type'"
        )
    assert standing_out(context_of(read_published(path))).cut is None


def test_where_nothing_stands_out_the_page_says_so(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update department_expected set verdict = 'same' where verdict is not null")
    published = read_published(path)
    assert standing_out(context_of(published)).title == "際立つ部・課はありません"
    picture = mix_picture(context_of(published), published.sections(), with_words=True)
    assert picture is not None
    assert picture.title == "職員構成をそろえると、際立って違う部はありません（8通り：同程度8）"


def test_what_stands_out_is_told_with_value_counts_and_expected_value(published: Published) -> None:
    out = standing_out(context_of(published))
    assert out.listed
    for _, text in out.listed[:-1]:
        assert "同じ構成なら" in text
        assert "／" in text
        assert "ポイント（" in text


def test_the_status_line_names_datasets_and_never_the_worst_for_all(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=1, has_gaps=False))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update report_status set report_status = 'final'")
        connection.execute(
            "update report_status set report_status = 'provisional' "
            "where dataset = 'events' and activity_date >= date '2026-06-27'"
        )
    notes = panel_view(context_of(read_published(path))).head.notes
    assert "Box イベントは6月27日以降が暫定。" in notes
    assert "そのほかは確定。" in notes


def test_old_data_and_few_people_are_said_beside_the_figures(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2, last=date(2026, 6, 20), has_gaps=False))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update department_metrics set n = 29 where department_key = '0101' and not is_hidden")
        connection.execute("update department_metrics set n = 30 where department_key = '0102' and not is_hidden")
    render_site(path, tmp_path / "site")
    assert "データは基準日の16日前までです。" in PageReader.of(tmp_path / "site" / "index.html").text
    page = PageReader.of(tmp_path / "site" / "dept-0100.html")
    beside = {unit: [scope.text for scope in page.scopes if scope.row[0] == unit] for unit in ("0101", "0102")}
    assert any("少人数（29人）" in text for text in beside["0101"])
    assert not any("少人数" in text for text in beside["0102"])
