"""Tells FreeSWITCH where a telephone is, again and again, so that calls find it (RFC 3261, section 10)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final

from ivr.phone.sip.asking import Asking
from ivr.phone.sip.place import Place
from ivr.voip.messages import Event, Registered, Unregistered
from ivr.voip.sip import Answer, Request

EXPIRES: Final = 60
"""Seconds after which a telephone that says nothing any more is forgotten."""
AGAIN: Final = 10.0
"""Seconds until it is tried again, when it failed."""
_EXPIRES = re.compile(r";\s*expires=(\d{1,9})", re.IGNORECASE)


class Registration:
    """One telephone's.

    Args:
        extension: what is told to be registered.
        tell: is given `Registered` and `Unregistered`, when it changes.
    """

    def __init__(
        self,
        place: Place,
        extension: str,
        asking: Asking,
        clock: Callable[[], float],
        tell: Callable[[Event], None],
    ) -> None:
        self._place, self._extension, self._asking, self._clock, self._tell = (
            place, extension, asking, clock, tell,
        )  # fmt: skip
        self._call, self._tag = secrets.token_hex(12), secrets.token_hex(6)
        self._number = 0
        self._wanted = False
        self._due = float("inf")
        self._told: bool | None = None

    def begin(self) -> None:
        """Be called from now on."""
        self._wanted, self._told = True, None
        self._ask()

    def end(self) -> None:
        """And no longer."""
        if self._wanted:
            self._wanted = False
            self._due = float("inf")
            self._ask()
        self._say(Unregistered())

    def tick(self) -> None:
        """Say it again when it is time."""
        if self._clock() >= self._due:
            self._ask()

    def _ask(self) -> None:
        self._due = self._clock() + EXPIRES
        self._asking.ask(self._request, self._heard)

    def _request(self) -> Request:
        self._number += 1
        place = self._place
        headers = (
            ("max-forwards", "70"),
            ("from", f"<{place.address}>;tag={self._tag}"),
            ("to", f"<{place.address}>"),
            ("call-id", self._call),
            ("cseq", f"{self._number} REGISTER"),
            ("contact", f"<sip:{place.contact}>"),
            ("expires", str(EXPIRES if self._wanted else 0)),
        )
        return Request(headers, "", "REGISTER", f"sip:{place.domain}")

    def _heard(self, answer: Answer | None) -> None:
        if not self._wanted or (answer and answer.status < 200):
            return
        if answer and answer.status < 300:
            self._due = self._clock() + max(1.0, self._granted(answer) / 2)
            self._say(Registered(extension=self._extension))
            return
        self._due = self._clock() + AGAIN
        reason = f"FreeSWITCH says {answer.status} {answer.reason[:60]}" if answer else "FreeSWITCH is silent"
        self._say(Unregistered(reason=reason))

    def _granted(self, answer: Answer) -> float:
        """For how many seconds."""
        for contact in answer.all("contact"):
            if self._place.contact in contact and (found := _EXPIRES.search(contact)):
                return float(found[1])
        said = answer.get("expires")
        return float(said) if said.isascii() and said.isdigit() and len(said) < 10 else float(EXPIRES)

    def _say(self, event: Event) -> None:
        registered = isinstance(event, Registered)
        if self._told is not registered:
            self._told = registered
            self._tell(event)
