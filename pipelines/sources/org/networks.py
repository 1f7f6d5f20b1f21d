"""The organisation's table of networks: which address range is which place, and from when to when.

Read from networks.csv. However a clerk writes a range that is accepted here, the addresses it means are those that
match. Matching addresses against it is done in privacy/places.py.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import polars as pl

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_DASH = re.compile(r"\s*[-~〜–—]\s*")
_ZEROS = re.compile(r"(?<![0-9a-fA-F.:])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![0-9.])")
_STARS = re.compile(r"((?:[0-9]{1,3}\.){1,3})\*(?:\.\*){0,2}")
# Wider than any organisation's own: whoever is in there is anywhere.
_WIDEST = {4: 8, 6: 16}


@dataclass(frozen=True, slots=True)
class Network:
    """One network of a line of the table; `valid_to` is the last day, None while it is in use.

    `breadth` is how many addresses the whole line means, which may be written as a range of several networks.
    """

    cidr: IPNetwork
    label: str
    kind: str
    valid_from: date
    valid_to: date | None
    breadth: int = 0

    @property
    def width(self) -> int:
        """By which the most specific line is told: of a line that is one network its own number of addresses."""
        return self.breadth or self.cidr.num_addresses


@dataclass(frozen=True, slots=True)
class AddressRange:
    """The addresses of a line, first and last included."""

    first: _IPAddress
    last: _IPAddress

    @property
    def breadth(self) -> int:
        return int(self.last) - int(self.first) + 1

    @property
    def networks(self) -> list[IPNetwork]:
        if isinstance(self.first, ipaddress.IPv4Address) and isinstance(self.last, ipaddress.IPv4Address):
            return list(ipaddress.summarize_address_range(self.first, self.last))
        assert isinstance(self.first, ipaddress.IPv6Address)
        assert isinstance(self.last, ipaddress.IPv6Address)
        return list(ipaddress.summarize_address_range(self.first, self.last))

    @property
    def doubt(self) -> str | None:
        """Why no sign-in will ever come from here, or any may; None for a range like those of offices."""
        if all(_is_nobodys(one) for one in (self.first, self.last)) and self.breadth <= self._widest:
            return "means addresses from which nobody ever signs in (this machine, multicast, reserved)"
        if self.breadth > self._widest or any(_is_nobodys(one) for one in (self.first, self.last)):
            return "means so many addresses that sign-ins from anywhere would count as this place"
        return None

    @property
    def _widest(self) -> int:
        return 2 ** (self.first.max_prefixlen - _WIDEST[self.first.version])


def _is_nobodys(address: _IPAddress) -> bool:
    return (
        address.is_multicast
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address in _THIS_NETWORK
    )


_THIS_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")


def range_of(text: str) -> AddressRange:
    """The addresses that a line means: a network, a single address, or the first and the last one.

    Full width, blanks, leading zeros of a decimal number, bits after the prefix and the IPv6 form of an IPv4 address
    are tolerated. Raises ValueError for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _ZEROS.sub(lambda found: ".".join(str(int(part)) for part in found[1].split(".")), plain)
    if match := _STARS.fullmatch(plain):
        known = match[1].rstrip(".").split(".")
        plain = ".".join([*known, *["0"] * (4 - len(known))]) + f"/{8 * len(known)}"
    ends = _DASH.split(plain)
    if len(ends) == 2:
        first, last = (_unmapped(ipaddress.ip_address(end)) for end in ends)
        if first.version != last.version or int(first) > int(last):
            raise ValueError("a range has its first and its last address, of one kind")
        return AddressRange(first, last)
    network = ipaddress.ip_network(re.sub(r"\s*/\s*", "/", plain), strict=False)
    first, last = network[0], network[-1]
    return AddressRange(_unmapped(first), _unmapped(last)) if _is_mapped(first, last) else AddressRange(first, last)


def _is_mapped(first: _IPAddress, last: _IPAddress) -> bool:
    return all(isinstance(one, ipaddress.IPv6Address) and one.ipv4_mapped is not None for one in (first, last))


def _unmapped(address: _IPAddress) -> _IPAddress:
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address


def networks_of(table: pl.DataFrame) -> list[Network]:
    """The checked table of networks.csv as networks."""
    rows = table.select("cidr", "label", "network_kind", "valid_from", "valid_to").iter_rows()
    found = []
    for text, *rest in rows:
        meant = range_of(text)
        found += [Network(one, *rest, breadth=meant.breadth) for one in meant.networks]
    return found
