"""The lines on which cases are played in real time: the embedded switch, and a FreeSWITCH that is running.

On both, the worker is one of this process. On FreeSWITCH it takes all calls that arrive meanwhile, so that is
not to be one that people call. Needs gevent's patches.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import gevent

from ivr.app import App
from ivr.call import Call, Speech, Target
from ivr.errors import IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl.call import SwitchCall
from ivr.flow.model import LoadedFlow
from ivr.flow.script import Party
from ivr.flow.scripted import REFUSAL
from ivr.lab.lab import Lab
from ivr.lab.probe import Probe, Seen
from ivr.lab.words import describe, played
from ivr.settings import Settings, Switch
from ivr.speech.voice import Voice
from ivr.switch.callers import Heard
from ivr.switch.extensions import Extension
from ivr.switch.sounds import file_seconds
from ivr.testing.acting import READY, Actor
from ivr.testing.staged import Redirect, Stage

PREPARED = 300.0  # seconds in which all sentences of the flows become sound
AT_ONCE = 20  # calls; two cores carry them without a late key
START = 15.0  # seconds until the worker is attached
_GRACE = 5.0
_BEHAVIOURS = {"busy": "busy", "no_answer": "no_answer", "refused": "refuses", "failed": "unregistered"}
_CAUSES = {
    "busy": "USER_BUSY",
    "no_answer": "NO_ANSWER",
    "refused": "CALL_REJECTED",
    "failed": "DESTINATION_OUT_OF_ORDER",
}
_SOUNDS = re.compile(r"\[(?:tone|music: [^\]]*)\]")
Watch = Callable[[Voice], object]


def _wait(voice: Voice) -> None:
    """Wait until all sentences that are known are sound."""
    with gevent.Timeout(PREPARED, IvoryError(f"the flows were not spoken within {PREPARED:g} s")):
        while not voice.prepared(1.0).complete:
            continue


# The embedded switch ----------------------------------------------------------------------------------


class Embedded:
    """The embedded switch with a worker, for as long as it is entered.

    Args:
        folder: for its database and recordings.
        watch: waits until the flows can be spoken.
    """

    at_once = AT_ONCE

    def __init__(self, settings: Settings, folder: Path, watch: Watch = _wait) -> None:
        self.stage = Stage()
        self._lab = Lab(settings, folder, {}, self.stage.engine)
        self._watch = watch

    def __enter__(self) -> Embedded:
        self._lab.__enter__()
        self._watch(self._lab.app.voice)
        return self

    def __exit__(self, *_: object) -> None:
        self._lab.__exit__(None, None, None)

    def speech(self, text: str, language: str) -> Path:
        return self._lab.speech(text, language)

    def redirect(self) -> Redirect:
        def to(_call: Call, target: Target, party: Party) -> Target:
            address = f"t{uuid.uuid4().hex[:12]}"
            behaviour = _BEHAVIOURS.get(party.result, "answers")
            rings = party.after if behaviour == "answers" else REFUSAL
            self._lab.switch.extensions[address] = Extension(behaviour, rings, party.talks)
            return Target("extension", address, target.ring_seconds)

        return to

    def call(self, flow: LoadedFlow, ani: str, actor: Actor, limit: float) -> None:
        caller = self._lab.switch.dial(self._lab.number(flow.id), ani=ani)

        def sound(heard: Heard) -> None:
            words = describe(heard.kind, heard.name) if heard.kind == "file" else ""
            if words and heard.until is None:
                actor.began(words)
            elif words and heard.complete:
                actor.heard(words)

        def answer() -> None:
            if caller.wait_answer(READY):
                actor.answered()

        caller.on_sound(sound)
        acting: list[gevent.Greenlet[..., None]] = [gevent.spawn(answer), gevent.spawn(actor.act, caller)]
        try:
            if not caller.wait_end(limit):
                raise IvoryError(f"the call was not over within {limit:.0f} s")
        finally:
            if not caller.ended:
                caller.hangup()
            actor.left()
            _join(acting)


# A FreeSWITCH -----------------------------------------------------------------------------------------


class OnFreeSwitch:
    """The FreeSWITCH of the settings, with a worker of this process, for as long as it is entered.

    Its dialplan must hand calls to `number` in `context` to Ivory. The database is one of its own in
    `folder`; recordings, which FreeSWITCH writes, are deleted in the end.
    """

    at_once = AT_ONCE

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        number: str = "",
        context: str = "public",
        watch: Watch = _wait,
    ) -> None:
        self.stage = Stage()
        self._number, self._context, self._watch = number, context, watch
        own = {
            "store": settings.store.model_copy(
                update={"url": f"sqlite:///{folder / 'ivory.db'}", "spool": folder / "spool"}
            ),
            "flows": settings.flows.model_copy(update={"published": folder / "published"}),
            "ops": settings.ops.model_copy(update={"listen": ""}),
        }
        self._settings = settings.model_copy(update=own)
        self._app = App(self._settings, engine=self.stage.engine)
        self._calls: list[str] = []

    def __enter__(self) -> OnFreeSwitch:
        self._app.start()
        try:
            self._attach()
            self._watch(self._app.voice)
        except BaseException:
            self._app.stop()
            raise
        return self

    def _attach(self) -> None:
        worker = self._app.worker
        if not worker.connection.wait_up(START):
            raise worker.connection.failure
        if not worker.claim.mine:
            message = "another worker drives the calls of this FreeSWITCH"
            raise IvoryError(message, hint="stop its `ivr serve`, or test on another")

    def __exit__(self, *_: object) -> None:
        self._app.stop()
        for call in self._calls:
            for left in self._settings.calls.recordings.glob(f"*/{call}-*.wav"):
                left.unlink(missing_ok=True)

    def speech(self, text: str, language: str) -> Path:
        sound = self._app.voice.request(Speech(text, language)).wait(self._settings.speech.deadline)
        if sound is None:
            raise IvoryError(f'there is nothing to say in "{text}"')
        return sound

    def redirect(self) -> Redirect:
        def to(call: Call, target: Target, party: Party) -> Target:
            # Those who are not reached are extensions; those who talk are numbers: so many milliseconds.
            talks = str(round(party.talks * 1000))
            if isinstance(call, SwitchCall):
                rings = f"sleep:{round(party.after * 1000)};answer"
                people = {
                    "extension": "error/{address}",
                    "number": f"loopback/m:;:{rings};sleep:{{address}}/default/inline",
                    "allow": [talks],
                }
                call.dialling = self._settings.calls.model_copy(update=people)
            if party.result in _CAUSES:
                return Target("extension", _CAUSES[party.result], target.ring_seconds)
            return Target("number", talks, target.ring_seconds)

        return to

    def call(self, flow: LoadedFlow, ani: str, actor: Actor, limit: float) -> None:
        number = self._number or next(iter(flow.flow.numbers), "")
        if not number:
            raise IvoryError(
                f'nothing can be dialled to reach "{flow.id}"', hint="name a number with --number"
            )
        line = _TestCall(self._settings.switch, number, ani, self._context, actor)
        try:
            line.run((), line.told, limit)
        finally:
            actor.left()
            self._calls.append(line.called)
        if not line.called:
            raise IvoryError(f"{number} was not taken", hint="look at the dialplan: `ivr doctor`")


class _TestCall(Probe):
    """A test call whose caller is an actor."""

    def __init__(self, switch: Switch, number: str, ani: str, context: str, actor: Actor) -> None:
        super().__init__(switch, number, ani, context)
        self._actor = actor

    def told(self, seen: Seen) -> None:
        """What happened to the call."""
        if seen.event == "answered":
            # A telephone sends sound all the time, also where nobody speaks; recordings count on it.
            self._connection.execute(self.caller, "playback", commands.CARRIER, event_uuid=str(uuid.uuid4()))
            self._actor.answered()
        elif seen.event == "ended":
            self._actor.left()

    def press(self, keys: str) -> None:
        try:
            super().press(keys)
        except SwitchError:
            self._end()  # the call has gone meanwhile

    def say(self, wav: Path) -> float:
        self._connection.api(commands.displace(self.caller, commands.sound_file(str(wav))))
        return file_seconds(str(wav)) or 0.0

    def _act(self, steps: object) -> None:
        try:
            self._actor.act(self)
        except IvoryError as error:
            self._fail(error)

    def _heard(self, path: str) -> None:
        super()._heard(path)
        if words := _spoken(path):
            self._actor.began(words)

    def _unheard(self, path: str, *, complete: bool) -> None:
        super()._unheard(path, complete=complete)
        if complete:
            self._actor.heard(_spoken(path))


def _spoken(path: str) -> str:
    """The words of a sound; none of tones and music."""
    return " ".join(_SOUNDS.sub("", played(path)).split())


def _join(greenlets: Sequence[gevent.Greenlet[..., None]]) -> None:
    """Wait for what a call's actor still does, and tell what went wrong with it."""
    gevent.joinall(greenlets, timeout=_GRACE)
    gevent.killall(greenlets, timeout=_GRACE)
    for greenlet in greenlets:
        if isinstance(greenlet.exception, IvoryError):
            raise greenlet.exception
