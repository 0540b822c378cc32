"""The relay as the worker sees it: found or started, watched, and replaced when it dies or stands still.

Nothing here waits for the relay but one greenlet; calls hand in what they want and are told what was heard.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import gevent
from gevent import socket
from gevent.queue import Full, Queue

from ivr.call import Deaf, Hearing, Hypothesis, SpeechBegan, SpeechEnded
from ivr.errors import SpeechError
from ivr.log import get
from ivr.settings import Asr, Log
from ivr.speech.asr.engines import configured
from ivr.speech.ears import process, protocol

log = get(__name__)

BOOT: Final = 20.0
"""Seconds a relay may take to start, on a machine that is busy with something else."""

PING: Final = 0.5
MISSED: Final = 4
"""Seconds between two pings, and how many may be without an answer: 2 s, in which no pipe gets full."""

MOST_DEATHS: Final = 5
WITHIN: Final = 60.0
"""So many deaths within so many seconds are too many."""

REST: Final = 30.0
"""Seconds for which no relay is started when one cannot be, or has died too often; calls are deaf."""

_MOST_ORDERS = 10_000
_LOOK = 0.02

Heard = SpeechBegan | SpeechEnded | Deaf


class Hearer(Protocol):
    """Whose audio it is. Nothing here may wait."""

    def tapped(self) -> None:
        """The pipe is read: audio may come."""

    def heard(self, event: Heard) -> None:
        """Something was heard, or nothing will be."""

    def lost(self) -> None:
        """The pipe is read no longer, and this ear is of no use any more."""


class Ear:
    """One call's. Its audio is to be brought to `path`, or by SIP to `address`, once it is `tapped`."""

    def __init__(self, ears: Ears, name: str, path: Path, address: str, hearer: Hearer) -> None:
        self.name, self.path, self.address, self.hearer = name, path, address, hearer
        self._ears = ears
        self.sounding = False
        self.hearing: Hearing | None = None
        self.listening = 0
        self.speaking = False
        """Whether an utterance has begun that is not over."""

    def listen(self, listening: int, hearing: Hearing) -> None:
        """Listen from now on; `listening` comes back with what is heard. Never waits."""
        self.hearing, self.listening, self.speaking = hearing, listening, False
        self._order(
            "listen",
            listening=listening,
            language=hearing.language,
            phrases=hearing.phrases,
            jsgf=hearing.jsgf,
            silence=hearing.silence,
            patience=max(hearing.silence, hearing.patience),
            longest=hearing.longest,
        )

    def stop(self) -> None:
        """Listen no longer."""
        if self.hearing is not None:
            self.hearing = None
            self._order("stop")

    def sounds(self, on: bool) -> None:
        """Something sounds to the caller from now on, which may come back as an echo; or no longer."""
        if on is not self.sounding:
            self.sounding = on
            self._order("sounds", on=on)

    def close(self) -> None:
        """Nothing more is wanted. What still comes is read and thrown away."""
        self.hearing = None
        self._ears.closed(self)

    def _order(self, what: str, **fields: Any) -> None:
        self._ears.order({"do": what, "tap": self.name, **fields})

    def told(self, message: protocol.Message) -> None:
        """The relay tells something about it."""
        match message["tell"]:
            case "tapped":
                self.hearer.tapped()
            case "refused":
                self._ears.forget(self)
                self.deaf(message["why"])
                self.hearer.lost()
            case "over":
                self._ears.forget(self)
                self.hearer.lost()
            case _ if self.hearing is None or message["listening"] != self.listening:
                pass  # it was stopped meanwhile
            case "began":
                self.speaking = True
                self.hearer.heard(SpeechBegan(self.listening, message["at"]))
            case "paused":
                if self._whole(self.hearing, message["words"]):
                    self._order("whole", pause=message["pause"])
            case "ended":
                found = tuple(Hypothesis(words, confidence) for words, confidence in message["hypotheses"])
                self._ended(found, message["seconds"], message["cut"], message["engine"])
            case "deaf":
                self.deaf(message["why"], failed=message["failed"])

    def _whole(self, hearing: Hearing, words: str) -> bool:
        try:
            return hearing.whole(words)
        except Exception:
            log.exception("not known whether all was said")
            return False

    def _ended(
        self, found: tuple[Hypothesis, ...], seconds: float = 0.0, cut: bool = False, engine: str = ""
    ) -> None:
        self.speaking = False
        self.hearer.heard(SpeechEnded(self.listening, found, seconds, cut, engine))

    def deaf(self, why: str, *, failed: bool = True) -> None:
        """Nothing will be heard by what listens now."""
        if self.hearing is not None:
            self.hearing = None
            self.hearer.heard(Deaf(self.listening, why, failed))

    def broken(self) -> None:
        """The relay is gone; what was being said is noise."""
        if self.hearing is not None and self.speaking:
            self._ended(())
        self.hearer.lost()


