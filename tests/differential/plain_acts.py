"""What people did according to raw tables: by day and person, and across the border with outsiders."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tests.differential.plain_who import Raw, Who

KEY = ["person_key", "activity_date"]
HUMAN_PLACES = {"office": "office", "branch": "office", "telework_gateway": "remote", "mobile": "remote",
                "outside": "remote"}  # fmt: skip


def _number(column: str) -> pl.Expr:
    return (
        pl.when(pl.col(column).str.strip_chars() == "").then(pl.lit("0")).otherwise(column).cast(pl.Int64).fill_null(0)
    )


def _yes(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().is_in(["yes", "true"]).fill_null(value=False)


def acts_of(raw: Raw, who: Who, rolls: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Everyone on the rolls, every day; null where the day is missing, else zero when nothing was done."""
    teams = raw.report("graph_teams_user_activity", ["user_id_key", "user_principal_name_key"]).select(
        person_key=who.of_entra("user_id_key", "user_principal_name_key"),
        activity_date="_day",
        chat_messages_count=_number("team_chat_message_count") + _number("private_chat_message_count"),
        meetings_attended_count=_number("meetings_attended_count"),
        meetings_organized_count=_number("meetings_organized_count"),
        calls_count=_number("call_count"),
        audio_seconds=_number("audio_duration_in_seconds"),
    )
    mail = raw.report("graph_email_activity", ["user_principal_name_key"]).select(
        person_key=who.of_address("user_principal_name_key"),
        activity_date="_day",
        mail_sent_count=_number("send_count"),
    )
    mobile = raw.report("graph_teams_device_usage", ["user_id_key", "user_principal_name_key"]).select(
        person_key=who.of_entra("user_id_key", "user_principal_name_key"),
        activity_date="_day",
        is_mobile_active=(_yes("used_ios") | _yes("used_android_phone")).cast(pl.Int64),
    )
    files = pl.concat(
        raw.report(f"graph_{service}_activity", ["user_principal_name_key"]).select(
            person_key=who.of_address("user_principal_name_key"),
            activity_date="_day",
            files_count=_number("viewed_or_edited_file_count"),
        )
        for service in ("onedrive", "sharepoint")
    )
    apps = raw.report("graph_m365_app_users", ["user_principal_name_key"]).select(
        person_key=who.of_address("user_principal_name_key"),
        activity_date="_day",
        is_desktop_app_active=(_yes("windows") | _yes("mac")).cast(pl.Int64),
    )
    acts = rolls.join(days, on="activity_date")
    for measure, frame in (("teams", teams), ("mail", mail), ("mobile", mobile), ("files", files), ("apps", apps)):
        acts = _beside(acts, frame.drop_nulls("person_key").group_by(KEY).sum(), measure)
    own = _own_box_events(raw, who)
    box = own.group_by(KEY).agg(box_actions_count=pl.len().cast(pl.Int64))
    acts = _beside(acts, box, "box")
    classes = _classes(pl.concat([_sign_ins(raw, who), own.select(*KEY, "place", "is_phone", "is_desktop")]))
    acts = acts.join(classes, on=KEY, how="left").with_columns(
        telework_class=pl.when(pl.col("telework") != "missing").then(pl.col("telework_class").fill_null("unknown")),
        is_mobile_active=pl.col("is_mobile_active") > 0,
        is_desktop_app_active=pl.col("is_desktop_app_active") > 0,
    )
    names = [name for name in acts.columns if name not in days.columns or name == "activity_date"]
    return acts.select(names)


