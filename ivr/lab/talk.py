"""One call of a lab, told as a transcript while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gevent
from rich.console import Console

from ivr.errors import IvoryError
from ivr.lab.lab import Lab
from ivr.lab.player import Player
from ivr.lab.script import Ear
from ivr.lab.transcript import Transcript
from ivr.lab.words import describe
from ivr.log import listening
from ivr.runtime.visit import PROBLEM
from ivr.store.calls import Journey
from ivr.switch.callers import Heard

LONGEST = 1800.0
"""Seconds after which a call of a lab is hung up."""
_ENDLESS = ("music", "person")  # sounds that nobody waits for the end of
_LOOK = 0.1
_GRACE = 5.0


class Talk:
    """Dials a flow and writes down what is heard and done. A `Phone` for scripts and keyboards.

    Attributes:
        caller: who calls, at the embedded switch.
        part: has the agent hang up, if there is one; whether there was.

    Args:
        player: plays what is heard aloud; None: nobody listens.
        dnis: the number that is dialled; the flow's own when left out.
    """

    def __init__(
        self,
        lab: Lab,
        flow: str,
        ani: str,
        console: Console,
        player: Player | None = None,
        dnis: str = "",
    ) -> None:
        self.lab = lab
        self.ear = Ear()
        began = time.monotonic()
        self._transcript = Transcript(console, lambda: time.monotonic() - began)
        self._player = player
        self.part: Callable[[], bool] = lambda: False
        self._language = lab.flow(flow).flow.languages[0]
        self.caller = lab.dial(flow, ani, dnis)
        self.caller.on_sound(self._sound)
        self._transcript.note("caller", f"dials {dnis or lab.number(flow)}")

    def run(self, act: Callable[[Talk], object]) -> Journey:
        """Let `act` be the caller until the call ends, and return its journey.

        Raises:
            IvoryError: what `act` raised, after hanging up.
        """
        failures: list[IvoryError] = []

        def caller() -> None:
            try:
                act(self)
            except IvoryError as error:
                failures.append(error)

        actor = gevent.spawn(caller)
        until = time.monotonic() + LONGEST
        with listening(self._logged):
            self._follow(actor, lambda: bool(failures) or time.monotonic() >= until)
        if failures:
            raise failures[0]
        return self.lab.journey(self.caller.uuid)

    def _follow(self, actor: gevent.Greenlet[..., None], done: Callable[[], bool]) -> None:
        """Wait for the end of the call, and of whoever acts in it."""
        try:
            while not self.caller.wait_end(_LOOK) and not done():
                continue
        except KeyboardInterrupt:
            pass  # Ctrl-C is how one hangs up
        finally:
            self.hangup()
            actor.kill(timeout=2)
            if self._player:
                self._player.stop()
        self.caller.wait_end(_GRACE)
        self._transcript.note("switch", f"the call is over: {self.caller.cause}")

    def note(self, who: str, text: str) -> None:
        """Something that somebody else did."""
        self._transcript.note(who, text)

    def press(self, keys: str) -> None:
        self._transcript.pressed(keys)
        self.caller.press(keys)

    def speak(self, text: str) -> Path:
        """Words as sound, for `say`; in the flow's own language. Raises SpeechError."""
        return self.lab.speech(text, self._language)

    def say(self, wav: Path) -> float:
        self._transcript.note("caller", f"says “{describe('file', str(wav))}”")
        return self.caller.say(wav)

    def hangup(self) -> None:
        if not self.ear.over and not self.caller.ended:
            self._transcript.note("caller", "hangs up")
            self.caller.hangup()
        self.ear.hang_up()

    def _logged(self, line: Mapping[str, Any]) -> bool:
        """A node's problem belongs to the talk; what else is logged begins on a line of its own."""
        if line.get("event") == PROBLEM:
            self._transcript.problem(str(line.get("error", "")))
            return True
        self._transcript.close()
        return False

    def _sound(self, heard: Heard) -> None:
        if heard.kind == "silence":
            return
        words = describe(heard.kind, heard.name)
        if heard.until is None:
            if heard.kind == "music":
                self.ear.music(True)
            else:
                self.ear.began(person=heard.kind == "person")
            self._transcript.heard(words, endless=heard.kind in _ENDLESS)
            if heard.kind in _ENDLESS:
                self.ear.heard(words)
        else:
            if heard.complete and heard.kind not in _ENDLESS:
                self.ear.heard(words)
            if heard.kind == "music":
                self.ear.music(False)
            else:
                self.ear.ended()
            self._transcript.silent()
        if self._player and heard.kind == "file":
            self._player.play(heard.name) if heard.until is None else self._player.ended(heard.name)
