"""A published file made from seeded numbers, independent of every other room: 20 部 with 5 課 each, 26 weeks.

It holds what the pages must bear: hidden cells, missing days and a missing week, provisional days, every verdict, an
abolished 部, a 部 whose name is markup. `python -m tests.pages.published_fixture FILE` writes it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from tests.pages.fixture_measures import measure_dimensions, with_measures
from tests.pages.fixture_parts import DATASETS, PART_METRIC_ROWS, PART_SHARES, SEGMENT_METRIC_ROWS, part_figures
from tests.pages.fixture_today import today_figures
from tests.pages.fixture_verdicts import targets, verdict_tables

MARKUP_NAME = "<script>alert(1)</script>"
MARKUP_KEY = "1900"
ABOLISHED_KEY = "2000"
SMALL_UNIT = "0505"
EVERYONE_UNIT = "0602"
FIRST, LAST, AS_OF = date(2026, 1, 2), date(2026, 7, 3), date(2026, 7, 6)
MISSING_WEEK = date(2026, 2, 16)
MISSING_DAYS = (date(2026, 5, 12), date(2026, 6, 10))
PROVISIONAL_FROM = date(2026, 6, 29)
HOLIDAYS = {
    date(2026, 1, 1): "元日",
    date(2026, 1, 12): "成人の日",
    date(2026, 2, 11): "建国記念の日",
    date(2026, 2, 23): "天皇誕生日",
    date(2026, 3, 20): "春分の日",
    date(2026, 4, 29): "昭和の日",
    date(2026, 5, 3): "憲法記念日",
    date(2026, 5, 4): "みどりの日",
    date(2026, 5, 5): "こどもの日",
    date(2026, 5, 6): "休日",
}
SECTION_NAMES = (
    *("政策経営部", "総務部", "危機管理部", "区民部", "産業経済部", "地域振興部", "福祉部", "高齢福祉部", "障害福祉部"),
    *(
        "保健衛生部",
        "子ども家庭部",
        "児童相談部",
        "都市整備部",
        "まちづくり推進部",
        "環境清掃部",
        "土木部",
        "会計管理室",
    ),
    *("教育委員会事務局", MARKUP_NAME, "旧施設準備部"),
)
UNIT_NAMES = ("庶務課", "企画調整課", "管理課", "事業推進課", "相談支援担当課")
SHARES = {
    "chat_reach": (0.45, 0.83),
    "chat_day_rate": (0.30, 0.60),
    "chat_share": (0.38, 0.62),
    "meeting_reach": (0.40, 0.62),
    "telework_reach": (0.12, 0.31),
    "telework_capable_reach": (0.18, 0.47),
    "telework_day_rate": (0.05, 0.12),
    "telework_capable_day_rate": (0.08, 0.16),
    "meeting_day_rate": (0.15, 0.22),
    "box_day_rate": (0.30, 0.42),
    "telework_coverage": (0.78, 0.81),
    "mobile_reach": (0.10, 0.34),
    "box_reach": (0.35, 0.58),
}
PERSON_DAYS = (
    *("chat_day_rate", "telework_day_rate", "telework_coverage"),
    *("telework_capable_day_rate", "meeting_day_rate", "box_day_rate"),
)
COUNTS = {"external_outbound_files": 0.30, "external_inbound_files": 0.12, "beyond_mail_files": 0.06}
TEAMS_METRICS = (
    *("chat_reach", "chat_day_rate", "chat_share", "meeting_reach", "meeting_minutes", "meeting_day_rate"),
    "mobile_reach",
)
UNITS_EN = {"％": "%", "分": "minutes", "件": "files", "人": "people", "席/人": "seats/person", "バイト": "bytes"}
METRIC_ROWS = (
    ("chat_reach", "share", "チャット利用率", "％", "チャットを送信した職員数（人）", "職員数（人）"),
    (
        "chat_day_rate",
        "share",
        "チャット利用日率",
        "％",
        "チャットを送信した延べ人日（人日）",
        "職員の延べ開庁日数（人日）",
    ),
    (
        "chat_share",
        "share",
        "連絡に占めるチャットの割合",
        "％",
        "チャット送信数（件）",
        "チャットとメールの送信数の合計（件）",
    ),
    ("meeting_reach", "share", "Web会議参加率", "％", "Web会議に参加した職員数（人）", "職員数（人）"),
    (
        *("meeting_minutes", "ratio", "Web会議の時間（参加者１人１日あたり）", "分"),
        *("音声の利用時間（分）", "Web会議に参加した延べ人日（人日）"),
    ),
    ("telework_reach", "share", "テレワーク経験率（全職員）", "％", "テレワークをした職員数（人）", "職員数（人）"),
    (
        *("telework_capable_reach", "share", "テレワーク経験率（テレワーク可能な職員）", "％"),
        *("テレワークをした職員数（テレワーク可能な職、人）", "テレワークが可能な職員数（人）"),
    ),
    (
        "telework_day_rate",
        "share",
        "テレワーク実施率（人日）",
        "％",
        "テレワークの延べ人日（人日）",
        "職員の延べ開庁日数（人日）",
    ),
    (
        "telework_coverage",
        "share",
        "勤務場所の把握率",
        "％",
        "勤務場所が分かった延べ人日（人日）",
        "職員の延べ開庁日数（人日）",
    ),
    (
        "mobile_reach",
        "share",
        "スマートフォン利用率",
        "％",
        "スマートフォンで Teams を使った職員数（人）",
        "職員数（人）",
    ),
    ("box_reach", "share", "Box 利用率", "％", "Box を操作した職員数（人）", "職員数（人）"),
    ("box_day_rate", "share", "Box 利用日率", "％", "Box を操作した延べ人日（人日）", "職員の延べ開庁日数（人日）"),
    ("external_outbound_files", "count", "庁外へ渡したファイル数", "件", "庁外へ渡したファイル数（件）", "なし"),
    (
        "external_inbound_files",
        "count",
        "庁外から受け取ったファイル数",
        "件",
        "庁外から受け取ったファイル数（件）",
        "なし",
    ),
    (
        "beyond_mail_files",
        "count",
        "メールでは送れなかった大きさのファイル数",
        "件",
        "上限を超えるファイル数（件）",
        "なし",
    ),
    *PART_METRIC_ROWS,
)


@dataclass(frozen=True)
class FixtureOptions:
    seed: int = 7
    sections: int = 20
    is_simulated: bool = True
    first: date = FIRST
    last: date = LAST
    has_gaps: bool = True
    min_group: int = 10
    departments_known_since: date | None = None


def write_published(path: Path, options: FixtureOptions | None = None) -> Path:
    """Write the published file; the same options give the same figures."""
    chosen = options or FixtureOptions()
    path.parent.mkdir(parents=True, exist_ok=True)
    departments = _departments(chosen)
    figures = _figures(departments, chosen)
    tables = {
        "publication": _publication(chosen),
        "dim_date": _dates(chosen),
        "dim_department": departments,
        "people_basis": _basis(chosen),
        "dim_metric": with_measures(_metrics()),
        **measure_dimensions(),
        "department_metrics": figures,
        "department_metrics_today": today_figures(figures, departments),
        "datasets": DATASETS,
        "report_status": _status(chosen),
        **verdict_tables(figures, departments),
        "department_targets": targets(),
    }
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"create or replace table {name} as select * from frame")
            connection.unregister("frame")
    return path


def _publication(options: FixtureOptions) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "organisation_name": ["東京都みらい区（架空）"],
            "as_of_date": [AS_OF],
            "first_date": [options.first],
            "last_date": [options.last],
            "is_simulated": [options.is_simulated],
            "simulated_note": ["みらい区; seed 7" if options.is_simulated else None],
            "min_group": [options.min_group],
            "mail_limit_bytes": [7_300_000],
            "telework_pc_ceiling": [200],
            "release": ["0.1.0"],
        },
        schema_overrides={"simulated_note": pl.String},
    )


def _basis(options: FixtureOptions) -> pl.DataFrame:
    """Personnel files, or snapshots of the directory only, the first of them taken within the span."""
    since = options.departments_known_since
    return pl.DataFrame(
        {
            "department_source": ["directory" if since else "personnel"],
            "time_correct_since": [since or options.first],
            "is_assumed_before": [since is not None and since > options.first],
        }
    )


def _dates(options: FixtureOptions) -> pl.DataFrame:
    first = min(date(2025, 12, 1), options.first)
    days = [first + timedelta(days=n) for n in range((options.last - first).days + 40)]
    closed = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return pl.DataFrame(
        {
            "date_day": days,
            "iso_week_start": [day - timedelta(days=day.weekday()) for day in days],
            "month_start": [day.replace(day=1) for day in days],
            "holiday_name_ja": [HOLIDAYS.get(day) for day in days],
            "is_working_day": [
                day.weekday() < 5 and day not in HOLIDAYS and (day.month, day.day) not in closed for day in days
            ],
        }
    )


def _departments(options: FixtureOptions) -> pl.DataFrame:
    rows: list[tuple[str, str, str | None, str, int, date, date | None]] = [
        ("ALL", "全庁", None, "全庁", 0, date(2020, 4, 1), None)
    ]
    for place in range(options.sections):
        code = f"{place + 1:02d}00"
        until = date(2026, 3, 31) if code == ABOLISHED_KEY else None
        rows.append((code, SECTION_NAMES[place], "ALL", "部", place * 100 + 100, date(2020, 4, 1), until))
        for unit, name in enumerate(UNIT_NAMES, 1):
            key = f"{code[:2]}{unit:02d}"
            rows.append((key, name, code, "課", place * 100 + 100 + unit, date(2020, 4, 1), until))
    columns = ("department_key", "department_name", "parent_key", "department_level", "sort_order")
    return pl.DataFrame(
        rows,
        schema=[*columns, "valid_from", "valid_to"],
        orient="row",
        schema_overrides={"valid_to": pl.Date},
        infer_schema_length=None,
    )


def _metrics() -> pl.DataFrame:
    columns = ("metric_id", "value_kind", "name_ja", "unit_ja", "numerator_ja", "denominator_ja")
    english = pl.col("metric_id").str.replace_all("_", " ")
    return pl.DataFrame((*METRIC_ROWS, *SEGMENT_METRIC_ROWS), schema=columns, orient="row").with_columns(
        english.str.to_titlecase().alias("name_en"),
        pl.col("unit_ja").replace_strict(UNITS_EN).alias("unit_en"),
        pl.format("{} ÷ {}", "numerator_ja", "denominator_ja").alias("formula_ja"),
        pl.lit("numerator / denominator").alias("formula_en"),
        pl.format("numerator of {}", english).alias("numerator_en"),
        pl.format("denominator of {}", english).alias("denominator_en"),
        pl.lit("Microsoft 365 利用状況レポート").alias("source_ja"),
        pl.lit("Microsoft 365 usage reports").alias("source_en"),
        pl.lit("日の区切りは協定世界時（UTC）です。").alias("caveat_ja"),
        pl.lit("Days are UTC days.").alias("caveat_en"),
    )


def _periods(options: FixtureOptions) -> pl.DataFrame:
    dates = _dates(options).filter(pl.col("date_day").is_between(options.first, options.last))
    working = dates.filter("is_working_day")
    days = working.select(pl.lit("day").alias("period_kind"), pl.col("date_day").alias("period_start"))
    weeks = working.select(pl.lit("week").alias("period_kind"), pl.col("iso_week_start").alias("period_start"))
    months = dates.select(pl.lit("month").alias("period_kind"), pl.col("month_start").alias("period_start"))
    april = pl.date(pl.col("date_day").dt.offset_by("-3mo").dt.year(), 4, 1)
    years = dates.select(pl.lit("fiscal_year").alias("period_kind"), april.alias("period_start"))
    kinds = [days.unique(), weeks.unique(), months.unique(), years.unique()]
    return pl.concat(kinds).sort("period_kind", "period_start")


def _figures(departments: pl.DataFrame, options: FixtureOptions) -> pl.DataFrame:
    """Every 課 by draw, every 部 and the whole as sums of their 課, then Wilson intervals, then hidden and missing."""
    generator = np.random.default_rng(options.seed)
    units = departments.filter(pl.col("department_level") == "課")
    size = np.round(generator.gamma(6.0, 9.0, units.height) + 12)
    size[units["department_key"].to_numpy() == SMALL_UNIT] = 6
    units = units.select("department_key", "parent_key", "valid_to").with_columns(
        pl.Series("size", size), pl.Series("lean", generator.normal(0, 0.09, units.height))
    )
    grid = units.join(_periods(options), how="cross").filter(
        pl.col("valid_to").is_null() | (pl.col("period_start") <= pl.col("valid_to"))
    )
    frames = [_one_metric(grid, metric_id, generator, options) for metric_id in (*SHARES, "meeting_minutes", *COUNTS)]
    leaf = pl.concat(frames)
    keys = ("period_kind", "period_start", "metric_id")
    sums = [pl.col("numerator").sum(), pl.col("denominator").sum()]
    sections = leaf.group_by("parent_key", *keys).agg(sums).rename({"parent_key": "department_key"})
    whole = leaf.group_by(*keys).agg(sums).with_columns(pl.lit("ALL").alias("department_key"))
    columns = ["department_key", *keys, "numerator", "denominator"]
    figures = pl.concat([leaf.select(columns), sections.select(columns), whole.select(columns)]).with_columns(
        # The sum of nothing is 0 in polars; counts have no denominator.
        denominator=pl.when(~pl.col("metric_id").is_in(list(COUNTS))).then(pl.col("denominator")),
        segment_kind=pl.lit("all"),
        segment=pl.lit("all"),
        quantile=pl.lit(None, pl.Float64),
    )
    people = figures.filter(
        pl.col("metric_id") == "chat_reach", ~pl.col("department_key").is_in(units["department_key"].implode())
    )
    nodes = people.select("department_key", "period_kind", "period_start", size="denominator").sort(pl.all())
    parts = part_figures(nodes, generator)
    figures = pl.concat([figures, parts.select(figures.columns)])
    return _disclosed(_with_rates(figures), options).sort("department_key", *keys, "segment_kind", "segment")


def _one_metric(
    grid: pl.DataFrame, metric_id: str, generator: np.random.Generator, options: FixtureOptions
) -> pl.DataFrame:
    """People per 課 and period; daily shares are a third of the monthly ones, weekly two thirds."""
    span = (options.last - options.first).days or 1
    progress = (grid["period_start"] - options.first).dt.total_days().to_numpy() / span
    scale = (
        grid["period_kind"].replace_strict({"day": 0.33, "week": 0.72, "month": 1.0, "fiscal_year": 1.02}).to_numpy()
    )
    size, lean = grid["size"].to_numpy(), grid["lean"].to_numpy()
    if metric_id in COUNTS:
        rate = (
            COUNTS[metric_id]
            * (0.6 + progress)
            * grid["period_kind"].replace_strict({"month": 4.3, "fiscal_year": 13.0}, default=1.0).to_numpy()
        )
        numerator = generator.poisson(np.clip(rate * size, 0, None)).astype(float)
        denominator = np.full(grid.height, np.nan)
    elif metric_id == "meeting_minutes":
        denominator = np.round(size * 4, 1)
        numerator = np.round(denominator * (41 + 8 * progress + 40 * lean), 1)
    else:
        low, high = SHARES[metric_id]
        is_level = metric_id in ("chat_share", "telework_coverage")
        share = np.clip(low + (high - low) * progress + lean, 0.01, 0.97) * (1.0 if is_level else scale)
        denominator = size = size * (20 if metric_id in PERSON_DAYS else 1)
        numerator = np.minimum(np.round(generator.binomial(100, share) / 100 * size), size)
    return grid.select("department_key", "parent_key", "period_kind", "period_start").with_columns(
        pl.lit(metric_id).alias("metric_id"),
        pl.Series("numerator", numerator),
        pl.Series("denominator", denominator).fill_nan(None),
    )


def _with_rates(figures: pl.DataFrame) -> pl.DataFrame:
    n, x, z = pl.col("denominator"), pl.col("numerator"), 1.959964
    centre = (x / n + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * ((x / n) * (1 - x / n) / n + z**2 / (4 * n**2)).sqrt()
    is_share = pl.col("metric_id").is_in([*SHARES, *PART_SHARES])
    is_mean = pl.col("metric_id") == "meeting_minutes"
    return figures.with_columns(
        numerator=x.round(6),
        denominator=n.round(6),
        rate=x / n,
        interval_low=pl.when(is_share).then(centre - half).when(is_mean).then(x / n - 2),
        interval_high=pl.when(is_share).then(centre + half).when(is_mean).then(x / n + 2),
        coverage_share=pl.when(pl.col("metric_id").str.starts_with("telework")).then(0.77).otherwise(1.0),
    )


def _disclosed(figures: pl.DataFrame, options: FixtureOptions) -> pl.DataFrame:
    kind, start = pl.col("period_kind"), pl.col("period_start")
    end = (
        pl.when(kind == "month")
        .then(start.dt.month_end())
        .when(kind == "week")
        .then(start + pl.duration(days=6))
        .when(kind == "fiscal_year")
        .then(start.dt.offset_by("1y") - pl.duration(days=1))
        .otherwise(start)
    )
    is_small = (pl.col("denominator") < options.min_group) | (pl.col("department_key") == SMALL_UNIT)
    is_everyone = (pl.col("department_key") == EVERYONE_UNIT) & (pl.col("metric_id") == "chat_reach")
    is_teams = pl.col("metric_id").is_in(list(TEAMS_METRICS))
    is_gap = pl.lit(False)
    if options.has_gaps:
        missed = [MISSING_WEEK + timedelta(days=n) for n in range(7)] + list(MISSING_DAYS)
        is_gap = is_teams & (((kind == "week") & (start == MISSING_WEEK)) | ((kind == "day") & start.is_in(missed)))
        is_gap |= (kind == "day") & (start == MISSING_DAYS[1])
    rests_on_places = pl.col("metric_id").str.contains("^(telework|seats)") & (
        pl.col("segment_kind") != "telework_class"
    )
    figures = figures.with_columns(
        is_final=end < PROVISIONAL_FROM,
        hidden_reason=pl.when(is_small)
        .then(pl.lit("small_group"))
        .when(is_everyone)
        .then(pl.lit("everyone_or_nobody")),
        is_gap=is_gap,
        value=pl.coalesce("rate", "numerator", "quantile"),
        bound_low=pl.when(rests_on_places).then(pl.coalesce("rate", "quantile")),
        bound_high=pl.when(rests_on_places).then(
            pl.coalesce((pl.col("rate") + 0.2).clip(0, 1), (pl.col("quantile") * 1.25).round(0))
        ),
        n=pl.coalesce(
            pl.when(pl.col("metric_id").is_in(PERSON_DAYS)).then(pl.col("denominator") / 20),
            pl.col("denominator"),
            pl.when(pl.col("metric_id").str.starts_with("seats")).then(pl.col("quantile") * 1.3),
        )
        .round(0)
        .cast(pl.Int64),
        left_out_people=pl.when(pl.col("metric_id").str.ends_with("_equal_days")).then(pl.lit(14)).cast(pl.Int64),
    ).with_columns(is_hidden=pl.col("hidden_reason").is_not_null())
    blank = pl.col("is_hidden") | pl.col("is_gap")
    values = [
        pl.when(blank).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("numerator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "n")
    ]
    shown = figures.with_columns(
        *values, denominator=pl.when(is_small.fill_null(value=False)).then(None).otherwise(pl.col("denominator"))
    )
    # Reach at equal days is a sum of probabilities: its rate is told, no number of people.
    is_equal_days = pl.col("metric_id").str.ends_with("_equal_days")
    return shown.with_columns(numerator=pl.when(is_equal_days).then(None).otherwise(pl.col("numerator"))).drop(
        "is_gap", "quantile"
    )


def _status(options: FixtureOptions) -> pl.DataFrame:
    days = [options.first + timedelta(days=n) for n in range((options.last - options.first).days + 1)]
    missed = {MISSING_WEEK + timedelta(days=n) for n in range(7)} | set(MISSING_DAYS) if options.has_gaps else set()
    rows = []
    for source, dataset in DATASETS.select("source", "dataset").iter_rows():
        for day in days:
            is_missing = day in missed and (dataset == "teams_user_activity" or day == MISSING_DAYS[1])
            state = "missing" if is_missing else "provisional" if day >= PROVISIONAL_FROM else "final"
            rows.append((source, dataset, day, state, None if is_missing else 5980, None))
    columns = ("source", "dataset", "activity_date", "report_status", "row_count", "fetched_at")
    schema_types = {"fetched_at": pl.Datetime("us"), "row_count": pl.Int64}
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides=schema_types, infer_schema_length=None)


if __name__ == "__main__":
    write_published(Path(sys.argv[1]))
