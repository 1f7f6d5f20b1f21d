"""A hand-made world of a few people and days, for tests of the services' shapes.

Every awkward case is put in on purpose: late events, outsiders, leavers, guests, every shape of a Box source.
The real, generated world is tested elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import polars as pl

FIRST_DAY, LAST_DAY = date(2026, 2, 16), date(2026, 3, 31)
NOW = datetime(2026, 3, 25, 21, 0, tzinfo=UTC)  # 26 March 06:00 in Tokyo
PEOPLE = 30
EVENTS_A_DAY = 260
COUNTS = [
    "team_chat",
    "private_chat",
    "post_messages",
    "reply_messages",
    "urgent_messages",
    "calls",
    "meetings_organized",
    "meetings_attended",
    "adhoc_organized",
    "adhoc_attended",
    "onetime_organized",
    "onetime_attended",
    "recurring_organized",
    "recurring_attended",
    "audio_seconds",
    "video_seconds",
    "share_seconds",
    "mail_sent",
    "mail_received",
    "mail_read",
    "mail_meeting_created",
    "mail_meeting_interacted",
]
FLAGS = ("has_other_action", "used_web", "used_ios", "used_mac", "used_android", "used_windows")
LEFT_RECENTLY, LEFT_LONG_AGO, SILENT, UNLICENSED = 3, 4, 5, 6


@dataclass(frozen=True)
class SmallWorld:
    config: SimpleNamespace
    people: pl.DataFrame
    other_accounts: pl.DataFrame
    networks: pl.DataFrame
    graph_days: pl.DataFrame

    def sign_ins(self, day: date) -> pl.DataFrame:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
        number = pl.int_range(0, 80, eager=True)
        return pl.DataFrame({"n": number}).select(
            id=pl.format("{}-1111-4222-8333-{}", _hex(pl.col("n") * 7919 + day.toordinal()), _hex12(pl.col("n"), day)),
            created_at=(pl.lit(start) + pl.duration(seconds=pl.col("n") * 1000, milliseconds=500)).cast(
                pl.Datetime("us", "UTC")
            ),
            person_no=(pl.col("n") % PEOPLE).cast(pl.Int32),
            ip_address=pl.when(pl.col("n") % 3 == 0).then(pl.lit("198.51.100.9")).otherwise(pl.lit("203.0.113.10")),
            operating_system=pl.when(pl.col("n") % 5 == 0).then(pl.lit("Ios 18")).otherwise(pl.lit("Windows 11")),
            browser=pl.lit("Edge 126.0.0"),
            client_app_used=pl.lit("Browser"),
            app_display_name=pl.lit("Microsoft Teams Web Client"),
            app_id=pl.lit("5e3ce6c0-2b1f-4285-8d4b-75ee78787346"),
            error_code=pl.when(pl.col("n") % 11 == 0).then(50126).otherwise(0).cast(pl.Int32),
            is_interactive=pl.col("n") % 10 != 9,
            is_managed=pl.col("n") % 3 != 0,
            trust_type=pl.when(pl.col("n") % 3 != 0).then(pl.lit("Hybrid Azure AD joined")),
        )

    def token_sign_ins(self, day: date) -> pl.DataFrame:
        """Half an hour after each sign-in of a Windows machine its token is renewed."""
        frame = self.sign_ins(day).filter(pl.col("operating_system") == "Windows 11")
        return frame.with_columns(
            id=pl.col("id").str.replace("-1111-", "-2222-"),
            created_at=pl.col("created_at") + pl.duration(minutes=30),
            error_code=pl.lit(0, pl.Int32),
            is_interactive=pl.lit(value=False),
        )

    def box_events(self, day: date) -> pl.DataFrame:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
        frame = pl.DataFrame({"n": pl.int_range(0, EVENTS_A_DAY, eager=True)})
        created = pl.lit(start) + pl.duration(seconds=pl.col("n") * 330, milliseconds=(pl.col("n") % 4) * 250)
        is_late = pl.col("n") % 40 == 7
        late = pl.when(is_late).then(pl.duration(hours=30)).otherwise(pl.duration(seconds=60))
        case = pl.col("n") % 13
        person = pl.col("n") % PEOPLE
        none = pl.lit(None, pl.String)

        def chosen(default: pl.Expr, **cases: pl.Expr) -> pl.Expr:
            result = default
            for name, value in cases.items():
                result = pl.when(case == int(name[1:])).then(value).otherwise(result)
            return result

        def text(value: str) -> pl.Expr:
            return pl.lit(value)

        is_item = case.is_in([0, 1, 2, 3, 4, 5, 6, 7])
        return frame.with_columns(created=created).select(
            event_id=pl.format("{}-aaaa-4bbb-8ccc-{}", _hex(pl.col("n")), _hex12(pl.col("n"), day)),
            created_at=pl.col("created").cast(pl.Datetime("ms", "UTC")),
            available_at=(pl.col("created") + late).cast(pl.Datetime("us", "UTC")),
            event_type=chosen(
                text("PREVIEW"),
                c1=text("DOWNLOAD"),
                c2=text("DOWNLOAD"),
                c3=text("UPLOAD"),
                c4=text("TASK_CREATE"),
                c5=text("SHARE"),
                c8=text("LOGIN"),
                c9=text("COLLABORATION_INVITE"),
                c10=text("COLLABORATION_INVITE"),
                c11=text("COLLABORATION_INVITE"),
                c12=text("SHIELD_ALERT"),
            ),
            actor_id=chosen(
                pl.format("2000000{}", person.cast(pl.String).str.zfill(4)), c1=text("31000000001"), c2=text("2")
            ),
            actor_name=chosen(pl.format("職員{}", person), c1=text("鈴木 取引先"), c2=text("Unknown User")),
            actor_login=chosen(_address(person), c1=text("suzuki@vendor.example"), c2=text("")),
            admin_id=chosen(none, c6=text("20000000000")),
            admin_name=chosen(none, c6=text("職員0")),
            admin_login=chosen(none, c6=_address(pl.lit(0))),
            source_kind=pl.when(is_item)
            .then(text("item"))
            .otherwise(
                chosen(
                    text("none"),
                    c8=text("user"),
                    c9=text("collab_folder"),
                    c10=text("collab_file"),
                    c11=text("collab_folder"),
                )
            ),
            item_type=chosen(text("file"), c5=text("web_link"), c7=text("folder")),
            item_id=pl.format("1500000{}", pl.col("n").cast(pl.String).str.zfill(6)),
            item_name=chosen(pl.format('第{}回 "案"\\写.docx', pl.col("n")), c7=text("業者共有")),
            parent_id=chosen(text("240000000001"), c7=none),
            parent_name=text("業者共有"),
            owner_id=pl.format("2000000{}", ((person + 1) % PEOPLE).cast(pl.String).str.zfill(4)),
            owner_name=pl.format("職員{}", (person + 1) % PEOPLE),
            owner_login=_address((person + 1) % PEOPLE),
            target_id=chosen(none, c9=text("31000000001"), c11=text("182069272")),
            target_name=chosen(none, c9=text("鈴木 取引先"), c11=text("総務課")),
            target_login=chosen(none, c9=text("suzuki@vendor.example"), c10=text("new@vendor.example")),
            ip_address=chosen(text("203.0.113.10"), c2=text("Unknown IP")),
            size=pl.when(is_item & (case != 7)).then(8_000_000 + pl.col("n")),
            version_id=pl.when(is_item & (case != 7)).then(pl.format("17000{}", pl.col("n"))),
            service_id=pl.when(is_item).then(text("254429")),
            service_name=pl.when(is_item).then(chosen(text("Box Web App"), c3=text("File Request"))),
            shared_link_id=chosen(none, c2=text("y4njxvyttvaeyx3kb371f2sqndt6ne3h")),
            collab_role=chosen(none, c9=text("Editor"), c10=text("Viewer")),
        )

    def named_on(self, people: pl.DataFrame, day: date) -> pl.DataFrame:
        del day  # nobody changes a name
        return people.with_columns(alias=pl.lit(None, pl.String))

    def directory_on(self, day: date) -> pl.DataFrame:
        moved = day >= date(2026, 3, 1)
        odd = pl.col("person_no") % 2 == 1
        after = pl.when(odd).then(pl.lit("情報管理課")).otherwise(pl.lit("総務課"))
        return self.people.filter(
            pl.col("joined_on") <= day, pl.col("left_on").is_null() | (pl.col("left_on") >= day)
        ).select(
            "person_no",
            department_code=pl.lit("0100"),
            department_name=after if moved else pl.lit("総務課"),
        )


def _hex(number: pl.Expr) -> pl.Expr:
    return (number * 2_654_435 % 99_999_999).cast(pl.String).str.zfill(8)


def _hex12(number: pl.Expr, day: date) -> pl.Expr:
    return (number + day.toordinal() * 1000).cast(pl.String).str.zfill(12)


def _address(person: pl.Expr) -> pl.Expr:
    return pl.format("staff{}@city.mirai-ku.example", person.cast(pl.String).str.zfill(4))


def _people() -> pl.DataFrame:
    number = pl.col("person_no")
    return pl.DataFrame({"person_no": pl.int_range(0, PEOPLE, dtype=pl.Int32, eager=True)}).select(
        "person_no",
        employee_number=pl.format("E{}", number.cast(pl.String).str.zfill(5)),
        display_name=pl.format("職員{}", number),
        family_name=pl.lit("職員"),
        given_name=pl.format("{}", number),
        employment_type=pl.when(number % 3 == 0).then(pl.lit("会計年度任用")).otherwise(pl.lit("常勤")),
        entra_id=pl.format("9e0b{}-1c2d-4e5f-8a6b-000000000{}", _tail(number, 4), _tail(number, 3)),
        upn=_address(number),
        mail=_address(number),
        box_id=pl.format("2000000{}", _tail(number, 4)),
        box_login=_address(number),
        joined_on=pl.when(number == 7).then(date(2026, 3, 16)).otherwise(date(2020, 4, 1)),
        left_on=pl.when(number == LEFT_RECENTLY)
        .then(date(2026, 3, 10))
        .when(number == LEFT_LONG_AGO)
        .then(date(2026, 2, 20)),
        is_licensed=number != UNLICENSED,
        job_title=pl.lit("主事"),
    )


def _tail(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _graph_days() -> pl.DataFrame:
    days = pl.DataFrame({"activity_date": pl.date_range(FIRST_DAY, LAST_DAY, eager=True)})
    people = pl.DataFrame({"person_no": pl.int_range(0, PEOPLE, dtype=pl.Int32, eager=True)})
    weekday = pl.col("activity_date").dt.weekday() < 6
    number = pl.col("person_no")
    counts = {name: (number + position) % 7 for position, name in enumerate(COUNTS)}
    counts["audio_seconds"] = number * 421
    return (
        people.join(days, how="cross")
        .filter(weekday, number != SILENT)
        .select(
            "person_no",
            "activity_date",
            *(value.cast(pl.Int32).alias(name) for name, value in counts.items()),
            *((number % (position + 2) == 0).alias(name) for position, name in enumerate(FLAGS)),
        )
    )


def build() -> SmallWorld:
    others = pl.DataFrame(
        [
            (
                "guest",
                "aa00bb11-0000-4000-8000-000000000001",
                "yamada_vendor.example#EXT#@city.mirai-ku.example",
                "山田 (外部)",
                None,
                None,
            ),
            (
                "shared_mailbox",
                "aa00bb11-0000-4000-8000-000000000002",
                "madoguchi@city.mirai-ku.example",
                "窓口",
                None,
                None,
            ),
            ("service", "aa00bb11-0000-4000-8000-000000000003", "svc-room@city.mirai-ku.example", "会議室", None, None),
            (
                "box_service",
                None,
                None,
                "連携アプリ",
                "25000000001",
                "AutomationUser_123456_6jCo6Pqwo@boxdevedition.com",
            ),
            ("box_app_user", None, None, "app", "25000000002", "AppUser_1234567_LOCqkWI79A@boxdevedition.com"),
            ("box_admin_reports", None, None, "Box Admin Reports", "25000000003", "reports@city.mirai-ku.example"),
        ],
        schema=["account_kind", "entra_id", "upn", "display_name", "box_id", "box_login"],
        orient="row",
    )
    networks = pl.DataFrame(
        [
            ("203.0.113.0/25", "本庁舎", "office", date(2025, 4, 1), None),
            ("2001:db8:1::/48", "本庁舎", "office", date(2025, 4, 1), None),
            ("198.51.100.128/27", "テレワーク入口", "telework_gateway", date(2025, 4, 1), None),
            ("192.0.2.0/28", "旧出張所", "branch", date(2024, 4, 1), date(2025, 12, 31)),
        ],
        schema=["cidr", "label", "network_kind", "valid_from", "valid_to"],
        orient="row",
    )
    config = SimpleNamespace(seed=7, staff=PEOPLE, first_day=FIRST_DAY, last_day=LAST_DAY)
    return SmallWorld(config, _people(), others, networks, _graph_days())
