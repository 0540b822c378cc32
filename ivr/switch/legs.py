"""Outgoing legs: from a target of a dial string to a channel that is being called, or the cause why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.callers import Caller
from ivr.switch.channel import Channel
from ivr.switch.dialstring import Target
from ivr.switch.loopback import LoopbackParty, join
from ivr.switch.party import Party
from ivr.switch.profile import Profile, Times
from ivr.switch.text import number

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_HOST = "127.0.0.1"
_UNKNOWN = "0000000000"
_MAX_FORWARDS = 70


class _NullParty(Party):
    """`null/x` answers at once, or after `null_auto_answer_delay` milliseconds."""

    def called(self, channel: Channel) -> None:
        delay = number(channel.variables.get("null_auto_answer_delay")) / 1000
        channel.switch.later(delay, channel.answer)


def create(
    switch: Switch, target: Target, variables: Mapping[str, str], caller: Channel | None
) -> Channel | str:
    """The channel that calls this target, not yet running; or the cause a call to it fails with at once.

    Args:
        variables: what the new channel gets, `origination_uuid` and caller id among them.
        caller: the channel on whose behalf it is called.
    """
    address = target.address
    match target.endpoint:
        case "error":
            return causes.from_text(address)
        case "null":
            if address.startswith("cause-"):
                return causes.from_text(address.removeprefix("cause-"))
            return _leg(
                switch, target, variables, caller, f"null/{address}", address, _NullParty(), "mod_null"
            )
        case "loopback":
            return _loopback(switch, target, variables, caller)
        case "user":
            extension = switch.extensions.get(address.partition("@")[0])
            missing, name = "SUBSCRIBER_ABSENT", f"sofia/internal/{address.partition('@')[0]}@{_HOST}"
            dialled = address.partition("@")[0]
        case "sofia" if "/" in address:
            dialled = address.split("/")[-1].partition("@")[0]
            extension = switch.extensions.get(dialled)
            gateway = address.lower().startswith("gateway/")
            missing = "UNALLOCATED_NUMBER" if gateway else "USER_NOT_REGISTERED"
            name = f"sofia/external/{dialled}" if gateway else f"sofia/internal/{dialled}@{_HOST}"
        case _:
            return "CHAN_NOT_IMPLEMENTED"
    if extension is None:
        return missing
    if extension.refusal:
        return extension.refusal
    party = (extension.person or Caller)(switch, extension)
    return _leg(switch, target, variables, caller, name, dialled, party, "mod_sofia")


def _leg(
    switch: Switch,
    target: Target,
    variables: Mapping[str, str],
    caller: Channel | None,
    name: str,
    dialled: str,
    party: Party,
    source: str,
    callee: str = "",
) -> Channel:
    asked = variables.get("origination_uuid", "")
    uuid = asked if asked and asked not in switch.channels else switch.new_uuid()
    cid_name, cid_number = _caller_id(variables, caller)
    profile = Profile(
        uuid=uuid,
        channel_name=name,
        source=source,
        direction="outbound",
        number=cid_number,
        name=cid_name,
        destination=dialled,
        context=caller.profile.context if caller else "default",
        dialplan=caller.profile.dialplan if caller else "xml",
        username=caller.profile.username if caller else "",
        network_addr=_HOST if source == "mod_sofia" else "",
        callee_name="Outbound Call",
        callee_number=callee or dialled,
    )
    channel = Channel(switch, profile, party, "PCMU" if source == "mod_sofia" else "L16")
    channel.state = "CS_INIT"
    if asked:
        channel.fire("CHANNEL_UUID", first=[("Old-Unique-ID", switch.new_uuid())])
    if caller:
        channel.other_leg = ("originator", replace(caller.profile, created=0, times=Times()))
        held = caller.variables.get("max_forwards")
        channel.variables.set("max_forwards", str(number(held) - 1 if held else _MAX_FORWARDS))
        channel.variables.set("originator", caller.uuid)
        channel.variables.set("signal_bond", caller.uuid)
    for key, value in variables.items():
        channel.variables.set(key, value)
    channel.variables.set("call_uuid", caller.uuid if caller else uuid)
    channel.variables.set("originate_early_media", "true")
    if caller:
        channel.variables.set("originating_leg_uuid", caller.uuid)
    channel.variables.set("originate_endpoint", target.endpoint)
    switch.channels[uuid] = channel
    channel.fire("CHANNEL_OUTGOING", variables=False)
    if caller:
        channel.call_uuid = caller.uuid
    return channel


def _loopback(
    switch: Switch, target: Target, variables: Mapping[str, str], caller: Channel | None
) -> Channel:
    dialled, _, rest = target.address.partition("/")
    context = rest.partition("/")[0] or "default"
    first = _leg(
        switch,
        target,
        variables,
        caller,
        f"loopback/{dialled}-a",
        dialled,
        LoopbackParty(),
        "mod_loopback",
        callee=context,
    )
    profile = Profile(
        uuid=switch.new_uuid(),
        channel_name=f"loopback/{dialled}-b",
        source="mod_loopback",
        direction="inbound",
        number=first.profile.number,
        name=first.profile.name,
        destination=dialled,
        context=context,
        dialplan="xml",
        callee_name="Outbound Call",
        callee_number=context,
    )
    second = Channel(switch, profile, LoopbackParty(), "L16")
    for key, value in variables.items():
        second.variables.set(key, value)
    join(first, second)
    switch.channels[second.uuid] = second
    return first


def _caller_id(variables: Mapping[str, str], caller: Channel | None) -> tuple[str, str]:
    """Name and number the called party sees: the dial string's, else the caller's effective or own ones."""
    name, cid = variables.get("origination_caller_id_name"), variables.get("origination_caller_id_number")
    if caller:
        name = name or caller.variables.get("effective_caller_id_name") or caller.profile.name
        cid = cid or caller.variables.get("effective_caller_id_number") or caller.profile.number
    return name or "", cid or _UNKNOWN
