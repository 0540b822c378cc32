"""A telephone line as a browser has one: dialled on, rung and spoken through, whatever switch is behind it.

One line has one call at a time. Sound is frames of 20 ms (`ivr.voip.messages.FRAME` bytes).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from pydantic import TypeAdapter, ValidationError

from ivr.errors import PhoneError
from ivr.log import get
from ivr.voip.messages import (
    FRAME,
    Answered,
    Early,
    Ended,
    Event,
    Gone,
    Incoming,
    Keys,
    Number,
)

log = get(__name__)

Told = Callable[[Event | bytes], None]
"""Is given what a line tells, and each frame that is heard, in the line's own greenlets. It must not wait."""

_number: Final[TypeAdapter[str]] = TypeAdapter(Number)
_keys: Final[TypeAdapter[str]] = TypeAdapter(Keys)


class Phase(Enum):
    """What a line has: no call, one that was dialled, one that rings here, one that was answered; its end."""

    IDLE = "idle"
    DIALLED = "dialled"
    RUNG = "rung"
    TALKING = "talking"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Account:
    """Who sits at a line.

    Args:
        number: the extension whose calls they take, and the number they are seen with.
        name: how they are called.
        user, password: with which FreeSWITCH knows them; on the embedded switch there are none.
    """

    number: str
    name: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


class Line(ABC):
    """What both kinds of line have in common. A method that makes no sense at this moment raises PhoneError;
    after `Gone` all of them do but `send`, `hangup` and `close`.

    Args:
        told: is given events, and frames that are heard.
    """

    def __init__(self, account: Account, told: Told) -> None:
        for word in (account.number, account.user or account.number):
            self._check(_number, word, f'"{word[:64]}" is no number of a telephone')
        self.account = account
        self.phase = Phase.IDLE
        self.early = False
        """Before an answer something is heard."""
        self._told = told

    # What may be done ---------------------------------------------------------------------------------

    def register(self) -> None:
        """Have calls to the account's extension ring here; `Registered` or `Unregistered` follows."""
        self._must(Phase.IDLE, Phase.DIALLED, Phase.RUNG, Phase.TALKING)
        self._register()

    def unregister(self) -> None:
        """Be called no longer; `Unregistered` follows."""
        self._must(Phase.IDLE, Phase.DIALLED, Phase.RUNG, Phase.TALKING)
        self._unregister()

    def dial(self, number: str) -> None:
        """Call somebody: a number, the name of a flow, a code such as `*70`."""
        self._must(Phase.IDLE)
        self._check(_number, number, f'"{number[:64]}" cannot be dialled')
        self.phase = Phase.DIALLED
        self._dial(number)

    def answer(self) -> None:
        """Take the call that rings; `Answered` follows."""
        self._must(Phase.RUNG)
        self._answer()

    def reject(self) -> None:
        """Let the caller that rings know that the line is busy; `Ended` follows."""
        self._must(Phase.RUNG)
        self._reject()

    def hangup(self) -> None:
        """End the call, if there is one; `Ended` follows."""
        if self.phase in (Phase.DIALLED, Phase.RUNG, Phase.TALKING):
            self._hangup()

    def press(self, keys: str) -> None:
        """Press keys, one after the other; a `Key` follows for each as it is sent."""
        self._must(Phase.TALKING, Phase.DIALLED)
        self._check(_keys, keys, f'"{keys[:64]}" are no keys of a telephone')
        self._press(keys.upper())

    def send(self, frame: bytes) -> None:
        """Say 20 ms; where nobody can hear it, it is lost."""
        if len(frame) != FRAME:
            raise PhoneError(f"a frame of sound has {FRAME} bytes, and not {len(frame)}")
        if self.phase is Phase.TALKING or self.early:
            self._send(frame)

    @abstractmethod
    def close(self) -> None:
        """Hang up, be called no longer, and let go of everything. It takes no more than a moment; may be done
        twice."""

    # What a kind of line does ---------------------------------------------------------------------------

    @abstractmethod
    def _register(self) -> None: ...

    @abstractmethod
    def _unregister(self) -> None: ...

    @abstractmethod
    def _dial(self, number: str) -> None: ...

    @abstractmethod
    def _answer(self) -> None: ...

    @abstractmethod
    def _reject(self) -> None: ...

    @abstractmethod
    def _hangup(self) -> None: ...

    @abstractmethod
    def _press(self, keys: str) -> None: ...

    @abstractmethod
    def _send(self, frame: bytes) -> None: ...

    def _tell(self, told: Event | bytes) -> None:
        """Pass on what the switch has said, and know what that makes of the line."""
        match told:
            case Early():
                self.early = True
            case Incoming():
                self.phase = Phase.RUNG
            case Answered():
                self.phase, self.early = Phase.TALKING, True
            case Ended():
                self.phase, self.early = Phase.IDLE, False
            case Gone() if self.phase is Phase.GONE:
                return
            case Gone():
                self.phase, self.early = Phase.GONE, False
        try:
            self._told(told)
        except Exception:
            log.exception("whoever listens to a line failed", number=self.account.number)

    def _must(self, *phases: Phase) -> None:
        if self.phase not in phases:
            raise PhoneError(f"this cannot be done on a line that is {self.phase.value}")

    @staticmethod
    def _check(kind: TypeAdapter[str], text: str, message: str) -> None:
        try:
            kind.validate_python(text, strict=True)
        except ValidationError:
            raise PhoneError(message, hint="digits, letters and . _ * # + - are dialled") from None
