"""Where an operation's URL leads, judged before any call by the rules the HTTP client judges by.

Only what is written is judged: where a value decides on the system or the host, the client does in the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ivr.addresses import PORTS, admitted, public
from ivr.flow.checks import Path, Problem
from ivr.flow.template import Template
from ivr.flow.types import shortened
from ivr.registry import did_you_mean

if TYPE_CHECKING:
    from ivr.settings import Http

_HOST_ENDS = re.compile(r"//[^/?#]*[/?#]")
_BARE_PORT = re.compile(r"[\w.\-]+:\d+(?:/|$)")
_UP = (".", "..")


def problems(path: Path, url: Template, http: Http | None) -> Iterator[Problem]:
    """F225, F226, F230 about a URL at `path`; without `http`, the settings, only what is wrong everywhere."""
    written = _constant(url)
    scheme, colon, rest = written.partition(":")
    if not colon:
        if url.is_static or "/" in written:
            yield Problem(path, "F230", f'"{shortened(url.source)}" is no address', _way_out(http))
    elif _BARE_PORT.match(written):
        yield Problem(path, "F230", f'"{shortened(written)}" has no http:// in front', "write the whole URL")
    elif any(part in _UP for part in re.split(r"[/\\]", unquote(rest))):
        yield Problem(path, "F230", "a path with .. in it leads elsewhere", "write out where it leads")
    elif not rest.startswith("//"):
        yield from _system(path, scheme, http)
    elif url.is_static or _HOST_ENDS.search(written):
        yield from _host(path, written, http)


def host(url: Template) -> tuple[str, str]:
    """Scheme and host that are written in a URL; empty where it names a system of the settings."""
    match = re.match(r"(https?)://([^/?#]*)", _constant(url))
    return (match[1], match[2]) if match else ("", "")


def _constant(url: Template) -> str:
    """What stands in front of the first value."""
    first = url.parts[0] if url.parts else ""
    return first if isinstance(first, str) else ""


def _system(path: Path, name: str, http: Http | None) -> Iterator[Problem]:
    # Where no system is bound at all, this is not the machine that will answer calls.
    if http is not None and http.services and name not in http.services:
        message = f'no system is called "{shortened(name)}" in the setting http.services'
        near = did_you_mean(name, http.services)
        hint = near if near.startswith("did") else f"bind it: http: {{services: {{{name[:40]}: https://…}}}}"
        yield Problem(path, "F226", message, hint, "warning")


def _host(path: Path, written: str, http: Http | None) -> Iterator[Problem]:
    try:
        parts = urlsplit(written)
        name, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        yield Problem(path, "F230", f"this is no URL: {error}"[:200], _way_out(http))
        return
    if parts.scheme not in PORTS:
        yield Problem(path, "F230", f"{parts.scheme}:// cannot be called", "use https:// or http://")
    elif not name or "@" in parts.netloc:
        message = "a name and password in a URL are not sent" if name else "this URL names no host"
        hint = "send them in a header" if name else _way_out(http)
        yield Problem(path, "F230", message, hint)
    elif http is not None and not admitted(name, port, parts.scheme, http.allow):
        shown = name if port == PORTS[parts.scheme] else f"{name}:{port}"
        message = f"{shown} is not among the hosts that flows may call"
        near = did_you_mean(name, http.allow)
        hint = near if near.startswith("did") else f"add it to the setting http.allow; {near}".rstrip("; ")
        yield Problem(path, "F225", message, hint)
    elif http is not None and not http.private and not _may_be_public(name):
        message = f"{name} is an address of a private network, where flows may not call"
        yield Problem(path, "F225", message, "bind it under http.services, or set http.private")


def _may_be_public(name: str) -> bool:
    try:
        return public(name)
    except ValueError:
        return name != "localhost"


def _way_out(http: Http | None) -> str:
    bound = next(iter(http.services), "crm") if http is not None else "crm"
    return f"write {bound}:/path for a system of the setting http.services, or https://…"
