"""What the published fixture holds besides reach and counts: seats, parts of the people, file sizes, names of datasets.

Figures of 全庁 and 部 only, each drawn by itself: they do not add up, which no page relies on.
"""

from __future__ import annotations

import numpy as np
import polars as pl

DATASETS = pl.DataFrame(
    [
        ("graph", "teams_user_activity", "Teams 利用状況", "Teams activity"),
        ("graph", "teams_device_usage", "Teams 利用端末", "Teams devices"),
        ("graph", "email_activity", "メール利用状況", "Mail activity"),
        ("graph", "sign_ins", "Entra サインイン", "Entra sign-ins"),
        ("box", "events", "Box イベント", "Box events"),
    ],
    schema=["source", "dataset", "name_ja", "name_en"],
    orient="row",
).with_columns(absent_from=pl.lit(None, pl.Date))
CLASSES = {"office": 0.66, "remote": 0.1, "mixed": 0.03, "mobile": 0.02, "unknown": 0.19}
WEEKDAYS = ("1", "2", "3", "4", "5")
BANDS = {"up_to_mail": 0.8, "to_50mb": 0.14, "to_200mb": 0.04, "over_200mb": 0.02}
EMPLOYMENT_TYPES = {"常勤": 0.27, "会計年度任用": 0.12}
TOOLS = ("chat", "meeting", "telework", "box", "files")
TIERS = {"power": 0.3, "habitual": 0.25, "novice": 0.2, "low": 0.1, "non_user": 0.1, "too_new": 0.05}
FUNNEL = {"funnel_licensed": 0.96, "funnel_ever": 0.8, "funnel_recent": 0.6, "funnel_habitual": 0.4}
SEATS = {"seats_office_median": 0.7, "seats_office_p95": 0.76, "seats_office_p99": 0.78, "seats_office_max": 0.79}
WHOLE_SHARES = {
    "chat_reach_equal_days": 0.92,
    "meeting_reach_equal_days": 0.76,
    "telework_capable_reach_equal_days": 0.64,
    "box_reach_equal_days": 0.93,
    "telework_weekly_1_share": 0.28,
    "telework_weekly_2_share": 0.12,
    "telework_weekly_3_share": 0.05,
    "beyond_mail_share": 0.18,
}
WHOLE_COUNTS = {
    "external_partners": 0.05,
    "file_request_files": 0.1,
    "external_bytes": 40_000_000.0,
    "partner_folder_actions": 0.6,
}
PART_SHARES = {*WHOLE_SHARES, *FUNNEL, "telework_class_share", "habit_share", "tier_share", "too_new_share"}

_PEOPLE = ("人数（人）", "職員数（人）")
PART_METRIC_ROWS = (
    ("telework_capable_day_rate", "share", "テレワーク実施率（人日、テレワーク可能な職員）", "％", *_PEOPLE),
    ("telework_weekly_1_share", "share", "週１日以上テレワークをする職員の割合", "％", *_PEOPLE),
    ("telework_weekly_2_share", "share", "週２日以上テレワークをする職員の割合", "％", *_PEOPLE),
    ("telework_weekly_3_share", "share", "週３日以上テレワークをする職員の割合", "％", *_PEOPLE),
    ("telework_people_daily_max", "quantile", "１日にテレワークをする人数（最大）", "人", "なし", "なし"),
    ("seats_office_median", "quantile", "庁舎にいる人数（中央値）", "人", "なし", "なし"),
    ("seats_office_p95", "quantile", "95％の日に足りる席数", "人", "なし", "なし"),
    ("seats_office_p99", "quantile", "99％の日に足りる席数", "人", "なし", "なし"),
    ("seats_office_max", "quantile", "庁舎にいる人数（最大）", "人", "なし", "なし"),
    ("seats_per_headcount", "ratio", "職員１人あたりの席", "席/人", *_PEOPLE),
    ("meeting_day_rate", "share", "Web会議参加日率", "％", "人日", "人日"),
    ("chat_reach_equal_days", "share", "チャット利用率（同じ日数）", "％", *_PEOPLE),
    ("meeting_reach_equal_days", "share", "Web会議利用率（同じ日数）", "％", *_PEOPLE),
    ("telework_capable_reach_equal_days", "share", "テレワーク可能職員の実施率（同じ日数）", "％", *_PEOPLE),
    ("box_reach_equal_days", "share", "Box利用率（同じ日数）", "％", *_PEOPLE),
    ("beyond_mail_share", "share", "メールでは送れなかったファイルの割合", "％", "件", "件"),
    ("external_partners", "count", "庁外の相手先の数", "件", "相手先（件）", "なし"),
    ("file_request_files", "count", "ファイルリクエストで受け取ったファイル数", "件", "件", "なし"),
    ("external_bytes", "count", "庁外と受け渡したデータ量", "バイト", "バイト", "なし"),
    ("partner_folder_actions", "count", "相手先のフォルダーでの職員の操作数", "件", "件", "なし"),
)
# Published of parts only, never of a whole department.
SEGMENT_METRIC_ROWS = (
    ("telework_class_share", "share", "勤務場所の内訳", "％", "人日", "人日"),
    ("external_size_files", "count", "大きさ別の受け渡しファイル数", "件", "件", "なし"),
    ("habit_share", "share", "定着率", "％", *_PEOPLE),
    ("too_new_share", "share", "在籍 12 週未満の割合", "％", *_PEOPLE),
    ("tier_share", "share", "チャットの利用層", "％", *_PEOPLE),
    *((name, "share", f"定着までの段階（{name}）", "％", *_PEOPLE) for name in FUNNEL),
)


