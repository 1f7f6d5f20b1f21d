"""Days of Box enterprise events as the bytes that paging leaves: every common shape, Japanese names, many items.

Written by polars expressions from lists of made-up values: the ward's own services (which serve the part of the
benchmark that fetches) would take longer for five million events than what is measured.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl

EVENTS_A_DAY = 100_000
STAFF, PARTNERS, ITEMS, FOLDERS = 6_000, 2_500, 400_000, 20_000
_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田")
_GIVEN = ("陽子", "健一", "美咲", "大輔", "直樹", "恵子", "拓也", "由美", "翔太", "千尋", "誠", "愛", "蓮")
_SUBJECTS = (
    "令和8年度_予算要求資料",
    "窓口混雑状況調査",
    "庁舎改修工事_設計図面",
    "住民説明会_配布資料",
    "会議録",
    "照会回答",
)
_EXTENSIONS = ("xlsx", "docx", "pdf", "pptx", "zip", "jpg", "txt")
_TYPES = ("PREVIEW", "PREVIEW", "DOWNLOAD", "UPLOAD", "EDIT", "ITEM_OPEN", "ITEM_SYNC", "SHARE", "MOVE")
_SERVICES = ("Box Drive", "Box Web Application", "Box for Office Online", "Box for iPhone")
# Of a hundred events: 86 about items, 8 about users, 4 about collaborations, 1 about a group, 1 an alert.
_SHAPE_BOUNDS = (86, 94, 98, 99, 100)
_ALERT = (
    '{"shield_alert":{"rule_category":"Anomalous Download","rule_id":123,"rule_name":"大量ダウンロード",'
    '"risk_score":77,"alert_summary":{"ip_details":[{"ip":"203.0.113.9"}]}}}'
)


class BoxBytes:
    """Bytes of any day, the same for the same day; people and items recur from day to day."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        random = np.random.default_rng(seed)
        self._people = pl.concat([_people(STAFF, 10, "mirai-ku.example"), _people(PARTNERS, 30, "partner.example")])
        self._items = _items(random, self._people.head(STAFF))

    def day(self, day: date, count: int = EVENTS_A_DAY) -> bytes:
        """`count` events of one UTC day in the order of their instants, one record a line."""
        random = np.random.default_rng((self._seed, day.toordinal()))
        person = random.integers(0, STAFF, count)
        # Recent files are looked at more often than old ones; a file has few versions.
        item = (ITEMS * random.random(count) ** 2).astype(np.int64)
        outside = random.random(count) < 0.03
        actor = np.where(outside, STAFF + random.integers(0, PARTNERS, count), person)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        frame = pl.DataFrame(
            {
                "second": np.sort(random.integers(0, 86_400, count)),
                "shape": np.searchsorted(_SHAPE_BOUNDS, random.integers(0, 100, count), side="right"),
                "type": random.integers(0, len(_TYPES), count),
                "high": random.integers(0, 1 << 31, count) | 1 << 31,
                "low": random.integers(0, 1 << 31, count) | 1 << 31,
                "serial": np.arange(count),
                "service": random.integers(0, len(_SERVICES), count),
                "size": (10 ** random.uniform(3, 8.5, count)).astype(np.int64),
                "link": random.integers(0, 1 << 20, count),
                "desk": random.integers(0, 4, count),
            }
        ).with_columns(
            actor=self._people["text"].gather(pl.Series(actor)),
            name=self._people["short"].gather(pl.Series(actor)),
            target=self._people["text"].gather(pl.Series(STAFF + random.integers(0, PARTNERS, count))),
            item=self._items["item"].gather(pl.Series(item)),
            version=pl.Series(1_500_000_000_000 + item * 8 + random.integers(0, 3, count)),
            folder=self._items["folder"].gather(pl.Series(random.integers(0, ITEMS, count))),
            # Box writes the enterprise's own offset, Pacific time by default.
            at=(pl.lit(midnight.replace(tzinfo=None)) + pl.duration(seconds=pl.col("second") - 25_200)).dt.strftime(
                "%Y-%m-%dT%H:%M:%S-07:00"
            ),
            person=pl.Series(actor),
        )
        lines = frame.select(line=_line(day))["line"].to_arrow()
        return lines.buffers()[2].to_pybytes()


