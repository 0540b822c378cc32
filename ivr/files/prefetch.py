"""Sounds reach a FreeSWITCH on another host before they are played, so that no caller waits for a download.

mod_http_cache downloads in the thread of the call that plays what it does not have. So it is told to fetch a
sound as soon as the sound is there: those that are known ahead in the background, those of one call at once.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import gevent
from gevent.event import AsyncResult
from gevent.lock import BoundedSemaphore

from ivr import log
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl.commands import ApiCall, Sound
from ivr.esl.sounds import Rendering
from ivr.flag import Flag

DEADLINE: Final = 3.0
"""Seconds a call waits for a download; then FreeSWITCH plays it as it comes."""

DOWNLOAD: Final = 30.0
"""Seconds after which a download is not waited for any more."""

PATIENCE: Final = 120.0
"""Seconds a sound may take to be made. Speech has a shorter deadline of its own; this one is for a fault."""

AT_ONCE: Final = 16
"""Downloads for calls that FreeSWITCH does at the same time; and…"""

AHEAD: Final = 2
"""…those ahead of calls."""

MAX_WARM: Final = 20_000
"""Sounds FreeSWITCH is believed to have: as many as `max-urls` in freeswitch/…/http_cache.conf.xml."""

PAUSES: Final = (1.0, 5.0, 15.0, 60.0)
"""Seconds before the next download ahead, after one that failed."""

LOOK: Final = 5.0
"""Seconds between two looks whether FreeSWITCH was restarted, and its cache is empty."""

_log = log.get(__name__)


class Job(Protocol):
    """An API command that runs in the background."""

    def get(self, timeout: float) -> str:
        """What it printed. Raises SwitchError."""


class Switch(Protocol):
    """What is needed of the connection to FreeSWITCH."""

    @property
    def core_uuid(self) -> str:
        """Another one: FreeSWITCH was restarted."""

    def api(self, call: ApiCall) -> str:
        """Run an API command. Raises SwitchError."""

    def bgapi(self, call: ApiCall) -> Job:
        """Start one in the background. Raises SwitchError."""

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait until FreeSWITCH is there; False when it took too long."""


class Arriving:
    """A sound on its way to FreeSWITCH."""

    def __init__(self) -> None:
        self._result: AsyncResult[Sound | None] = AsyncResult()

    @property
    def ready(self) -> bool:
        return self._result.ready()

    def wait(self, timeout: float) -> Sound | None:
        try:
            return self._result.get(timeout=timeout)
        except gevent.Timeout:
            raise IvoryError(f"no sound within {timeout:g} s") from None

    def come(self, sound: Sound | None) -> None:
        self._result.set(sound)

    def fail(self, error: Exception) -> None:
        self._result.set_exception(error)


