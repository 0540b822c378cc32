"""What a browser and its line say to each other over the WebSocket: JSON as text, sound in binary frames.

A state machine: frames of the browser become calls on the line, events of the line become frames. It knows
neither sockets nor Flask. docs/web-phone.md describes every message.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from ivr.errors import PhoneError
from ivr.phone.line import Line, Phase
from ivr.voip import messages
from ivr.voip.messages import FRAME, MAX_MESSAGE, RATE, Event

BUSY: Final = 20
"""Messages a browser may send within a second; a person presses fewer keys."""

Say = Callable[[str | bytes], None]
"""Says a frame to the browser. It must not wait."""
Words = Callable[[str], str]
"""Says a message in somebody's language."""


class Role(Enum):
    """Whose telephone it is: one that places calls, as to try out a flow; or an agent's, which rings."""

    CALLER = "caller"
    AGENT = "agent"


class Hello(BaseModel):
    """The first message of a browser."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Literal["hello"]
    resume: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="The token of `ready`, from a browser that was here before."
    )
    take: bool = Field(False, description="Whether another window that has the telephone shall lose it.")


class Ping(BaseModel):
    """A sign of life; to be given every five seconds. `pong` answers it, with the same `at`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Literal["ping"]
    at: float = 0.0


_Said = messages.Order | Ping
_json: Final[TypeAdapter[dict[str, Any]]] = TypeAdapter(dict[str, Any])
_said: Final[TypeAdapter[_Said]] = TypeAdapter(Annotated[_Said, Field(discriminator="do")])
_OF_ALL: Final = (messages.Dial, messages.HangUp, messages.Press, Ping)
_OF_AGENTS: Final = (*_OF_ALL, messages.Take, messages.Reject)


def hello(text: str | bytes) -> Hello:
    """The first message. Raises PhoneError when it is none."""
    try:
        return Hello.model_validate_json(text)
    except ValidationError:
        raise PhoneError("the first message is no hello", hint='send {"do": "hello"}') from None


def refusal(error: PhoneError, words: Words = str) -> str:
    """What is said of something that could not be done."""
    said = {"message": words(error.message), "hint": words(error.hint)}
    told = {"event": "refused", **said, "code": error.code}
    return _json.dump_json(told).decode()


class Bridge:
    """One telephone in one browser; or in another, later: it is a call's, not a socket's.

    Args:
        dials: whether a number may be dialled by whoever sits there.
        clock: monotonic seconds.
    """

    def __init__(self, role: Role, dials: Callable[[str], bool], clock: Callable[[], float]) -> None:
        self.role = role
        self._dials, self._clock = dials, clock
        self._line: Line | None = None
        self._say: Say | None = None
        self._words: Words = str
        self._recent: deque[float] = deque(maxlen=BUSY)
        self._partner: dict[str, str] = {}
        self._since: float | None = None
        self._registered: Event | None = None

    # The line -------------------------------------------------------------------------------------------

    @property
    def line(self) -> Line:
        """The line. Raises PhoneError when nobody has sat down yet."""
        if self._line is None:
            raise PhoneError("there is no line yet")
        return self._line

    @property
    def busy(self) -> bool:
        """Whether there is a call."""
        return self._line is not None and self._line.phase in (Phase.DIALLED, Phase.RUNG, Phase.TALKING)

    @property
    def over(self) -> bool:
        """The line is gone."""
        return self._line is not None and self._line.phase is Phase.GONE

    def sit(self, line: Line) -> None:
        """Sit down at a line, whose events come to `told`; an agent's calls ring there from now on."""
        self._line = line
        if self.role is Role.AGENT:
            line.register()

    def told(self, told: Event | bytes) -> None:
        """The line tells something, or is heard."""
        if isinstance(told, bytes):
            if self._say:
                self._say(told)
            return
        match told:
            case messages.Incoming():
                self._partner = {"number": told.number, "name": told.name}
            case messages.Answered():
                self._since = self._clock()
            case messages.Ended():
                self._partner, self._since = {}, None
            case messages.Registered() | messages.Unregistered():
                self._registered = told
        self._tell(told.model_dump())

    # The browser ----------------------------------------------------------------------------------------

    def attach(self, say: Say, token: str, grace: float, words: Words = str) -> None:
        """A browser is there: it is told how things stand, and from now on what happens; in its `words` what
        cannot be done."""
        self._say, self._words = say, words
        lasts = None if self._since is None else round(self._clock() - self._since, 1)
        line = self.line
        self._tell(
            {
                "event": "ready",
                "role": self.role.value,
                "number": line.account.number,
                "name": line.account.name,
                "token": token,
                "grace": grace,
                "phase": line.phase.value,
                "early": line.early,
                "partner": self._partner or None,
                "talking": lasts,
                "sound": {"rate": RATE, "bytes": FRAME},
            }
        )
        if self._registered is not None:
            self._tell(self._registered.model_dump())

    def detach(self) -> None:
        """Nobody is there."""
        self._say = None

    def text(self, text: str) -> None:
        """A message of the browser; what cannot be done is answered by `refused`.

        Raises:
            PhoneError: nothing a browser of ours would say; it is to be hung up on.
        """
        now = self._clock()
        if len(self._recent) == BUSY and now - self._recent[0] < 1.0:
            raise PhoneError("too many messages")
        self._recent.append(now)
        if len(text) > MAX_MESSAGE:
            raise PhoneError("too long a message")
        try:
            said = _said.validate_json(text)
        except ValidationError as error:
            self.refuse(PhoneError(f"this is no message: {error.errors()[0]['msg']}"))
            return
        try:
            self._do(said)
        except PhoneError as error:
            self.refuse(error)

    def sound(self, frame: bytes) -> None:
        """Sound of the browser, one frame or several; what is no whole frame is lost."""
        if len(frame) > 10 * FRAME:
            raise PhoneError("too much sound at once")
        for at in range(0, len(frame) - FRAME + 1, FRAME):
            self.line.send(frame[at : at + FRAME])

    def refuse(self, error: PhoneError) -> None:
        """Say what could not be done."""
        if self._say:
            self._say(refusal(error, self._words))

    def tell(self, message: dict[str, Any]) -> None:
        """Say something beside: what the flow does, say. It needs an `event` that no other message has."""
        self._tell(message)

    def _do(self, said: _Said) -> None:
        if not isinstance(said, _OF_AGENTS if self.role is Role.AGENT else _OF_ALL):
            raise PhoneError(f'this telephone cannot "{said.do}"')
        line = self.line
        match said:
            case Ping():
                self._tell({"event": "pong", "at": said.at})
            case messages.Dial():
                if not self._dials(said.number):
                    raise PhoneError(f'"{said.number}" may not be dialled from here')
                line.dial(said.number)
                self._partner = {"number": said.number, "name": ""}
            case messages.Take():
                line.answer()
            case messages.Reject():
                line.reject()
            case messages.HangUp():
                line.hangup()
            case messages.Press():
                line.press(said.keys)

    def _tell(self, message: dict[str, Any]) -> None:
        if reason := message.get("reason"):
            message = {**message, "reason": self._words(reason)}
        if self._say:
            self._say(_json.dump_json(message).decode())
