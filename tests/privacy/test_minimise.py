"""What may reach the landing: keys, plain facts, places and extensions; an unlisted field is dropped and counted."""

from __future__ import annotations

import polars as pl

from pipelines.privacy.minimise import Minimiser


def test_a_box_event_leaves_no_name_address_or_file_name(minimiser: Minimiser) -> None:
    frame = pl.DataFrame(
        {
            "event_id": ["e1"],
            "created_at": ["2026-03-31T15:30:00Z"],  # 1 April in Tokyo: the new egress address counts
            "actor_id": ["20000000001"],
            "actor_login": ["Hanako.Sato@City.Example.jp"],
            "item_name": ["令和8年度 人事異動案.XLSX"],
            "ip_address": ["192.0.2.200"],
            "shared_link_id": ["abc"],
            "comment_text": ["秘密"],
        }
    )
    out = minimiser.apply(frame, "box", "events")
    assert out.dropped_fields == {"comment_text": 1}
    row = out.frame.row(0, named=True)
    assert row["actor_login_domain"] == "city.example.jp"
    assert row["item_extension"] == "xlsx"
    assert (row["ip_network_kind"], row["ip_network_label"]) == ("office", "本庁舎")
    text = str(out.frame.to_dicts()).lower()
    for secret in ("hanako", "sato", "人事", "192.0.2", "20000000001", "秘密", "abc"):
        assert secret not in text


def test_the_keys_of_one_person_agree_across_datasets(minimiser: Minimiser) -> None:
    upn = minimiser.apply(pl.DataFrame({"user_principal_name": ["A.B@x.jp"]}), "graph", "email_activity").frame
    login = minimiser.apply(pl.DataFrame({"login": ["a.b@X.jp"]}), "box", "users").frame
    address = minimiser.apply(pl.DataFrame({"address": ["a.b@x.jp"]}), "org", "staff").frame
    assert upn["user_principal_name_key"][0] == login["login_key"][0] == address["address_key"][0]
