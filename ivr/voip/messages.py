"""What a line is told, and what it tells: as JSON, between a browser and the web process, and between that
and the embedded switch.

Sound goes beside it: frames of 20 ms, 8 kHz, 16-bit little-endian, mono.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

FRAME: Final = 320
"""Bytes of a frame."""
SECONDS: Final = 0.02
"""And its length."""
RATE: Final = 8000
SILENCE: Final = bytes(FRAME)
SOUND: Final = b"\0"
"""Stands in front of a frame where messages and sound go the same way: on the embedded switch's socket."""
MAX_MESSAGE: Final = 4096

Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.*#+-]{1,64}$")]
"""What may be dialled: a number, the name of a flow, a code."""
Keys = Annotated[str, StringConstraints(pattern=r"^[0-9*#A-Da-d]{1,64}$")]
Name = Annotated[str, StringConstraints(max_length=100)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def to_json(self) -> str:
        """As it is sent."""
        return self.model_dump_json()


class Open(_Message):
    """Somebody sits down at a line: what the embedded switch is told first. A browser says nothing of it."""

    do: Literal["open"] = "open"
    number: Number = Field(description="Who calls, as those who are called see it.")
    name: Name = ""


class Register(_Message):
    """From now on calls to the line's extension ring here."""

    do: Literal["register"] = "register"
    extension: Number | None = Field(None, description="Only for the embedded switch; a browser has its own.")


class Unregister(_Message):
    """And no longer."""

    do: Literal["unregister"] = "unregister"


class Dial(_Message):
    """Call somebody."""

    do: Literal["dial"] = "dial"
    number: Number


class Take(_Message):
    """Answer the call that rings."""

    do: Literal["answer"] = "answer"


class Reject(_Message):
    """Do not answer it: the caller learns that the line is busy."""

    do: Literal["reject"] = "reject"


class HangUp(_Message):
    """End the call, whatever it has come to."""

    do: Literal["hangup"] = "hangup"


class Press(_Message):
    """Press keys of the telephone, one after the other."""

    do: Literal["press"] = "press"
    keys: Keys


class Registered(_Message):
    """Calls to this extension ring here."""

    event: Literal["registered"] = "registered"
    extension: str


class Unregistered(_Message):
    """They do not: nobody asked for it any more, or FreeSWITCH refuses."""

    event: Literal["unregistered"] = "unregistered"
    reason: str = ""


class Ringing(_Message):
    """At the other end it rings. Nothing is heard of that: who dialled is to be played a tone."""

    event: Literal["ringing"] = "ringing"


class Early(_Message):
    """Before an answer something is heard: no tone is needed any more."""

    event: Literal["early"] = "early"


class Answered(_Message):
    """The call was answered, by the other end or by us."""

    event: Literal["answered"] = "answered"


class Incoming(_Message):
    """Somebody calls."""

    event: Literal["incoming"] = "incoming"
    number: str
    name: str = ""


class Key(_Message):
    """A key: our own, now that it is sent, or one of the other end."""

    event: Literal["key"] = "key"
    key: str
    own: bool


class Ended(_Message):
    """The call is over; the cause is FreeSWITCH's name of it."""

    event: Literal["ended"] = "ended"
    cause: str


class Gone(_Message):
    """The line is: nothing more comes of it, and it can be told nothing."""

    event: Literal["gone"] = "gone"
    reason: str


Order = Register | Unregister | Dial | Take | Reject | HangUp | Press
Event = Registered | Unregistered | Ringing | Early | Answered | Incoming | Key | Ended | Gone

_orders: TypeAdapter[Order | Open] = TypeAdapter(Annotated[Order | Open, Field(discriminator="do")])
_events: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def order(text: str | bytes) -> Order | Open:
    """What a line is told. Raises ValueError (pydantic's) when it is nothing of that kind."""
    return _orders.validate_json(text)


def event(text: str | bytes) -> Event:
    """What a line tells. Raises ValueError (pydantic's) when it is nothing of that kind."""
    return _events.validate_json(text)


def schema() -> dict[str, Any]:
    """Both as JSON Schema, for those who write the other end."""
    return {"orders": _orders.json_schema(), "events": _events.json_schema()}
