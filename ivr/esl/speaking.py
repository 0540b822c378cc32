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

import gevent

from ivr.call import PlayEnded
from ivr.errors import CallEnded, CommandFailed, CommandTimeout, ConnectionLost, IvoryError, SwitchError
from ivr.esl import commands, wire
from ivr.esl.channel import Link
from ivr.esl.commands import ApiCall, Sound
from ivr.esl.running import Runner
from ivr.esl.sounds import Reel
from ivr.log import get

log = get(__name__)

KEYS_END: Final = "playback_terminators"  # the channel variable of the keys that end a playback
UNKNOWN: Final = "?"  # the carrier's application, where somebody else began it or is about to
COMES: Final = "ivr_carrier"  # the channel variable by which the dialplan says that it begins the carrier
ENDLESS: Final = "local_stream:"
MAX_RESTARTS: Final = 3
"""Carriers that may fail during one play; then the sound is given up."""


@dataclass(eq=False)
class Play:
    """What one `play` lets the caller hear; `now` is what sounds, or ought to: None between two sounds."""

    number: int
    reel: Reel
    now: _Sounding | None = None
    carriers: int = 0


@dataclass(eq=False)
class _Sounding:
    """A sound that was begun, until its MEDIA_BUG_STOP comes: one for each start, in order."""

    sound: Sound
    play: Play


def carried(event: wire.Event) -> bool:
    """Whether the dialplan has answered a call for us and begins its carrier: `event` is the answer, or the
    carrier itself where the call was answered before."""
    return bool(event.variable(COMES)) and (event.name == "CHANNEL_ANSWER" or is_carrier(event))


