"""The outside world of a case on the virtual clock: requests are answered by mocks, and time jumps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from ivr.call import Call
from ivr.errors import FetchError, IvoryError
from ivr.flow.scripted import ScriptedCall
from ivr.hours import Calendar, Status
from ivr.http_client import Response
from ivr.runtime.ports import Notification, Rating
from ivr.testing.mocks import Mocks, body_of, data_of, headers_of
from ivr.testing.model import WEBHOOK
from ivr.testing.people import ScriptedAgents, ScriptedCallbacks, ScriptedDirectory
from ivr.testing.queues import ScriptedQueues

PAUSE = 0.2  # seconds before a request is tried again, doubling, as `ivr.http_client` does it


class Work:
    """An operation whose result is known, and there at `ready_at` seconds of the call."""

    def __init__(self, call: ScriptedCall, ready_at: float, result: Callable[[], Any]) -> None:
        self._call, self._ready_at, self._result = call, ready_at, result

    def done(self) -> bool:
        return self._call.monotonic() >= self._ready_at

    def wait(self) -> None:
        return

    def result(self) -> Any:
        return self._result()

    def abandon(self) -> None:
        return


class JumpingSide:
    """A scripted call, as its queues drive it."""

    def __init__(self, call: ScriptedCall) -> None:
        self._call = call
        self.after, self.note, self.news = call.after, call.note, call.wake

    def now(self) -> float:
        return self._call.now().timestamp()

    def join(self, agent: str, talks: float, over: Callable[[], object]) -> None:
        self._call.connect(agent)
        self._call.part_after(talks, over)


class World:
    """The services of one case."""

    def __init__(
        self,
        mocks: Mocks,
        calendars: Mapping[str, str],
        queues: ScriptedQueues,
        callbacks: ScriptedCallbacks,
        agents: ScriptedAgents,
        directory: ScriptedDirectory,
    ) -> None:
        self.mocks = mocks
        self.directory = directory
        self.queues, self.callbacks, self.agents = queues, callbacks, agents
        self.ratings: dict[str, Any] = {}
        self.notified: dict[str, Mapping[str, Any]] = {}
        self._calendars = calendars
        self._took = 0.0  # seconds of the operation that is being begun

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Response:
        """The answer of a mock; the time it takes is added to the operation's."""
        retries, pause = parts.get("retries", 0), PAUSE
        for left in range(retries, -1, -1):
            try:
                return self._once(method, url, deadline, parts)
            except FetchError as error:
                if not left or error.reason not in ("timeout", "unreachable"):
                    raise
                self._took += pause
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, url: str, deadline: float, parts: Mapping[str, Any]) -> Response:
        asked = {name: dict(parts.get(name) or {}) for name in ("query", "headers")}
        mock = self.mocks.answer(method, url, **asked, body=parts.get("body"))
        if mock is None:
            raise FetchError(f"no mock answers {method} {url}", reason="refused")
        if mock.error == "timeout" or mock.delay > deadline:
            self._took += deadline
            raise FetchError(f"no whole answer within {deadline:g} s", reason="timeout")
        self._took += mock.delay
        if mock.error:
            raise FetchError("nobody answered", reason="unreachable")
        return Response(mock.status, headers_of(mock), body_of(mock))

    def awaits(self, call: Call, key: str, came: Callable[[Any], None]) -> None:
        """Bring the webhook that a mock has, when its delay is over; one with an error never comes."""
        assert isinstance(call, ScriptedCall)  # noqa: S101 as in `begin`
        mock = self.mocks.answer(WEBHOOK, key)
        if mock is not None and not mock.error:
            call.after(mock.delay, partial(came, data_of(mock)))

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation that is never run."""

        def operation(**given: Any) -> Any:
            mock = self.mocks.answer("python", name, given=given)
            if mock is None:
                raise IvoryError(f"no mock answers python {name}")
            self._took += mock.delay
            if mock.error:
                raise IvoryError(mock.error)
            return mock.result

        return operation

    def begin(self, call: Call, work: Callable[[], Any]) -> Work:
        """Do the work now, as it only looks into a table, and let the call have it when its time is over."""
        assert isinstance(call, ScriptedCall)  # noqa: S101 whoever plays on another call has another world
        self._took = 0.0
        try:
            value = work()
        except Exception as error:
            raised = error

            def result() -> Any:
                raise raised

        else:

            def result() -> Any:
                return value

        if self._took:
            call.wake_after(self._took)
        return Work(call, call.monotonic() + self._took, result)

    def rated(self, rating: Rating) -> None:
        """Keep an answer."""
        self.ratings[rating.item] = rating.recording if rating.score is None else rating.score

    def notify(self, notification: Notification) -> None:
        """Keep what was told; of a type that is told again, the latest."""
        self.notified[notification.event] = notification.values

    def hours(self, calendar: str, own: Calendar | None, at: datetime) -> Status | None:
        return own.status(at, self._calendars.get(calendar)) if own else None
