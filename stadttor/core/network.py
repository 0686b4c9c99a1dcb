"""Whom a network address stands for, when calls or wrong passwords are counted."""

import ipaddress

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
