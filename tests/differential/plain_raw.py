"""From raw tables to facts, one plain step after the other. Reads raw.* and nothing else of a warehouse.

Who is who is simple here: an account is the person's whose number it carries, else the one's whose address it has.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import polars as pl

from tests.differential.facts import Facts, up_the_tree

FOREVER = date(2999, 12, 31)
KEY = ["person_key", "activity_date"]
HUMAN_PLACES = {"office": "office", "branch": "office", "telework_gateway": "remote", "mobile": "remote",
                "outside": "remote"}  # fmt: skip
DATASETS = {
    "teams": ("graph", "teams_user_activity"),
    "mobile": ("graph", "teams_device_usage"),
    "mail": ("graph", "email_activity"),
    "sign_ins": ("graph", "sign_ins"),
    "events": ("box", "events"),
}
INSTANTS = ("sign_ins", "events")


def read_facts(con: duckdb.DuckDBPyConnection) -> Facts:
    """The facts of all days from the first known to the last."""
    raw = _Raw(con)
    calendar = calendar_of(con)
    days = _days(raw, calendar)
    departments = _departments(raw, days)
    tree = departments.filter(pl.col("department_key") != "ALL")
    posts = _posts(raw, days)
    numbers = raw.table("org_staff")["employee_number_key"].unique()
    who = _Who(raw, numbers)
    return Facts(
        days=days,
        departments=departments.select("department_key", "activity_date"),
        belongs=_belongs(posts, tree),
        acts=_acts(raw, who, posts.select(KEY).unique(), days),
        transfers=up_the_tree(_transfers(raw, who, posts, days).drop_nulls("department_key"), tree),
        folder_actions=up_the_tree(_folder_actions(raw, who, posts).drop_nulls("department_key"), tree),
        calendar=calendar,
        mail_limit_bytes=raw.table("parameters")["mail_limit_bytes"].item(),
    )


def calendar_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The days of raw.calendar with the periods they lie in."""
    return (
        con.sql("select * from raw.calendar")
        .pl()
        .select(
            pl.col("date_day").alias("activity_date"),
            "is_working_day",
            "iso_week_start",
            "month_start",
            fiscal_year_start=pl.date(pl.col("fiscal_year"), 4, 1),
        )
    )


class _Raw:
    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def table(self, name: str) -> pl.DataFrame:
        return self._con.sql(f"select * from raw.{name}").pl()

    def newest(self, name: str) -> pl.DataFrame:
        """The rows of the last reading of a file."""
        rows = self.table(name)
        return rows.filter(pl.col("_day") == pl.col("_day").max())

    def report(self, name: str, account: list[str]) -> pl.DataFrame:
        """One row per account and day: of several the last that was fetched."""
        rows = self.table(name).sort("_fetched_at", nulls_last=False)
        return rows.unique(["_day", *account], keep="last", maintain_order=True)


def _days(raw: _Raw, calendar: pl.DataFrame) -> pl.DataFrame:
    """The days of the facts with the status of every measure."""
    windows = raw.table("dataset_windows")
    accepted = raw.table("landing_days").filter(pl.col("status") == "accepted").join(
        windows.select("source", "dataset", "lag_days", "restatement_days"), on=["source", "dataset"]
    )  # fmt: skip
    age = (pl.col("fetched_at").dt.date() - pl.col("_day")).dt.total_days()
    is_final = age >= pl.col("lag_days") + pl.col("restatement_days")
    accepted = accepted.with_columns(status=pl.when(is_final).then(pl.lit("final")).otherwise(pl.lit("provisional")))
    first, last = accepted["_day"].min(), accepted["_day"].max()
    days = calendar.filter(pl.col("activity_date").is_between(first, last))
    for name, (source, dataset) in DATASETS.items():
        one = accepted.filter(pl.col("source") == source, pl.col("dataset") == dataset)
        days = days.join(
            one.select(pl.col("_day").alias("activity_date"), pl.col("status").alias(name)),
            on="activity_date",
            how="left",
        ).with_columns(pl.col(name).fill_null("missing"))
    days = days.sort("activity_date")
    for name in INSTANTS:  # a Tokyo day needs two UTC days
        before = pl.col(name).shift(1).fill_null("missing")
        days = days.with_columns(_worse(pl.col(name), before).alias(f"tokyo_{name}"))
    has_box = (days["tokyo_events"] != "missing").any()
    waits = pl.lit(has_box) & (pl.col("tokyo_sign_ins") == "final") & (pl.col("tokyo_events") != "final")
    days = days.with_columns(
        telework=pl.when(waits).then(pl.lit("provisional")).otherwise("tokyo_sign_ins"), box="tokyo_events"
    )
    shifted = pl.when(_is_instant()).then(pl.col("_day") + timedelta(days=1)).otherwise("_day")
    begins = accepted.select(shifted.min()).item()
    return days.filter(pl.col("activity_date") >= begins).select(
        "activity_date", "is_working_day", "iso_week_start", "month_start", "fiscal_year_start",
        "teams", "mobile", "mail", "telework", "box",
    )  # fmt: skip


