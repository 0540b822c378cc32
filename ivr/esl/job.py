"""What runs on a channel for a call: one application at a time, and what its flow is told when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.call import BridgeEnded, Event, RecordEnded, SecretEnded
from ivr.esl import wire

SECRET: Final = "ivr_secret"  # noqa: S105 the channel variable that takes digits nobody may see
OVER: Final = {"record": "record_ms", "secret": "read_result"}
"""Channel variables by which a job's application says that it is over."""

APPLICATIONS: Final = {"record": "record", "secret": "play_and_get_digits", "bridge": "bridge"}
"""The applications that go on although their worker has died, by the kind of job."""

CONNECT: Final = "connect"
"""The kind of job that joins a call with a channel which is there already; no application does that."""

ANY: Final = ""
"""The UUID of an application that an earlier worker began: it is known by its name, as one runs at a time."""

_RESULTS: Final = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ALLOTTED_TIMEOUT": "no_answer",
    "PROGRESS_TIMEOUT": "no_answer",
    "ORIGINATOR_CANCEL": "no_answer",
    "CALL_REJECTED": "refused",
}


@dataclass
class Job:
    """What is running on the channel for us. `kind`: record, secret, bridge, connect.

    `uuid` comes back as Application-UUID when it begins (`began`) and ends (no longer `running`); a `connect`
    is no application, but what FreeSWITCH does with two channels: it is known by the other leg.
    """

    kind: str
    uuid: str
    running: bool = False
    began: bool = False
    stranded: bool = False  # the line went while it was asked for; who asked sees to it when the line is back
    application: str = ""
    argument: str = ""
    path: Path | None = None
    other: str = ""
    history: str = ""  # of the channel's transfers, before this
    bridged_at: float = 0.0
    keys_after: str = ""

    def ran(self, event: wire.Event) -> bool:
        """Whether `event`, of an application's end, is about this job's."""
        if self.kind == CONNECT:
            return False
        if self.uuid == ANY:
            return event.get("Application") == self.application
        return event.get("Application-UUID") == self.uuid

    def over(self, channel: wire.Event) -> bool:
        """Whether the channel says that its application is over; it never says so of a bridge."""
        if self.kind == CONNECT:
            return talked(channel, self.other) and not talking(channel, self.other)
        asked = (channel.variable("current_application"), channel.variable("current_application_data"))
        return (
            self.kind in OVER
            and asked == (self.application, self.argument)
            and bool(channel.variable(OVER[self.kind]))
        )

    def result(self, event: wire.Event, now: float) -> Event:
        """What the flow is told, by the last event or the channel as it is; `now` is monotonic."""
        match self.kind:
            case "record":
                milliseconds = event.variable("record_ms") or "0"
                return RecordEnded(self.path or Path(), int(milliseconds) / 1000)
            case "secret":
                digits = event.variable(SECRET) or event.variable(f"{SECRET}_invalid")
                return SecretEnded(digits, bool(event.variable("read_terminator_used")))
            case _:
                return self._bridge_result(event, now)

    def failure(self) -> Event:
        """What the flow is told when it could not go on."""
        match self.kind:
            case "record":
                return RecordEnded(self.path or Path(), 0.0)
            case "secret":
                return SecretEnded("", terminated=False)
            case _:
                return BridgeEnded("failed", "NORMAL_TEMPORARY_FAILURE")

    def _bridge_result(self, event: wire.Event, now: float) -> BridgeEnded:
        """What became of a bridge: by whether it ever stood, then by FreeSWITCH's own word for why not."""
        if self.bridged_at:
            cause = event.variable("bridge_hangup_cause") or "NORMAL_CLEARING"
            return BridgeEnded("answered", cause, now - self.bridged_at)
        if self.kind == CONNECT:
            return BridgeEnded("failed", event.variable("bridge_hangup_cause") or "ORIGINATOR_CANCEL")
        cause = (
            event.variable("originate_disposition")
            or event.variable("last_bridge_hangup_cause")
            or "NORMAL_CLEARING"
        )
        return BridgeEnded(_RESULTS.get(cause, "failed"), cause)


def talking(channel: wire.Event, leg: str) -> bool:
    """Whether the channel says that it is connected with `leg` now."""
    return channel.variable("bridge_to") == leg


def talked(channel: wire.Event, leg: str) -> bool:
    """Whether the channel says that it is, or was last, connected with `leg`."""
    return leg in (channel.variable("bridge_to"), channel.variable("last_bridge_to"))


def arriving(event: wire.Event, leg: str) -> bool:
    """Whether a CHANNEL_PARK that names `leg` as whom the channel is to be connected with is of before that:
    what was broken off for it was the dialplan's, whose `park` came next. After it, whether they talked or it
    came to nothing, FreeSWITCH parks a channel outside of its dialplan."""
    return event.get("Channel-State") == "CS_EXECUTE" and event.variable("transfer_history").endswith(
        f":uuid_br:{leg}"
    )