def part_figures(nodes: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """`nodes`: department_key, period_kind, period_start, size (people). One row per figure, before rates."""
    periods = nodes.filter(pl.col("period_kind") != "day")
    long = periods.filter(pl.col("period_kind") != "week")
    frames = [
        *(_share(periods, name, share, generator) for name, share in WHOLE_SHARES.items()),
        *(_count(periods, name, each, generator) for name, each in WHOLE_COUNTS.items()),
        *(_quantile(long, name, share, generator) for name, share in SEATS.items()),
        _quantile(long, "telework_people_daily_max", 0.14, generator),
        _share(long, "seats_per_headcount", 0.76, generator, days=1),
    ]
    for name, share in CLASSES.items():
        frames.append(_share(periods, "telework_class_share", share, generator, ("telework_class", name), days=20))
        for number, weekday in enumerate(WEEKDAYS):
            part = ("weekday_class", f"{weekday}_{name}")
            lean = {"remote": 0.04, "office": -0.04}.get(name, 0.0) * (1 if number in (0, 4) else -1)
            frames.append(_share(long, "telework_class_share", share + lean, generator, part, days=4))
    for number, weekday in enumerate(WEEKDAYS):
        lean = 0.04 if number in (0, 4) else -0.02
        frames.append(_share(long, "telework_day_rate", 0.1 + lean, generator, ("weekday", weekday), days=4))
        median, largest = SEATS["seats_office_median"] - lean, SEATS["seats_office_max"] - lean
        frames.append(_quantile(long, "seats_office_median", median, generator, ("weekday", weekday)))
        frames.append(_quantile(long, "seats_office_max", largest, generator, ("weekday", weekday)))
    for place, chat, meeting in (("office", 0.5, 0.2), ("remote", 0.7, 0.45)):
        frames.append(_share(periods, "chat_day_rate", chat, generator, ("place", place), days=8))
        frames.append(_share(periods, "meeting_day_rate", meeting, generator, ("place", place), days=8))
    for name, share in EMPLOYMENT_TYPES.items():
        frames.append(_share(long, "meeting_day_rate", share, generator, ("employment_type", name), days=10))
    for name, share in BANDS.items():
        frames.append(_count(periods, "external_size_files", share, generator, ("size_band", name)))
    for tool in TOOLS:
        frames.append(_share(periods, "habit_share", 0.45, generator, ("tool", tool)))
        frames.append(_share(periods, "too_new_share", 0.05, generator, ("tool", tool)))
        for name, share in FUNNEL.items():
            frames.append(_share(long, name, share, generator, ("tool", tool)))
    for name, share in TIERS.items():
        frames.append(_share(periods, "tier_share", share, generator, ("tier", name)))
    return pl.concat(frames)


def _share(
    nodes: pl.DataFrame,
    metric_id: str,
    share: float,
    generator: np.random.Generator,
    part: tuple[str, str] = ("all", "all"),
    days: int = 1,
) -> pl.DataFrame:
    whole = np.round(nodes["size"].to_numpy() * days)
    drawn = np.minimum(np.round(generator.binomial(1000, share, nodes.height) / 1000 * whole), whole)
    return _rows(nodes, metric_id, part, drawn, whole, None)


def _count(
    nodes: pl.DataFrame,
    metric_id: str,
    each: float,
    generator: np.random.Generator,
    part: tuple[str, str] = ("all", "all"),
) -> pl.DataFrame:
    return _rows(nodes, metric_id, part, generator.poisson(nodes["size"].to_numpy() * each).astype(float), None, None)


def _quantile(
    nodes: pl.DataFrame,
    metric_id: str,
    share: float,
    generator: np.random.Generator,
    part: tuple[str, str] = ("all", "all"),
) -> pl.DataFrame:
    drawn = np.round(nodes["size"].to_numpy() * share * generator.uniform(0.98, 1.02, nodes.height))
    return _rows(nodes, metric_id, part, None, None, drawn)


def _rows(
    nodes: pl.DataFrame,
    metric_id: str,
    part: tuple[str, str],
    numerator: np.ndarray | None,
    denominator: np.ndarray | None,
    quantile: np.ndarray | None,
) -> pl.DataFrame:
    columns = {"numerator": numerator, "denominator": denominator, "quantile": quantile}
    return nodes.select("department_key", "period_kind", "period_start").with_columns(
        pl.lit(metric_id).alias("metric_id"),
        pl.lit(part[0]).alias("segment_kind"),
        pl.lit(part[1]).alias("segment"),
        *(
            pl.lit(None, pl.Float64).alias(name) if values is None else pl.Series(name, values)
            for name, values in columns.items()
        ),
    )
