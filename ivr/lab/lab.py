"""The embedded switch and a worker in this process, on free ports, with a database of their own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from ivr.app import App
from ivr.call import Speech
from ivr.errors import IvoryError
from ivr.esl.quoting import dialled
from ivr.flag import Flag
from ivr.flow.model import LoadedFlow
from ivr.lab.crm import Crm
from ivr.lab.words import spoken
from ivr.registry import did_you_mean
from ivr.runtime.engine import Engine
from ivr.runtime.journey import CallFinished, JourneyEvent
from ivr.runtime.reading import Flows
from ivr.runtime.worker import BY_NUMBER
from ivr.settings import Settings
from ivr.store.calls import Journey, journey
from ivr.store.connect import open_store
from ivr.switch.callers import Caller
from ivr.switch.extensions import Extension
from ivr.switch.lines import Lines
from ivr.switch.switch import Switch

EXTENSIONS = {
    "1001": Extension("answers", after=2.0, talks=6.0),
    "1002": Extension("busy"),
    "1003": Extension("no_answer"),
    "1004": Extension("refuses"),
}
"""The telephones of a lab: one answers, the others show what else may happen."""

CRM = "crm"
"""The name under which flows call the lab's customer system, unless it is bound to another."""

OWN = (
    "switch.", "calls.recordings", "calls.extension", "acd.mirror", "acd.control", "flows.published",
    "ops.listen", "store.url", "store.spool", "asr.run", "phone.",
)  # fmt: skip
"""Settings that are a lab's own, whatever is asked for; a dot ends what stands for all of a section."""

START_SECONDS = 15.0
END_SECONDS = 15.0


