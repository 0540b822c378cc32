"""What is done to two who talk: hold, a third, the way back. It is laid over their bridge, which stays.

While a leg of a bridge plays something, FreeSWITCH passes no sound between the two. So a caller on hold is a
caller to whom music is played, and a third who was asked is somebody who joins the agent's leg alone. If the
worker dies meanwhile nothing changes for anybody; and when a leg goes, the bridge ends as it always does.

Everything is posted: these functions never wait, and may be called from an event handler. They raise
SwitchError when nothing could be sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final, Protocol

from ivr.errors import SwitchError
from ivr.esl import commands
from ivr.esl.commands import ApiCall, Argument, Sound

RINGING: Final = commands.tone("%(1000,4000,450);loops=24")
"""What an agent hears while a third is rung: two minutes of it."""

DIAL: Final = commands.tone("%(9999,0,450);loops=3")
"""What an agent hears who is to type a number."""

BUSY: Final = commands.tone("%(350,350,450);loops=4")
"""What an agent hears when the third is busy."""

NOBODY: Final = commands.tone("%(100,100,450)%(100,100,450)%(400,400,450);loops=2")
"""What an agent hears when the third cannot be had for another reason."""

BACK: Final = commands.tone("%(120,80,880);loops=2")
"""What a caller hears before the agent is back."""


class Line(Protocol):
    """What is needed of the connection: things are posted, and leave together in their order."""

    def post(self, *calls: ApiCall, failed: Callable[[SwitchError], None] | None = None) -> None: ...

    def post_execute(
        self,
        channel: str,
        application: str,
        argument: Argument | None = None,
        *,
        event_uuid: str,
        failed: Callable[[SwitchError], None] | None = None,
    ) -> None: ...


BUSY_CAUSES: Final = frozenset({"USER_BUSY", "CALL_REJECTED", "NORMAL_CIRCUIT_CONGESTION"})


def hold(link: Line, caller: str, agent: str, music: str, hears: Argument = commands.CARRIER) -> None:
    """The caller hears `music`; the agent hears nothing, or `hears`, and is heard by nobody."""
    link.post(commands.set_variables(agent, {"playback_terminators": "none"}))
    _play(link, caller, commands.playback([commands.music(music)]))
    _play(link, agent, hears)


def ringing() -> Argument:
    """What the agent is given to hear while a third is rung; for `hold`."""
    return commands.playback([RINGING])


def retrieve(link: Line, caller: str, agent: str) -> None:
    """End a hold: the two hear each other, and with them who has joined meanwhile (three-way)."""
    link.post(_hush(caller), _hush(agent))


def come_back(link: Line, caller: str, agent: str, cause: str = "") -> None:
    """End a hold because the third is gone: the agent hears by a tone why, the caller that somebody is back.

    Args:
        cause: why the third was not to be had, FreeSWITCH's word; empty: they had talked.
    """
    retrieve(link, caller, agent)
    _play(link, caller, commands.playback([BACK]))
    if cause:
        _play(link, agent, _why(cause))


def refuse(link: Line, agent: str, cause: str) -> None:
    """Tell an agent on a parked leg by a tone why somebody could not be had, and hang the leg up."""
    _play(link, agent, _why(cause))
    link.post_execute(agent, "hangup", event_uuid=_new())


def _why(cause: str) -> Argument:
    return commands.playback([BUSY if cause in BUSY_CAUSES else NOBODY])


def join(link: Line, third: str, agent: str) -> None:
    """Let a third, whose leg is parked or plays something, talk with the agent; with the caller as well where
    that one is not on hold."""
    link.post(_hush(agent), _hush(third))
    _play(link, agent, commands.CARRIER)
    link.post_execute(third, "three_way", commands.other_channel(agent), event_uuid=_new())


def leave(link: Line, third: str) -> None:
    """Take a third out of the talk again. Their leg is parked, which a CHANNEL_PARK tells."""
    link.post(commands.api("uuid_transfer", third, "park", "inline"))


def wait(link: Line, leg: str, music: str) -> None:
    """Let somebody on a parked leg hear music."""
    _play(link, leg, commands.playback([commands.music(music)]))


def tell(link: Line, leg: str, sound: Sound) -> None:
    """Play something to a parked leg, in the place of what plays there."""
    link.post(_hush(leg))
    _play(link, leg, commands.playback([sound]))


def connect(link: Line, one: str, other: str) -> None:
    """Connect two legs. Should `other` end that very moment, `one` is parked if it was told to `survive`."""
    link.post(commands.api("uuid_bridge", one, other))


def survive(leg: str, survives: bool) -> ApiCall:
    """The command that lets a leg be parked, or be hung up, when the other leg of its bridge goes."""
    return commands.set_variables(leg, dict.fromkeys(commands.KEPT_TALK, "true" if survives else ""))


def _play(link: Line, leg: str, sound: Argument) -> None:
    link.post_execute(leg, "playback", sound, event_uuid=_new())


def _hush(leg: str) -> ApiCall:
    """End what a leg plays, and forget what it was to play next: it may not have begun yet."""
    return commands.api("uuid_break", leg, "all")


def _new() -> str:
    return str(uuid.uuid4())
