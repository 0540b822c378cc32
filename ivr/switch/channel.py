"""One channel: its state, its variables, its caller, and the events that tell of every change.

A channel runs in one greenlet of its own (`ivr.switch.session`), as a FreeSWITCH session runs in one thread.
Other greenlets only set flags and queue things, then wake it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.flag import Flag
from ivr.switch import causes
from ivr.switch.digits import Digit, DigitQueue
from ivr.switch.displacing import Displaced
from ivr.switch.events import Block, Headers, Pairs
from ivr.switch.hearing import Given, Hearing
from ivr.switch.holding import Hold
from ivr.switch.mediabugs import MediaBugs
from ivr.switch.party import Party
from ivr.switch.pins import Pins
from ivr.switch.private import PrivateCommands
from ivr.switch.profile import Profile
from ivr.switch.variables import Variables, expand

if TYPE_CHECKING:
    from gevent import Greenlet

    from ivr.switch.live import LiveRecording
    from ivr.switch.recordings import Recording
    from ivr.switch.spying import Spy
    from ivr.switch.switch import Switch

FRAME = 0.02
_LONGEST_WAIT = 60.0
_MAX_DIALLED = 1000
STATES = {
    "CS_NONE": 0,
    "CS_NEW": 0,
    "CS_INIT": 1,
    "CS_ROUTING": 2,
    "CS_SOFT_EXECUTE": 3,
    "CS_EXECUTE": 4,
    "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_RESET": 9,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
    "CS_DESTROY": 12,
}
CALL_STATES = {
    "DOWN": 0,
    "RINGING": 2,
    "EARLY": 3,
    "ACTIVE": 4,
    "HELD": 5,
    "RING_WAIT": 6,
    "HANGUP": 7,
    "UNHELD": 8,
}
_CODECS = {"PCMU": "64000", "L16": "128000"}


def microseconds() -> int:
    """Now, as FreeSWITCH stamps it."""
    return int(time.time() * 1_000_000)


class Channel:
    """One leg of a call.

    Args:
        switch: the switch it lives on.
        profile: who calls whom; its `uuid` is the channel's.
        party: who is at the far end.
        codec: `PCMU` for telephones, `L16` for channels inside the switch.
    """

    def __init__(self, switch: Switch, profile: Profile, party: Party, codec: str = "PCMU") -> None:
        self.switch = switch
        self.uuid = profile.uuid
        self.name = profile.channel_name
        self.inbound = profile.direction == "inbound"
        self.codec = codec
        self.profile = profile
        self.party = party
        self.variables = Variables()
        self.digits = DigitQueue()
        self.hearing = Hearing()
        self.given = Given()
        self.commands = PrivateCommands(self)
        self.bugs = MediaBugs(self)
        self.displaced = Displaced(self)
        self.hold = Hold(self)
        self.pins = Pins()
        self.muted: set[str] = set()
        self.spies: list[Spy] = []
        self.spying: Spy | None = None
        self.greenlet: Greenlet[..., None] | None = None

        self.state = "CS_NEW"
        self.running_state = "CS_NONE"
        self.call_state = "DOWN"
        self.cause = ""
        self.answered = False
        self.early = False
        self.rang = False
        self.break_flag = 0
        self.parked = False
        self.bridged_to: Channel | None = None
        self.suspended = False
        self.display_turned = False
        self.call_uuid = self.uuid
        self.redirected: Callable[[], None] | None = None
        self.recordings: dict[str, Recording | LiveRecording] = {}
        self.watchers: list[Flag] = []
        self.other_leg: tuple[str, Profile] | None = None
        self.bridge_role = ""
        self.hit_dialplan = self.inbound
        self.dialled = ""

        self._signal = Flag()
        self._codec = [
            (f"Channel-{way}-Codec-{what}", value)
            for way in ("Read", "Write")
            for what, value in (("Name", codec), ("Rate", "8000"), ("Bit-Rate", _CODECS[codec]))
        ]
        profile.created = profile.times.created = microseconds()
        self.variables.set("direction", profile.direction)
        if not self.inbound:
            self.variables.set("is_outbound", "true")
        self.variables.set("uuid", self.uuid)
        if self.inbound:
            self.variables.set("call_uuid", self.uuid)
        self.variables.set("session_id", str(switch.next_session_id()))
        self.variables.set("channel_name", self.name)
        for way in ("read", "write"):
            self.variables.set(f"{way}_codec", codec)
            self.variables.set(f"{way}_rate", "8000")

    # What it is in ------------------------------------------------------------------------------------

    @property
    def down(self) -> bool:
        """Hung up, whether or not its greenlet has noticed."""
        return bool(self.cause)

    @property
    def ready(self) -> bool:
        """May go on with what it does: neither hung up nor sent elsewhere."""
        return not self.cause and self.redirected is None

    @property
    def media_ready(self) -> bool:
        """Sound can pass."""
        return self.answered or self.early

    @property
    def answer_state(self) -> str:
        """`ringing`, `early`, `answered` or `hangup`."""
        if self.cause:
            return "hangup"
        return "answered" if self.answered else "early" if self.early else "ringing"

    def variable(self, name: str) -> str | None:
        """A channel variable, a field of the caller, or a global variable."""
        found = self.variables.get(name)
        if found is None:
            found = self.profile.get(name)
        return self.switch.globals.get(name) if found is None else found

    def expand(self, text: str) -> str:
        """Text with its `${…}` replaced, API calls run."""
        return expand(text, self.variable, self.switch.run_api)

    # Events -------------------------------------------------------------------------------------------

    def fire(
        self,
        name: str,
        extra: Pairs | None = None,
        *,
        first: Pairs | None = None,
        variables: bool = True,
        subclass: str = "",
        body: str = "",
        before: Pairs | None = None,
    ) -> None:
        """Fire an event about this channel: `first` stands before its own headers, `extra` after them,
        `before` ahead even of Event-Name."""
        bus = self.switch.bus
        if not bus.wanted(name, subclass):
            return
        blocks: list[Block] = [Headers(first)] if first else []
        blocks += self.blocks(variables=variables)
        if extra:
            blocks.append(Headers(extra))
        ahead = Headers(before) if before else None
        bus.deliver(bus.make(name, *blocks, body=body, subclass=subclass, before=ahead))

    def blocks(self, *, variables: bool = True) -> list[Block]:
        """The channel as headers: state, caller, the other leg, and its variables."""
        pairs = [
            ("Channel-State", self.running_state),
            ("Channel-Call-State", self.call_state),
            ("Channel-State-Number", str(STATES[self.state])),
            ("Channel-Name", self.name),
            ("Unique-ID", self.uuid),
            ("Call-Direction", self.profile.direction),
            ("Presence-Call-Direction", self.profile.direction),
            ("Channel-HIT-Dialplan", "true" if self.hit_dialplan else "false"),
            ("Channel-Call-UUID", self.call_uuid),
            ("Answer-State", self.answer_state),
        ]
        if self.cause:
            pairs.append(("Hangup-Cause", self.cause))
        blocks: list[Block] = [Headers(pairs + self._codec), self.profile.headers()]
        if self.other_leg:
            kind, other = self.other_leg
            blocks += [Headers([("Other-Type", kind)]), other.headers("Other-Leg")]
        return [*blocks, self.variables] if variables else blocks

    def enter(self, state: str) -> None:
        """Reach a state and run in it; says so in CHANNEL_STATE."""
        self.state = self.running_state = state
        self.fire("CHANNEL_STATE", variables=False)

    def set_call_state(self, state: str) -> None:
        """Change the call state; says so in CHANNEL_CALLSTATE."""
        if state == self.call_state:
            return
        before, self.call_state = self.call_state, state
        self.fire(
            "CHANNEL_CALLSTATE",
            first=[
                ("Original-Channel-Call-State", before),
                ("Channel-Call-State-Number", str(CALL_STATES[state])),
            ],
            variables=False,
        )

    # What happens to it -------------------------------------------------------------------------------

    def ring_ready(self) -> None:
        """Tell the caller that it rings, or learn that the called telephone does."""
        if self.rang or self.media_ready or self.down:
            return
        self.rang = True
        self.profile.times.progress = microseconds()
        self.party.ringing(self)
        self.fire("CHANNEL_PROGRESS")
        if not self.inbound:
            self.set_call_state("RINGING")
        self._changed()

    def pre_answer(self) -> bool:
        """Open the way for sound without answering; False when the channel is down."""
        if self.down:
            return False
        if not self.media_ready:
            self.early = True
            self.profile.times.progress_media = microseconds()
            self.party.media(self)
            self.variables.set("endpoint_disposition", "EARLY MEDIA")
            self.fire("CHANNEL_PROGRESS_MEDIA")
            self.set_call_state("EARLY")
            self._changed()
        return True

    def answer(self) -> bool:
        """Answer, or learn that the called party did; False when the channel is down."""
        if self.down:
            return False
        if not self.answered:
            self.answered = True
            self.profile.times.answered = microseconds()
            self.party.answered(self)
            self.fire("CHANNEL_ANSWER")
            self.set_call_state("ACTIVE")
            self.variables.set("endpoint_disposition", "ANSWER")
            self._changed()
        return True

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Hang up, once. The channel's own greenlet does the rest when it comes to it."""
        if self.cause:
            return
        self.hold.hung_up()
        self.cause = cause if cause in causes.NUMBERS else "NORMAL_CLEARING"
        self.state = "CS_HANGUP"
        partner = self.switch.channels.get(self.variables.get("signal_bond") or "")
        if partner:
            partner.variables.set("last_bridge_hangup_cause", self.cause)
        if self.bridge_role:
            self.variables.set("last_bridge_role", self.bridge_role)
        self.fire("CHANNEL_HANGUP")
        self._changed()

    def redirect(self, step: Callable[[], None], state: str) -> None:
        """Leave whatever it is doing and go on with `step`; `state` is shown as the one it moves to."""
        if not self.cause:
            self.redirected = step
            self.state = state
            self._changed()

    def queue_digit(self, digit: Digit) -> None:
        """A key arrives from the far end."""
        sensitive = (self.variables.get("sensitive_dtmf") or "").lower() == "true"
        self.digits.put(Digit(digit.key, digit.duration, digit.source, sensitive))
        self.wake()

    def take_digit(self) -> Digit | None:
        """Take the oldest key off the queue; now its DTMF event fires, unless nobody may see it."""
        digit = self.digits.take()
        if digit and not digit.sensitive:
            self.dialled = (self.dialled + digit.key)[-_MAX_DIALLED:]
            self.fire(
                "DTMF",
                [
                    ("DTMF-Digit", digit.key),
                    ("DTMF-Duration", str(digit.duration)),
                    ("DTMF-Source", digit.source),
                ],
                variables=False,
            )
        return digit

    def reset(self) -> None:
        """What FreeSWITCH does after a recording, a missing file and around a bridge: keys are forgotten."""
        self.digits.flush()

    # Waiting ------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Have the channel's greenlet look again at what it waits for."""
        self._signal.set()

    def _changed(self) -> None:
        self.wake()
        for signal in self.watchers:
            signal.set()

    def idle(
        self,
        seconds: float,
        on_digit: Callable[[Digit], bool] | None = None,
        *,
        breakable: bool = True,
        until_digit: bool = False,
    ) -> str:
        """Let time pass as an application does, taking commands; to be called in the channel's greenlet.

        Args:
            seconds: how long; infinite for ever. Time that a nested application takes does not count.
            on_digit: is given each key; True ends the wait. None leaves keys in the queue.
            breakable: whether uuid_break ends the wait.
            until_digit: a key in the queue ends the wait, and stays there.

        Returns:
            `done`, `break` (uuid_break), `digit`, or `gone` (hung up or sent elsewhere).
        """
        deadline = time.monotonic() + seconds
        while True:
            self._signal.clear()
            if not self.ready:
                return "gone"
            if breakable and self.break_flag:
                self.break_flag = 0
                return "break"
            before = time.monotonic()
            if self.commands.take_all():
                deadline += time.monotonic() - before
                continue
            if until_digit and self.digits:
                return "digit"
            if on_digit and self.digits:
                digit = self.take_digit()
                if digit and on_digit(digit):
                    return "digit"
            left = deadline - time.monotonic()
            if left <= 0:
                return "done"
            self._signal.wait(min(left, self._frame(on_digit is not None)))

    def turn(self, on_digit: Callable[[Digit], bool]) -> None:
        """One turn of a talk: take commands, then a key, then wait until something happens on this channel
        or on one whose changes it watches."""
        self._signal.clear()
        if self.commands.take_all(suspends=True):
            return
        if self.digits:
            digit = self.take_digit()
            if digit:
                on_digit(digit)
        if self.ready:
            self._signal.wait(self._frame(True))

    def look(self, on_digit: Callable[[Digit], bool] | None) -> None:
        """One turn of an application that takes no commands: a key, then wait until something happens on this
        channel or on one whose changes it watches. None leaves keys in the queue."""
        self._signal.clear()
        if on_digit and self.digits:
            digit = self.take_digit()
            if digit:
                on_digit(digit)
        if self.ready:
            self._signal.wait(self._frame(on_digit is not None))

    def rest(self) -> None:
        """Wait until something happens on this channel or on one whose changes it watches."""
        self._signal.wait(_LONGEST_WAIT)
        self._signal.clear()

    def _frame(self, takes_digits: bool) -> float:
        """Keys are taken one a frame; but for them only what wakes the channel matters."""
        return FRAME if takes_digits and self.digits else _LONGEST_WAIT

    def watch(self, other: Channel) -> None:
        """Be woken by what happens to another channel."""
        other.watchers.append(self._signal)

    def unwatch(self, other: Channel) -> None:
        """No longer."""
        other.watchers.remove(self._signal)
