"""Which kind of line there is, by the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ivr.errors import PhoneError
from ivr.phone.embedded import EmbeddedLine
from ivr.phone.line import Account, Line, Told
from ivr.phone.sip.line import SipLine
from ivr.settings import Phone

Opener = Callable[[Account, Told], Line]
"""Opens a line for somebody. Raises PhoneError."""


def opener(settings: Phone) -> Opener:
    """What opens lines: on the embedded switch, if that is where calls are, else by SIP."""

    def embedded(account: Account, told: Told) -> Line:
        return EmbeddedLine(account, told, Path(settings.embedded))

    def sip(account: Account, told: Told) -> Line:
        return SipLine(account, told, settings.sip, settings.domain)

    def none(_account: Account, _told: Told) -> Line:
        raise PhoneError(
            "browsers cannot telephone here", hint="set phone.sip to the address of FreeSWITCH's SIP profile"
        )

    return embedded if settings.embedded else sip if settings.sip else none
