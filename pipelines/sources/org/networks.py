"""The organisation's table of networks: which address range is which place, and from when to when.

Read from networks.csv. Matching addresses against it is done in privacy/places.py.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.errors import InputFileError
from pipelines.sources.org.schema import LINE

NETWORK_KINDS = ("office", "branch", "telework_gateway", "cloud_desktop", "mobile", "proxy")


@dataclass(frozen=True, slots=True)
class Network:
    """One line of the table of networks; `valid_to` is the last day, None while it is in use."""

    cidr: ipaddress.IPv4Network | ipaddress.IPv6Network
    label: str
    kind: str
    valid_from: date
    valid_to: date | None


def networks_of(table: pl.DataFrame) -> list[Network]:
    """The typed networks.csv as networks. Raises InputFileError for a line that cannot be used."""
    networks = []
    for row in table.iter_rows(named=True):
        try:
            cidr = ipaddress.ip_network(row["cidr"], strict=False)
        except ValueError:
            raise InputFileError(
                f"networks.csv line {row[LINE]} holds no network: write it as 192.0.2.0/24 or 2001:db8::/48."
            ) from None
        if row["network_kind"] not in NETWORK_KINDS:
            raise InputFileError(
                f"networks.csv line {row[LINE]} has an unknown network_kind: use one of {', '.join(NETWORK_KINDS)}."
            )
        networks.append(Network(cidr, row["label"], row["network_kind"], row["valid_from"], row["valid_to"]))
    return networks
