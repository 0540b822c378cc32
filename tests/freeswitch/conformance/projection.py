"""What of a call is compared, and the short list of differences that are permitted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.line import Event

_OWN = """
    Application Application-Data Application-Response Hangup-Cause DTMF-Digit
    Playback-File-Path Playback-File-Type Playback-Status Record-File-Path
    Bridge-A-Unique-ID Bridge-B-Unique-ID Media-Bug-Function Media-Bug-Target
"""
OWN = _OWN.split()
"""Headers that say what this event tells."""

_STANDING = """
    Answer-State Call-Direction Caller-Caller-ID-Number Caller-Destination-Number Caller-Context
    Other-Type Caller-Caller-ID-Name
    variable_ivr_flow variable_ivr_state variable_continue_on_fail variable_hangup_after_bridge
    variable_current_application variable_endpoint_disposition
    variable_originate_disposition variable_DIALSTATUS variable_originate_failed_cause
    variable_last_bridge_hangup_cause variable_bridge_hangup_cause
    variable_ivory_digits variable_ivory_digits_invalid variable_read_result variable_read_terminator_used
    variable_sensitive_dtmf variable_playback_terminator_used variable_silence_hits_exhausted
    variable_hangup_cause variable_hangup_cause_q850 variable_digits_dialed
    Caller-RDNIS Caller-Profile-Index Caller-Transfer-Source variable_transfer_history
    variable_transfer_source variable_max_forwards variable_ivr_guard
    variable_api_before_bridge variable_api_after_bridge
    variable_bridge_to variable_last_bridge_to variable_bridge_uuid variable_signal_bond
    variable_last_bridge_role
"""
STANDING = _STANDING.split()
"""Headers that say how the channel stands; shown by the event that first has a new value."""


_CHANCE = re.compile(r"(?<=OK Added: )\d+|\d+:[0-9a-f-]{36}(?=:bl_xfer:|:uuid_br:)")
"""What is different each time: a scheduled task's number, when and from which profile a transfer was."""


@dataclass(frozen=True)
class Permitted:
    """Headers that are not compared in some events, and why not.

    `applies` is given an event and the leg it is about.
    """

    why: str
    headers: frozenset[str]
    applies: Callable[[Event, str], bool]


_CUT_OFF = {"playback", "park"}  # of the application that was running, and of the park it ran in
PERMITTED = (
    Permitted(
        "A channel is hung up in one thread and stops what it does in another: what it tells in between may "
        "or may not know of the end, and a sound that is cut off was played or failed, as the last frame was "
        "read. CHANNEL_HANGUP_COMPLETE shows how the channel stands when all is done.",
        frozenset({*STANDING, "Application-Response", "Playback-Status"}),
        lambda event, _: event.ending and event["Event-Name"] != "CHANNEL_HANGUP_COMPLETE",
    ),
    Permitted(
        "For the same reason; CHANNEL_HANGUP, at which the worker lets go, and its COMPLETE have the cause.",
        frozenset({"Hangup-Cause"}),
        lambda event, _: event.ending and not event["Event-Name"].startswith("CHANNEL_HANGUP"),
    ),
    Permitted(
        "A call is sent elsewhere by another thread, too: a sound was played or failed, as above.",
        frozenset({"Application-Response"}),
        lambda event, _: event.get("Caller-Context") == "ivory" and event.get("Application") in _CUT_OFF,
    ),
    Permitted(
        "While a call leaves its park by an inline transfer, its destination is the name of an application.",
        frozenset({"Caller-Destination-Number"}),
        lambda event, _: event["Event-Name"] == "CHANNEL_UNPARK" or event.get("Application") == "park",
    ),
    Permitted(
        "A leg that was called is hung up in the middle of a sound: it was played or failed, as above.",
        frozenset({"Application-Response", "Playback-Status"}),
        lambda event, leg: leg in {"other", "third"} and "Hangup-Cause" in event,
    ),
    Permitted(
        "A spy lets go of a leg that is hung up in a thread of its own: see `spied_on`.",
        frozenset(STANDING),
        lambda event, _: "Hangup-Cause" in event and event.get("Media-Bug-Function") == "eavesdrop",
    ),
    Permitted(
        "Whoever ends a talk leaves the cause on the other leg, which may be past telling it.",
        frozenset({"variable_bridge_hangup_cause", "variable_last_bridge_hangup_cause"}),
        lambda event, leg: event.ending or leg == "other",
    ),
)
"""The only differences between the two switches that a test overlooks."""


def project(call: Call) -> dict[str, list[str]]:
    """The call as lines of text: what the switch answered, then event by event for each leg."""
    names = {
        call.uuid: "<call>",
        call.other: "<other>",
        call.third: "<third>",
        call.unseen: "<unseen>",
        str(call.recording): "<recording>",
        str(call.sounds): "<sounds>",
        f"@127.0.0.1:{call.peer.sip_port}": "<at>",
    }

    def plain(text: str) -> str:
        for value, name in names.items():
            text = text.replace(value, name)
        return _CHANCE.sub("<…>", text)

    legs = {
        "call": spied_on(settled(call.events, call.ending)),
        "other": spied_on(call.peer.line.channels.get(call.other, [])),
        "third": spied_on(call.peer.line.channels.get(call.third, [])),
        "described": call.described,
    }
    return {"answers": [plain(answer.strip()) for answer in call.answers]} | {
        leg: [plain(line) for line in lines(events, leg)] for leg, events in legs.items()
    }


def settled(events: Sequence[Event], ending: int | None) -> list[Event]:
    """A call's events, in the order that is compared: when its end crosses with the end of what it was doing,
    CHANNEL_HANGUP comes first."""
    before, after = list(events[:ending]), list(events[ending:]) if ending is not None else []
    for event in after:
        event.ending = True
    return before + sorted(after, key=lambda event: event["Event-Name"] != "CHANNEL_HANGUP")


def spied_on(events: Sequence[Event]) -> list[Event]:
    """A leg's events, in the order that is compared: whoever listened to it when it was hung up lets go of it
    some time before it is destroyed."""

    def late(event: Event) -> int:
        if event["Event-Name"] == "CHANNEL_DESTROY":
            return 2
        return "Hangup-Cause" in event and event.get("Media-Bug-Function") == "eavesdrop"

    return sorted(events, key=late)


def lines(events: Sequence[Event], leg: str) -> list[str]:
    """Each event in one line."""
    result, standing = [], dict[str, str]()
    for event in events:
        dropped = {name for rule in PERMITTED if rule.applies(event, leg) for name in rule.headers}
        if "variable_uuid" not in event:  # events without variables are no news about them
            dropped |= {name for name in STANDING if name.startswith("variable_")}
        now = {name: event.get(name, "") for name in STANDING if name not in dropped}
        news = [f"{name}={value}" for name, value in now.items() if value != standing.get(name, "")]
        standing |= now
        own = [f"{name}={event[name]}" for name in OWN if name in event and name not in dropped]
        result.append(" ".join([event["Event-Name"], *own, *news]))
    return result


def seconds(call: Call) -> float:
    """How long the call lived, by the switch's own clock."""
    first, last = (int(event["Event-Date-Timestamp"]) for event in (call.events[0], call.events[-1]))
    return (last - first) / 1_000_000
