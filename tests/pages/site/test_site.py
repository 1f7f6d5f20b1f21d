"""The site as files: its numbers are the published ones, names are text, the same input gives the same bytes."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import KatsuyoError
from pipelines.pages.figures.queries import Department, Published
from pipelines.pages.site.write import css_string, render_site
from pipelines.pages.views.pages import page_file
from tests.pages.page_reader import PageReader, Value
from tests.pages.published_fixture import (
    ABOLISHED_KEY,
    MARKUP_KEY,
    MARKUP_NAME,
    METRIC_ROWS,
    SMALL_UNIT,
    FixtureOptions,
    write_published,
)

Rows = dict[tuple[str, str, str, str], dict[str, object]]
Parts = dict[tuple[str, str, str, str, str], dict[str, object]]
HIDDEN, MISSING, NONE = "秘匿", "欠測", "―"
# The same three in every language of the pages.
UNSHOWN = {"": (HIDDEN, MISSING, NONE), "en/": ("hidden", "no data", "–")}
UNITS = (
    *("％", "件", "分", "席/人", "人", "%", " files", " minutes", " seats/person", " people"),
    *(" MB", " GB", " TB", "MB", "GB", "TB"),
)
SHARE_FIELDS = {"rate", "bound_high", "interval_low", "interval_high"}


def pages_of(site: Path) -> list[Path]:
    """The pages of all languages."""
    return sorted(site.rglob("*.html"))


@pytest.fixture(scope="module")
def read_all(site: Path) -> dict[str, PageReader]:
    return {page.relative_to(site).as_posix(): PageReader.of(page) for page in pages_of(site)}


@pytest.fixture(scope="module")
def read(read_all: dict[str, PageReader]) -> dict[str, PageReader]:
    """The Japanese pages."""
    return {name: page for name, page in read_all.items() if "/" not in name}


def folder_of(name: str) -> str:
    return name[: name.rfind("/") + 1]


def test_there_is_a_page_for_the_whole_each_department_and_the_data(read_all: dict[str, PageReader]) -> None:
    names = {
        "data.html",
        *(f"dept-{number:02d}00.html" for number in range(1, 21)),
        "external.html",
        "index.html",
        "telework.html",
    }
    assert set(read_all) == {folder + name for folder in ("", "en/") for name in names}


def without_unit(text: str) -> str:
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    return text.removesuffix(unit)


def expected_number(value: Value, row: dict[str, object]) -> float | None:
    number = row[value.field]
    if number is None:
        return None
    is_share = row["interval_low"] is not None and row["metric_id"] != "meeting_minutes"
    is_percent = value.field == "coverage_share" or (value.field in SHARE_FIELDS and is_share)
    return round(float(number) / value.scale * (100 if is_percent else 1), 1)


def test_every_number_on_every_page_is_the_published_one(
    read_all: dict[str, PageReader], rows: Rows, parts: Parts
) -> None:
    seen = 0
    for name, page in read_all.items():
        hidden, missing, none = UNSHOWN[folder_of(name)]
        for value in page.values:
            row = parts.get((*value.row, value.part)) if value.part else rows.get(value.row)
            number = expected_number(value, row) if row else None
            if number is None:
                assert value.text in (hidden, missing, none), (name, value)
                if row and row["is_hidden"]:
                    assert value.text != missing, (name, value)
                continue
            shown = float(without_unit(value.text).replace(",", "").replace("−", "-"))
            assert shown == pytest.approx(number, abs=0.051), (name, value)
            seen += 1
    assert seen > 30_000


def test_every_metric_of_the_latest_month_is_on_the_index(read: dict[str, PageReader]) -> None:
    shown = {value.row[3] for value in read["index.html"].values if value.row[:3] == ("ALL", "month", "2026-06-01")}
    assert shown >= {row[0] for row in METRIC_ROWS}


def test_every_department_has_its_months_on_the_index(read: dict[str, PageReader], published: Published) -> None:
    shown = {value.row for value in read["index.html"].values}
    for section in published.sections():
        last = 3 if section.key == ABOLISHED_KEY else 6
        for month in range(1, last + 1):
            assert (section.key, "month", f"2026-{month:02d}-01", "chat_day_rate") in shown
        assert page_file(section) in read["index.html"].links


def test_the_page_of_an_abolished_department_speaks_of_its_last_month(read: dict[str, PageReader]) -> None:
    page = read[f"dept-{ABOLISHED_KEY}.html"]
    assert "この部は令和8年（2026年）3月31日に廃止されました" in page.text
    assert (1, "旧施設準備部　令和8年（2026年）3月") in page.headings
    assert ("2000", "month", "2026-03-01", "chat_day_rate") in {value.row for value in page.values}


def test_a_unit_that_ended_is_not_set_beside_those_that_are(tmp_path: Path) -> None:
    site, path = tmp_path / "site", small(tmp_path / "p.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update dim_department set valid_to = date '2026-03-31' where department_key = '0102'")
        connection.execute(
            "delete from department_metrics where department_key = '0102' and period_start > date '2026-03-31'"
        )
    render_site(path, site)
    page = PageReader.of(site / "dept-0100.html")
    assert not [value for value in page.values if value.row[0] == "0102"]
    assert [value for value in page.values if value.row[0] == "0101"]


def figure_of(site: Path, page: str, slug: str) -> dict:
    text = (site / page).read_text(encoding="utf-8")
    found = re.search(rf'<script type="application/json" id="figure-{slug}">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_charts_draw_the_published_figures_and_leave_gaps(site: Path, rows: Rows) -> None:
    drawn = figure_of(site, "external.html", "external_outbound_files-external_inbound_files")["data"][0]
    published = {
        start: row["numerator"]
        for (department, kind, start, metric), row in rows.items()
        if (department, kind, metric) == ("ALL", "week", "external_outbound_files")
    }
    assert dict(zip(drawn["x"], drawn["y"], strict=True)) == published


def test_daily_people_are_drawn_under_the_former_ceiling(site: Path, rows: Rows) -> None:
    figure = figure_of(site, "telework.html", "people")
    days, people = figure["data"][0]["x"], figure["data"][0]["y"]
    for day, amount in zip(days, people, strict=True):
        published = rows.get(("ALL", "day", day, "telework_reach"), {}).get("numerator")
        assert amount is None or amount == published
    assert people[days.index("2026-06-10")] is None
    assert any(note["text"] == "旧テレワーク用PC 200台" for note in figure["layout"]["annotations"])


def test_a_name_that_is_markup_is_text_everywhere(site: Path, read: dict[str, PageReader]) -> None:
    for page in pages_of(site):
        assert MARKUP_NAME not in page.read_text(encoding="utf-8")
    assert (1, f"{MARKUP_NAME}　令和8年（2026年）6月") in read[f"dept-{MARKUP_KEY}.html"].headings
    assert MARKUP_NAME in read["index.html"].text


def test_scripts_are_files_of_the_site_and_nothing_comes_from_outside(
    read_all: dict[str, PageReader], site: Path
) -> None:
    for name, page in read_all.items():
        for tag, attributes in page.tags:
            if tag == "script" and attributes.get("type") != "application/json":
                assert (attributes["src"] or "").removeprefix("../").startswith("assets/")
            assert not any(attribute.startswith("on") for attribute in attributes), (name, tag)
        for link in page.links:
            target = link.partition("#")[0]
            assert target in ("", "data:,") or (site / folder_of(name) / target).is_file(), (name, link)
    assert "http" not in (site / "assets" / "katsuyo.css").read_text(encoding="utf-8")
    assert "http" not in (site / "assets" / "katsuyo.js").read_text(encoding="utf-8")


def test_pages_are_marked_up_for_assistive_technology(read_all: dict[str, PageReader]) -> None:
    for name, page in read_all.items():
        tags = [tag for tag, _ in page.tags]
        assert page.tags[0] == ("html", {"lang": folder_of(name).removesuffix("/") or "ja"})
        assert [tags.count(tag) for tag in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
        levels = [level for level, _ in page.headings]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), name
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), name
        for _, attributes in page.tags:
            for reference in ("aria-labelledby", "data-figure"):
                assert attributes.get(reference, ids[0]) in ids, (name, attributes)
            if "data-figure" in attributes:
                assert attributes["role"] == "img"
                assert len(attributes["aria-label"] or "") > 20
        assert tags.count("table") == tags.count("caption")
        assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_every_drawing_has_a_table_with_its_numbers(read: dict[str, PageReader]) -> None:
    """Those of the panels and of the departments; charts of plotly are looked at in the browser."""
    for name in ("index.html", "dept-0500.html"):
        tables = {attributes.get("id") for tag, attributes in read[name].tags if tag == "details"}
        assert {"table-chat", "table-meeting", "table-telework", "table-box", "table-mix", "table-all"} <= tables
        drawings = [
            attributes for tag, attributes in read[name].tags if tag == "svg" and attributes.get("role") == "img"
        ]
        assert len(drawings) == 4
        assert all("すべての値は下の表にあります" in (attributes["aria-label"] or "") for attributes in drawings)


def test_simulated_data_are_marked_on_every_page_and_in_the_print_margin(site: Path) -> None:
    for page in pages_of(site):
        text = page.read_text(encoding="utf-8")
        assert 'class="simulated"' in text
        own = "実在の団体・職員とは関係ありません" if page.parent == site else "Simulated data: not figures of any real"
        assert own in text
        assert "@top-left" in text


def test_the_hidden_unit_is_said_to_be_hidden_and_the_rule_explained(read: dict[str, PageReader]) -> None:
    page = read["dept-0500.html"]
    hidden = [value for value in page.values if value.row[0] == SMALL_UNIT]
    assert hidden
    assert {value.text for value in hidden} <= {HIDDEN, NONE}
    assert "職員が10人未満の部署の値と、20人未満の部署で" in page.text


def test_pages_explain_utc_days_and_show_the_as_of_date(read: dict[str, PageReader]) -> None:
    for page in read.values():
        assert "協定世界時" in page.text
        assert "基準日 令和8年（2026年）7月6日" in page.text


def test_the_data_page_defines_each_metric_and_names_the_gaps(read: dict[str, PageReader]) -> None:
    page = read["data.html"]
    headings = [text for _, text in page.headings]
    assert [name for _, _, name, *_ in METRIC_ROWS if name not in headings] == []
    assert "9日（2月16日〜22日、5月12日、6月10日）" in page.text
    assert "6月29日" in page.named["status-title"]


def test_the_index_stays_small(site: Path, tmp_path: Path) -> None:
    assert (site / "index.html").stat().st_size < 400_000
    # With the most it can hold: twelve months, in both organisations.
    render_site(write_published(tmp_path / "long.duckdb", FixtureOptions(first=date(2025, 7, 1))), tmp_path / "long")
    index = (tmp_path / "long" / "index.html").read_text(encoding="utf-8")
    assert 'data-organisation="today"' in index
    assert len(index.encode()) < 400_000


def test_a_second_render_is_byte_identical_and_touches_nothing(
    published_file: Path, site: Path, tmp_path: Path
) -> None:
    def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
        """Which file lies where, and what is in it."""
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder): (path.stat().st_ino, path.read_bytes()) for path in found}

    again = tmp_path / "again"
    shutil.copytree(site, again)
    before = files(again)
    render_site(published_file, again)
    assert files(again) == before


def small(path: Path, **options: object) -> Path:
    return write_published(path, FixtureOptions(sections=2, **options))


def test_the_pages_are_returned_index_first(tmp_path: Path) -> None:
    site = tmp_path / "site"
    written = render_site(small(tmp_path / "p.duckdb"), site)
    names = ("index.html", "dept-0100.html", "dept-0200.html", "telework.html", "external.html", "data.html")
    assert written == [site / folder / name for folder in ("", "en") for name in names]


def test_pages_of_departments_no_longer_published_disappear_and_files_of_others_stay(tmp_path: Path) -> None:
    site, path = tmp_path / "site", small(tmp_path / "p.duckdb")
    render_site(path, site)
    (site / "memo.pdf").write_bytes(b"mine")
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from dim_department where department_key like '02%'")
    render_site(path, site)
    assert not (site / "dept-0200.html").exists()
    assert (site / "memo.pdf").read_bytes() == b"mine"
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".site")] == []


def test_a_failed_render_leaves_the_previous_site_as_it_was(tmp_path: Path) -> None:
    site, path = tmp_path / "site", small(tmp_path / "p.duckdb")
    render_site(path, site)
    before = {item.name: item.read_bytes() for item in site.glob("*.html")}
    with duckdb.connect(str(path)) as connection:
        connection.execute("update publication set organisation_name = '別の団体'")
        connection.execute("update publication set mail_limit_bytes = null")
    with pytest.raises(TypeError):
        render_site(path, site)
    assert {item.name: item.read_bytes() for item in site.glob("*.html")} == before
    assert sorted(item.name for item in tmp_path.iterdir()) == ["p.duckdb", "site"]


def test_a_missing_file_leaves_the_previous_site_as_it_was(tmp_path: Path) -> None:
    site = tmp_path / "site"
    render_site(small(tmp_path / "p.duckdb"), site)
    with pytest.raises(KatsuyoError, match="does not exist"):
        render_site(tmp_path / "other.duckdb", site)
    assert (site / "index.html").is_file()


def test_a_folder_with_the_pages_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(KatsuyoError, match=r"holds an index\.html that Katsuyo did not write: name another folder"):
        render_site(small(tmp_path / "data" / "p.duckdb"), tmp_path)
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"


def test_real_data_carry_no_mark_of_simulation(tmp_path: Path) -> None:
    site = tmp_path / "site"
    render_site(small(tmp_path / "p.duckdb", is_simulated=False), site)
    text = "".join(page.read_text(encoding="utf-8") for page in pages_of(site))
    assert "シミュレーション" not in text
    assert "Simulated" not in text


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 3, 16), date(2026, 4, 19), "4月はまだ途中の値です（4月1日〜19日）"),
        (date(2026, 6, 10), date(2026, 6, 10), "6月はまだ途中の値です（6月10日）"),
        (date(2026, 1, 1), date(2026, 1, 3), "1月はまだ途中の値です（1月1日〜3日）"),
    ],
    ids=["five weeks around a transfer", "one day", "no working day at all"],
)
def test_a_short_span_is_shown_as_what_it_is(first: date, last: date, expected: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    path = small(tmp_path / "p.duckdb", first=first, last=last, has_gaps=False)
    render_site(path, site)
    text = PageReader.of(site / "index.html").text
    assert expected in text
    assert "と比べると" not in text


def test_figures_that_do_not_exist_yet_are_missing(tmp_path: Path) -> None:
    """Only Box has been taken in: the other three subjects say so instead of showing a zero."""
    site, path = tmp_path / "site", small(tmp_path / "p.duckdb")
    with duckdb.connect(str(path)) as connection:
        for table in ("department_metrics", "department_metrics_today"):
            connection.execute(f"delete from {table} where metric_id <> 'box_day_rate'")
        connection.execute("delete from report_status where source <> 'box'")
    render_site(path, site)
    page = PageReader.of(site / "index.html")
    assert "チャットは欠測" in page.text
    assert {value.text for value in page.values if value.row[3] == "chat_day_rate"} == {MISSING, NONE}


def test_text_for_the_page_margins_cannot_leave_its_string() -> None:
    assert css_string('a"}</style>\\') == '"a\\22 \\7d \\3c \\2f style\\3e \\5c "'


def test_page_names_are_safe_in_any_folder() -> None:
    def named(key: str) -> str:
        return page_file(Department(key, "", None, "部", date(2020, 1, 1), None))

    assert named("0100") == "dept-0100.html"
    assert named("../a b") == "dept-_2e_2e_2fa_20b.html"
    assert named("総務") == "dept-_7dcf_52d9.html"


def test_a_copy_of_the_plotly_script_lies_beside_the_pages(site: Path) -> None:
    import plotly

    original = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert (site / "assets" / "plotly.min.js").read_bytes() == original.read_bytes()