class Lab:
    """Needs gevent's patches. Starts when entered, is gone when left.

    Args:
        settings: as the user has them; the switch, the store and the folders of calls are the lab's own.
        folder: for its database and recordings.
        extensions: the telephones there are.
        engine: makes what walks a call.
        only: a flow that is served by itself, with those it leads to; empty: all of them.
        plan: a routing plan in place of the user's own; or what makes one of theirs, given all flows.
        calendars: those that are open or closed whatever the time is.
        doors: whether other processes may give orders, and have telephones here.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        extensions: Mapping[str, Extension] | None = None,
        engine: Callable[..., Engine] = Engine,
        only: str = "",
        plan: str | Callable[[Path, Flows], str] = "",
        calendars: Mapping[str, str] | None = None,
        doors: bool = False,
    ) -> None:
        self.switch = Switch(
            {},
            EXTENSIONS if extensions is None else extensions,
            password=secrets.token_urlsafe(16),
            sounds=settings.flows.sounds.absolute(),
            transcribe=spoken,
            otherwise=self._called,
        )
        self.crm = None if CRM in settings.http.services else Crm()
        self._asked, self._folder, self._engine, self._only = settings, folder, engine, only
        self._plan, self._calendars = plan, dict(calendars or {})
        self._lines = Lines(self.switch, folder.absolute() / "lines.sock") if doors else None
        self._finished: dict[str, Flag] = {}

    def __enter__(self) -> Self:
        self.switch.start()
        if self._lines:
            self._lines.start()
        if self.crm:
            self.crm.start()
        self.settings = self._own(self._asked)
        self.app = App(self.settings, self._told, engine=self._engine, only=self._only)
        self.app.services.calendars.update(self._calendars)
        try:
            self._attach()
            if self._only:
                self.flow(self._only)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    # Calls --------------------------------------------------------------------------------------------

    def flow(self, name: str) -> LoadedFlow:
        """A flow that may serve. Raises IvoryError."""
        flows = self.app.library.flows
        if name not in flows:
            raise IvoryError(
                f'there is no flow "{name}" that can serve', hint=did_you_mean(name, list(flows))
            )
        return flows[name]

    def number(self, flow: str) -> str:
        """What is dialled to reach a flow: its first number, else its name."""
        return next(iter(self.flow(flow).flow.numbers), flow)

    def dial(self, flow: str, ani: str, dnis: str = "") -> Caller:
        """Call a flow, by `dnis` where that is said. Raises RefusedInput where no telephone could dial it."""
        if dnis:
            self.switch.numbers[dialled(dnis)] = flow
        caller = self.switch.dial(dnis or self.number(flow), ani=ani)
        self._finished[caller.uuid] = Flag()
        return caller

    def close_desks(self) -> None:
        """Sign out every agent: whoever was there in an earlier lab had a telephone of its switch."""
        desk = self.app.centre.desk
        for agent in [name for name, known in desk.states.items() if known.state != "logged_out"]:
            desk.sign_out(agent)

    def open_desks(self) -> None:
        """Sign in every agent of the plan; extensions that nobody said anything of answer."""
        for agent, known in self.app.centre.planning.now.centre.agents.items():
            if known.extension and not known.extension.startswith("+"):
                self.switch.extensions.setdefault(known.extension, EXTENSIONS["1001"])
            self.app.centre.desk.sign_in(agent)

    def journey(self, call: str) -> Journey:
        """The journey of a call that was dialled here, once it is over. Raises IvoryError."""
        finished = self._finished.get(call)
        if finished is None or not finished.wait(END_SECONDS) or not self.app.writer.flush(END_SECONDS):
            raise IvoryError(f"the journey of call {call} was not written within {END_SECONDS:g} s")
        with open_store(self.settings.store.url) as opened:
            return journey(opened, call)

    def speech(self, text: str, language: str) -> Path:
        """Words as a sound file, for a caller who speaks. Raises SpeechError."""
        sound = self.app.voice.request(Speech(text, language)).wait(self.settings.speech.deadline)
        if sound is None:
            raise IvoryError(f'there is nothing to say in "{text}"')
        return sound

    # Inside -------------------------------------------------------------------------------------------

    def _own(self, asked: Settings) -> Settings:
        """The user's settings, with what belongs to the lab in place of what belongs to their FreeSWITCH."""
        port, folder = self.switch.listen_port, self._folder.absolute()
        services = {**asked.http.services, **({CRM: self.crm.url} if self.crm else {})}
        return asked.model_copy(
            update={
                "switch": asked.switch.model_copy(
                    update={"host": "127.0.0.1", "port": port, "password": SecretStr(self.switch.password)}
                ),
                "calls": asked.calls.model_copy(
                    update={"recordings": folder / "recordings", "extension": "user/{address}"}
                ),
                "acd": asked.acd.model_copy(
                    update={
                        "plan": self._planned(asked),
                        "mirror": folder / "routing.json",
                        "control": str(folder / "control.sock") if self._lines else "",
                    }
                ),
                "asr": asked.asr.model_copy(update={"run": folder / "ears"}),
                "http": asked.http.model_copy(update={"services": services}),
                "flows": asked.flows.model_copy(update={"published": folder / "published"}),
                "phone": asked.phone.model_copy(
                    update={"sip": "", "embedded": str(self._lines.path) if self._lines else ""}
                ),
                "ops": asked.ops.model_copy(update={"listen": ""}),
                "store": asked.store.model_copy(
                    update={"url": f"sqlite:///{folder / 'ivory.db'}", "spool": folder / "spool"}
                ),
            }
        )

    def _planned(self, asked: Settings) -> Path:
        """The file of the routing plan."""
        if not self._plan:
            return asked.acd.plan.absolute()
        file = self._folder.absolute() / "routing.yaml"
        if isinstance(self._plan, str):
            file.write_text(self._plan, encoding="utf-8")
        return file

    def _attach(self) -> None:
        if callable(self._plan):
            self.app.library.refresh()
            text = self._plan(self._asked.acd.plan.absolute(), self.app.library.flows)
            self.settings.acd.plan.write_text(text, encoding="utf-8")
        self.app.warm()  # brings the database up to date, which two at once would wait for each other over
        self.app.start()
        if not self.app.worker.connection.wait_up(START_SECONDS):
            raise self.app.worker.connection.failure

    def _called(self, number: str) -> str | None:
        """What the dialplan says of a called number: a flow's name leads to it, and for numbers the worker
        decides, as it does in service."""
        library = self.app.library
        if number in library.flows:
            return number
        return BY_NUMBER if library.choose("", number) else None

    def _told(self, event: JourneyEvent) -> None:
        if isinstance(event, CallFinished) and event.call in self._finished:
            self._finished[event.call].set()

    def _stop(self) -> None:
        self.app.stop()
        if self._lines:
            self._lines.stop()
        self.switch.stop()
        if self.crm:
            self.crm.stop()


def numbers(flows: Flows) -> dict[str, str]:
    """What may be dialled: each flow's numbers, and its name."""
    dialled = {number: loaded.id for loaded in flows.values() for number in loaded.flow.numbers}
    return {**dialled, **{name: name for name in flows}}
