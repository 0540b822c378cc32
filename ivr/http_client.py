"""HTTP for flows: bounded in time and size, and only to where an admin allowed it.

A flow names a system that the admin bound in `http.services` (`crm:/accounts/7`), or gives a whole URL. That
one is checked against `http.allow`, and may not lead to a private or link-local address unless allowed. Either
way the host is resolved once, the connection pinned to that address, and no redirect followed. One deadline
covers everything from the name look-up to the last byte.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import SplitResult, urlsplit

import gevent
import requests
from requests.adapters import HTTPAdapter

from ivr import settings
from ivr.errors import FetchError

MAX_JSON_DEPTH = 50
_CHUNK = 16384
_RETRIED = ("unreachable", "timeout")


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status, headers with lower-case names, and the body as text."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """The body as JSON; numbers with a point are Decimal, so money stays exact.

        Raises:
            FetchError: not JSON, or nested deeper than 50.
        """
        try:
            value = json.loads(self.text, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise FetchError(f"the answer is not JSON: {error}"[:200], reason="not_json") from None
        if _depth(value) > MAX_JSON_DEPTH:
            raise FetchError(f"the answer is nested deeper than {MAX_JSON_DEPTH}", reason="not_json")
        return value


class Client:
    """Sends flows' requests. Safe to use from many greenlets; needs gevent's patched sockets."""

    def __init__(self, options: settings.Http) -> None:
        self._options = options

    def fetch(
        self,
        method: str,
        url: str,
        *,
        deadline: float,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: str | None = None,
        retries: int = 0,
    ) -> Response:
        """Send a request.

        Args:
            deadline: seconds one try may take in all.
            body: JSON text.
            retries: further tries after a time-out or where nobody answered.

        Raises:
            FetchError: nothing usable came; its `reason` says why.
        """
        pause = 0.2
        for left in range(retries, -1, -1):
            try:
                return self._once(method, url, deadline, headers or {}, query or {}, body)
            except FetchError as error:
                if not left or error.reason not in _RETRIED:
                    raise
                gevent.sleep(pause)
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _once(
        self,
        method: str,
        url: str,
        deadline: float,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        body: str | None,
    ) -> Response:
        late = gevent.Timeout(deadline)
        late.start()
        try:
            parts, address = self._admit(url)
            sent = {"Accept": "application/json", "User-Agent": "Ivory", **headers}
            if body is not None:
                sent.setdefault("Content-Type", "application/json; charset=utf-8")
            with requests.Session() as session:
                session.trust_env = False
                adapter = _Pinned(address)
                session.mount("http://", adapter)
                session.mount("https://", adapter)
                with session.request(
                    method,
                    parts.geturl(),
                    params=dict(query),
                    headers=sent,
                    data=None if body is None else body.encode(),
                    timeout=deadline,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    return self._read(answer)
        except gevent.Timeout as fired:
            if fired is not late:
                raise
            raise FetchError(f"no whole answer within {deadline:g} s", reason="timeout") from None
        except requests.Timeout:
            raise FetchError(f"no answer within {deadline:g} s", reason="timeout") from None
        except (requests.RequestException, OSError, UnicodeError, ValueError) as error:
            raise FetchError(f"nobody answered: {type(error).__name__}", reason="unreachable") from error
        finally:
            late.close()

    def _admit(self, url: str) -> tuple[SplitResult, str]:
        """The parts of a URL that may be called, and the one address it will be sent to."""
        name, _, path = url.partition(":")
        bound = not path.startswith("//")
        if bound:
            if name not in self._options.services:
                raise FetchError(
                    f'no system is bound to "{name}"', reason="refused", hint=f"set http.services: {{{name}: https://…}}"
                )
            url = self._options.services[name].rstrip("/") + "/" + path.lstrip("/")
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise FetchError(f"{parts.scheme}://{host} cannot be called", reason="refused", hint="use http or https")
        if not bound and not any(_matches(host, port, parts.scheme, rule) for rule in self._options.allow):
            raise FetchError(
                f"{host}:{port} is not in the setting http.allow", reason="refused", hint=f"add `{host}` to it"
            )
        addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not bound and not self._options.private:
            for address in addresses:
                if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                    raise FetchError(
                        f"{host} has the private address {address}", reason="refused", hint="set http.private if it may"
                    )
        return parts, addresses[0]

    def _read(self, answer: requests.Response) -> Response:
        most = self._options.max_bytes
        if int(answer.headers.get("Content-Length") or 0) > most:
            raise FetchError(f"the answer is larger than {most} bytes", reason="too_large", hint="see http.max_bytes")
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > most:
                raise FetchError(f"the answer is larger than {most} bytes", reason="too_large", hint="see http.max_bytes")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, _decode(bytes(body), answer.encoding))


class _Pinned(HTTPAdapter):
    """Connects to one resolved address while the name stays in `Host` and in the certificate's check."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(  # type: ignore[override]
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        parts = urlsplit(str(request.url))
        host = parts.hostname or ""
        tls = {"assert_hostname": host, "server_hostname": host} if parts.scheme == "https" else {}
        if request.headers.get("Host") is None:
            request.headers["Host"] = parts.netloc.rpartition("@")[2]
        self.poolmanager.connection_pool_kw.update(tls)
        return self.poolmanager.connection_from_host(self._address, port=parts.port, scheme=parts.scheme)


def _matches(host: str, port: int, scheme: str, rule: str) -> bool:
    name, _, wanted = rule.rpartition(":") if rule.rpartition(":")[2].isdigit() else (rule, "", "")
    usual = port == {"http": 80, "https": 443}[scheme]
    return fnmatch.fnmatchcase(host.lower(), name.lower()) and (usual if not wanted else port == int(wanted))


def _decode(body: bytes, charset: str | None) -> str:
    """Bytes as text: as declared, else UTF-8, else with marks for what cannot be read; never an error."""
    for name in (charset, "utf-8"):
        try:
            return body.decode(name or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace")


def _depth(value: Any) -> int:
    depth, layer = 0, [value]
    while layer:
        depth += 1
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
        ]
        if depth > MAX_JSON_DEPTH:
            break
    return depth


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
