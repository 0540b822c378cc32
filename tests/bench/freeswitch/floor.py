"""What goes on in a call centre under measurement: who waits, whose telephone was called, who talks.

It follows FreeSWITCH's events, whose stamps are the switch's own (`Event-Date-Timestamp`, microseconds).
Callers are `null/` legs sent to a queue's number: one channel each, and no other program to share the
processors with.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

from tests.freeswitch.client import Client
from tests.freeswitch.instance import Instance

PATIENCE = 30.0


class Floor:
    """The callers and agents of one switch.

    Attributes:
        waiting: the callers' channels that are in no talk yet.
        rung: when each agent's telephone was called last, in seconds since the epoch of this machine's clock.
        talks: how many talks began.
    """

    def __init__(self, switch: Instance) -> None:
        self.waiting: set[str] = set()
        self.rung: dict[str, float] = {}
        self.talks = 0
        self.last_talk = 0.0
        self.hang_up_talks = True
        self._line, self._killer = Client(switch), Client(switch)
        self._ahead = self._clock_ahead()
        self._events = Client(switch)
        self._events.send("event plain CHANNEL_CREATE CHANNEL_BRIDGE CHANNEL_HANGUP_COMPLETE")
        threading.Thread(target=self._follow, daemon=True).start()

    def fill(self, number: str, count: int) -> None:
        """Let callers come until so many wait at `number`."""
        while len(self.waiting) < count:
            caller = str(uuid.uuid4())
            options = f"origination_uuid={caller},origination_caller_id_number=1380000{count:04}"
            answer = self._line.api(f"originate {{{options}}}null/caller {number} XML public")
            if not answer.startswith("+OK"):
                raise RuntimeError(f"no caller: {answer}")
            self.waiting.add(caller)

    def clear(self) -> None:
        """Send everybody home."""
        for caller in list(self.waiting):
            self._line.api(f"uuid_kill {caller}")
        self.waiting.clear()
        self._ahead = self._clock_ahead()  # it drifts on a busy machine
        self.until(lambda: self._line.channels() == 0, "everybody gone")

    def until(self, true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait for something. Raises RuntimeError when it does not come."""
        deadline = time.monotonic() + patience
        while not true():
            if time.monotonic() > deadline:
                raise RuntimeError(f"not within {patience:g} s: {what}")
            time.sleep(0.002)

    def _clock_ahead(self) -> float:
        """By how many seconds the switch's clock, which keeps its own time, is ahead of this machine's: by
        the quickest of some questions, as Cristian's algorithm has it."""
        answers = []
        for _ in range(50):
            asked = time.time()
            told = int(self._line.api("strmicroepoch")) / 1e6
            answered = time.time()
            answers.append((answered - asked, told - (asked + answered) / 2))
        return min(answers)[1]

    def _follow(self) -> None:
        for event in self._events.events():
            at = int(event.get("Event-Date-Timestamp", 0)) / 1e6 - self._ahead
            name, channel = event.get("Event-Name"), event.get("Unique-ID", "")
            if name == "CHANNEL_CREATE":
                self.rung[event.get("Channel-Name", "").removeprefix("null/")] = at
            elif name == "CHANNEL_BRIDGE":
                ends = {channel, event.get("Other-Leg-Unique-ID", "")} & self.waiting
                for caller in ends:
                    self.waiting.discard(caller)
                    self.talks, self.last_talk = self.talks + 1, at
                    if self.hang_up_talks:
                        self._killer.api(f"uuid_kill {caller}")
            elif name == "CHANNEL_HANGUP_COMPLETE":
                self.waiting.discard(channel)
