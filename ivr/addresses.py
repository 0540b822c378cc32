"""Addresses of machines: which of them only this machine reaches, which are public, which a rule admits.

Pure: no name is looked up here. The HTTP client judges by these rules when it sends, lint before any call.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
"""The schemes flows may call, and where they lead without a port."""

_RULE = re.compile(
    r"\[(?P<v6>[^]]+)\](?::(?P<v6_port>[0-9]+|\*))?|(?P<name>[^:]+)(?::(?P<port>[0-9]+|\*))?|(?P<bare>.+)"
)


def loopback(host: str | Address) -> bool:
    """Whether only this machine reaches `host`: an address of that kind (`::ffff:127.0.0.1` is one), or
    `localhost`. No name is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host).lower() == "localhost"
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


def admitted(host: str, port: int, scheme: str, rules: Iterable[str]) -> bool:
    """Whether any of the setting http.allow's rules (`host`, `host:port`, `host:*`, `*.host`, `[::1]:port`)
    admits an address. A rule without a port means the usual one of `scheme`, a key of `PORTS`."""
    return any(_admits(rule, host, port, scheme) for rule in rules)


def _admits(rule: str, host: str, port: int, scheme: str) -> bool:
    match = _RULE.fullmatch(rule.strip().lower())
    if match is None:
        return False
    name = match["v6"] or match["name"] or match["bare"]
    wanted = match["v6_port"] or match["port"]
    fits = wanted == "*" or port == (int(wanted) if wanted else PORTS[scheme])
    return fits and fnmatch.fnmatchcase(host.lower(), name)


def public(address: str) -> bool:
    """Whether an IP address is one of the Internet: not private, loopback, link-local or multicast, also not
    hidden in an IPv6 one. Raises ValueError when it is none."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
