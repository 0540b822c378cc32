"""What of a call is kept on the call itself, so that whoever drives it next can go on.

A few channel variables: where it stands in its flow, keys that wait, what was begun last and is still going
on, and who drives it. They live exactly as long as the call, on the machine that carries it. A state too long
to ride on every event lies in mod_hash's store instead, and the variable only says so.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.call import Kept
from ivr.errors import CommandFailed, IvoryError
from ivr.esl import commands
from ivr.esl.commands import ApiCall
from ivr.esl.job import APPLICATIONS, CONNECT
from ivr.esl.wire import Event

STATE: Final = "ivr_at"
REST: Final = "ivr_in"
"""The lines of a state after its first."""
KEYS: Final = "ivr_keys"
DOING: Final = "ivr_doing"
OWNER: Final = "ivr_by"
STORE: Final = "ivory-state"
"""The realm of mod_hash's store that takes long states, by the call's UUID."""

LONGEST: Final = 1500
"""Characters of a state that ride on the channel, and with it on each of its events."""

SHORT: Final = 300
"""Bytes that are not worth compressing."""

MAX_STATE: Final = 8 << 20
"""Bytes that a state may unpack to: more was never put in."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What was begun for a call and not seen to end: `record`, `secret`, `bridge` or `connect`, and the
    recording's name or the other leg."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.detail}".strip()


class Keeper:
    """Writes down what is to be kept of one call. FreeSWITCH reads commands byte by byte (2 us each), so only
    what has changed is written: of a state its first line, and the others where they are not as before."""

    def __init__(self, channel: Event, owner: str) -> None:
        self.stored = channel.variable(STATE) == STORE
        """Whether a state of the call lies in the store."""
        self._uuid = channel.uuid
        self._owner = owner
        self._written = {name: channel.variable(name) for name in (REST, KEYS, DOING, OWNER)}

    def state(self, text: str, keys: str) -> list[ApiCall]:
        """The commands that keep a state, with the keys that wait; nothing has been begun there yet.

        Raises:
            RefusedInput: it is longer than 2 MiB, even packed.
        """
        return self._state(text, {KEYS: keys, DOING: "", OWNER: self._owner})

    def amended(self, text: str) -> list[ApiCall]:
        """The commands that keep another state of the same visit: what was begun there goes on. Raises as
        `state`."""
        return self._state(text, {})

    def _state(self, text: str, more_told: Mapping[str, str]) -> list[ApiCall]:
        first, more, others = text.partition("\n")
        place, rest = pack(first), pack(others) if more else ""
        stored = []
        if len(place) + len(rest) > LONGEST and len(packed := pack(text)) > LONGEST:
            self.stored = True
            stored = [commands.store(STORE, self._uuid, packed)]
            place, rest = STORE, ""
        return [*stored, self._variables({STATE: place}, {REST: rest, **more_told})]

    def keys(self, typed: str) -> ApiCall:
        """The command that keeps keys that wait."""
        return self._variables({KEYS: typed}, {})

    def begun(self, doing: Doing, variables: Mapping[str, str]) -> ApiCall:
        """The command that says what is about to be begun, and sets what else it needs."""
        return self._variables({**variables, DOING: str(doing)}, {})

    def _variables(self, always: Mapping[str, str], changed: Mapping[str, str]) -> ApiCall:
        needed = {name: value for name, value in changed.items() if self._written[name] != value}
        self._written.update(
            {name: value for name, value in always.items() if name in self._written}, **needed
        )
        return commands.set_variables(self._uuid, {**always, **needed})


def forget_state(uuid: str) -> ApiCall:
    """The command that takes a long state out of the store."""
    return commands.api("hash", f"delete/{STORE}/{uuid}")


def begun(channel: Event) -> Doing | None:
    """What was begun for the call `channel`, as far as it was written down; perhaps nothing came of it."""
    kind, _, detail = channel.variable(DOING).partition(" ")
    return Doing(kind, detail) if kind in APPLICATIONS or kind == CONNECT else None


def going_on(channel: Event) -> Doing | None:
    """What was begun for the call `channel` and did begin on the switch, where it may be over by now."""
    doing = begun(channel)
    if doing is not None and doing.kind == CONNECT:
        return doing if channel.variable("bridge_uuid") == doing.detail else None
    if doing is None or channel.variable("current_application") != APPLICATIONS[doing.kind]:
        return None
    return doing if doing.detail in channel.variable("current_application_data") else None


def read(channel: Event, api: Callable[[ApiCall], str]) -> Kept | None:
    """What was kept with the call `channel`; None when nothing was.

    Raises:
        IvoryError: it cannot be read.
        SwitchError: the store could not be asked.
    """
    packed, rest = channel.variable(STATE), channel.variable(REST)
    if packed == STORE:
        try:
            packed, rest = api(commands.api("hash", f"select/{STORE}/{channel.uuid}")), ""
        except CommandFailed:
            packed = ""
    if not packed:
        return None
    text = f"{unpack(packed)}\n{unpack(rest)}" if rest else unpack(packed)
    return Kept(text, channel.variable(KEYS))


_JSON = str.maketrans('{}[]",:', "()/~!.*")
_BACK = str.maketrans("()/~!.*", '{}[]",:')
_PLAIN: Final = re.compile(r'[0-9A-Za-z_{}\[\]",:-]*')
"""Text that is letters, digits and JSON's signs, for which others stand that mean nothing to FreeSWITCH."""


def pack(text: str) -> str:
    """`text` in characters that mean nothing to FreeSWITCH: a letter for how, and then the text with other
    signs for JSON's, or as URL-safe base64."""
    if len(text) <= SHORT and _PLAIN.fullmatch(text) and "mod_event_socket" not in text.lower():
        return "t" + text.translate(_JSON)
    return armoured(text)


def armoured(text: str) -> str:
    """`text` as `unpack` reads it, in letters and digits alone, as the store takes them."""
    data, how = text.encode("utf-8", "surrogatepass"), "j"
    if len(data) > SHORT:
        data, how = zlib.compress(data, 1), "z"
    return how + base64.urlsafe_b64encode(data).decode()


def unpack(packed: str) -> str:
    if packed.startswith("t"):
        return packed[1:].translate(_BACK)
    try:
        data = base64.b64decode(packed[1:], altchars=b"-_", validate=True)
        if packed[0] == "z":
            reader = zlib.decompressobj()
            data = reader.decompress(data, MAX_STATE)
            if reader.unconsumed_tail or not reader.eof:
                raise IvoryError("the state that was kept is cut off, or too long")
        return data.decode("utf-8", "surrogatepass")
    except (binascii.Error, zlib.error, UnicodeDecodeError, ValueError) as error:
        raise IvoryError(f"the state that was kept cannot be read: {type(error).__name__}") from None
