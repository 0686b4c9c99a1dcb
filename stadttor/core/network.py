"""Whom a network address stands for, when calls or wrong passwords are counted; what an address of a page consists of."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

# Providers here give a household a /56 or more of IPv6 (RIPE-690 §4.2); one person then has 256 networks of /64.
HOUSEHOLD = 56


def neighbourhood(address: str) -> str:
    """An IPv4 address itself, also when it is written as IPv6; for IPv6 its /56; `unknown` where there is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, HOUSEHOLD), strict=False))
        found = found.ipv4_mapped
    return str(found)


def is_this_machine(address: str) -> bool:
    """Whether the caller is on this machine: a loopback address, or a socket, which has none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return True
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


# What clouds tell their machines, keys among it, at addresses that are not link-local.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))


def may_be_asked(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a host that somebody named may lie there: not with the metadata of a cloud, nobody, or everybody.

    Private addresses may: a town's procedures stand in its own network, and the operator named the host.
    """
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    found = mapped or address
    nowhere = found.is_link_local or found.is_multicast or found.is_unspecified
    return not nowhere and found not in _METADATA and str(found) != "255.255.255.255"


# Where IPv6 carries an address of IPv4 for a translator (RFC 6052 §2.1, RFC 8215).
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a host that a stranger may have named lies in the open internet, and not in a network of our own."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inside is None and any(address in carrier for carrier in _CARRIERS):
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast and may_be_asked(address)


def address_parts(text: str) -> SplitResult:
    """The parts of a URL (RFC 3986 §3) that a stranger wrote; all of them empty for what is none."""
    try:
        return urlsplit(text)
    except ValueError:  # brackets that hold no IPv6 address, and what is none after normalisation (NFKC)
        return SplitResult("", "", "", "", "")
