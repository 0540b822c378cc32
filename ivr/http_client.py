"""HTTP for flows: bounded in time and size, and only to where an admin allowed it.

A flow names a system that the admin bound in `http.services` (`crm:/accounts/7`), or gives a whole URL.
That one is checked against `http.allow`, and may not lead to a private or link-local address unless allowed.
Either way the host is resolved once, the connection pinned to what came of it, and no redirect followed. One
deadline covers everything from the name look-up to the last byte.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.message import Message
from json import scanner
from typing import Any
from urllib.parse import urlsplit

import certifi
import gevent
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from ivr import settings
from ivr.errors import FetchError, SettingsError
from ivr.outward import Destination, Rules, admit

MAX_JSON_DEPTH = 50
_CHUNK = 16384
_QUICK = 65536  # characters of JSON that are read here; more takes so long that calls would notice
_RETRIED = ("unreachable", "timeout")

# What an answer may say its text is encoded in. gb18030 reads all that is called gb2312 or gbk, and what
# those cannot say but senders send nevertheless. Python's codecs that are no character sets are not here.
_CHARSETS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252"), "cp1252"),
    **{name: name for name in ("big5", "euc-kr", "iso-8859-15", "shift_jis", "utf-16", "us-ascii")},
}


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
        if len(self.text) <= _QUICK:
            return _parse(self.text, json.JSONDecoder)
        return gevent.get_hub().threadpool.apply(_parse, (self.text, _PatientDecoder))


class Client:
    """Sends flows' requests. Safe to use from many greenlets; needs gevent's patched sockets.

    Raises:
        SettingsError: the authorities' certificates cannot be read.
    """

    def __init__(self, options: settings.Http) -> None:
        self._options = options
        # Made once: reading the authorities' certificates takes as long as many requests.
        try:
            self._tls = ssl.create_default_context(cafile=options.ca_file or certifi.where())
        except OSError as error:
            raise SettingsError(f"http.ca_file: {error}", hint="name a readable PEM file") from None

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
        sent = {"Accept": "application/json", "User-Agent": "Ivory", **headers}
        if body is not None:
            sent.setdefault("Content-Type", "application/json; charset=utf-8")
        data = None if body is None else body.encode(errors="replace")
        late = gevent.Timeout(deadline)
        late.start()
        try:
            to = self._admit(url)
            request = requests.Request(method, to.url, params=dict(query), headers=sent, data=data).prepare()
            return self._send(request, to, deadline)
        except gevent.Timeout as fired:
            if fired is not late:
                raise
            raise FetchError(f"no whole answer within {deadline:g} s", reason="timeout") from None
        except requests.Timeout:
            raise FetchError(f"no answer within {deadline:g} s", reason="timeout") from None
        except requests.exceptions.ContentDecodingError:
            raise FetchError("the answer's compression is broken", reason="not_json") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError) as error:
            raise FetchError(f"this cannot be sent: {type(error).__name__}", reason="refused") from None
        except requests.exceptions.SSLError as error:
            hint = "see http.ca_file if it has a certificate of the house's own"
            raise FetchError(f"no safe connection: {error}"[:300], reason="unreachable", hint=hint) from None
        except (requests.RequestException, OSError, ValueError) as error:
            raise FetchError(f"nobody answered: {type(error).__name__}", reason="unreachable") from error
        finally:
            late.close()

    def _send(self, request: requests.PreparedRequest, to: Destination, deadline: float) -> Response:
        """Send to the first of the host's addresses that takes a connection."""
        for address in to.addresses:
            with requests.Session() as session:
                session.mount(f"{to.scheme}://", _Pinned(to, address, self._tls))
                try:
                    with session.send(
                        request, timeout=deadline, allow_redirects=False, stream=True, proxies={}
                    ) as answer:
                        return self._read(answer)
                except requests.ConnectionError as error:
                    unsent = error.args and isinstance(
                        getattr(error.args[0], "reason", None), NewConnectionError
                    )
                    if not unsent or address == to.addresses[-1]:
                        raise
        raise AssertionError("the last address answers or raises")

    def _admit(self, url: str) -> Destination:
        """Where a URL leads, if that is allowed."""
        name, _, path = url.partition(":")
        bound = not path.startswith("//")
        if bound:
            if name not in self._options.services:
                hint = f"set http.services: {{{name[:40]}: https://…}}"
                raise FetchError(f'no system is bound to "{name[:40]}"', reason="refused", hint=hint)
            url = self._options.services[name].rstrip("/") + "/" + path.lstrip("/")
        options = self._options
        return admit(url, None if bound else Rules(options.allow, options.private, "http"))

    def _read(self, answer: requests.Response) -> Response:
        most = self._options.max_bytes
        too_large = FetchError(
            f"the answer is larger than {most} bytes", reason="too_large", hint="see http.max_bytes"
        )
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and (len(length) > 18 or int(length) > most):
            raise too_large
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            gevent.sleep(0)  # a long answer that is all there would keep everybody waiting
            if len(body) > most:
                raise too_large
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, _decode(bytes(body), headers.get("content-type", "")))


class _Pinned(HTTPAdapter):
    """Connects to one resolved address while the name stays in `Host` and in the certificate's check."""

    def __init__(self, to: Destination, address: str, tls: ssl.SSLContext) -> None:
        self._to = to
        self._address = address
        self._tls = tls
        super().__init__(max_retries=0)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing to set: the context has the authorities already, and always insists on a certificate."""

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        request.headers["Host"] = urlsplit(str(request.url)).netloc
        tls = {"ssl_context": self._tls, "server_hostname": self._to.host, "cert_reqs": "CERT_REQUIRED"}
        return self.poolmanager.connection_from_host(
            self._address, self._to.port, self._to.scheme, tls if self._to.scheme == "https" else None
        )


def _decode(body: bytes, content_type: str) -> str:
    """Bytes as text: as declared, else UTF-8, with marks for what cannot be read; never an error."""
    message = Message()
    message["content-type"] = content_type
    charset = _CHARSETS.get(message.get_content_charset("utf-8"))
    if charset:
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            pass
    return body.decode("utf-8-sig", "replace")


class _PatientDecoder(json.JSONDecoder):
    """The decoder in Python: it takes longer than the one in C, which lets no other thread run meanwhile."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]  # not in typeshed


def _parse(text: str, decoder: type[json.JSONDecoder]) -> Any:
    try:
        value = json.loads(text, cls=decoder, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise FetchError(f"the answer is not JSON: {error}"[:200], reason="not_json") from None
    if _is_deep(value):
        raise FetchError(f"the answer is nested deeper than {MAX_JSON_DEPTH}", reason="not_json")
    return value


def _is_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(MAX_JSON_DEPTH):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if type(outer) is dict else outer if type(outer) is list else ())
            if type(inner) in (dict, list)
        ]
        if not layer:
            return False
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
