"""A FreeSWITCH for the tests beside this file: it writes down what it is asked and answers as it is told."""

from __future__ import annotations

from collections.abc import Callable

from gevent.event import AsyncResult, Event

from ivr.errors import CommandFailed, CommandTimeout, SwitchError
from ivr.esl.commands import ApiCall


class Job:
    def __init__(self) -> None:
        self.answer: AsyncResult[str] = AsyncResult()

    def get(self, timeout: float) -> str:
        text = self.answer.wait(timeout)
        if self.answer.exception is not None:
            raise self.answer.exception
        if text is None:
            raise CommandTimeout("too slow")
        return text


class Switch:
    """`answers`: by the first word of a command, an answer or what makes one; an exception is raised.

    `held`: background commands wait until `release`."""

    def __init__(self) -> None:
        self.core_uuid = "core-1"
        self.asked: list[str] = []
        self.answers: dict[str, str | Exception | Callable[[str], str]] = {}
        self.held: list[tuple[str, Job]] | None = None
        self.up = Event()
        self.up.set()

    def api(self, call: ApiCall) -> str:
        self.asked.append(call)
        answer = self.answers.get(call.split()[0], "+OK")
        if isinstance(answer, Exception):
            raise answer
        return answer(call) if callable(answer) else answer

    def bgapi(self, call: ApiCall) -> Job:
        job = Job()
        if self.held is not None:
            self.asked.append(call)
            self.held.append((call, job))
        else:
            self._do(call, job)
        return job

    def wait_up(self, timeout: float | None = None) -> bool:
        return self.up.wait(timeout)

    def release(self, error: SwitchError | None = None) -> None:
        """Let what was held be done, or fail."""
        held, self.held = self.held or [], None
        for _, job in held:
            if error:
                job.answer.set_exception(error)
            else:
                job.answer.set("+OK")

    def of(self, name: str) -> list[str]:
        """The commands of a name, as they were asked."""
        return [call for call in self.asked if call.split()[0] == name]

    def _do(self, call: ApiCall, job: Job) -> None:
        try:
            job.answer.set(self.api(call))
        except SwitchError as error:
            job.answer.set_exception(error)


REFUSES = CommandFailed("FreeSWITCH answered '-ERR'")
