"""From an IP address to a place, by the organisation's own dated table of networks.

The most specific network that was valid on that Tokyo day wins. A public address in no network is `outside`; private,
unreadable or hidden addresses are `unknown`. What a place means for telework is decided in the models, not here.
"""

from __future__ import annotations

import ipaddress
from datetime import date

import polars as pl

from pipelines.sources.org.networks import Network

OUTSIDE = "outside"
UNKNOWN = "unknown"

# Not `ipaddress.is_private`: that also holds documentation and benchmark ranges, which say nothing about a location.
_PRIVATE = tuple(
    ipaddress.ip_network(cidr)
    for cidr in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "0.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip


class Places:
    """The table of networks, ready to be asked for the place of many addresses."""

    def __init__(self, networks: list[Network]) -> None:
        self._networks = sorted(networks, key=lambda network: network.width)
        self._known: dict[tuple[str, date], tuple[str, str | None]] = {}

    def place_of(self, address: str | None, day: date) -> tuple[str, str | None]:
        """(network kind, label) of one address on one Tokyo day."""
        text = (address or "").strip()
        found = self._known.get((text, day))
        if found is None:
            found = self._known[text, day] = self._look_up(text, day)
        return found

    def _look_up(self, text: str, day: date) -> tuple[str, str | None]:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return UNKNOWN, None
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        for network in self._networks:
            is_valid = network.valid_from <= day and (network.valid_to is None or day <= network.valid_to)
            if is_valid and address.version == network.cidr.version and address in network.cidr:
                return network.kind, network.label
        return (UNKNOWN, None) if any(address in private for private in _PRIVATE) else (OUTSIDE, None)

    def places_of(self, addresses: pl.Series, days: pl.Series) -> pl.DataFrame:
        """Columns ip_network_kind and ip_network_label, one row per address; each distinct pair is looked up once."""
        asked = pl.DataFrame({"address": addresses, "day": days})
        distinct = asked.unique()
        found = [self.place_of(address, day) for address, day in distinct.iter_rows()]
        answers = distinct.with_columns(
            pl.Series("ip_network_kind", [kind for kind, _ in found], dtype=pl.String),
            pl.Series("ip_network_label", [label for _, label in found], dtype=pl.String),
        )
        joined = asked.join(answers, on=["address", "day"], how="left", nulls_equal=True, maintain_order="left")
        return joined.select("ip_network_kind", "ip_network_label")
