"""How an agent's telephone is rung: the dial string with all the agent is shown, and what a failure means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from ivr.acd.actions import Offer
from ivr.errors import RefusedInput
from ivr.esl import commands
from ivr.esl.commands import Argument
from ivr.esl.quoting import dial_value, variable_name
from ivr.esl.wire import Event
from ivr.numbers import may_dial
from ivr.settings import Calls

AGENT: Final = "ivr_agent"
"""The channel variable of an agent's leg, and of a caller who is served: the agent's id."""
OFFER: Final = "ivr_offer"
OF: Final = "ivr_contact_of"
"""Of an agent's leg: the caller's UUID."""

KEEPS_KEYS: Final = "bridge_filter_dtmf"
"""Of an agent's leg, before it is bridged: FreeSWITCH tells us of its keys, but passes none on. Else the
other one would hear the codes of `ivr.routing.phone_keys`, which passes on what is no code."""

GRACE: Final = 2
"""Seconds after which FreeSWITCH gives up an offer that was not withdrawn, as its worker has died."""
STAYS: Final = 60
"""Seconds an agent's leg may stay parked before it is connected, or hung up."""

WAITS: Final = 300
"""Seconds an agent's leg may stay parked whose customer is being called back: rung, and told what they
must be told."""

MOST_SHOWN: Final = 20
"""Things an agent's telephone is told about a caller, in headers of its INVITE."""

_CAUSES: Final = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ALLOTTED_TIMEOUT": "no_answer",
    "PROGRESS_TIMEOUT": "no_answer",
    "ORIGINATOR_CANCEL": "no_answer",
    "CALL_REJECTED": "rejected",
    "DECLINE": "rejected",
    "NORMAL_CLEARING": "rejected",
    "USER_NOT_REGISTERED": "unregistered",
    "SUBSCRIBER_ABSENT": "unregistered",
    "UNALLOCATED_NUMBER": "unregistered",
    "NO_ROUTE_DESTINATION": "unregistered",
    "RECOVERY_ON_TIMER_EXPIRE": "unregistered",
}


def mark(channel: Event, name: str) -> str:
    """What a channel variable of ours says of a leg that was rung; empty for the far half of a loopback,
    which has the variables as well."""
    return channel.variable(name) if channel.variable("origination_uuid") in ("", channel.uuid) else ""


def why(cause: str) -> str:
    """What a hangup cause of FreeSWITCH says of an offer: no_answer, rejected, busy, unregistered, failed."""
    return _CAUSES.get(cause, "failed")


def dial(offer: Offer, leg: str, now: float, options: Calls, shown: Mapping[str, str]) -> Argument:
    """What rings the agent of an offer on a channel named `leg`.

    Args:
        shown: what the agent is to see of the caller: `number`, `name`, `caller` (the call's UUID), and what
            the flow says (each as channel variable `ivr_show_…` and SIP header `X-Ivory-…`). A value that
            holds more than letters, digits, single spaces and `. @ : / + * # -` is left out.

    Raises:
        RefusedInput: the agent's address is none, or may not be dialled.
    """
    seconds = max(1, math.ceil(offer.expires - now)) + GRACE
    variables: dict[str, str | int | bool] = {
        "origination_uuid": leg,
        "originate_timeout": seconds,
        "ignore_early_media": True,
        "park_timeout": WAITS if offer.contact.callback else STAYS,
        # Else an agent who hangs up while their phone holds the call can take the caller with them.
        "hold_hangup_xfer_exten": "return:XML:ivory",
        KEEPS_KEYS: True,
        AGENT: offer.agent,
        OFFER: offer.id,
    }
    if caller := shown.get("caller"):
        variables[OF] = caller
    seen = {
        "origination_caller_id_number": shown.get("number", ""),
        "origination_caller_id_name": shown.get("name", ""),
        "sip_h_X-Ivory-Contact": offer.contact.id,
        "sip_h_X-Ivory-Group": offer.contact.group,
    }
    told = [(name, value) for name, value in shown.items() if name not in ("number", "name", "caller")]
    for name, value in told[:MOST_SHOWN]:
        seen[f"ivr_show_{name}"] = seen[f"sip_h_X-Ivory-{name}"] = value
    variables |= {name: value for name, value in seen.items() if value and _may_be_shown(name, value)}
    return telephone(offer.dial, variables, options)


def telephone(address: str, variables: Mapping[str, str | int | bool], options: Calls) -> Argument:
    """What rings a telephone: an extension, an outside number (`+86…`), or a dial string that is written out.

    Raises:
        RefusedInput: the address is none, or may not be dialled.
    """
    if "/" in address:
        return commands.leg_string(address, variables)
    if address.startswith("+"):
        if not (options.number and may_dial(address, options.allow)):
            raise RefusedInput(
                f"{address} may not be dialled", hint="see the settings calls.number and calls.allow"
            )
        return commands.dial_string(options.number, address, variables)
    return commands.dial_string(options.extension, address, variables)


def _may_be_shown(name: str, value: str) -> bool:
    try:
        variable_name(name)
        dial_value(name, value)
    except RefusedInput:
        return False
    return True
