"""The process that hears callers. It outlives the worker, so that no pipe FreeSWITCH writes is left alone.

It starts as a clean Python without gevent; one thread reads all calls. What belongs to a worker's connection
is listened to no longer when that goes, and drained to its end; with nothing left to do it ends by itself.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, Protocol

from ivr import log
from ivr.errors import IvoryError
from ivr.settings import Asr
from ivr.speech.asr.base import Engine, Request
from ivr.speech.ears import protocol
from ivr.speech.ears.bench import Bench
from ivr.speech.ears.listener import Listener, Order
from ivr.speech.ears.pipe import Pipe
from ivr.speech.ears.sip import Heard, Phone
from ivr.speech.ears.turn import Limits

IDLE: Final = 60.0
"""Seconds without work, or a worker, after which it ends."""

MOST_TAPS: Final = 5000

TICK: Final = 0.1

STEPS_FORWARD: Final = 5
STEPS_BACK: Final = 10
"""How much less nice it is than others, where the system lets it (CAP_SYS_NICE), and by how much nicer the
recognisers are: audio is read, and prompts stop, also where there is too much to understand."""

_log = log.get(__name__)


class Source(Protocol):
    """Where a call's audio comes from."""

    def let_go(self) -> None:
        """Nobody listens any more; what still comes is thrown away."""


class Tap:
    """The audio of one call, and what hears it."""

    def __init__(self, relay: Relay, desk: Desk, name: str, path: Path) -> None:
        self.listener = Listener(relay.settings.vad, relay.bench, partial(desk.tell, tap=name))
        over = partial(relay.over, desk, name)
        self._source: Source
        if relay.phone is not None:
            self._source = Heard(relay.phone, name, self.listener.take, over)
        else:
            self._source = Pipe(path, self.listener.take, over)

    def let_go(self) -> None:
        self.listener.stop()
        self._source.let_go()


class Relay:
    """Everything the process holds."""

    def __init__(
        self, folder: Path, settings: Asr, setup: str, bench: Bench, release: Callable[[], object] = bool
    ) -> None:
        self.folder, self.settings, self.setup, self.bench = folder, settings, setup, bench
        self._release = release
        self.desks: set[Desk] = set()
        self.open = 0
        """Pipes that are being read, and calls."""
        self.phone: Phone | None = None
        self._retired = self._left = False
        self._server: asyncio.Server | None = None
        self._busy_at = time.monotonic()

    async def serve(self) -> None:
        """Until there has been nothing to do for a while, or another relay takes over."""
        if self.settings.sip:
            host, _, port = self.settings.sip.rpartition(":")
            self.phone = Phone(host)
            await self.phone.open(int(port))
        (self.folder / protocol.SOCKET).unlink(missing_ok=True)
        with protocol.address(self.folder) as path:
            self._server = await asyncio.start_unix_server(self._connected, path, limit=protocol.LONGEST)
        self._take_over()
        try:
            while not self._finished():
                await asyncio.sleep(TICK)
                for desk in self.desks:
                    desk.lapse()
        finally:
            self.retire()
            await self.bench.stop()

    def retire(self) -> None:
        """Make room for another relay; what is here goes on to its end."""
        if not self._retired and self._server is not None:
            self._retired = True
            self._server.close()
            if self.phone is not None:
                self.phone.close()
            (self.folder / protocol.SOCKET).unlink(missing_ok=True)
            self._release()

    def over(self, desk: Desk | None, name: str) -> None:
        """FreeSWITCH has let go of a pipe."""
        self.open -= 1
        if desk is not None:
            desk.over(name)

    def _take_over(self) -> None:
        """Read on what a relay before this one has left: FreeSWITCH may be writing into it."""
        for path in self.folder.glob(f"*{protocol.SUFFIX}"):
            with suppress(OSError):
                if stat.S_ISFIFO(path.lstat().st_mode):
                    pipe = Pipe(path, _ignore, partial(self.over, None, ""), made=True)
                    self.open += 1
                    pipe.let_go()

    def _finished(self) -> bool:
        now = time.monotonic()
        if self.open or self.desks:
            self._busy_at = now
        return now - self._busy_at > (0.0 if self._retired or self._left else IDLE)

    def leave(self) -> None:
        """A worker ends, and nobody is to come after it."""
        self._left = True

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        desk = Desk(self, writer)
        if not _own(writer):
            writer.close()
            return
        self.desks.add(desk)
        self._left = False
        desk.tell("relay", version=protocol.VERSION, setup=self.setup)
        try:
            while line := await reader.readline():
                if message := protocol.parse(line):
                    desk.take(message)
        except (OSError, ValueError) as error:  # ValueError: a line without end
            _log.warning("worker's line fails", error=str(error))
        finally:
            self.desks.discard(desk)
            desk.close()
            writer.close()


