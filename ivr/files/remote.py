"""All that a FreeSWITCH on another host needs of the worker, put together from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import gevent
from gevent.threadpool import ThreadPool

from ivr import log
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.files.deliveries import RemoteRecordings
from ivr.files.inbox import Inbox
from ivr.files.links import CHECK, Link, Links
from ivr.files.prefetch import DOWNLOAD, LOOK, Prefetch, Switch
from ivr.files.scratch import scratch
from ivr.files.server import Server, listener
from ivr.files.shelf import Shelf
from ivr.files.tickets import Tickets
from ivr.settings import Settings
from ivr.versions.mirror import Mirror

THREADS = 4  # for the disk

_log = log.get(__name__)


class Remote:
    """A FreeSWITCH that shares no disk with us.

    Attributes:
        carrier: brings sounds there.
        recordings: brings recordings back.

    Raises:
        SettingsError: the section `files` is not usable.
    """

    def __init__(self, settings: Settings, switch: Switch) -> None:
        files, folder = settings.files, settings.calls.recordings.absolute()
        self._switch = switch
        self._links = Links(files.url, files.token.get_secret_value())
        published = Mirror(settings.flows.published).sounds
        self._shelf = Shelf(settings.speech.cache, settings.flows.sounds, published)
        self._pool = ThreadPool(THREADS)
        tickets = Tickets(folder)
        inbox = Inbox(folder, tickets, self._pool)
        self._greeter: gevent.Greenlet[[], None] | None = None
        self.server = Server(listener(files.listen), self._links, self._shelf, inbox, self._pool)
        self.carrier = Prefetch(switch, self._address, self._known)
        self._folder = files.remote_recordings
        self.recordings = RemoteRecordings(switch, self._links, tickets, folder, self._folder, self._pool)

    def start(self) -> None:
        """Listen, fetch ahead, bring recordings over. Raises IvoryError."""
        self.server.start()
        self.recordings.start()
        self.carrier.start()
        self._greeter = gevent.spawn(self._greet)
        self._greeter.link_exception(
            lambda dead: _log.error("FreeSWITCH is not looked at", error=repr(dead.exception))
        )

    def stop(self) -> None:
        if self._greeter is not None:
            self._greeter.kill(timeout=5)
        self.carrier.stop()
        self.recordings.stop()
        self.server.stop()
        self._pool.kill()

    def problems(self) -> list[IvoryError]:
        """What keeps FreeSWITCH from fetching sounds and bringing recordings back, each with its way out.

        Raises SwitchError when FreeSWITCH cannot be asked."""
        return self._no_way() or [*self._fault(self._write)]

    def _greet(self) -> None:
        """Say what is wrong with a FreeSWITCH as soon as it is there, rather than when a caller hears it. Its
        folder is looked at by `recordings`, all the time."""
        greeted = ""
        while True:
            if self._switch.wait_up(LOOK) and self._switch.core_uuid != greeted:
                core = self._switch.core_uuid
                try:
                    for problem in self._no_way():
                        _log.error("remote FreeSWITCH", error=str(problem))
                    greeted = core
                except SwitchError as error:
                    _log.debug("FreeSWITCH could not be asked", error=str(error))
            gevent.sleep(LOOK)

    def _no_way(self) -> list[IvoryError]:
        found: list[IvoryError] = []
        for module, why in (("mod_http_cache", "fetches sounds"), ("mod_loopback", "looks after its files")):
            if self._switch.api(commands.api("module_exists", module)).strip() != "true":
                way_out = f"load {module} in its modules.conf.xml"
                found.append(IvoryError(f"FreeSWITCH has no {module}, by which it {why}", hint=way_out))
        return found or [*self._fault(self._reach)]

    @staticmethod
    def _fault(look: Callable[[], None]) -> Iterator[IvoryError]:
        try:
            look()
        except SwitchError:
            raise
        except IvoryError as error:
            yield error

    def _reach(self) -> None:
        url = self._links.url(Link(CHECK, f"{token_hex(8)}.wav"))  # a new one: it has none of them yet
        try:
            self._switch.bgapi(commands.fetch(url)).get(DOWNLOAD)
        except CommandFailed:
            raise IvoryError(
                "FreeSWITCH cannot fetch from this worker",
                hint="files.url must be the address of files.listen as its host sees it; look for a firewall",
            ) from None

    def _write(self) -> None:
        with scratch(self._switch) as channel:
            channel.check(self._folder.rstrip("/"))

    def _known(self, path: Path) -> str | None:
        link = self._shelf.known(path)
        return self._links.url(link) if link else None

    def _address(self, path: Path) -> str:
        return self._links.url(self._pool.apply(self._shelf.link, (path,)))