def _is_instant() -> pl.Expr:
    return pl.col("dataset").is_in(["sign_ins", "events"])


def _worse(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (
        pl.when((one == "missing") | (other == "missing"))
        .then(pl.lit("missing"))
        .when((one == "final") & (other == "final"))
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional"))
    )


def _every_day(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Rows with valid_from and valid_to (text, empty = open) written out by day."""
    dated = rows.with_columns(
        begins=pl.col("valid_from").str.to_date(strict=False).fill_null(date(1900, 1, 1)),
        ends=pl.col("valid_to").str.to_date(strict=False).fill_null(FOREVER),
    )
    return dated.join(days.select("activity_date"), how="cross").filter(
        pl.col("activity_date").is_between("begins", "ends")
    )


def _departments(raw: _Raw, days: pl.DataFrame) -> pl.DataFrame:
    """department_key, parent_key and activity_date of every department of each day, and the whole."""
    rows = _every_day(raw.newest("org_departments"), days).select(
        department_key="department_code",
        parent_key=pl.when(pl.col("parent_code") != "").then("parent_code"),
        activity_date="activity_date",
    )
    whole = days.select(department_key=pl.lit("ALL"), parent_key=pl.lit(None, pl.String), activity_date="activity_date")
    return pl.concat([rows, whole])


def _posts(raw: _Raw, days: pl.DataFrame) -> pl.DataFrame:
    """One row per person, day and post; the shares of a person's day are made to add up to one."""
    rows = _every_day(raw.newest("org_assignments"), days).select(
        "activity_date",
        "post_kind",
        person_key="employee_number_key",
        department_key="department_code",
        share=pl.col("share").cast(pl.Float64),
        is_capable=pl.col("telework_capable") == "1",
        employment_type="employment_type",
    )
    return rows.with_columns(weight=(pl.col("share") / pl.col("share").sum().over(KEY)).round(9))


def _belongs(posts: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    leaves = posts.select(
        "person_key",
        "department_key",
        "activity_date",
        "weight",
        telework_capable_weight=pl.when("is_capable").then("weight").otherwise(0.0),
    )
    spread = up_the_tree(leaves, tree)
    return spread.group_by("person_key", "department_key", "activity_date").agg(
        pl.col("weight", "telework_capable_weight").sum().round(9)
    )


class _Who:
    """Keys of accounts and addresses -> person."""

    def __init__(self, raw: _Raw, numbers: pl.Series) -> None:
        staff = raw.table("org_staff").drop_nulls("address_key")
        self._addresses = dict(staff.select("address_key", "employee_number_key").iter_rows())
        known = set(numbers)
        accounts = raw.table("graph_users").filter(pl.col("user_type").fill_null("") != "Guest")
        self._entra: dict[str, str] = {}
        for row in accounts.iter_rows(named=True):
            person = row["employee_id_key"] if row["employee_id_key"] in known else None
            person = person or self._addresses.get(row["user_principal_name_key"])
            if person:
                self._entra[row["id_key"]] = person
        for row in accounts.iter_rows(named=True):  # every address an account ever had
            if row["id_key"] in self._entra:
                for address in {row["user_principal_name_key"], row["mail_key"]} - {None}:
                    self._addresses.setdefault(address, self._entra[row["id_key"]])
        logins = raw.table("box_users").select("id_key", "login_key").iter_rows()
        self._box = {key: self._addresses[login] for key, login in logins if login in self._addresses}

    def of_entra(self, key: str, address: str) -> pl.Expr:
        return pl.coalesce(_looked_up(key, self._entra), _looked_up(address, self._addresses))

    def of_box(self, key: str, address: str) -> pl.Expr:
        return pl.coalesce(_looked_up(key, self._box), _looked_up(address, self._addresses))

    def of_address(self, address: str) -> pl.Expr:
        return _looked_up(address, self._addresses)


def _looked_up(column: str, table: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(table, default=None, return_dtype=pl.String)


def _number(column: str) -> pl.Expr:
    return (
        pl.when(pl.col(column).str.strip_chars() == "").then(pl.lit("0")).otherwise(column).cast(pl.Int64).fill_null(0)
    )


def _yes(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().is_in(["yes", "true"]).fill_null(value=False)


def _acts(raw: _Raw, who: _Who, rolls: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
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
    acts = rolls.join(days, on="activity_date")
    for measure, frame in (("teams", teams), ("mail", mail), ("mobile", mobile)):
        acts = _beside(acts, frame.drop_nulls("person_key").group_by(KEY).sum(), measure)
    own = _own_box_events(raw, who)
    box = own.group_by(KEY).agg(box_actions_count=pl.len().cast(pl.Int64))
    acts = _beside(acts, box, "box")
    classes = _classes(pl.concat([_sign_ins(raw, who), own.select(*KEY, "place", "is_phone", "is_desktop")]))
    acts = acts.join(classes, on=KEY, how="left").with_columns(
        telework_class=pl.when(pl.col("telework") != "missing").then(pl.col("telework_class").fill_null("unknown")),
        is_mobile_active=pl.col("is_mobile_active") > 0,
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


def _sign_ins(raw: _Raw, who: _Who) -> pl.DataFrame:
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


def _human_box_events(raw: _Raw) -> pl.DataFrame:
    """What a person did, neither a machine nor somebody else in the person's name."""
    human = raw.table("box_event_types")["event_type"].to_list()
    return raw.table("box_events").filter(
        pl.col("event_type").is_in(human),
        pl.col("action_by_id_key").is_null(),
        ~_yes("is_performed_by_admin"),
        pl.col("service_name").fill_null("") != "File Request",
    )


def _own_box_events(raw: _Raw, who: _Who) -> pl.DataFrame:
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


def _transfers(raw: _Raw, who: _Who, posts: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """What outsiders took or brought, once per file, outsider and Tokyo day, at the owner's main post."""
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
        once.join(_main_posts(posts), on=KEY, how="left")
        .join(days.select("activity_date"), on="activity_date", how="semi")
        .with_columns(is_beyond_mail=(pl.col("size_bytes") > limit).fill_null(value=False))
    )


def _main_posts(posts: pl.DataFrame) -> pl.DataFrame:
    """One department per person and day."""
    ranked = posts.sort(pl.col("post_kind") != "主務", -pl.col("weight"), "department_key")
    return ranked.unique(KEY, keep="first", maintain_order=True).select(*KEY, "department_key")


def _folder_actions(raw: _Raw, who: _Who, posts: pl.DataFrame) -> pl.DataFrame:
    """Own human-driven actions on items that outsiders own, in the department of who acted."""
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
    return counts.join(_main_posts(posts), on=KEY, how="left")


def _is_ours(key: str, domain: str, keys: list[str], domains: list[str]) -> pl.Expr:
    own = pl.lit(value=False)
    for name in domains:
        lower = pl.col(domain).str.to_lowercase().fill_null("")
        own |= (lower == name) | lower.str.ends_with(f".{name}")
    return pl.col(key).is_in(keys).fill_null(value=False) | own
