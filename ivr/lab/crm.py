"""A power company's customer system, small enough for a demo: balances to ask for, outages to report.

The same account always has the same bill. Accounts that begin with 0 are unknown, those that end in 00 owe
nothing. A report that is sent twice with one Idempotency-Key is one report. What the other starter flows ask
is answered by `starters`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gevent.pywsgi import WSGIServer

from ivr.lab.seeds import number
from ivr.lab.starters import Answer, Starters

MAX_BODY = 65_536
MAX_REPORTS = 10_000
_ACCOUNT = re.compile(r"/accounts/([0-9]{10})")

Start = Callable[[str, list[tuple[str, str]]], object]


class Crm:
    """The customer system, on a free port of this machine. Needs gevent.

    `reports` are the outages that were reported, by their ticket.
    """

    def __init__(self, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self.reports: dict[str, dict[str, Any]] = {}
        self._today = today
        self._starters = Starters(today)
        self._server = WSGIServer(("127.0.0.1", 0), self._serve, log=None)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(timeout=1)

    @property
    def url(self) -> str:
        """Where it is, for the setting `http.services`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, path: str, body: bytes = b"", key: str = "") -> Answer:
        """Status and JSON for a request."""
        if found := _ACCOUNT.fullmatch(path):
            return self._account(found[1]) if method == "GET" else (405, {"error": "use GET"})
        if path == "/outages":
            return self._report(body, key) if method == "POST" else (405, {"error": "use POST"})
        return self._starters.answer(method, path, body, key)

    def _account(self, account: str) -> Answer:
        if account.startswith("0"):
            return 404, {"error": "no such account"}
        today = self._today()
        due = (today.replace(day=1) + timedelta(days=32)).replace(day=10)
        if account.endswith("00"):
            return 200, {"balance": 0, "due_date": due.isoformat(), "items": []}
        month = today
        items = []
        for _ in range(2):
            month = month.replace(day=1) - timedelta(days=1)
            items.append({"month": month.month, "amount": _amount(f"{account} {month:%m}")})
        return 200, {"balance": items[0]["amount"], "due_date": due.isoformat(), "items": items}

    def _report(self, body: bytes, key: str) -> Answer:
        try:
            report = json.loads(body)
        except ValueError:
            return 400, {"error": "this is not JSON"}
        if not isinstance(report, dict):
            return 400, {"error": "a report is an object"}
        ticket = f"{number(key or body.decode('utf-8', 'replace'), 10**6):06d}"
        if ticket not in self.reports and len(self.reports) >= MAX_REPORTS:
            return 503, {"error": "enough outages for a demo"}
        self.reports.setdefault(ticket, report)
        return 201, {"ticket": ticket}

    def _serve(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MAX_BODY:
            status, answer = 413, {"error": "too large"}
        else:
            body = environ["wsgi.input"].read(int(length))
            key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
            status, answer = self.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, key)
        text = json.dumps(answer).encode()
        start(f"{status} ", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]


def _amount(seed: str) -> float:
    return 40 + number(seed, 26_000) / 100
