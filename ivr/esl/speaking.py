"""What a caller hears: one sound after the other, laid over a silence that never ends.

FreeSWITCH looks for a new `playback` once in 20 ms, and lets another 20 ms pass before its first frame. A
sound that displaces what is being written anyway is in the very next frame. So while a flow speaks or
listens, its call plays silence (the carrier), and each sound is a media bug on top: begun by `uuid_displace …
start`, over with the event MEDIA_BUG_STOP, which also follows `… stop`.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Final

from ivr.call import PlayEnded
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands, wire
from ivr.esl.channel import Link
from ivr.esl.commands import Sound
from ivr.esl.running import Runner
from ivr.esl.sounds import Reel
from ivr.log import get

log = get(__name__)

KEYS_END: Final = "playback_terminators"  # the channel variable of the keys that end a playback
UNKNOWN: Final = "?"  # the carrier's application, where somebody else began it or is about to
COMES: Final = "ivr_carrier"  # the channel variable by which the dialplan says that it begins the carrier
MAX_RESTARTS: Final = 3
"""Carriers that may fail during one play; then the sound is given up."""


@dataclass(eq=False)
class Play:
    """What one `play` lets the caller hear; `sound` is the one that sounds now."""

    number: int
    reel: Reel
    sound: Sound | None = None
    carriers: int = 0


@dataclass(eq=False)
class _Sounding:
    """A sound that was begun, until its MEDIA_BUG_STOP comes: one for each start, in order."""

    sound: Sound
    play: Play


class Speaker(Runner):
    """A channel with what it plays."""

    def __init__(self, link: Link, arrival: wire.Event) -> None:
        super().__init__(link, arrival)
        self._plays = 0
        self._play: Play | None = None
        self._sounding: deque[_Sounding] = deque()
        self._keys_end = arrival.variable(KEYS_END)
        self._carrier, self._carried = "", False
        self._find_carrier(arrival)
        if arrival.name == "CHANNEL_ANSWER" and arrival.variable(COMES):
            self._carrier = UNKNOWN

    def _gone(self) -> None:
        super()._gone()
        self._play = None

    # Playing ------------------------------------------------------------------------------------------

    def _begin(self, reel: Reel) -> int:
        """Let the caller hear a reel; its number comes back in `PlayEnded`."""
        self._plays += 1
        play = self._play = Play(self._plays, reel)
        self._carry(play)
        if reel.ready:
            self._sound_next(play)
        else:
            self._spawn(self._sound_next, play)
        return play.number

    def _sound_next(self, play: Play) -> None:
        """Begin the next sound of a play, waiting for it if need be; or report the end."""
        sound = play.reel.next()
        if play is not self._play or self._ended:
            return
        play.sound = sound
        if sound is None:
            self._play = None
            self._put(PlayEnded(play.number, complete=True))
            return
        sounding = _Sounding(sound, play)
        self._sounding.append(sounding)
        try:
            self._link.post(commands.displace(self.id, sound), failed=partial(self._refused_sound, sounding))
        except SwitchError as error:
            self._refused_sound(sounding, error)

    def _refused_sound(self, sounding: _Sounding, error: SwitchError) -> None:
        """A sound did not begin. Without a line nothing is done: `resume` begins it anew."""
        if sounding in self._sounding:
            self._sounding.remove(sounding)
        if isinstance(error, CommandFailed):
            if "locate" in error.message:
                self._end("NORMAL_CLEARING", raising=False)
                return
            Reel.failures["audio"] += 1
            log.warning("sound not played by the switch", call=self.id, sound=sounding.sound[:200])
            self._go_on(sounding.play)

    def _go_on(self, play: Play) -> None:
        """A sound is over: begin the next, or report the end. On the reading greenlet: it must not wait."""
        if play is not self._play:
            return
        if play.reel.finished:
            self._play = None
            self._put(PlayEnded(play.number, complete=True))
        else:
            self._spawn(self._sound_next, play)

    def _silence(self) -> None:
        """Stop what sounds; nobody need wait for that."""
        play, self._play = self._play, None
        if play is None:
            return
        self._put(PlayEnded(play.number, complete=False))
        if play.sound is not None:
            self._post(commands.undisplace(self.id, play.sound))

    def _sound_ended(self, event: wire.Event) -> None:
        """A MEDIA_BUG_STOP."""
        target = event.get("Media-Bug-Target")
        for sounding in self._sounding:
            if sounding.sound == target:
                self._sounding.remove(sounding)
                self._go_on(sounding.play)
                return

    # The carrier --------------------------------------------------------------------------------------

    def _carry(self, play: Play) -> None:
        """See to it that there is silence to lay sounds over."""
        if self._carrier or play.carriers >= MAX_RESTARTS:
            return
        play.carriers += 1
        self._carrier, self._carried = str(uuid.uuid4()), False
        before = []
        if self._keys_end != "none":
            self._keys_end = "none"
            before.append(commands.set_variables(self.id, {KEYS_END: "none"}))
        try:
            self._link.post_execute(
                self.id,
                "playback",
                commands.CARRIER,
                event_uuid=self._carrier,
                before=before,
                failed=self._no_carrier,
            )
        except SwitchError as error:
            self._no_carrier(error)

    def _no_carrier(self, error: SwitchError) -> None:
        self._carrier = ""
        log.debug("no carrier", call=self.id, error=str(error))

    def _find_carrier(self, channel: wire.Event) -> None:
        """Whether the channel says that it plays the carrier."""
        playing = channel.variable("current_application"), channel.variable("current_application_data")
        runs = not channel.variable("current_application_response")
        if playing == ("playback", commands.CARRIER) and runs:
            self._carrier, self._carried = self._carrier or UNKNOWN, True
        else:
            self._carrier = ""

    def _make_way(self) -> None:
        """End the carrier, for an application that is queued next."""
        if self._carrier and self._carried:
            self._post(commands.api("uuid_break", self.id))
        elif self._carrier:
            self._doomed.add(self._carrier)
        self._carrier = ""

    def _execution_began(self, event: wire.Event) -> None:
        begun = event.get("Application-UUID")
        if self._is_carrier(event):
            if UNKNOWN in self._doomed:  # the dialplan's own, which has to make way
                self._doomed.remove(UNKNOWN)
                self._doomed.add(begun)
            elif self._carrier in (UNKNOWN, begun):
                self._carrier, self._carried = begun, True
        super()._execution_began(event)

    def _execution_ended(self, event: wire.Event) -> None:
        super()._execution_ended(event)
        ours = event.get("Application-UUID") == self._carrier
        if self._carrier and (ours or (self._carrier == UNKNOWN and self._is_carrier(event))):
            self._carrier = ""
            if self._play is not None and not self._ended:  # broken off by somebody else
                self._carry(self._play)

    @staticmethod
    def _is_carrier(event: wire.Event) -> bool:
        return event.get("Application-Data") == commands.CARRIER

    # After the line, or the worker, was away ----------------------------------------------------------

    def resume(self, channel: wire.Event) -> None:
        super().resume(channel)
        self._find_carrier(channel)
        if self._play is not None and not self._ended:
            self._carry(self._play)
            self._spawn(self._look_after_sound, self._play)

    def _look_after_sound(self, play: Play) -> None:
        """Whether a sound still sounds of which nothing was heard. One that had begun is over if it does not;
        one of which that is not known is begun again."""
        if play.sound is None or play is not self._play:
            return
        sounds = self._sounds_now()
        if play is not self._play or play.sound is None or play.sound in sounds:
            return
        began = [each for each in self._sounding if each.play is play]
        for each in began:
            self._sounding.remove(each)
        if not began:
            play.reel.put_back(play.sound)
        self._go_on(play)

    def settle(self) -> None:
        """Stop what an earlier worker left sounding; may wait for the switch."""
        try:
            left = self._sounds_now()
        except IvoryError as error:
            log.warning("call could not be listened to", call=self.id, error=str(error))
            return
        if left:
            self._post(*(commands.undisplace(self.id, sound) for sound in left))

    def _sounds_now(self) -> list[Sound]:
        return commands.displaced(self._link.api(commands.api("uuid_buglist", self.id)))
