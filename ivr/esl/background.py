"""API commands that FreeSWITCH runs in the background, from their start to the event with the answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from gevent.event import AsyncResult

from ivr.errors import CommandTimeout, ConnectionLost, SwitchError
from ivr.esl.exchange import Reply
from ivr.esl.wire import Event

MOST: Final = 10_000
"""Jobs that may run at once."""


class BackgroundJob:
    """One of them; `uuid` is its Job-UUID."""

    def __init__(self, forget: Callable[[str], object]) -> None:
        self.uuid = str(uuid.uuid4())
        self._forget = forget
        self._answer: AsyncResult[str] = AsyncResult()

    def get(self, timeout: float) -> str:
        """What it printed.

        Raises:
            CommandFailed: it printed `-ERR …`.
            CommandTimeout: it is not done after `timeout` seconds; its answer will be thrown away.
            ConnectionLost: the line went; whether it ran is not known.
        """
        text = self._answer.wait(timeout)
        self._forget(self.uuid)
        if text is not None:
            return Reply(text, {}).checked()
        if self._answer.exception is not None:
            raise self._answer.exception
        raise CommandTimeout(f"FreeSWITCH did not finish a job within {timeout:g} s")

    def ready(self) -> bool:
        """Whether it is done."""
        return self._answer.ready()

    def done(self, text: str) -> None:
        self._answer.set(text)

    def fail(self, error: SwitchError) -> None:
        self._answer.set_exception(error)


class BackgroundJobs:
    """Those of a connection that have no answer yet."""

    def __init__(self) -> None:
        self._waiting: dict[str, BackgroundJob] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, start: Callable[[BackgroundJob], object]) -> BackgroundJob:
        """A new job, which `start` has FreeSWITCH run; when that raises there is none.

        Raises SwitchError when `MOST` run already.
        """
        if len(self._waiting) >= MOST:
            raise SwitchError(f"{MOST} jobs run on FreeSWITCH already")
        job = BackgroundJob(lambda name: self._waiting.pop(name, None))
        self._waiting[job.uuid] = job
        try:
            start(job)
        except BaseException:
            self._waiting.pop(job.uuid, None)
            raise
        return job

    def done(self, event: Event) -> None:
        """A BACKGROUND_JOB came."""
        if job := self._waiting.pop(event.get("Job-UUID"), None):
            job.done(event.body.rstrip("\n"))

    def fail(self, reason: SwitchError) -> None:
        """The line went."""
        waiting, self._waiting = self._waiting, {}
        for job in waiting.values():
            job.fail(ConnectionLost(reason.message, hint=reason.hint))
