"""Talks are recorded as their group's policy says: all, some or on demand, silent while nobody may listen.

A recording is the switch's own: it goes on when a worker dies, and the next one finds it by what is kept on
the caller's channel. The customer is left, the agent right. What fails costs the recording, not the talk.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

import gevent

from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl.background import BackgroundJob
from ivr.esl.commands import ApiCall
from ivr.esl.recordings import Recordings
from ivr.esl.wire import Event
from ivr.flow.prompts import PromptModel
from ivr.log import get
from ivr.routing.recording_kept import KEPT, Taken, read, written
from ivr.routing.recording_policy import Policy
from ivr.routing.talks import Talk, Talks
from ivr.store.records import Record, RecordingRecord

log = get(__name__)

HEADER: Final = 44
"""Bytes of a WAV file before its samples, of two bytes each."""
ANSWER: Final = 5.0
"""Seconds FreeSWITCH may take to begin a recording, or to tell of its end."""
LATE: Final = 1.0
"""Seconds a recording stays silent after it may hear again: FreeSWITCH silences what it writes, and on a busy
machine that was said some time before."""
BEEP: Final = commands.tone("%(200,0,1400)")
POLICY, ORDER, CONFIDENTIAL = "policy", "order", "confidential"
_SECRET: Final = "play_and_get_digits"  # noqa: S105 the application by which Ivory collects in confidence


@dataclass(eq=False)
class _Going:
    """A recording that goes on."""

    talk: Talk
    taken: Taken
    file: str
    policy: Policy
    why: str
    hushed: set[str] = field(default_factory=set)
    hears_at: float = 0.0
    closing: bool = False


class Line(Protocol):
    """What is needed of the connection to FreeSWITCH."""

    def bgapi(self, call: ApiCall) -> BackgroundJob: ...

    def post(self, *calls: ApiCall, failed: Callable[[SwitchError], None] | None = None) -> None: ...


class Recorder:
    """Records talks.

    Attributes:
        totals: `started`, `done`, `failed`.
        problems: what went wrong: `not_begun`, `disk_full`, `broken_off`, `not_silenced` (and so ended).

    Args:
        line: where FreeSWITCH is told what to do.
        recordings: where it records to.
        folder: where recordings belong on our side.
        policy: that of a group; "" is of talks without one.
        put: takes records, as `Writer.put`.
        now: seconds since the epoch.
        node: the name of the FreeSWITCH.
    """

    def __init__(
        self,
        line: Callable[[], Line],
        recordings: Callable[[], Recordings],
        folder: Path,
        policy: Callable[[str], Policy],
        put: Callable[[Record], None],
        now: Callable[[], float],
        node: str = "",
    ) -> None:
        self.totals: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self._line, self._recordings, self._folder = line, recordings, folder.absolute()
        self._policy, self._put, self._now, self._node = policy, put, now, node
        self._going: dict[str, _Going] = {}
        self._pending: set[str] = set()

    def attach(self, talks: Talks) -> None:
        """Follow these talks."""
        talks.began.append(self.began)
        talks.found.append(self.found)
        talks.moved.append(self.moved)
        talks.ended.append(self.ended)

    def drawn(self, group: str, contact: str) -> bool:
        """Whether a contact of a group is recorded by policy: the same, whoever asks, and when."""
        lot = hashlib.sha256(f"{group}\n{contact}".encode()).digest()
        return int.from_bytes(lot[:7]) / 2**56 < self._policy(group).share

    def announcement(self, group: str, contact: str) -> PromptModel | None:
        """What a customer is to hear before a talk that will be recorded; None: nothing."""
        return self._policy(group).announce if self.drawn(group, contact) else None

    # Talks --------------------------------------------------------------------------------------------

    def began(self, talk: Talk) -> None:
        """Two talk: record them, if they are drawn."""
        if self.drawn(talk.contact.group, talk.contact.id):
            self._spawn(talk, POLICY)

    def found(self, talk: Talk) -> None:
        """A worker before left a talk behind: its recording goes on, or begins if there is none."""
        self._spawn(talk, POLICY, find=True)

    def moved(self, talk: Talk, before: str) -> None:
        """The caller goes on with another agent."""
        if going := self._going.get(talk.call.id):
            self._tell(going)

    def ended(self, talk: Talk) -> None:
        """They part: so does the recording."""
        self._pending.discard(talk.call.id)
        if going := self._going.get(talk.call.id):
            self._close(going)

    def handle(self, event: Event) -> None:
        """Any event of the switch: of a recording's end, and of what is collected in confidence."""
        going = self._going.get(event.uuid)
        if going is None:
            return
        match event.name:
            case "MEDIA_BUG_STOP" if event.get("Media-Bug-Target") == going.file:
                self._stopped(going, event)
            case "CHANNEL_EXECUTE" if event.get("Application") == _SECRET and going.policy.pause:
                self._hush(going, CONFIDENTIAL, hushed=True)
            case "CHANNEL_EXECUTE_COMPLETE" if event.get("Application") == _SECRET:
                self._hush(going, CONFIDENTIAL, hushed=False)

    # Orders -------------------------------------------------------------------------------------------

    def start(self, talk: Talk, by: str) -> None:
        """Begin to record on demand; recorded already: nothing."""
        if talk.call.id not in self._going:
            self._spawn(talk, by)

    def stop(self, talk: Talk, by: str) -> None:
        """End it before the talk does. Raises IvoryError: it is not recorded."""
        log.info("recording stopped", call=talk.call.id, by=by)
        self._close(self._of(talk))

    def pause(self, talk: Talk, by: str) -> None:
        """Be silent from here on; the time goes on in the file. Waits until FreeSWITCH has heard of it: what
        is said next must not be recorded, whoever dies. Raises IvoryError: it is not recorded."""
        log.info("recording paused", call=talk.call.id, by=by)
        self._hush(self._of(talk), ORDER, hushed=True)
        self._kept(talk.call.id)  # answered in turn

    def resume(self, talk: Talk, by: str) -> None:
        """Hear again. Raises IvoryError: it is not recorded."""
        log.info("recording goes on", call=talk.call.id, by=by)
        self._hush(self._of(talk), ORDER, hushed=False)

    def state(self, call: str) -> str:
        """`recording`, `paused`, or `` for a call that is not recorded."""
        going = self._going.get(call)
        return "" if going is None else "paused" if going.taken.silent else "recording"

    def _of(self, talk: Talk) -> _Going:
        going = self._going.get(talk.call.id)
        if going is None or going.closing:
            raise IvoryError("the talk is not recorded", hint="start it first")
        return going

    # One recording ------------------------------------------------------------------------------------

    def _spawn(self, talk: Talk, why: str, *, find: bool = False) -> None:
        if talk.call.id not in self._pending:
            self._pending.add(talk.call.id)
            gevent.spawn(self._begin, talk, why, find)

    def _begin(self, talk: Talk, why: str, find: bool) -> None:
        """In a greenlet of its own."""
        call = talk.call.id
        try:
            before = self._kept(call)
            if find and before.path:
                self._found(talk, before)
            elif not find or self.drawn(talk.contact.group, talk.contact.id):
                self._record(talk, before.number + 1, why)
        except Exception as error:  # whatever it is, they talk on
            self._failed(talk, error)
        finally:
            self._pending.discard(call)

    def _record(self, talk: Talk, number: int, why: str) -> None:
        call, policy = talk.call.id, self._policy(talk.contact.group)
        name = f"{datetime.fromtimestamp(self._now(), UTC).astimezone():%Y/%m/%d}/{call}-{number}"
        file = self._recordings().begin(call, name)
        line = self._line()
        line.bgapi(commands.record_start(call, file, stereo=policy.stereo)).get(ANSWER)
        going = _Going(talk, Taken(number, f"{name}.wav", round(self._now(), 3)), file, policy, why)
        if call not in self._pending:  # they parted meanwhile
            self._going[call] = going
            self._close(going)
            return
        self._going[call] = going
        self.totals["started"] += 1
        self._keep(going)
        self._tell(going)
        if policy.beep:
            line.post(commands.displace(call, BEEP), commands.displace(talk.leg, BEEP))

    def _found(self, talk: Talk, taken: Taken) -> None:
        """A recording of a worker before: paused as it was."""
        policy = self._policy(talk.contact.group)
        file = self._recordings().begin(talk.call.id, str(PurePosixPath(taken.path).with_suffix("")))
        going = _Going(talk, taken, file, policy, "")
        if taken.silent:
            going.hushed.add(ORDER)
        self._going[talk.call.id] = going
        log.info("recording goes on", call=talk.call.id, path=taken.path)

    def _hush(self, going: _Going, why: str, *, hushed: bool) -> None:
        if hushed:
            going.hushed.add(why)
        else:
            going.hushed.discard(why)
        if going.hushed and not going.taken.silent:
            self._mask(going, silent=True)
        elif not going.hushed and going.taken.silent:
            going.hears_at = self._now() + LATE
            gevent.spawn_later(LATE, self._unmask, going)

    def _unmask(self, going: _Going) -> None:
        current = self._going.get(going.talk.call.id) is going and not going.closing
        if current and not going.hushed and going.taken.silent and self._now() >= going.hears_at - 0.01:
            self._mask(going, silent=False)

    def _mask(self, going: _Going, *, silent: bool) -> None:
        at = round(self._now() - going.taken.started, 3)
        spans = going.taken.paused
        spans = (*spans, (at, None)) if silent else (*spans[:-1], (spans[-1][0], at))
        going.taken = replace(going.taken, paused=spans)
        mask = commands.record_mask(going.talk.call.id, going.file, masked=silent)
        self._line().post(mask, failed=partial(self._unheard, going))
        self._keep(going)
        self._tell(going)

    def _close(self, going: _Going) -> None:
        """End it; what is known of its end comes with the switch's own telling, or after a while without."""
        if going.closing:
            return
        going.closing = True
        stop = commands.record_stop(going.talk.call.id, going.file)
        self._line().post(stop, failed=lambda _error: None)  # it may have ended with the call
        gevent.spawn_later(ANSWER, self._over, going, None, "done")

    def _stopped(self, going: _Going, event: Event) -> None:
        """FreeSWITCH counts what it heard, and says of a full disk only how large the file is in the end."""
        size, samples, milliseconds = (
            int(text) if (text := event.variable(f"record_{name}")).isdecimal() else 0
            for name in ("file_size", "samples", "ms")
        )
        heard = milliseconds / 1000
        channels = 2 if going.policy.stereo else 1
        fitted = heard * max(size - HEADER, 0) / (samples * channels * 2) if samples else 0.0
        cause = event.variable("record_completion_cause")
        if cause.startswith("success") and fitted >= heard - 0.1:  # it may not have noticed what is missing
            self._over(going, heard, "done")
            return
        result = "disk full" if size and fitted < heard else cause or "nothing was recorded"
        self.totals["failed"] += 1
        self.problems["disk_full" if result == "disk full" else "broken_off"] += 1
        log.error("recording failed; they talk on", call=going.talk.call.id, path=going.file, reason=result)
        self._over(going, min(fitted, heard), result)

    def _over(self, going: _Going, seconds: float | None, result: str) -> None:
        call = going.talk.call.id
        if self._going.get(call) is not going:
            return
        del self._going[call]
        if result == "done":
            self.totals["done"] += 1
        now = self._now()
        length = now - going.taken.started if seconds is None else seconds
        self._tell(going, ended=_moment(now), seconds=round(length, 3), result=result)
        self._recordings().ended(self._folder / going.taken.path)
        kept = commands.set_variables(call, {KEPT: written(Taken(going.taken.number))})
        self._line().post(kept, failed=lambda _error: None)  # the caller may have gone

    def _failed(self, talk: Talk, error: Exception) -> None:
        self.totals["failed"] += 1
        self.problems["not_begun"] += 1
        reason = str(error) if isinstance(error, IvoryError) else repr(error)
        log.error("recording failed; they talk on", call=talk.call.id, reason=reason)

    def _unheard(self, going: _Going, error: SwitchError) -> None:
        """A recording that could not be silenced must not go on hearing."""
        self.problems["not_silenced"] += 1
        log.error("recording could not be paused", call=going.talk.call.id, reason=str(error))
        self._close(going)

    # What is known of it ------------------------------------------------------------------------------

    def _kept(self, call: str) -> Taken:
        try:
            return read(self._line().bgapi(commands.api("uuid_getvar", call, KEPT)).get(ANSWER).strip())
        except CommandFailed:
            return Taken(0)

    def _keep(self, going: _Going) -> None:
        kept = commands.set_variables(going.talk.call.id, {KEPT: written(going.taken)})
        self._line().post(kept, failed=lambda _error: None)  # the caller may have gone

    def _tell(self, going: _Going, **more: object) -> None:
        talk, taken = going.talk, going.taken
        end = round(self._now() - taken.started, 3)
        keep = going.policy.keep
        record = RecordingRecord(
            f"{talk.call.id}-{taken.number}",
            _moment(taken.started),
            talk.call.id,
            talk.contact.id,
            talk.agent,
            talk.contact.group,
            taken.path,
            going.why,
            going.policy.stereo,
            paused=tuple((begin, end if until is None else until) for begin, until in taken.paused),
            keep_until=None if keep is None else _moment(taken.started) + timedelta(seconds=keep),
            node=self._node,
            **more,  # type: ignore[arg-type]  # the names of its end
        )
        self._put(record)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
