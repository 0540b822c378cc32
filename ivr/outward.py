"""Where Ivory may send requests of its own accord: judged before one is sent, and resolved once.

A URL that a flow or an endpoint gives is checked against a list of hosts, and may not lead to a private or
link-local address unless allowed. Whoever sends connects to one of the addresses found here and looks up no
name again: what was judged is what is called.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ivr.addresses import PORTS, admitted, public
from ivr.errors import FetchError

MAX_ADDRESSES = 4  # of one host that are tried


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be called: hosts as `ivr.addresses.admitted` has them, and whether at `private` addresses.
    `section` is that of the settings which say so."""

    allow: Sequence[str]
    private: bool
    section: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes: the URL, its parts, and the addresses it may be sent to."""

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]


def admit(url: str, rules: Rules | None) -> Destination:
    """Where a URL leads, if that is allowed. Looks the name up, which takes as long as it takes.

    Args:
        rules: None where an admin wrote the address down as a whole: then any host may be called.

    Raises:
        FetchError: it may not be called, or has no address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise FetchError(f"not a URL: {error}"[:200], reason="refused") from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise FetchError(
            f"{parts.scheme}://{host} cannot be called", reason="refused", hint="use http or https"
        )
    if any(part in (".", "..") for part in re.split(r"[/\\]", unquote(parts.path))):
        raise FetchError("a path with .. in it leads elsewhere", reason="refused")
    if rules is not None and not admitted(host, port, parts.scheme, rules.allow):
        message = f"{host}:{port} is not in the setting {rules.section}.allow"
        raise FetchError(message, reason="refused", hint=f"add `{host}` to it")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(f"{host} has no address: {error.strerror}", reason="unreachable") from None
    addresses = tuple(dict.fromkeys(str(info[4][0]) for info in found))[:MAX_ADDRESSES]
    if rules is not None and not rules.private:
        for address in addresses:
            if not public(address):
                message = f"{host} has the private address {address}"
                raise FetchError(message, reason="refused", hint=f"set {rules.section}.private if it may")
    return Destination(parts.geturl(), parts.scheme, host, port, addresses)
