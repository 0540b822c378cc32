"""What the starter flows ask of other systems, answered small enough for a demo.

A mobile operator, a bank, a clinic's diary, and a box for whatever is only told. Answers depend on the number
alone, so a caller meets the same balance each time; what callers change (appointments, wrong PINs) is kept
until the lab is gone, within bounds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from ivr.lab.seeds import number

Answer = tuple[int, dict[str, Any]]

PIN = "123456"
"""The PIN of every card of the demo's bank."""

WRONG_PINS = 3
"""After so many a card takes no PIN any more."""

CUSTOMERS: Mapping[str, Mapping[str, str]] = {
    "+8613900000001": {"name": "王女士", "tier": "gold", "manager": "1001"},
    "+8613900000002": {"name": "李先生", "tier": "gold", "manager": "1003"},
    "+8613900000003": {"name": "陈女士", "tier": "silver"},
}
"""Callers the demo knows: one whose manager answers, one whose manager does not, and a silver one."""

_TIMES = ("09:00", "10:30", "14:00", "16:00")
_MOST = 10_000  # appointments, and cards with wrong PINs, that are remembered
_ADDED = 50
_TOLD = ("/surveys", "/messages", "/callbacks")
_NOT_FOUND: Answer = (404, {"error": "not found"})


class Starters:
    """The systems behind telecom, bank, clinic, survey, voicemail and vip."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._appointments: dict[str, dict[str, str]] = {}
        self._wrong: dict[str, int] = {}

    def answer(self, method: str, path: str, body: bytes = b"", key: str = "") -> Answer:
        """Status and JSON for a request; `key` is its Idempotency-Key."""
        given = _object(body) if method == "POST" else {}
        if given is None:
            return 400, {"error": "the body is a JSON object"}
        if method == "POST" and path in _TOLD:
            return 201, {}
        if path.startswith("/customers/") and method == "GET":
            known = CUSTOMERS.get(path.removeprefix("/customers/"))
            return (200, dict(known)) if known else _NOT_FOUND
        if found := re.fullmatch(r"/subscribers/(1[0-9]{10})(/[a-z]+)?", path):
            return self._subscriber(method, found[1], found[2] or "", given)
        if method == "POST" and path.startswith("/cards/"):
            return self._card(path.removeprefix("/cards/"), given)
        if method == "GET" and path == "/slots":
            return 200, {"days": self._days()}
        if path.startswith("/appointments"):
            return self._appointment(method, path.removeprefix("/appointments").lstrip("/"), given, key)
        return _NOT_FOUND

    def _subscriber(self, method: str, subscriber: str, what: str, given: Mapping[str, Any]) -> Answer:
        balance = -12.5 if subscriber.endswith("00") else number(subscriber, 20_000) / 100
        match method, what:
            case "GET", "":
                return 200, {"balance": balance, "spent": number(f"{subscriber} spent", 9_000) / 100}
            case "GET", "/usage":
                until = (self._today().replace(day=1) + timedelta(days=32)).replace(day=1)
                data = number(f"{subscriber} data", 200) / 10
                minutes = number(f"{subscriber} minutes", 300)
                return 200, {"data": data, "minutes": minutes, "until": until.isoformat()}
            case "POST", "/topups":
                if str(given.get("card", "0")).startswith("0"):
                    return 409, {"error": "used before"}
                return 200, {"amount": _ADDED, "balance": round(balance + _ADDED, 2)}
            case "POST", "/statements":
                return 202, {}
        return _NOT_FOUND

    def _card(self, what: str, given: Mapping[str, Any]) -> Answer:
        card = str(given.get("card", ""))
        if not card or card.startswith("0"):
            return _NOT_FOUND
        match what:
            case "find":
                return 200, {"tail": card[-4:]}
            case "lock":
                return 200, {}
            case "balance":
                if self._wrong.get(card, 0) >= WRONG_PINS:
                    return 423, {"error": "too many wrong PINs"}
                if given.get("pin") != PIN:
                    if card in self._wrong or len(self._wrong) < _MOST:
                        self._wrong[card] = self._wrong.get(card, 0) + 1
                    return 401, {"error": "wrong PIN"}
                return 200, {"tail": card[-4:], "balance": number(card, 10**6) / 100}
        return _NOT_FOUND

    def _days(self) -> list[dict[str, Any]]:
        """The next three days that are no Sundays, with the times nobody took."""
        ahead = (self._today() + timedelta(days=days) for days in range(1, 6))
        days = [day.isoformat() for day in ahead if day.isoweekday() != 7][:3]
        taken = [(one["date"], one["time"]) for one in self._appointments.values()]
        free = [(day, [time for time in _TIMES if (day, time) not in taken]) for day in days]
        return [{"date": day, "times": times} for day, times in free if times]

    def _appointment(self, method: str, code: str, given: Mapping[str, Any], key: str) -> Answer:
        if method == "POST" and not code:
            asked = {name: str(given.get(name, "")) for name in ("date", "time", "phone")}
            code = f"{number(key or json.dumps(asked), 10**6):06d}"
            if code not in self._appointments:
                free = {(day["date"], time) for day in self._days() for time in day["times"]}
                if (asked["date"], asked["time"]) not in free or len(self._appointments) >= _MOST:
                    return 409, {"error": "taken"}
                self._appointments[code] = asked
            return 201, {"code": code}
        if code not in self._appointments:
            return _NOT_FOUND
        if method == "DELETE":
            return 200, self._appointments.pop(code)
        return 200, self._appointments[code]


def _object(body: bytes) -> Mapping[str, Any] | None:
    """A JSON object; an empty one where there is no body, None where it is something else."""
    if not body:
        return {}
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None