class Ears:
    """All of a worker's. Needs gevent.

    Raises:
        UnknownPlugin, SettingsError: `settings` do not make working engines.
    """

    def __init__(self, settings: Asr, logs: Log) -> None:
        self._order_for_relay = process.order(settings, logs)
        self.folder = process.folder(settings)
        self.languages: set[str] = set()
        self.dial = settings.sip_dial
        self._sip = settings.sip
        self._engines = configured(settings)
        self._ears: dict[str, Ear] = {}
        self._orders: Queue[protocol.Message] = Queue(maxsize=_MOST_ORDERS)
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._rest_until = 0.0
        self._line: socket.socket | None = None
        self._unanswered = 0
        self._greenlet: gevent.Greenlet[[], None] | None = None
        self.pid = 0
        """The relay's process id while there is a line to it."""

    # For calls ----------------------------------------------------------------------------------------

    def serves(self, language: str) -> bool:
        """Whether there is an engine for this language, be it up or down."""
        return any(engine.serves(language) for engine in self._engines)

    def open(self, hearer: Hearer) -> Ear | None:
        """An ear for one call; None where there is none to be had now. Never waits."""
        if self._resting():
            return None
        self._want()
        name = uuid.uuid4().hex
        path = self.folder / f"{name}{protocol.SUFFIX}"
        address = f"{name}@{self._sip}" if self._sip else ""
        ear = self._ears[name] = Ear(self, name, path, address, hearer)
        if self._line is not None:
            self._tap(ear)
        return ear

    def ready(self, languages: Collection[str]) -> None:
        """Have recognisers ready for these languages; never waits."""
        new = {language for language in languages if self.serves(language)} - self.languages
        if new:
            self.languages |= new
            self._want()
            if self._line is not None:
                self.order({"do": "ready", "languages": sorted(new)})

    def order(self, message: protocol.Message) -> None:
        """Something for the relay; what belongs to a tap is passed over while there is no line, as all is
        said again when there is."""
        if self._line is not None:
            try:
                self._orders.put_nowait(message)
            except Full:
                log.warning("the relay does not take its orders")
                self._hang_up()

    def closed(self, ear: Ear) -> None:
        """An ear is not wanted any more."""
        if self.forget(ear):
            self.order({"do": "untap", "tap": ear.name})

    def forget(self, ear: Ear) -> bool:
        """Whether it was known until now."""
        return self._ears.pop(ear.name, None) is not None

    def stop(self) -> None:
        """Let go of the relay, which lives on as long as it has something to drain."""
        if (line := self._line) is not None:
            with suppress(OSError):
                line.settimeout(PING)
                line.sendall(protocol.line({"do": "leave"}))
        if self._greenlet is not None:
            self._greenlet.kill(timeout=5)
            self._greenlet = None

    def _want(self) -> None:
        if self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn(self._keep)

    def _tap(self, ear: Ear) -> None:
        self.order({"do": "tap", "tap": ear.name, "path": str(ear.path)})
        if ear.sounding:
            self.order({"do": "sounds", "tap": ear.name, "on": True})
        if ear.hearing is not None:
            ear.listen(ear.listening, ear.hearing)

    # The line -----------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """Keep up a line to a relay until that is in vain; then wait until somebody wants to listen again."""
        while not self._resting():
            why = ""
            try:
                self._serve(self._connect())
            except SpeechError as error:
                why = error.message
                log.warning("callers are not heard", error=str(error))
            except Exception:
                log.exception("the line to the relay broke")
            self._broken(why)

    def _resting(self) -> bool:
        """Whether relays do not stay alive, so that none is started for a while."""
        return time.monotonic() < self._rest_until

    def _connect(self) -> socket.socket:
        """A line to a relay that is set up as we wish, and answers. Raises SpeechError."""
        deadline = time.monotonic() + BOOT
        started: Any = None
        while time.monotonic() < deadline:
            line = socket.socket(socket.AF_UNIX)
            try:
                line.settimeout(PING * MISSED)
                with protocol.address(self.folder) as path:
                    line.connect(path)
            except OSError:
                line.close()
                if started is None or started.poll() is not None:
                    if started is not None and started.returncode:
                        raise SpeechError(
                            "the process that hears callers ends as soon as it starts",
                            hint="the log says why; see the section asr of the settings",
                        ) from None
                    started = self._start()
                gevent.sleep(_LOOK)
                continue
            if self._suits(line):
                return line
            line.close()
            gevent.sleep(_LOOK)
        raise SpeechError("no relay could be started", hint="its errors are in the log; see asr.run")

    def _start(self) -> Any:
        try:
            return process.start(self._order_for_relay)
        except OSError as error:
            raise SpeechError(f"no relay can be started: {error}", hint="see asr.run") from None

    def _suits(self, line: socket.socket) -> bool:
        """Whether a relay answers and is set up as we wish. One that stands still is killed; one that is
        another's, or of another version, is told to make room."""
        pid = process.peer(line)
        try:
            hello = protocol.parse(line.makefile("rb").readline(protocol.LONGEST)) or {}
        except OSError:
            log.warning("the relay stands still and is killed", pid=pid)
            process.kill(pid)
            return False
        if hello.get("setup") == self._order_for_relay["setup"]:
            self.pid = pid
            return True
        line.sendall(protocol.line({"do": "retire"}))
        return False

    def _serve(self, line: socket.socket) -> None:
        """Talk over a line until it breaks."""
        line.settimeout(None)
        self._orders, self._unanswered, self._line = Queue(maxsize=_MOST_ORDERS), 0, line
        helpers: list[Any] = [gevent.spawn(self._write, line, self._orders), gevent.spawn(self._watch)]
        log.info("callers are heard", relay=self.pid)
        self.order({"do": "ready", "languages": sorted(self.languages)})
        try:
            for ear in list(self._ears.values()):
                self._tap(ear)
            with line.makefile("rb") as lines:
                while data := lines.readline(protocol.LONGEST):
                    if message := protocol.parse(data):
                        self._told(message)
        except OSError as error:
            log.debug("the relay's line ends", error=str(error))
        finally:
            self._line = None
            gevent.killall(helpers)
            line.close()

    def _told(self, message: protocol.Message) -> None:
        if message.get("tell") == "pong":
            self._unanswered = 0
        elif ear := self._ears.get(message.get("tap", "")):
            ear.told(message)

    def _write(self, line: socket.socket, orders: Queue[protocol.Message]) -> None:
        try:
            while True:
                line.sendall(protocol.line(orders.get()))
        except OSError:
            self._hang_up()

    def _watch(self) -> None:
        """Find out when the relay stands still. Counted in pings, as it may be us who stood still."""
        while True:
            if self._unanswered >= MISSED:
                log.error("the relay stands still and is killed", pid=self.pid)
                process.kill(self.pid)
                self._hang_up()
                return
            self._unanswered += 1
            self.order({"do": "ping", "ping": self._unanswered})
            gevent.sleep(PING)

    def _hang_up(self) -> None:
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)  # whoever reads it wakes up
            except OSError:
                log.debug("the relay had gone")

    def _broken(self, why: str) -> None:
        """There is no relay: every ear is of no use. `why` there can be none; empty: there was one."""
        self.pid = 0
        now = time.monotonic()
        self._deaths.append(now)
        if not why and len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < WITHIN:
            why = "the process that hears callers does not stay alive"
        if why:
            self._rest_until = now + REST
        ears, self._ears = self._ears, {}
        for ear in ears.values():
            if why:
                ear.deaf(why)
            ear.broken()
