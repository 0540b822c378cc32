"""The door for telephones: a UNIX socket on which other processes have lines of the embedded switch.

A connection is a line, and carries whole messages (SOCK_SEQPACKET): JSON of `ivr.voip.messages`, the first of
them `open`, and frames of sound behind a zero byte. Whoever reads slowly loses sound, not messages; whoever
does not read at all loses the line. The switch waits for nobody.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gevent
from gevent import queue, socket
from gevent.server import StreamServer

from ivr import log
from ivr.switch.extensions import Extension
from ivr.switch.people import Person
from ivr.voip import messages
from ivr.voip.messages import FRAME, MAX_MESSAGE, SOUND, Event

if TYPE_CHECKING:
    from ivr.switch.callers import Caller
    from ivr.switch.switch import Switch

_log = log.get(__name__)

MAX_LINES: Final = 64
BACKLOG: Final = 16
UNREAD: Final = 256
"""Messages that may wait for whoever reads slowly."""
PATIENCE: Final = 5.0
"""Seconds a message may take to be read."""
BUFFER: Final = 8192
"""Bytes of sound that the system holds for a reader; Linux doubles them and counts its own, so they are some
15 frames."""


class Lines:
    """The lines of a switch that others may have.

    Args:
        path: of the socket; only this user can open it. What a process that was killed left there is removed.
    """

    def __init__(self, switch: Switch, path: Path) -> None:
        self.switch = switch
        self.path = path
        self.registered: dict[str, _Line] = {}
        self._kept: dict[str, Extension] = {}
        self._server: StreamServer | None = None

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: somebody listens there, or nobody can.
        """
        self._server = StreamServer(_listener(self.path), self._connected, spawn=MAX_LINES)
        self._server.start()

    def stop(self) -> None:
        """Let go of all lines; their calls end."""
        if self._server is not None:
            self._server.stop(timeout=0)
            self.path.unlink(missing_ok=True)

    def register(self, extension: str, line: _Line) -> None:
        """Calls to this extension ring at this line; at another that had them they no longer do."""
        before = self.registered.get(extension)
        if before is not None and before is not line:
            before.lost("another telephone took the extension")
        elif before is None and extension in self.switch.extensions:
            self._kept[extension] = self.switch.extensions[extension]
        self.registered[extension] = line
        line.show()

    def unregister(self, extension: str, line: _Line) -> None:
        """It is as it was before."""
        if self.registered.get(extension) is not line:
            return
        del self.registered[extension]
        if extension in self._kept:
            self.switch.extensions[extension] = self._kept.pop(extension)
        else:
            self.switch.extensions.pop(extension, None)

    def _connected(self, client: socket.socket, _address: object) -> None:
        _Line(self, client).run()


class _Line:
    """One connection."""

    def __init__(self, lines: Lines, client: socket.socket) -> None:
        self._lines, self._client = lines, client
        self._unread: queue.Queue[bytes] = queue.Queue(UNREAD)
        self._opened: messages.Open | None = None
        self._extension = ""
        self._person: Person | None = None
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)

    def run(self) -> None:
        """Serve whoever has come, until they go."""
        writer = gevent.spawn(self._write)
        try:
            while data := self._client.recv(MAX_MESSAGE):
                self._take(data)
        except (OSError, ValueError) as error:
            if not isinstance(error, OSError) or error.errno not in {errno.ECONNRESET, errno.EBADF}:
                _log.warning("a line was closed", error=str(error)[:200])
        finally:
            self._unregister()
            self._leave()
            writer.kill()
            self._client.close()

    # What is asked for ----------------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        if data[:1] == SOUND:
            if self._person and len(data) == 1 + FRAME:
                self._person.speak(data[1:])
            return
        said = messages.order(data)
        if isinstance(said, messages.Open):
            self._opened = said
        elif self._opened is None:
            raise ValueError("nobody has opened this line")
        else:
            self._do(said, self._opened)

    def _do(self, said: messages.Order, opened: messages.Open) -> None:
        match said:
            case messages.Register():
                self._unregister()
                self._extension = said.extension or opened.number
                self._lines.register(self._extension, self)
                self._tell(None, messages.Registered(extension=self._extension))
            case messages.Unregister():
                self._unregister()
                self._tell(None, messages.Unregistered())
            case messages.Dial() if self._person is None:
                self._person = Person(self._lines.switch, self._tell)
                self._lines.switch.dial(said.number, ani=opened.number, name=opened.name, person=self._person)
                self.show()
            case messages.Take() if self._person and _rings(self._person):
                self._person.answer()
            case messages.Reject() | messages.HangUp():
                self._leave()
            case messages.Press() if self._person:
                self._person.press(said.keys)

    def _leave(self) -> None:
        """Hang up as one who called does, or refuse as one who was called."""
        if self._person and not self._person.ended:
            self._person.hangup("USER_BUSY" if _rings(self._person) else "")

    # Being called ---------------------------------------------------------------------------------------

    def show(self) -> None:
        """Put into the switch's table how the extension behaves now."""
        if not self._extension or self._lines.registered.get(self._extension) is not self:
            return
        if self._person:
            behaviour = Extension("busy", after=0.0)
        else:
            behaviour = Extension("no_answer", rings=self._rung, person=self._sit)
        self._lines.switch.extensions[self._extension] = behaviour

    def lost(self, reason: str) -> None:
        """Another line has the extension now."""
        self._extension = ""
        self._tell(None, messages.Unregistered(reason=reason))

    def _sit(self, switch: Switch, extension: Extension) -> Person:
        return Person(switch, self._tell, extension)

    def _rung(self, call: Caller) -> None:
        if self._person or not isinstance(call, Person):
            call.hangup("USER_BUSY")
            return
        self._person = call
        self.show()
        profile = call.line.profile
        name = "" if profile.name == profile.number else profile.name
        self._tell(call, messages.Incoming(number=profile.number[:64], name=name[:100]))

    def _unregister(self) -> None:
        self._lines.unregister(self._extension, self)
        self._extension = ""

    # What is told ---------------------------------------------------------------------------------------

    def _tell(self, person: Person | None, told: Event | bytes) -> None:
        if person is not self._person and person is not None:
            return
        if isinstance(told, bytes):
            if self._unread.empty():
                with suppress(OSError):  # it does not fit, and is lost
                    os.write(self._client.fileno(), SOUND + told)
            return
        if isinstance(told, messages.Ended):
            self._person = None
            self.show()
        try:
            self._unread.put_nowait(told.to_json().encode())
        except queue.Full:
            self._break()

    def _write(self) -> None:
        for message in self._unread:
            try:
                with gevent.Timeout(PATIENCE, TimeoutError):
                    self._client.send(message)
            except OSError:
                self._break()
                return

    def _break(self) -> None:
        """Nobody reads: whoever reads from it learns that it is over."""
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)


def _rings(person: Person) -> bool:
    """Whether somebody was called, and has not answered yet."""
    return not person.line.inbound and not person.is_answered


def _listener(path: Path) -> socket.socket:
    """A socket that only this user can open."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        if _is_left_over(path):
            path.unlink()
        made.bind(str(path))
        os.chmod(path, 0o600)  # nobody can connect before it listens
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _is_left_over(path: Path) -> bool:
    """Whether it is the socket of a process that was killed."""
    if not path.is_socket():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        return bool(probe.connect_ex(str(path)) == errno.ECONNREFUSED)