class Desk:
    """One worker's connection, with the taps it has ordered."""

    def __init__(self, relay: Relay, writer: asyncio.StreamWriter) -> None:
        self._relay, self._writer = relay, writer
        self._taps: dict[str, Tap] = {}

    def tell(self, what: str, **fields: Any) -> None:
        """Tell the worker; never waits. One that does not read is hung up on."""
        transport = self._writer.transport
        if transport.get_write_buffer_size() > protocol.MOST_BACKLOG:
            transport.abort()
        elif not transport.is_closing():
            self._writer.write(protocol.line({"tell": what, **fields}))

    def take(self, message: protocol.Message) -> None:
        """An order; one that makes no sense is logged and passed over."""
        try:
            self._do(message)
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("order not understood", order=str(message.get("do"))[:40], error=repr(error))

    def _do(self, message: protocol.Message) -> None:
        what = message["do"]
        match what:
            case "ping":
                self.tell("pong", ping=message["ping"])
            case "ready":
                for language in message["languages"]:
                    self._relay.bench.chain(language)
            case "retire":
                self._relay.retire()
            case "leave":
                self._relay.leave()
            case "tap":
                self._tap(message["tap"], Path(message["path"]))
            case _:
                if tap := self._taps.get(message["tap"]):
                    self._do_with(tap, what, message)

    def _do_with(self, tap: Tap, what: str, message: protocol.Message) -> None:
        match what:
            case "listen":
                tap.listener.listen(_order(message, self._relay.settings.onset))
            case "stop":
                tap.listener.stop()
            case "whole":
                tap.listener.whole(message["pause"])
            case "sounds":
                tap.listener.sounds(message["on"])
            case "untap":
                del self._taps[message["tap"]]
                tap.let_go()
            case _:
                raise ValueError(what)

    def _tap(self, name: str, path: Path) -> None:
        try:
            if self._relay.open >= MOST_TAPS or path.parent != self._relay.folder:
                raise OSError("there are too many, or it is not in the folder")  # noqa: TRY301
            self._taps[name] = Tap(self._relay, self, name, path)
        except OSError as error:
            self.tell("refused", tap=name, why=f"{path}: {error.strerror or error}")
            return
        self._relay.open += 1
        self.tell("tapped", tap=name)

    def over(self, name: str) -> None:
        """A tap's audio has ended."""
        if tap := self._taps.pop(name, None):
            tap.listener.stop()
            self.tell("over", tap=name)

    def lapse(self) -> None:
        for tap in self._taps.values():
            tap.listener.lapse()

    def close(self) -> None:
        """The worker has gone."""
        for tap in self._taps.values():
            tap.let_go()
        self._taps.clear()


def _order(message: protocol.Message, onset: float) -> Order:
    request = Request(message["language"], tuple(message["phrases"]), message["jsgf"])
    limits = Limits(message["silence"], message["patience"], message["longest"], onset)
    return Order(message["listening"], request, limits)


def _own(writer: asyncio.StreamWriter) -> bool:
    """Whether our own user is at the other end."""
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return bool(struct.unpack("3i", peer)[1] == os.getuid())


def _ignore(_frame: bytes) -> None:
    return


def main() -> None:
    """Serve. The only line on stdin says how; `process.start` writes it."""
    order = json.loads(sys.stdin.readline())
    folder = Path(order["folder"])
    with (folder / protocol.LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # there is one already
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's, meant for the worker
        log.configure(**order["log"])
        try:
            _run(folder, order, lock)
        except IvoryError as error:
            _log.error("callers are not heard", error=str(error))
            sys.exit(error.exit_code)


def _run(folder: Path, order: dict[str, Any], lock: IO[str]) -> None:
    release = partial(fcntl.flock, lock, fcntl.LOCK_UN)
    asyncio.run(_main(folder, Asr.model_validate(order["asr"]), order["setup"], release))


async def _main(folder: Path, settings: Asr, setup: str, release: Callable[[], object]) -> None:
    from ivr.speech.asr.engines import configured
    from ivr.speech.asr.process import Recogniser

    with suppress(OSError):
        os.nice(-STEPS_FORWARD)
    engines = configured(settings)

    def recogniser(engine: Engine, tag: str) -> Recogniser:
        return Recogniser(engine, tag, settings, nice=STEPS_BACK)

    bench = Bench(engines, recogniser, settings.processes)
    await Relay(folder, settings, setup, bench, release).serve()
