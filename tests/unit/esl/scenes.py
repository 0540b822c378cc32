"""A call on a FreeSWITCH that the test plays: its line writes commands down, its events are made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import gevent

from ivr.call import Event as Told
from ivr.call import Speech
from ivr.errors import CommandFailed, ConnectionLost, SpeechError, SwitchError
from ivr.esl.call import Surroundings, SwitchCall
from ivr.esl.commands import CARRIER, ApiCall, Argument
from ivr.esl.wire import Event
from ivr.settings import Calls

UUID = "3f1c3f0e-0000-4000-8000-00000000000a"
HEADERS = {"variable_playback_terminators": "none"}
GONE = "-ERR Cannot locate session!"
REFUSED = "-ERR Cannot displace session!"

Failed = Callable[[SwitchError], None]
_DISPLACE = re.compile(rf"uuid_displace {UUID} (start|stop) ('[^']+'|\S+)")


@dataclass
class _Posted:
    """Something that was posted and not answered yet."""

    what: str
    failed: Failed | None


class Done:
    """A job that has been done at once."""

    def get(self, timeout: float) -> str:
        return "+OK Success"


class Line:
    """Writes down what is executed and asked for. `sent` has everything, in order."""

    def __init__(self) -> None:
        self.executed: list[tuple[str, str, str]] = []
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.trouble: list[Exception] = []
        self.on_execute: Callable[[str, Argument, str], None] | None = None
        self.lives: set[str] = set()
        self.sounds: list[str] = []
        self.away = False
        self.up = gevent.event.Event()
        self.up.set()
        self._posted: list[_Posted] = []

    def execute(
        self, channel: str, application: str, argument: Argument | None = None, *, event_uuid: str
    ) -> None:
        assert channel == UUID
        self._fail()
        if self.on_execute:
            self.on_execute(application, argument or Argument(""), event_uuid)
        else:
            self._executed(application, argument, event_uuid)

    def api(self, call: ApiCall) -> str:
        self._fail()
        self._asked(call)
        if call.startswith("uuid_exists "):
            return str(call.split()[1] in self.lives).lower()
        return self.buglist if call.startswith("uuid_buglist ") else "+OK"

    def bgapi(self, call: ApiCall) -> Done:
        self._fail()
        self._asked(call)
        return Done()

    def post(self, *calls: ApiCall, failed: Failed | None = None) -> None:
        self._there()
        for call in calls:
            self._asked(call)
            self._posted.append(_Posted(call, failed))

    def post_execute(
        self,
        channel: str,
        application: str,
        argument: Argument | None = None,
        *,
        event_uuid: str,
        failed: Failed | None = None,
        before: Sequence[ApiCall] = (),
    ) -> None:
        assert channel == UUID
        self.post(*before)
        self._executed(application, argument, event_uuid)
        self._posted.append(_Posted(application, failed))

    def wait_up(self, timeout: float | None = None) -> bool:
        return self.up.wait(0.5)

    def _executed(self, application: str, argument: Argument | None, uuid: str) -> None:
        self.executed.append((application, argument or "", uuid))
        self.sent.append(f"{application} {argument or ''}")

    def _asked(self, call: ApiCall) -> None:
        self.asked.append(call)
        self.sent.append(call)

    def _fail(self) -> None:
        self._there()
        if self.trouble:
            raise self.trouble.pop(0)

    def _there(self) -> None:
        if self.away:
            raise ConnectionLost("away")

    # What was sent --------------------------------------------------------------------------------

    @property
    def last(self) -> tuple[str, str, str]:
        return self.executed[-1]

    @property
    def carriers(self) -> list[str]:
        """The UUIDs of the carriers."""
        return [uuid for _, argument, uuid in self.executed if argument == CARRIER]

    @property
    def applications(self) -> list[str]:
        return [application for application, _, _ in self.executed]

    @property
    def started(self) -> list[str]:
        return self._displaced("start")

    @property
    def stopped(self) -> list[str]:
        return self._displaced("stop")

    @property
    def breaks(self) -> list[str]:
        return [call for call in self.asked if call.startswith("uuid_break ")]

    def _displaced(self, verb: str) -> list[str]:
        found = map(_DISPLACE.match, self.asked)
        return [each[2].strip("'") for each in found if each and each[1] == verb]

    # What FreeSWITCH makes of it ------------------------------------------------------------------

    @property
    def buglist(self) -> str:
        """What `uuid_buglist` prints while `sounds` sound and the call is recorded; nothing is escaped."""
        bugs = [("session_record", "/recordings/all.wav"), *(("displace", sound) for sound in self.sounds)]
        shown = "".join(
            f" <media-bug>\n  <function>{function}</function>\n  <target>{target}</target>\n"
            "  <thread-locked>0</thread-locked>\n </media-bug>\n"
            for function, target in bugs
        )
        return f"<media-bugs>\n{shown}</media-bugs>\n"

    def done(self) -> None:
        """Everything that was posted succeeded."""
        self._posted.clear()

    def refuse(self, what: str, error: SwitchError) -> None:
        """One of what was posted, recognised by its beginning, failed."""
        posted = next(each for each in self._posted if each.what.startswith(what))
        self._posted.remove(posted)
        assert posted.failed
        posted.failed(error)

    def goes(self) -> None:
        """The line is lost, and with it every reply that was due."""
        self.away, posted = True, self._posted
        self.up.clear()
        self._posted = []
        for each in posted:
            if each.failed:
                each.failed(ConnectionLost("the line went"))


class Sentence:
    """A rendering that is ready, failed, or still on its way."""

    def __init__(self, path: Path | None = None, error: Exception | None = None) -> None:
        self.finished = gevent.event.Event()
        self.path, self.error = path, error
        if path or error:
            self.finished.set()

    @property
    def ready(self) -> bool:
        return self.finished.is_set()

    def wait(self, timeout: float) -> Path | None:
        if not self.finished.wait(timeout):
            raise SpeechError("too slow")
        if self.error:
            raise self.error
        return self.path

    def finish(self, path: Path | None = None, error: Exception | None = None) -> None:
        self.path, self.error = path, error
        self.finished.set()


class Voice:
    def __init__(self) -> None:
        self.sentences: dict[str, Sentence] = {}

    def request(self, speech: Speech) -> Sentence:
        return self.sentences.setdefault(speech.text, Sentence(Path(f"/prompts/{speech.text}.wav")))


class Scene:
    """A call with its line, voice and folders, and the events that FreeSWITCH would send."""

    def __init__(
        self, folder: Path, *, arrival: Event | None = None, ani: str = "138", **options: object
    ) -> None:
        self.line, self.voice = Line(), Voice()
        calls = Calls.model_validate({"recordings": folder / "recordings", **options})
        around = Surroundings(self.line, self.voice, calls, folder / "sounds", speech_deadline=1.0)
        arrival = arrival or event("CHANNEL_PARK", {**HEADERS, "Caller-Caller-ID-Number": ani})
        self.call = SwitchCall(around, arrival)

    # Events ---------------------------------------------------------------------------------------

    def begin(self, application: str = "", argument: str = "", uuid: str = "") -> None:
        """CHANNEL_EXECUTE: of what was executed last, when nothing is named."""
        self._told("CHANNEL_EXECUTE", application, argument, uuid, {})

    def complete(self, application: str = "", argument: str = "", uuid: str = "", **variables: str) -> None:
        """CHANNEL_EXECUTE_COMPLETE: of what was executed last, when nothing is named."""
        self._told("CHANNEL_EXECUTE_COMPLETE", application, argument, uuid, variables)

    def _told(self, name: str, app: str, argument: str, uuid: str, variables: dict[str, str]) -> None:
        if not app:
            app, argument, uuid = self.line.last
        headers = {"Application": app, "Application-Data": quote(argument), "Application-UUID": uuid}
        headers |= {f"variable_{name}": value for name, value in variables.items()}
        self.call.handle(event(name, headers))
        turns()

    def carrier_begins(self, uuid: str = "") -> None:
        self.begin("playback", CARRIER, uuid or self.line.carriers[-1])

    def carrier_ends(self, uuid: str = "") -> None:
        self.complete("playback", CARRIER, uuid or self.line.carriers[-1])

    def over(self, sound: str) -> None:
        """MEDIA_BUG_STOP."""
        self.call.handle(
            event("MEDIA_BUG_STOP", {"Media-Bug-Function": "displace", "Media-Bug-Target": quote(sound)})
        )
        turns()

    def hangs_up(self, cause: str = "NORMAL_CLEARING") -> None:
        self.call.handle(event("CHANNEL_HANGUP", {"Hangup-Cause": cause}))

    def now(self, **variables: str) -> Event:
        """The channel as it is: the last application runs, or says by one of `variables` that it is over."""
        application, argument, _ = self.line.last
        shown = {"current_application": application, "current_application_data": argument, **variables}
        return event("CHANNEL_DATA", {f"variable_{name}": quote(value) for name, value in shown.items()})

    def back(self, channel: Event) -> None:
        """The line is back, and the worker was told what is true."""
        self.line.away = False
        self.call.resume(channel)
        self.line.up.set()
        turns()

    def refuse(self, what: str, text: str = REFUSED) -> None:
        self.line.refuse(what, CommandFailed(text))
        turns()

    # The flow -------------------------------------------------------------------------------------

    def say(self, *texts: str) -> int:
        return self.call.play([Speech(text, "en-US") for text in texts])

    def told(self) -> list[Told]:
        """What the flow is told."""
        return list(iter(partial(self.call.wait, 0), None))


def turns(count: int = 5) -> None:
    """Let the other greenlets have their turns."""
    for _ in range(count):
        gevent.sleep(0)


def prompt(text: str) -> str:
    """The sound of a sentence."""
    return f"/prompts/{text}.wav"


def event(name: str, headers: dict[str, str]) -> Event:
    lines = {"Event-Name": name, "Unique-ID": UUID, **headers}
    parsed = Event.parse("".join(f"{key}: {value}\n" for key, value in lines.items()).encode() + b"\n")
    assert parsed is not None
    return parsed


def park(**variables: str) -> Event:
    """The channel in park, or elsewhere by its `variables`."""
    return event("CHANNEL_DATA", {f"variable_{name}": quote(value) for name, value in variables.items()})