def _people(count: int, prefix: int, domain: str) -> pl.DataFrame:
    n = pl.col("n")
    name = _joined(_pick(_FAMILY, n), "　", _pick(_GIVEN, n))
    text = _joined(
        *('{"type":"user","id":"', n + prefix * 1_000_000_000, '","name":"', name),
        *('","login":"person', n, "@", domain, '"}'),
    )
    return pl.DataFrame({"n": np.arange(count)}).select(
        text=text, short=_joined('"user_id":"', n + prefix * 1_000_000_000, '","user_name":"', name, '"')
    )


def _items(random: np.random.Generator, staff: pl.DataFrame) -> pl.DataFrame:
    n, parent = pl.col("n"), pl.col("parent")
    folder = _joined('"parent":{"type":"folder","name":"', parent % 97, '課_共有フォルダー","id":"', parent, '"}')
    owner = _joined('"owned_by":', pl.col("owner"))
    name = _joined(_pick(_SUBJECTS, n), "_第", n % 1000, "版_最終.", _pick(_EXTENSIONS, n))
    return pl.DataFrame(
        {
            "n": np.arange(ITEMS),
            "parent": 300_000_000_000 + random.integers(0, FOLDERS, ITEMS),
            "owner": staff["text"].gather(pl.Series(random.integers(0, STAFF, ITEMS))),
        }
    ).select(
        item=_joined(
            *('{"item_type":"file","item_id":"', n + 1_200_000_000_000, '","item_name":"', name, '",'),
            *(folder, ",", owner, "}"),
        ),
        folder=_joined('"folder_id":"', parent, '","folder_name":"', name, '",', folder, ",", owner, "}"),
    )


def _line(day: date) -> pl.Expr:
    shape = pl.col("shape")
    source = (
        pl.when(shape == 0)
        .then(pl.col("item"))
        .when(shape == 1)
        .then(pl.col("actor"))
        .when(shape == 2)
        .then(_joined("{", pl.col("name"), ",", pl.col("folder")))
        .when(shape == 3)
        .then(_joined('{"group_id":"7', pl.col("link"), '","group_name":"課_', pl.col("link") % 97, '"}'))
        .otherwise(pl.lit("null"))
    )
    kind = (
        pl.when(shape == 0)
        .then(_pick(_TYPES, pl.col("type")))
        .otherwise(
            pl.lit(pl.Series(["", "LOGIN", "COLLABORATION_INVITE", "GROUP_EDITED", "SHIELD_ALERT"])).gather(shape)
        )
    )
    content = _joined(
        *('{"size":', pl.col("size"), ',"ekm_id":"', pl.col("high"), "-7777-4444-aaaa-", pl.col("low")),
        *('","version_id":"', pl.col("version"), '","service_id":"', pl.col("service") + 254_429),
        *('","service_name":"', _pick(_SERVICES, pl.col("service")), '"'),
        pl.when(pl.col("link") % 8 == 0).then(_joined(',"shared_link_id":"', pl.col("link"), 'sadfjaksfd981348"'))
        .otherwise(pl.lit("")),
        "}",
    )  # fmt: skip
    details = (
        pl.when(shape == 0)
        .then(content)
        .when(shape == 2)
        .then(
            _joined(
                *('{"type":"box://event/additional_details/collaboration","collab_id":"', pl.col("high")),
                '","role":"Editor","is_performed_by_admin":false,"invitation_message":""}',
            )
        )
        .when(shape == 4)
        .then(pl.lit(_ALERT))
        .otherwise(pl.lit("null"))
    )
    address = (
        pl.when(pl.col("desk") < 3)
        .then(_joined("203.0.113.", pl.col("desk")))
        .otherwise(_joined("198.51.", pl.col("person") % 200, ".", pl.col("person") % 251))
    )
    return _joined(
        *('{"source":', source, ',"created_by":', pl.col("actor"), ',"action_by":null,"created_at":"', pl.col("at")),
        *('","event_id":"', pl.col("high"), "-da1c-4b9f-", f"{day:%m%d}-", pl.col("low"), pl.col("serial")),
        *('","event_type":"', kind, '","ip_address":"', address),
        *('","type":"event","session_id":null,"additional_details":', details),
        pl.when(shape == 2).then(_joined(',"accessible_by":', pl.col("target"))).otherwise(pl.lit("")),
        "}\n",
    )


def _joined(*parts: str | pl.Expr) -> pl.Expr:
    return pl.concat_str(*(pl.lit(part) if isinstance(part, str) else part for part in parts))


def _pick(values: tuple[str, ...], place: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values)).gather(place % len(values))