def is_carrier(event: wire.Event) -> bool:
    """Whether `event` is about a carrier's beginning or end."""
    return event.get("Application-Data") == commands.CARRIER


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
        if carried(arrival):
            self._carrier, self._carried = arrival.get("Application-UUID") or UNKNOWN, is_carrier(arrival)

    def _gone(self) -> None:
        super()._gone()
        play, self._play = self._play, None
        if self.moved and play is not None:  # they would hear it over whatever comes
            self._hush(play)

    # Playing ------------------------------------------------------------------------------------------

    def _begin(self, reel: Reel) -> int:
        """Let the caller hear a reel; its number comes back in `PlayEnded`."""
        self._plays += 1
        play = self._play = Play(self._plays, reel)
        self._carry(play)
        if reel.ready:
            self._sound_next(play)
        else:
            gevent.spawn(self._for_play, play)
        return play.number

    def _sound_next(self, play: Play) -> None:
        """Begin the next sound of a play, waiting for it if need be; or report the end."""
        sound = play.reel.next()
        if play is not self._play or self._ended:
            return
        if sound is None:
            self._over(play, complete=True)
            return
        sounding = play.now = _Sounding(sound, play)
        self._sounding.append(sounding)
        self._sounds(True)
        if sound.startswith(ENDLESS):
            self._endless_begins()
        try:
            self._link.post(commands.displace(self.id, sound), failed=partial(self._refused_sound, sounding))
        except SwitchError as error:
            self._refused_sound(sounding, error)

    def _for_play(self, play: Play) -> None:
        """`_sound_next` behind the flow's back; if that fails the flow is told, lest it waits for ever."""
        if not self._quietly(self._sound_next, play) and play is self._play:
            self._over(play, complete=False)

    def _refused_sound(self, sounding: _Sounding, error: SwitchError) -> None:
        """A sound did not begin. Without a line nothing is done: `resume` begins it anew."""
        if isinstance(error, CommandTimeout):  # it may begin yet
            return
        if sounding in self._sounding:
            self._sounding.remove(sounding)
        if isinstance(error, CommandFailed):
            if "locate" in error.message:
                self._end("NORMAL_CLEARING", raising=False)
                return
            Reel.failures["audio"] += 1
            log.warning("sound not played by the switch", call=self.id, sound=sounding.sound[:200])
            self._go_on(sounding)

    def _go_on(self, sounding: _Sounding) -> None:
        """A sound is over: begin the next, or report the end. On the reading greenlet: it must not wait."""
        play = sounding.play
        if play is not self._play:
            return
        play.now = None
        if play.reel.finished:
            self._over(play, complete=True)
        else:
            gevent.spawn(self._for_play, play)

    def _silence(self) -> None:
        """Stop what sounds; nobody need wait for that."""
        if play := self._play:
            self._over(play, complete=False)
            self._hush(play)

    def _hush(self, play: Play) -> None:
        if play.now is not None:
            if play.now not in self._sounding:  # it may have begun, and this may not arrive: see `resume`
                self._sounding.append(play.now)
            self._post(commands.undisplace(self.id, play.now.sound))

    def _over(self, play: Play, *, complete: bool) -> None:
        self._play = None
        self._sounds(False)
        self._put(PlayEnded(play.number, complete=complete))

    def _sound_ended(self, event: wire.Event) -> None:
        """A MEDIA_BUG_STOP."""
        target = event.get("Media-Bug-Target")
        for sounding in self._sounding:
            if sounding.sound == target:
                self._sounding.remove(sounding)
                self._go_on(sounding)
                return

    def _sounds(self, on: bool) -> None:
        """Something sounds to the caller from now on, or no longer."""

    def _endless_begins(self) -> None:
        """Something begins to sound that does not end by itself."""

    def _end_music(self) -> ApiCall | None:
        """The command that ends what sounds, if it does not end by itself."""
        now = self._play.now if self._play else None
        return commands.undisplace(self.id, now.sound) if now and now.sound.startswith(ENDLESS) else None

    # The carrier --------------------------------------------------------------------------------------

    def _carry(self, play: Play) -> None:
        """See to it that there is silence to lay sounds over."""
        if self._carrier:
            return
        if play.carriers >= MAX_RESTARTS:
            log.warning("no silence to lay sounds over", call=self.id)
            self._silence()
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
                failed=partial(self._no_carrier, play),
            )
        except SwitchError as error:
            self._no_carrier(play, error)

    def _no_carrier(self, play: Play, error: SwitchError) -> None:
        """It did not begin. Without a line that is nobody's fault: `resume` begins it anew."""
        if isinstance(error, CommandTimeout):  # it may begin yet
            return
        self._carrier = ""
        self._keys_end = ""  # nor is it known what became of that
        if isinstance(error, ConnectionLost):
            play.carriers -= 1
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
        """End the carrier, for an application that is queued next. One that has yet to begin is ended when it
        does; but the dialplan begins its own without a lock, so that the application runs inside of it."""
        if self._carrier == UNKNOWN and not self._carried:
            return
        if self._carrier and self._carried:
            self._post(commands.api("uuid_break", self.id))
        self._carrier = ""

    def _forget_queued(self) -> None:
        """What waits on the channel is taken off: a carrier that has yet to begin will not."""
        if not self._carried:
            self._carrier = ""

    def _execution_began(self, event: wire.Event) -> None:
        begun = event.get("Application-UUID")
        if is_carrier(event):
            if not self._carrier and self._job is not None and not self._job.began:
                self._doomed.add(begun)  # it is before what ought to run
            else:
                self._carrier, self._carried = begun, True
        super()._execution_began(event)

    def _execution_ended(self, event: wire.Event) -> None:
        super()._execution_ended(event)
        ours = event.get("Application-UUID") == self._carrier
        if self._carrier and (ours or (self._carrier == UNKNOWN and is_carrier(event))):
            self._carrier = ""
            if self._play is not None and not self._ended:  # broken off by somebody else
                self._carry(self._play)

    # After the line, or the worker, was away ----------------------------------------------------------

    def resume(self, channel: wire.Event) -> None:
        super().resume(channel)
        self._find_carrier(channel)
        if self._play is not None and not self._ended:
            self._carry(self._play)
        if not self._ended:
            self._spawn(self._look_after_sounds)

    def _look_after_sounds(self) -> None:
        """Make what is known agree with what sounds, as events and commands may have been lost.

        A sound that had begun is over if it does not sound, one of which that is not known is begun again,
        and one that was to stop is told so once more.
        """
        known, play = list(self._sounding), self._play
        now = play.now if play else None
        if not known and now is None:
            return
        sounds = self._sounds_now()
        wanted = self._play.now.sound if self._play and self._play.now else None
        for each in known:
            if each.sound not in sounds:
                if each in self._sounding:
                    self._sounding.remove(each)
            elif each.play is not self._play and each.sound != wanted:
                self._post(commands.undisplace(self.id, each.sound))
        if play is None or now is None or play is not self._play or play.now is not now:
            return
        if now.sound in sounds:
            if now not in self._sounding:
                self._sounding.append(now)
        else:
            if now not in known:
                play.reel.put_back(now.sound)
            self._go_on(now)

    def settle(self) -> None:
        """Stop what an earlier worker left sounding; may wait for the switch."""
        try:
            self._end_left(self._buglist())
        except CallEnded:
            return
        except IvoryError as error:
            log.warning("call could not be listened to", call=self.id, error=str(error))

    def _end_left(self, buglist: str) -> None:
        """End what is attached to the call's sound, and is an earlier worker's."""
        if left := commands.displaced(buglist):
            self._post(*(commands.undisplace(self.id, sound) for sound in left))

    def _sounds_now(self) -> list[Sound]:
        return commands.displaced(self._buglist())

    def _buglist(self) -> str:
        """What is attached to the call's sound; may wait for the switch."""
        try:
            return self._link.api(commands.api("uuid_buglist", self.id))
        except CommandFailed as error:
            if "no reply" in error.message:  # there is an answer for every call that is there
                self._end("NORMAL_CLEARING", raising=True)
            raise
