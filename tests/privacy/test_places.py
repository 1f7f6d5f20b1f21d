"""Places follow the organisation's dated table of networks; what is not known is never called outside."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.privacy.places import Places
from pipelines.sources.org.networks import networks_of

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


WIDE = str.maketrans("0123456789./-", "０１２３４５６７８９．／－")
WAYS = (
    lambda first, last, cidr: f"{cidr}",
    lambda first, last, cidr: f"{first}/{cidr.prefixlen}",
    lambda first, last, cidr: f"{last} / {cidr.prefixlen}",  # bits after the prefix
    lambda first, last, cidr: f"{first}-{last}",
    lambda first, last, cidr: f"{first} ～ {last}",
    lambda first, last, cidr: f"{first}/{cidr.prefixlen}".translate(WIDE),
    lambda first, last, cidr: f"{first}-{last}".translate(WIDE),
    lambda first, last, cidr: ".".join(part.zfill(3) for part in str(first).split(".")) + f"/{cidr.prefixlen}",
    lambda first, last, cidr: f"::ffff:{first}/{cidr.prefixlen + 96}",
    lambda first, last, cidr: f"{first}/{cidr.netmask}",
)


@given(st.integers(1 << 24, (224 << 24) - 1), st.integers(8, 32), st.sampled_from(WAYS), st.data())
def test_however_a_network_is_written_its_addresses_match(
    number: int, prefix: int, way: Callable[..., str], data: st.DataObject
) -> None:
    cidr = ipaddress.IPv4Network((number, prefix), strict=False)
    text = way(cidr[0], cidr[-1], cidr)
    table = pl.DataFrame(
        {"cidr": [text], "label": ["庁舎"], "network_kind": ["office"], "valid_from": [MARCH], "valid_to": [None]},
        schema_overrides={"valid_to": pl.Date},
    )
    places = Places(networks_of(table))
    inside = cidr[data.draw(st.integers(0, cidr.num_addresses - 1))]
    for address in (inside, cidr[0], cidr[-1], f"::ffff:{inside}"):
        assert places.place_of(str(address), APRIL)[0] == "office"
    for outside in (int(cidr[0]) - 1, int(cidr[-1]) + 1):
        assert places.place_of(str(ipaddress.IPv4Address(outside)), APRIL)[0] != "office"


def test_the_narrowest_line_wins_also_where_it_is_a_range() -> None:
    table = pl.DataFrame(
        {
            "cidr": ["192.0.2.3-192.0.2.200", "192.0.2.3-192.0.2.8"],
            "label": ["庁舎", "接続"],
            "network_kind": ["office", "telework_gateway"],
            "valid_from": [MARCH, MARCH],
            "valid_to": [None, None],
        },
        schema_overrides={"valid_to": pl.Date},
    )
    places = Places(networks_of(table))
    kinds = [places.place_of(f"192.0.2.{last}", MARCH)[0] for last in (2, 3, 8, 9, 200, 201)]
    assert kinds == ["outside", "telework_gateway", "telework_gateway", "office", "office", "outside"]