class Prefetch:
    """The carrier for a FreeSWITCH on another host.

    Attributes:
        totals: `fetched`, `failed` and `late` downloads, `warm` sounds that needed none.

    Args:
        switch: the connection.
        address: the URL of a file; it may wait. Raises IvoryError.
        known: the URL of a file if that is known without waiting.
    """

    def __init__(
        self, switch: Switch, address: Callable[[Path], str], known: Callable[[Path], str | None]
    ) -> None:
        self.totals: Counter[str] = Counter()
        self._switch = switch
        self._address = address
        self._known = known
        self._core = ""
        self._warm: OrderedDict[str, None] = OrderedDict()
        self._coming: dict[str, AsyncResult[None]] = {}
        self._slots = BoundedSemaphore(AT_ONCE)
        self._wanted: OrderedDict[Path, None] = OrderedDict()
        self._queue: deque[Path] = deque()
        self._work = Flag()
        self._greenlets: list[gevent.Greenlet[[], None]] = []

    def start(self) -> None:
        """Begin with the downloads ahead."""
        self._greenlets = [self._spawn(self._go_ahead) for _ in range(AHEAD)]
        self._greenlets.append(self._spawn(self._look))

    def stop(self) -> None:
        gevent.killall(self._greenlets, timeout=5)

    # For calls ----------------------------------------------------------------------------------------

    def bring(self, source: Rendering) -> Arriving:
        """What FreeSWITCH has already is ready at once. A download that takes longer than `DEADLINE` is
        played as it comes; one that fails is a sound that is missing."""
        arriving = Arriving()
        if source.ready:
            try:
                path = source.wait(0)
            except IvoryError as error:
                arriving.fail(error)
                return arriving
            url = self._known(path) if path else None
            if path is None or (url and self._is_warm(url)):
                arriving.come(commands.remote_sound(url) if url else None)
                return arriving
        gevent.spawn(self._carry, source, arriving)
        return arriving

    def _carry(self, source: Rendering, arriving: Arriving) -> None:
        try:
            path = source.wait(PATIENCE)
            arriving.come(self._sound(path) if path else None)
        except IvoryError as error:
            arriving.fail(error)
        except Exception as error:
            _log.exception("sound lost on its way")
            arriving.fail(IvoryError(f"a sound could not be brought to FreeSWITCH: {error!r}"))

    def _sound(self, path: Path) -> Sound:
        url = self._address(path)
        sound = commands.remote_sound(url)
        if not self._is_warm(url):
            try:
                self._download(url).get(timeout=DEADLINE)
            except gevent.Timeout:
                self.totals["late"] += 1
                _log.warning("download late", file=path.name, seconds=DEADLINE)
            except CommandFailed:
                raise IvoryError(
                    f"FreeSWITCH could not fetch {path.name}", hint="can it reach files.url? see its own log"
                ) from None
            except SwitchError as error:
                _log.debug("download not asked for", file=path.name, error=str(error))
        return sound

    def _is_warm(self, url: str) -> bool:
        self._notice_restart()
        if url not in self._warm:
            return False
        self._warm.move_to_end(url)
        self.totals["warm"] += 1
        return True

    def _download(self, url: str) -> AsyncResult[None]:
        """The download of a URL: the one that runs, or else a new one."""
        if url not in self._coming:
            self._coming[url] = AsyncResult()
            gevent.spawn(self._fetch, url, self._coming[url])
        return self._coming[url]

    def _fetch(self, url: str, result: AsyncResult[None]) -> None:
        try:
            with self._slots:
                core = self._switch.core_uuid
                self._switch.bgapi(commands.fetch(url)).get(DOWNLOAD)
            if core == self._switch.core_uuid:
                self._warm[url] = None
                while len(self._warm) > MAX_WARM:
                    self._warm.popitem(last=False)
            self.totals["fetched"] += 1
            result.set(None)
        except Exception as error:  # whoever waits decides what it means
            self.totals["failed"] += 1
            result.set_exception(error)
        finally:
            self._coming.pop(url, None)

    # Ahead of calls -----------------------------------------------------------------------------------

    def ahead(self, path: Path) -> None:
        """Let FreeSWITCH have a sound that calls are going to need; again when it was restarted."""
        if path in self._wanted:
            return
        self._wanted[path] = None
        while len(self._wanted) > MAX_WARM:
            self._wanted.popitem(last=False)
        self._queue.append(path)
        self._work.set()

    def _notice_restart(self) -> None:
        core = self._switch.core_uuid
        if core != self._core:
            self._core = core
            self._warm.clear()
            self._queue = deque(self._wanted)
            self._work.set()

    def _look(self) -> None:
        while True:
            self._notice_restart()
            gevent.sleep(LOOK)

    def _go_ahead(self) -> None:
        failures = 0
        while True:
            self._work.wait()
            if not self._queue:
                self._work.clear()
                continue
            if not self._switch.wait_up(LOOK) or not self._queue:
                continue
            path = self._queue.popleft()
            try:
                url = self._address(path)
                if not self._is_warm(url):
                    self._download(url).get(timeout=DOWNLOAD + DEADLINE)
                failures = 0
            except (IvoryError, gevent.Timeout) as error:
                if not path.exists():
                    self._wanted.pop(path, None)
                    continue
                self._queue.append(path)
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                if failures == 0:
                    _log.warning("FreeSWITCH cannot fetch sounds", error=str(error), retry_in=pause)
                failures += 1
                gevent.sleep(pause)
            gevent.sleep(0)

    def _spawn(self, work: Callable[[], None], after: float = 0.0) -> gevent.Greenlet[[], None]:
        greenlet = gevent.spawn_later(after, work)
        greenlet.link_exception(lambda dead: self._replace(dead, work))
        return greenlet

    def _replace(self, dead: gevent.Greenlet[[], None], work: Callable[[], None]) -> None:
        _log.error("downloads ahead failed", error=repr(dead.exception))
        self._greenlets.remove(dead)
        self._greenlets.append(self._spawn(work, PAUSES[1]))
