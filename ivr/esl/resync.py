"""What is true on a FreeSWITCH right now: asked for after every connect, before its events are followed.

The caller subscribes and buffers events first, then takes a snapshot, then replays what it buffered: nothing
falls between the two. `show channels` names the channels, and lags behind; `uuid_dump` tells the truth about
each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gevent.pool import Pool

from ivr.errors import CommandFailed, RefusedInput, SwitchError
from ivr.esl import commands
from ivr.esl.wire import Event

CONCURRENCY: Final = 32
"""Dumps that are asked for at once. FreeSWITCH answers them one by one; this hides the way there and back."""

_TOLD_BY_DUMP: Final = frozenset({"CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_PARK"})

Api = Callable[[commands.ApiCall], str]
"""Runs an API command and returns what it printed; raises CommandFailed on -ERR."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The channels of a FreeSWITCH at one moment.

    `core_uuid` names the run of FreeSWITCH. `channels` are CHANNEL_DATA events, which carry every variable
    and can be read as a CHANNEL_PARK can.
    """

    core_uuid: str
    channels: tuple[Event, ...]


def already_told(event: Event, dumped: Mapping[str, int]) -> bool:
    """Whether `event` tells nothing new: a channel's arrival, from before its dump was made.

    Only what a dump holds counts. A digit that was pressed meanwhile is in none, nor is an application's end.

    Args:
        dumped: the `sequence` of each channel's dump, by UUID.
    """
    return event.name in _TOLD_BY_DUMP and event.sequence < dumped.get(event.uuid, 0)


def take(api: Api, believed: Collection[str] = ()) -> Snapshot:
    """Ask FreeSWITCH for everything.

    Args:
        believed: UUIDs of channels that are believed to be there. FreeSWITCH writes its list behind the
            calls: one that was created just now is not in it, and not gone for that.

    Raises:
        SwitchError: it does not answer, or not in the form it should.
    """
    core_uuid = api(commands.api("global_getvar", "core_uuid"))
    return Snapshot(core_uuid, tuple(channels(api, believed=believed)))


def channels(api: Api, known: Container[str] = (), believed: Collection[str] = ()) -> Iterator[Event]:
    """The state of every channel, listed or `believed` to be there, whose UUID is not in `known`; those that
    end meanwhile are left out."""
    listed = [row.get("uuid", "") for row in rows(api(commands.api("show", "channels", "as", "json")))]

    def dump(uuid: str) -> Event | SwitchError | None:
        try:
            return parse_dump(api(commands.api("uuid_dump", uuid)))
        except (CommandFailed, RefusedInput):  # it has ended, or has a name no command can carry
            return None
        except SwitchError as error:
            return error

    fresh = [uuid for uuid in dict.fromkeys((*listed, *believed)) if uuid and uuid not in known]
    for outcome in Pool(CONCURRENCY).imap(dump, fresh):
        if isinstance(outcome, SwitchError):
            raise outcome
        if outcome is not None:
            yield outcome


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a `show … as json`: `{"row_count": 0}` and no `rows` when there are none."""
    try:
        answer = json.loads(text, strict=False)
        return [{str(name): str(value) for name, value in row.items()} for row in answer.get("rows", [])]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise SwitchError("FreeSWITCH's list of channels is no JSON") from None


def parse_dump(text: str) -> Event | None:
    """The CHANNEL_DATA in what `uuid_dump` printed, URL-encoded like an event; None if it is none."""
    event = Event.parse(text.strip("\n").encode() + b"\n\n")
    return event if event is not None and event.uuid else None
