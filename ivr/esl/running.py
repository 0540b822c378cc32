"""What runs on a call's channel: one application at a time, event-locked, followed from beginning to end.

Each has a UUID of ours that comes back when it begins and when it ends. The event socket may go meanwhile,
and the worker itself: what ran then is found again by what the channel says of itself.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent

from ivr.call import Bridged
from ivr.errors import CommandFailed, CommandTimeout, ConnectionLost
from ivr.esl import commands, keeping, resync, wire
from ivr.esl.channel import RECONNECT_PATIENCE, Channel, Link
from ivr.esl.commands import Argument
from ivr.esl.job import ANY, CONNECT, OVER, SECRET, Job, talked, talking
from ivr.log import get

log = get(__name__)

MOVED = "BLIND_TRANSFER"  # how a call ends for a flow when somebody takes the caller elsewhere
CONNECTS = 2.0  # seconds in which FreeSWITCH has joined two channels, or given it up


class Runner(Channel):
    """A channel with the job that runs on it, if there is one."""

    def __init__(self, link: Link, arrival: wire.Event) -> None:
        super().__init__(link, arrival.uuid)
        self.moved = False
        """Whether the caller was taken elsewhere, by an agent's transfer: on the line, but not ours."""
        self._moves = arrival.variable("transfer_history")
        self._job: Job | None = None
        self._doomed: set[str] = set()  # applications to be broken off as soon as they begin

    def _gone(self) -> None:
        self._job = None

    # Beginning ----------------------------------------------------------------------------------------

    @contextmanager
    def _begun(self, job: Job) -> Iterator[None]:
        """A job is there when it could be begun, and only then."""
        self._job = job
        try:
            yield
        except BaseException:
            if job is self._job:
                self._job = None
            raise

    def _run(self, job: Job, application: str, argument: Argument, *, again: bool = False) -> None:
        """Queue a job's application under a new UUID; `again`: in the place of what is queued."""
        job.application, job.argument, job.running = application, argument, True
        self._make_way()
        while not self._queued(job, again=again):
            if not self._link.wait_up(RECONNECT_PATIENCE):
                raise ConnectionLost("the event socket stays away")
            self._alive()
            if job is not self._job or not job.stranded:  # broken off, or found at work by `resume`
                return
            again = True

    def _make_way(self) -> None:
        """End what else runs on the channel, as applications run one after the other."""

    def _queued(self, job: Job, *, again: bool) -> bool:
        """Whether an application could be queued; if not, the line has gone, and it may be there or not."""
        job.stranded = False
        try:
            if again and job.other and self._lives(job.other):
                return True
            if again:
                self._link.api(commands.api("uuid_break", self.id, "all"))
            if job is not self._job:
                return True
            job.uuid, job.began = str(uuid.uuid4()), False
            argument = Argument(job.argument)
            self._link.execute(self.id, job.application, argument, event_uuid=job.uuid)
        except ConnectionLost:
            job.stranded = True
            return False
        except CommandTimeout:
            self._doomed.add(job.uuid)  # it may begin yet
            raise
        except CommandFailed as error:
            self._refused(error)
        return True

    # Ending -------------------------------------------------------------------------------------------

    def _break_off(self, job: Job) -> None:
        """End a job's application. A break that comes before it begins would be lost, so that one waits."""
        if job.began:
            self._api(commands.api("uuid_break", self.id))
        else:
            self._doomed.add(job.uuid)

    def _break_doomed(self, application: str) -> None:
        if application in self._doomed:
            self._doomed.discard(application)
            self._api(commands.api("uuid_break", self.id))

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def _execution_began(self, event: wire.Event) -> None:
        """A CHANNEL_EXECUTE."""
        begun = event.get("Application-UUID")
        if self._job and begun == self._job.uuid:
            self._job.began = True
        if begun in self._doomed:
            self._spawn(self._break_doomed, begun)

    def _execution_ended(self, event: wire.Event) -> None:
        """A CHANNEL_EXECUTE_COMPLETE."""
        if self._taken(event):
            self._move()
            return
        self._doomed.discard(event.get("Application-UUID"))
        if self._job and self._job.ran(event):
            self._complete(self._job, event)

    def _taken(self, event: wire.Event) -> bool:
        """Whether somebody took the caller elsewhere. FreeSWITCH calls it a transfer, too, when we connect
        the call with another."""
        history = event.variable("transfer_history")
        if history == self._moves:
            return False
        job = self._job
        if job is None or job.kind != CONNECT or not history.endswith(f":uuid_br:{job.other}"):
            return True
        self._moves = history
        return False

    def _move(self) -> None:
        self.moved = True
        self._end(MOVED, raising=False)

    def _bridged(self, job: Job) -> None:
        job.bridged_at = time.monotonic()
        self._put(Bridged())
        if job.keys_after:
            self._spawn(self._send_keys, job.other, job.keys_after)

    def _complete(self, job: Job, event: wire.Event) -> None:
        job.running = False
        self._job = None
        if job.kind == "secret":
            self._spawn(self._forget_secret)
        self._put(job.result(event, time.monotonic()))

    def _send_keys(self, channel: str, keys: str) -> None:
        self._link.api(commands.send_keys(channel, keys))

    def _forget_secret(self) -> None:
        self._api(
            commands.set_variables(self.id, {SECRET: "", f"{SECRET}_invalid": "", "sensitive_dtmf": ""})
        )

    # After the line, or the worker, was away ----------------------------------------------------------

    def resume(self, channel: wire.Event) -> None:
        """The event socket was away and is back; `channel` is the call as it is now.

        What still runs is left alone, what ended unseen is over, and what cannot be known is done again.
        """
        if self._taken(channel):
            self._move()
        job = self._job
        if job is None or not job.running:
            return
        if job.kind == CONNECT:
            self._spawn_for(job, self._look_after_connection, channel)
            return
        asked = (job.application, job.argument)
        if asked == (channel.variable("current_application"), channel.variable("current_application_data")):
            if job.kind == "bridge":
                if not job.stranded:
                    self._spawn_for(job, self._look_after_bridge, channel)
                return
            if not channel.variable(OVER[job.kind]):
                job.began, job.stranded = True, False
                return
            if job.began:
                self._complete(job, channel)
                return
        if not job.stranded:
            self._spawn_for(job, self._restart)

    def _look_after_bridge(self, job: Job, channel: wire.Event) -> None:
        """After the line was away: whether it rings, whether they talk, or what came of it."""
        talks_to = channel.variable("bridge_uuid")  # which stays when the talk is over
        talks = bool(talks_to) and self._lives(talks_to)
        lives = talks or self._lives(job.other)
        if job is not self._job:
            return
        answered = talks or channel.variable("originate_disposition") == "SUCCESS"
        if answered and not job.bridged_at:
            self._bridged(job)
        if not lives:
            self._complete(job, channel)

    def _look_after_connection(self, job: Job, channel: wire.Event) -> None:
        """After the line, or a worker, was away: whether they talk, or what came of it."""
        if not talked(channel, job.other):  # it may stand this moment; its event may have come, or not
            gevent.sleep(CONNECTS)
            found = resync.parse_dump(self._link.api(commands.api("uuid_dump", self.id)))
            if found is None or job is not self._job:
                return
            channel = found
        if talking(channel, job.other) and self._lives(job.other):
            if not job.bridged_at and job is self._job:
                self._bridged(job)
            return
        if job is not self._job:
            return
        if talking(channel, job.other):  # something was laid over the talk, and hides its end
            self._post(commands.api("uuid_break", self.id, "all"))
            return
        if talked(channel, job.other) and not job.bridged_at:
            self._bridged(job)
        self._complete(job, channel)

    def _restart(self, job: Job) -> None:
        if job is self._job:
            self._run(job, job.application, Argument(job.argument), again=True)

    def _take_up(self, doing: keeping.Doing, channel: wire.Event, path: Path | None) -> None:
        """Go on with what an earlier worker began; `path` is that of a recording."""
        argument = channel.variable("current_application_data")
        application = channel.variable("current_application")
        job = self._job = Job(doing.kind, ANY, application=application, argument=argument, path=path)
        job.running = job.began = True
        if doing.kind in ("bridge", CONNECT):
            job.other = doing.detail
            look = self._look_after_bridge if doing.kind == "bridge" else self._look_after_connection
            self._spawn_for(job, look, channel)
            return
        if job.over(channel):
            self._complete(job, channel)

    def _spawn_for(self, job: Job, work: Callable[..., None], *arguments: Any) -> None:
        gevent.spawn(self._for_job, job, work, *arguments)

    def _for_job(self, job: Job, work: Callable[..., None], *arguments: Any) -> None:
        """Go on with a job behind the flow's back; if that fails the flow is told, lest it waits for ever."""
        if not self._quietly(work, job, *arguments) and job is self._job:
            self._job = None
            self._put(job.failure())
