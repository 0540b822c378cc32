"""Posting over HTTP: bounded in time and size, only to where it is allowed, and never elsewhere.

An endpoint's host is resolved once a minute and the connections pinned to what came of it; they are kept, as
a handshake costs more than a post. No redirect is followed: what an endpoint says is where its URL leads.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
import gevent
import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TooSlow

from ivr.addresses import loopback
from ivr.errors import FetchError, SettingsError
from ivr.outward import Destination, Rules, admit
from ivr.settings import Webhooks

FRESH = 60.0
"""Seconds for which a host is where it was found."""
ENOUGH = 65_536
"""Bytes of an answer that are read, so that the connection may be used again; more closes it."""
SHOWN = 300
"""Characters of an answer that are kept for people to read."""
_USUAL = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Ivory", "Accept": "*/*"}

_Pool = urllib3.HTTPConnectionPool | urllib3.HTTPSConnectionPool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: the HTTP status, some of its words, and its `Retry-After`, seconds or a date."""

    status: int
    words: str = ""
    retry_after: str = ""


@dataclass(slots=True)
class _Line:
    """Where a host was found, and the connections to each of its addresses."""

    to: Destination
    until: float
    pools: dict[str, _Pool]

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()


class Wire:
    """Posts to endpoints; may be used by many greenlets. Needs gevent's patched sockets.

    Raises:
        SettingsError: the authorities' certificates cannot be read.
    """

    def __init__(self, options: Webhooks, now: Callable[[], float] = time.monotonic) -> None:
        self._options, self._now = options, now
        self._rules = Rules(options.allow, options.private, "webhooks")
        self._lines: dict[str, _Line] = {}
        try:
            self._tls = ssl.create_default_context(cafile=options.ca_file or certifi.where())
        except OSError as error:
            raise SettingsError(f"webhooks.ca_file: {error}", hint="name a readable PEM file") from None

    def post(self, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Post a body. The deadline of the settings covers all of it.

        Raises:
            FetchError: nobody answered, or it may not be posted there; its `reason` says why.
        """
        seconds = self._options.timeout
        late = gevent.Timeout(seconds)
        late.start()
        try:
            return self._post(url, headers, body.encode(errors="replace"), seconds)
        except gevent.Timeout as fired:
            if fired is not late:
                raise
            raise FetchError(f"no whole answer within {seconds:g} s", reason="timeout") from None
        except NewConnectionError as error:  # to the library that is a kind of being slow
            hint = "see that host and port are right, and that the receiver runs"
            raise FetchError("nobody is there", reason="unreachable", hint=hint) from error
        except TooSlow:
            raise FetchError(f"no answer within {seconds:g} s", reason="timeout") from None
        except SSLError as error:
            hint = "see webhooks.ca_file if it has a certificate of the house's own"
            raise FetchError(f"no safe connection: {error}"[:300], reason="unreachable", hint=hint) from None
        except (HTTPError, OSError, ValueError) as error:
            raise FetchError(f"nobody answered: {type(error).__name__}", reason="unreachable") from error
        finally:
            late.close()

    def close(self) -> None:
        """Let go of all connections."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def _post(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        line = self._line(url)
        parts = urlsplit(line.to.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {**_USUAL, **headers, "Host": parts.netloc}
        for address in line.to.addresses:
            try:
                answer = self._pool(line, address).urlopen(
                    "POST", path, body=body, headers=sent, timeout=seconds,
                    retries=False, redirect=False, preload_content=False, decode_content=False,
                )  # fmt: skip
            except NewConnectionError:
                if address == line.to.addresses[-1]:
                    raise
            else:
                return _read(answer)
        raise AssertionError("the last address answers or raises")

    def _line(self, url: str) -> _Line:
        line, now = self._lines.get(url), self._now()
        if line is None or now >= line.until:
            refuse_unsafe(url)
            to = admit(url, self._rules)
            if line is not None and line.to == to:
                line.until = now + FRESH
            else:
                if line is not None:
                    line.close()
                line = self._lines[url] = _Line(to, now + FRESH, {})
        return line

    def _pool(self, line: _Line, address: str) -> _Pool:
        if (pool := line.pools.get(address)) is None:
            to, most = line.to, self._options.concurrency
            if to.scheme == "https":
                pool = urllib3.HTTPSConnectionPool(
                    address, to.port, maxsize=most, ssl_context=self._tls, server_hostname=to.host,
                    cert_reqs="CERT_REQUIRED",
                )  # fmt: skip
            else:
                pool = urllib3.HTTPConnectionPool(address, to.port, maxsize=most)
            line.pools[address] = pool
        return pool


def refuse_unsafe(url: str) -> None:
    """Raise FetchError for a URL that would carry callers' numbers over a network unencrypted."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not loopback(parts.hostname or ""):
        message = f"events would go to {parts.hostname} unencrypted"
        raise FetchError(message, reason="refused", hint="use https")


def _read(answer: urllib3.BaseHTTPResponse) -> Answer:
    """The beginning of an answer; the connection is kept if that was all."""
    with answer:
        start = answer.read(ENOUGH + 1)
        whole = len(start) <= ENOUGH
        words = start[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
        told = Answer(answer.status, " ".join(words.split()), answer.headers.get("Retry-After", ""))
        if whole:
            answer.release_conn()
        else:
            answer.close()
    return told
