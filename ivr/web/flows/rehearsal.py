"""A flow's tests, played in a child process beside the web process: bounded in time, memory and number.

The child works in a folder made for it, in which the flows are links and what has not been saved yet is a
file: so a text can be tested before anybody meets it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import gevent
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from ivr.errors import IvoryError
from ivr.settings import Settings
from ivr.web.flows.workshop import Workshop
from ivr.web.site import Site

SECONDS: Final = 60.0
"""The tests of one flow may take."""
AT_ONCE: Final = 2
"""Flows that are tested at the same time; who comes next waits."""
PATIENCE: Final = 30.0
"""Seconds until who waits is told to come again."""
FRESH: Final = 600.0
"""Seconds for which what passed has passed."""
KEPT: Final = 20
"""Texts that passed, of which that is remembered."""
MOST_LINE: Final = 8 << 20
"""Bytes of one case, with the call that led to its failure."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be tested.

    Args:
        text, tests: what the flow and its tests would be; None: as they are saved.
        pick: words of the cases' names; empty: all cases.
    """

    flow: str
    text: str | None = None
    tests: str | None = None
    pick: str = ""


@dataclass(slots=True)
class Rehearsal:
    """What came of it.

    Attributes:
        report: as `ivr flow test --json` prints it.
        versions: what was tested: the texts' versions by flow, of those that may serve.
    """

    report: dict[str, Any]
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def percent(self) -> float:
        """Of the flow's ways, those that were taken; 0 where there are no tests."""
        return float(self.report["percent"])

    @property
    def tested(self) -> bool:
        """Whether there are any tests."""
        return bool(self.report["cases"] or self.report["findings"])

    @property
    def words(self) -> str:
        """In a line, for the log of releases."""
        if not self.tested:
            return "no tests"
        failed = f", {self.report['failed']} failed" if self.report["failed"] else ""
        return f"{self.report['passed']} passed{failed}, {self.percent:.0f} % covered"

    def good(self, coverage: float = 0.0) -> bool:
        """Whether the flow may go to its callers; `coverage`: percent of its ways that must be taken."""
        return self.percent >= coverage and (not self.tested or bool(self.report["ok"]))


class Stage:
    """How many flows are tested at once, and what passed a moment ago: who was shown that the tests pass, and
    then publishes, does not wait for them again."""

    def __init__(self, settings: Settings) -> None:
        self.room = BoundedSemaphore(AT_ONCE)
        self._passed: OrderedDict[str, tuple[float, Rehearsal]] = OrderedDict()

    def passed(self, played: str) -> Rehearsal | None:
        """What came of the very same texts, if they passed; `played`: their digest."""
        at, whole = self._passed.get(played, (0.0, None))
        return whole if time.monotonic() - at < FRESH else None

    def keep(self, played: str, whole: Rehearsal) -> None:
        """Remember it where it passed."""
        if whole.good():
            self._passed[played] = time.monotonic(), whole
            while len(self._passed) > KEPT:
                self._passed.popitem(last=False)


def rehearse(site: Site, order: Order, *, again: bool = True) -> Rehearsal:
    """Play all tests of a flow; unless `again`, what came of it will do where the same has just passed.

    Raises IvoryError: too many do, it took too long, or it cannot be done.
    """
    whole: Rehearsal | None = None
    for row in cases(site, order, again=again):
        if isinstance(row, Rehearsal):
            whole = row
    if whole is None:
        raise IvoryError(f"the tests of {order.flow} ended before they were through")
    return whole


def cases(site: Site, order: Order, *, again: bool = True) -> Iterator[dict[str, Any] | Rehearsal]:
    """Each case as soon as it is over, then the whole (alone, unless `again`, where the very same has just
    passed). Raises NotFound, IvoryError."""
    stage, workshop = site.part(Stage), site.part(Workshop)
    if not stage.room.acquire(timeout=PATIENCE):
        raise IvoryError("other flows are being tested", hint="try again in a minute")
    try:
        with tempfile.TemporaryDirectory(prefix="ivory-tests-") as name:
            folder = Path(name).resolve()
            site.apart(_set, workshop, order, folder)
            played = site.apart(_digest, workshop.settings, order, folder)
            if not again and (passed := stage.passed(played)):
                yield passed
                return
            for row in _played(order, folder, _asked(workshop.settings, order, folder)):
                if isinstance(row, Rehearsal):
                    stage.keep(played, row)
                yield row
    finally:
        stage.room.release()


