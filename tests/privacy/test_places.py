"""Places follow the organisation's dated table of networks; what is not known is never called outside."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.privacy.places import Places

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("address", "day", "kind"),
    [
        ("192.0.2.10", MARCH, "office"),
        ("192.0.2.10", APRIL, "outside"),  # the egress address of the office changed
        ("192.0.2.200", MARCH, "outside"),
        ("192.0.2.200", APRIL, "office"),
        ("203.0.113.7", MARCH, "branch"),
        ("203.0.113.8", MARCH, "telework_gateway"),  # the most specific network wins
        ("2001:db8:1::5", MARCH, "office"),
        ("2001:db8:2::5", MARCH, "outside"),
        ("::ffff:192.0.2.10", MARCH, "office"),
        ("198.51.100.1", MARCH, "outside"),
        ("10.1.2.3", MARCH, "unknown"),
        ("100.64.0.1", MARCH, "unknown"),
        ("fd00::1", MARCH, "unknown"),
        ("Unknown IP", MARCH, "unknown"),
        ("192.0.2.XXX", MARCH, "unknown"),
        ("", MARCH, "unknown"),
        (None, MARCH, "unknown"),
    ],
)
def test_place_of_an_address(places: Places, address: str | None, day: date, kind: str) -> None:
    assert places.place_of(address, day)[0] == kind


def test_a_column_is_answered_row_by_row(places: Places) -> None:
    addresses = pl.Series(["192.0.2.10", None, "192.0.2.10", "198.51.100.9"])
    days = pl.Series([MARCH, MARCH, APRIL, APRIL])
    found = places.places_of(addresses, days)
    assert found["ip_network_kind"].to_list() == ["office", "unknown", "outside", "outside"]
    assert found["ip_network_label"].to_list() == ["本庁舎", None, None, None]
