"""Addresses of machines: which of them only this machine reaches."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def loopback(host: str | Address) -> bool:
    """Whether only this machine reaches `host`: an address of that kind (`::ffff:127.0.0.1` is one), or
    `localhost`. No name is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host).lower() == "localhost"
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)