def _digest(settings: Settings, order: Order, folder: Path) -> str:
    """Of all that the tests are about: the flows, the tests, the people."""
    digest = hashlib.blake2b(f"{order.flow}\n{order.pick}\n".encode())
    for path in (*sorted(folder.rglob("*.yaml")), settings.acd.plan):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def _set(workshop: Workshop, order: Order, folder: Path) -> None:
    """Put the flows into the folder, and the tests of the one. Raises NotFound."""
    for path in workshop.flows.names().values():
        (folder / path.name).symlink_to(path)
    (folder / "tests").mkdir()
    found = workshop.flows.find(order.flow) if order.text is not None else workshop.flows.get(order.flow)
    if order.text is not None:
        file = folder / (found.file.name if found else f"{order.flow}.yaml")
        file.unlink(missing_ok=True)
        file.write_text(order.text, encoding="utf-8")
    saved = workshop.tests.find(order.flow)
    tests = order.tests if order.tests is not None else saved.text if saved else ""
    if tests:
        (folder / "tests" / f"{order.flow}.yaml").write_text(tests, encoding="utf-8")


def _asked(settings: Settings, order: Order, folder: Path) -> bytes:
    """The order as `ivr.testing.aside` takes it."""
    return json.dumps(
        {
            "flow": order.flow,
            "folder": str(folder),
            "sounds": str(settings.flows.sounds.absolute()),
            "http": settings.http.model_dump(mode="json"),
            "plan": str(settings.acd.plan.absolute()),
            "pick": order.pick,
        }
    ).encode()


def _played(order: Order, folder: Path, asked: bytes) -> Iterator[dict[str, Any] | Rehearsal]:
    child: Any = subprocess.Popen(
        [sys.executable, "-m", "ivr.testing.aside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    played: list[dict[str, Any]] = []
    late = gevent.spawn_later(SECONDS, child.kill)
    try:
        with child.stdin as into:
            into.write(asked)
        for row in _rows(child.stdout):
            if "error" in row:
                raise IvoryError(row["error"], hint=row.get("hint", ""))
            if "report" in row:
                yield _whole(order, folder, row, played)
                return
            played.append(_clean(row["case"], folder))
            yield played[-1]
        why = f"took more than {SECONDS:g} s" if late.ready() else "ended before they were through"
        raise IvoryError(f"the tests of {order.flow} {why}", hint="`ivr flow test` tells more")
    finally:
        late.kill()
        child.kill()
        child.wait()
        child.stdout.close()


def _rows(out: IO[bytes]) -> Iterator[dict[str, Any]]:
    while line := out.readline(MOST_LINE):
        try:
            yield json.loads(line)
        except ValueError:
            raise IvoryError("one of the tests tells more than can be shown") from None


def _whole(order: Order, folder: Path, row: dict[str, Any], played: list[dict[str, Any]]) -> Rehearsal:
    report = _clean(row["report"], folder)
    mine = next((one for one in report["coverage"] if one["flow"] == order.flow), None)
    report |= {"cases": played, "percent": mine["percent"] if mine else 0.0}
    return Rehearsal(report, row["versions"])


def _clean(part: Any, folder: Path) -> Any:
    """What the child told, with files by their names: their folder is gone when anybody reads it."""
    if isinstance(part, dict):
        return {
            key: str(value).removeprefix(f"{folder}/") if key == "file" else _clean(value, folder)
            for key, value in part.items()
        }
    return [_clean(each, folder) for each in part] if isinstance(part, list) else part
