"""Send a call elsewhere: to another number, into another context, or straight to applications.

(switch_ivr_session_transfer.) Whoever reads the call later sees where it came from: `transfer_history`,
`transfer_source`, and a caller profile whose RDNIS is the number it had before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.switch import session
from ivr.switch.channel import microseconds
from ivr.switch.execute import execute_on
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.profile import Profile

_MAX_TRANSFERS = 70


def transfer(channel: Channel, extension: str = "", dialplan: str = "", context: str = "") -> bool:
    """Leave what it does for a number of the switch, or for `app:arg,app2:arg` with the dialplan `inline`.

    Args:
        extension: the number; "service" when there is none.
        dialplan, context: as they were when left out.

    Returns:
        False when it was transferred too often: the call is hung up then (EXCHANGE_ROUTING_ERROR).
    """
    if not _counted(channel):
        return False
    channel.reset()
    channel.break_flag = 0
    execute_on(channel, "execute_on_blind_transfer")
    old = channel.profile
    extension = extension or "service"
    dialplan = dialplan or (old.dialplan if old.dialplan.lower() != "inline" else "") or "XML"
    context = context or old.context or "default"
    profile = step(channel, f"bl_xfer:{extension}/{context}/{dialplan}")
    profile.destination, profile.dialplan, profile.context = extension, dialplan, context
    profile.rdnis = old.destination
    channel.other_leg = None
    bond = channel.switch.channels.get(channel.variables.get("signal_bond") or "")
    for each in (channel, bond):
        if each and not each.down:
            each.variables.set("signal_bond", None)
    if dialplan.lower() == "inline":
        channel.redirect(partial(_run_inline, channel, extension), "CS_ROUTING")
    else:
        steps = channel.switch.route(extension, context)
        channel.redirect(partial(session.route, channel, steps), "CS_ROUTING")
    return True


def step(channel: Channel, how: str) -> Profile:
    """Give the channel its next profile, and write down how it came to it: `uuid_br:<uuid>`, for example."""
    now = microseconds()
    profile = channel.profile = channel.profile.step(now)
    profile.transfer_source = f"{now // 1_000_000}:{profile.own_id}:{how}"
    channel.variables.push("transfer_history", profile.transfer_source)
    channel.variables.set("transfer_source", profile.transfer_source, check=False)
    return profile


def _counted(channel: Channel) -> bool:
    """Whether one more transfer is allowed; it is counted."""
    variables = channel.variables
    name = "max_session_transfers" if variables.get("max_session_transfers") else "max_forwards"
    held = variables.get(name)
    left = number(held) - 1 if held else _MAX_TRANSFERS
    if left <= 0:
        channel.hangup("EXCHANGE_ROUTING_ERROR")
        return False
    variables.set(name, str(left))
    return True


def _run_inline(channel: Channel, text: str) -> None:
    """Run applications; with these the call still is one to the number it had."""
    channel.profile.destination, channel.profile.rdnis = channel.profile.rdnis, ""
    delimiter = ","
    if text.startswith("m:"):
        delimiter, text = text[2:3] or ",", text[4:]
    parts = [part.partition(":") for part in separate(text, delimiter)]
    session.route(channel, [(name, argument) for name, _, argument in parts])