def _beside(acts: pl.DataFrame, frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    names = [name for name in frame.columns if name not in KEY]
    joined = acts.join(frame, on=KEY, how="left")
    return joined.with_columns(
        pl.when(pl.col(measure) != "missing").then(pl.col(name).fill_null(0)).alias(name) for name in names
    )


def _tokyo(instant: pl.Expr) -> pl.Expr:
    return (instant + timedelta(hours=9)).dt.date()


def _place(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(HUMAN_PLACES, default=None, return_dtype=pl.String)


def _sign_ins(raw: Raw, who: Who) -> pl.DataFrame:
    rows = raw.table("graph_sign_ins").sort("_fetched_at", nulls_last=False).unique(
        "id", keep="last", maintain_order=True
    )  # fmt: skip
    rows = rows.filter(pl.col("error_code") == "0", _yes("is_interactive"))
    system = pl.col("operating_system").str.to_lowercase().fill_null("")
    instant = pl.col("created_date_time").str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    return rows.select(
        person_key=who.of_entra("user_id_key", "user_principal_name_key"),
        activity_date=_tokyo(instant),
        place=_place("ip_network_kind"),
        is_phone=system.str.starts_with("ios") | system.str.starts_with("android"),
        is_desktop=system.str.contains("^(windows|macos|linux)"),
    ).drop_nulls("person_key")


def _human_box_events(raw: Raw) -> pl.DataFrame:
    """What a person did, neither a machine nor somebody else in the person's name."""
    human = raw.table("box_event_types")["event_type"].to_list()
    return raw.table("box_events").filter(
        pl.col("event_type").is_in(human),
        pl.col("action_by_id_key").is_null(),
        ~_yes("is_performed_by_admin"),
        pl.col("service_name").fill_null("") != "File Request",
    )


def _own_box_events(raw: Raw, who: Who) -> pl.DataFrame:
    rows = _human_box_events(raw)
    is_phone = pl.col("service_name").fill_null("").str.to_lowercase().str.contains("iphone|ipad|android|mobile")
    return rows.select(
        person_key=who.of_box("actor_id_key", "actor_login_key"),
        activity_date=_tokyo(pl.col("created_at")),
        place=_place("ip_network_kind"),
        is_phone=is_phone,
        is_desktop=~is_phone,
    ).drop_nulls("person_key")


def _classes(evidence: pl.DataFrame) -> pl.DataFrame:
    """Class of each person and day with any evidence."""
    at_desk = pl.col("is_desktop")
    seen = evidence.group_by(KEY).agg(
        office=(at_desk & (pl.col("place") == "office")).any(),
        remote=(at_desk & (pl.col("place") == "remote")).any(),
        phone=pl.col("is_phone").any(),
    )
    return seen.select(
        *KEY,
        telework_class=pl.when(pl.col("office") & pl.col("remote"))
        .then(pl.lit("mixed"))
        .when("office")
        .then(pl.lit("office"))
        .when("remote")
        .then(pl.lit("remote"))
        .when("phone")
        .then(pl.lit("mobile"))
        .otherwise(pl.lit("unknown")),
    )


def transfers_of(raw: Raw, who: Who, homes: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """What outsiders took or brought, once per file, outsider and Tokyo day, at the owner's home."""
    ours = raw.table("box_users")["id_key"].unique().to_list()
    domains = raw.table("own_domains")["domain"].to_list()
    limit = raw.table("parameters")["mail_limit_bytes"].item()
    kinds = dict(raw.table("box_event_types").select("event_type", "transfer_kind").iter_rows())
    rows = raw.table("box_events").with_columns(
        kind=pl.col("event_type").replace_strict(kinds, default=None, return_dtype=pl.String),
        activity_date=_tokyo(pl.col("created_at")),
    ).drop_nulls("kind")  # fmt: skip
    is_folder = (pl.col("kind") == "upload") & (pl.col("item_type").fill_null("file") == "folder")
    is_request = (pl.col("service_name").fill_null("") == "File Request") & (pl.col("kind") == "upload")
    is_outsider = (pl.col("actor_kind") == "anonymous") | (
        (pl.col("actor_kind") == "person") & ~_is_ours("actor_id_key", "actor_login_domain", ours, domains)
    )
    crossing = rows.filter(
        ~is_folder, _is_ours("owner_id_key", "owner_login_domain", ours, domains), is_outsider | is_request
    ).with_columns(
        direction=pl.when(pl.col("kind") == "download").then(pl.lit("outbound")).otherwise(pl.lit("inbound")),
        is_request=is_request,
        owner_key=who.of_box("owner_id_key", "owner_login_key"),
    )
    named = pl.coalesce("actor_id_key", "actor_login_key", pl.lit("unknown"))
    is_nameless = (pl.col("actor_kind") == "anonymous") | pl.col("is_request")
    crossing = crossing.with_columns(
        actor=pl.when(is_nameless).then(pl.lit("unknown")).otherwise(named),
        partner=pl.when(is_nameless)
        .then(pl.lit("unknown"))
        .otherwise(pl.col("actor_login_domain").fill_null("unknown")),
        file=pl.when(pl.col("kind") == "download")
        .then(pl.coalesce("version_id_key", "item_id_key", "event_id"))
        .otherwise(pl.coalesce("item_id_key", "version_id_key", "event_id")),
    )
    once = crossing.group_by("direction", "file", "actor", "activity_date").agg(
        pl.col("partner").min(),
        pl.col("size_bytes").max(),
        pl.col("is_request").any(),
        person_key=pl.col("owner_key").first(),
    )
    return (
        once.join(homes.select(*KEY, "department_key"), on=KEY, how="left")
        .join(days.select("activity_date"), on="activity_date", how="semi")
        .with_columns(is_beyond_mail=(pl.col("size_bytes") > limit).fill_null(value=False))
    )


def folder_actions_of(raw: Raw, who: Who, homes: pl.DataFrame) -> pl.DataFrame:
    """Own human-driven actions on items that outsiders own, at the home of who acted."""
    ours = raw.table("box_users")["id_key"].unique().to_list()
    domains = raw.table("own_domains")["domain"].to_list()
    has_owner = pl.col("owner_id_key").is_not_null() | pl.col("owner_login_domain").is_not_null()
    acts = _human_box_events(raw).filter(
        pl.col("actor_kind") == "person", has_owner, ~_is_ours("owner_id_key", "owner_login_domain", ours, domains)
    )
    acts = acts.with_columns(
        person_key=who.of_box("actor_id_key", "actor_login_key"), activity_date=_tokyo(pl.col("created_at"))
    )
    counts = acts.drop_nulls("person_key").group_by(KEY).agg(actions_count=pl.len())
    return counts.join(homes.select(*KEY, "department_key"), on=KEY, how="left")


def _is_ours(key: str, domain: str, keys: list[str], domains: list[str]) -> pl.Expr:
    own = pl.lit(value=False)
    for name in domains:
        lower = pl.col(domain).str.to_lowercase().fill_null("")
        own |= (lower == name) | lower.str.ends_with(f".{name}")
    return pl.col(key).is_in(keys).fill_null(value=False) | own
