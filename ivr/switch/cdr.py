"""The variables a channel gets when it is over: stamps, seconds, cause. They ride on CHANNEL_HANGUP_COMPLETE.

(switch_channel_set_timestamps.)
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ivr.switch.causes import NUMBERS

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


def account(channel: Channel) -> None:
    """Set the variables of a call that ended; its hangup time is known."""
    times, variables = channel.profile.times, channel.variables
    variables.set("hangup_cause", channel.cause)
    variables.set("hangup_cause_q850", str(_q850(channel.cause)))
    variables.set("digits_dialed", channel.dialled or "none")

    for name, at in (
        ("start", times.created),
        ("profile_start", channel.profile.created),
        ("answer", times.answered),
        ("bridge", times.bridged),
        ("progress", times.progress),
        ("progress_media", times.progress_media),
        ("end", times.hangup),
    ):
        if at:
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at / 1_000_000))
            variables.set(f"{name}_stamp", stamp)
    for name, at in (
        ("start", times.created),
        ("profile_start", channel.profile.created),
        ("answer", times.answered),
        ("bridge", times.bridged),
        ("last_hold", times.last_hold),
    ):
        _set_epoch(channel, name, at)
    for unit, divide in (("seconds", 1_000_000), ("usec", 1), ("ms", 1000)):
        variables.set(f"hold_accum_{unit}", str(times.hold_accum // divide))
    for name, at in (
        ("resurrect", 0),
        ("progress", times.progress),
        ("progress_media", times.progress_media),
        ("end", times.hangup),
    ):
        _set_epoch(channel, name, at)

    variables.set("last_app", variables.get("current_application"))
    variables.set("last_arg", variables.get("current_application_data"), check=False)
    caller = channel.profile
    variables.set(
        "caller_id", f'"{caller.name}" <{caller.number}>' if caller.name else caller.number, check=False
    )

    spans = {
        "duration": (times.created, times.hangup),
        "bill": (times.answered, times.hangup),
        "progress": (times.created, times.progress),
        "answer": (times.created, times.answered),
        "wait": (times.created, times.bridged),
        "progress_media": (times.created, times.progress_media),
        "flow_bill": (times.created, times.hangup),
    }
    for unit, divide in (("sec", 1_000_000), ("msec", 1000), ("usec", 1)):
        for name, (begin, end) in spans.items():
            # Differences of whole stamps, as FreeSWITCH counts: 0.9 s across a full second is one second.
            span = end // divide - begin // divide if begin and end else 0
            if name == "duration":
                variables.set(f"{unit[:-3]}duration", str(span))
            else:
                variables.set(f"{name}{unit}", str(span))
    if channel.name.startswith("loopback/"):
        variables.set("is_loopback", "1")


def _set_epoch(channel: Channel, name: str, at: int) -> None:
    channel.variables.set(f"{name}_epoch", str(at // 1_000_000))
    channel.variables.set(f"{name}_uepoch", str(at))


def _q850(cause: str) -> int:
    """The cause's number as far as Q.850 goes (127), NORMAL_CLEARING's beyond."""
    number = NUMBERS[cause]
    return number if number <= NUMBERS["INTERWORKING"] else NUMBERS["NORMAL_CLEARING"]
