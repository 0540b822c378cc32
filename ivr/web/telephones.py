"""Telephones in browsers: who may have one, and by which name and password FreeSWITCH knows it.

A person's telephone is `web-` and their name. Its password is random, lives as long as this process, is shown
to nobody, and reaches FreeSWITCH as a hash only.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import gevent

from ivr.phone.bridge import Role
from ivr.phone.line import Account
from ivr.phone.opening import opener
from ivr.phone.seats import Seats, Visitor
from ivr.runtime.trials import Trials
from ivr.settings import Settings
from ivr.web.accounts.who import Who

PREFIX: Final = "web-"
LAST_WORDS: Final = 0.5
"""Seconds in which telephones that are hung up take their leave of FreeSWITCH."""

_EXTENSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Known:
    """A browser as FreeSWITCH is to know it."""

    user: str
    password: str = field(repr=False)
    number: str = ""
    name: str = ""


class Telephones:
    """All of them; a part of the site."""

    def __init__(self, settings: Settings) -> None:
        phone = settings.phone
        self.there = bool(phone.embedded or phone.sip)
        """Whether browsers can telephone at all."""
        self.seats = Seats(opener(phone), phone.lines, phone.grace)
        self._known: dict[str, Known] = {}
        self._rung: dict[str, str] = {}
        self.trials: Trials[bool] = Trials(time.monotonic)
        """What may be dialled for a while, as a flow's draft is to be heard."""

    def caller(self, who: Who, dials: Callable[[str], bool]) -> Visitor:
        """Somebody who calls flows, with a number that shows who they are."""
        known = self._know(who, "")
        account = Account(known.user, known.name, known.user, known.password)
        return Visitor(who.name, Role.CALLER, account, dials)

    def agent(self, who: Who, extension: str) -> Visitor:
        """Somebody whose telephone rings when an agent's extension is called."""
        known = self._know(who, extension)
        self._rung[extension] = known.user
        account = Account(extension, known.name, known.user, known.password)
        return Visitor(f"agent {extension}", Role.AGENT, account, lambda _number: False)

    def known(self, user: str) -> Known | None:
        """A browser by its name in the directory."""
        return self._known.get(user)

    def rung(self, extension: str) -> str:
        """The browser that rings when an extension is called; empty: none does."""
        return self._rung.get(extension, "")

    def stop(self) -> None:
        """Hang up, and have nobody be called here any more. FreeSWITCH asks once more who they are, so that
        the door must be open meanwhile."""
        there = len(self.seats)
        self.seats.stop()
        if there:
            gevent.sleep(LAST_WORDS)

    def _know(self, who: Who, extension: str) -> Known:
        user = f"{PREFIX}{who.name}"
        password = self._known[user].password if user in self._known else secrets.token_urlsafe(24)
        number = extension if _EXTENSION.fullmatch(extension) else ""
        self._known[user] = Known(user, password, number, who.display or who.name)
        return self._known[user]
