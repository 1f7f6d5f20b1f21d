"""How one Box enterprise event looks: the envelope, the shapes of its source, its details.

Vectorised over a day of `world.box_events`; the order of events belongs to box_events.py.
"""

from __future__ import annotations

import polars as pl

from pipelines.simulator.apis.clock import pacific_text
from pipelines.simulator.apis.json_text import boolean, code, escaped, fragment, joined, pair, present, rendered, string

COLLABORATION_DETAILS = "box://event/additional_details/collaboration"
NULL = pl.lit("null")


def event_lines(frame: pl.DataFrame) -> pl.Series:
    """Each event as compact JSON, in the frame's order. Rendered shape by shape: most events have the simplest one."""
    texts = [
        group.select("row", line=_event(*SHAPES.get(str(kind), (NULL, NULL))))
        for (kind,), group in frame.with_row_index("row").group_by("source_kind")
    ]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "line": pl.String})
    return rendered(pl.concat([empty, *texts]).sort("row"), pl.col("line"))


def _event(source: pl.Expr, details: pl.Expr, recipient: pl.Expr | None = None) -> pl.Expr:
    """The envelope around a source and its details; created_by and accessible_by are absent at times."""
    return joined(
        '{"source":',
        source,
        joined(',"created_by":', _user("actor")).fill_null(""),
        ',"action_by":',
        pl.coalesce(_user("admin"), NULL),
        ',"created_at":"',  # milliseconds only where there are some, as in captures
        pacific_text(pl.col("created_at"), millis=True).str.replace(".000", "", literal=True),
        '","event_id":',
        code("event_id"),
        ',"event_type":',
        code("event_type"),
        ',"ip_address":',
        code("ip_address"),
        ',"type":"event","session_id":null,"additional_details":',
        details,
        *([] if recipient is None else [recipient]),
        "}",
    )


def _user(role: str) -> pl.Expr:
    """A mini user, or nothing without an id. An anonymous user has an empty login."""
    name, login = (escaped(pl.col(f"{role}_{part}").fill_null("")) for part in ("name", "login"))
    return joined('{"type":"user","id":"', pl.col(f"{role}_id"), '","name":"', name, '","login":"', login, '"}')


def _parent_and_owner() -> pl.Expr:
    parent = joined(
        '{"type":"folder","name":"',
        escaped(pl.col("parent_name").fill_null("")),
        '","id":"',
        pl.col("parent_id"),
        '"}',
    )
    owner = joined(',"owned_by":', _user("owner"))
    return present(pl.lit(',"parent":'), pl.coalesce(parent, NULL), owner)


def _item() -> pl.Expr:
    return joined(
        '{"item_type":',
        code("item_type"),
        ',"item_id":',
        code("item_id"),
        ',"item_name":',
        string("item_name"),
        _parent_and_owner(),
        "}",
    )


def _group() -> pl.Expr:
    key, name = pl.coalesce("target_id", "item_id"), pl.coalesce("target_name", "item_name")
    return joined('{"group_id":', string(key), ',"group_name":', string(name), "}")


def _collaboration(kind: str) -> pl.Expr:
    """Recipient: a known user (user_id), an unregistered address (user_email) or a group (id without login)."""
    has_id, has_login = pl.col("target_id").is_not_null(), pl.col("target_login").is_not_null()
    recipient = (
        pl.when(has_id & has_login)
        .then(joined(',"user_id":', string("target_id"), ',"user_name":', string("target_name")))
        .when(has_id)
        .then(joined(',"group_id":', string("target_id"), ',"group_name":', string("target_name")))
        .when(has_login)
        .then(joined(',"user_email":', string("target_login")))
        .otherwise(pl.lit(""))
    )
    return joined(
        f'{{"{kind}_id":',
        string("item_id"),
        f',"{kind}_name":',
        string("item_name"),
        recipient,
        _parent_and_owner(),
        "}",
    )


def _accessible_by() -> pl.Expr:
    """The recipient again, if it is a user; absent for groups and for addresses without an account."""
    is_user = pl.col("target_id").is_not_null() & pl.col("target_login").is_not_null()
    return fragment(is_user, ',"accessible_by":', _user("target"))


def _content_details() -> pl.Expr:
    """Size, version, service, shared link: each only where known; null if nothing is."""
    texts = ("version_id", "service_id", "service_name", "shared_link_id")
    content = present(joined(',"size":', pl.col("size").cast(pl.String)), *(pair(name, name) for name in texts))
    return pl.when(content == "").then(NULL).otherwise(joined("{", content.str.slice(1), "}"))


def _collaboration_details() -> pl.Expr:
    # The world has no collaboration ids: a ten-digit one is made from the item's.
    collaboration_id = joined("1", pl.col("item_id").fill_null("0").str.slice(-9).str.zfill(9))
    return joined(
        f'{{"type":"{COLLABORATION_DETAILS}","collab_id":"',
        collaboration_id,
        '"',
        fragment(pl.col("collab_role").is_not_null(), ',"role":', string("collab_role")),
        ',"is_performed_by_admin":',
        boolean(pl.col("admin_id").is_not_null()),
        fragment(pl.col("event_type") == "COLLABORATION_INVITE", ',"invitation_message":""'),
        "}",
    )


def _alert_details() -> pl.Expr:
    """Alerts carry numeric ids where the envelope has text."""
    return fragment(
        pl.col("event_type") == "SHIELD_ALERT",
        '{"shield_alert":{"rule_category":"Anomalous Download","rule_id":123,"rule_name":"大量ダウンロード",'
        '"risk_score":77,"alert_id":4321,"priority":"medium"}}',
    ).replace("", "null")


# source_kind -> source, additional_details and, for collaborations, accessible_by.
SHAPES: dict[str, tuple[pl.Expr, ...]] = {
    "item": (_item(), _content_details()),
    "user": (pl.coalesce(_user("target"), _user("actor"), NULL), NULL),
    "collab_folder": (_collaboration("folder"), _collaboration_details(), _accessible_by()),
    "collab_file": (_collaboration("file"), _collaboration_details(), _accessible_by()),
    "group": (_group(), NULL),
    "none": (NULL, _alert_details()),
}
