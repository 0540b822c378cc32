"""Recording by order of an agent or a supervisor: of the agent whose talk it is, and audited."""

from __future__ import annotations

from ivr.errors import IvoryError
from ivr.routing.arguments import OfAgent
from ivr.routing.orders import order
from ivr.routing.recording import Recorder
from ivr.routing.talks import Talk, Talks


class Recordings:
    """The recordings of the talks there are."""

    def __init__(self, recorder: Recorder, talks: Talks) -> None:
        self.recorder, self._talks = recorder, talks

    def talk(self, agent: str) -> Talk:
        """The talk of an agent. Raises IvoryError: there is none."""
        talk = self._talks.by_agent(agent)
        if talk is None:
            raise IvoryError(f'agent "{agent}" is in no talk', hint="ivr acd status shows who talks")
        return talk


@order("agent.record")
def record(recordings: Recordings, asked: OfAgent, by: str) -> None:
    recordings.recorder.start(recordings.talk(asked.agent), by)


@order("agent.record_stop")
def stop(recordings: Recordings, asked: OfAgent, by: str) -> None:
    recordings.recorder.stop(recordings.talk(asked.agent), by)


@order("agent.record_pause")
def pause(recordings: Recordings, asked: OfAgent, by: str) -> None:
    recordings.recorder.pause(recordings.talk(asked.agent), by)


@order("agent.record_resume")
def resume(recordings: Recordings, asked: OfAgent, by: str) -> None:
    recordings.recorder.resume(recordings.talk(asked.agent), by)
