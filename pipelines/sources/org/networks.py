"""The organisation's table of networks: which address range is which place, and from when to when.

Read from networks.csv. Matching addresses against it is done in privacy/places.py.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True)
class Network:
    """One line of the table of networks; `valid_to` is the last day, None while it is in use."""

    cidr: ipaddress.IPv4Network | ipaddress.IPv6Network
    label: str
    kind: str
    valid_from: date
    valid_to: date | None


def networks_of(table: pl.DataFrame) -> list[Network]:
    """The checked table of networks.csv as networks."""
    rows = table.select("cidr", "label", "network_kind", "valid_from", "valid_to").iter_rows()
    return [Network(ipaddress.ip_network(cidr, strict=False), *rest) for cidr, *rest in rows]
