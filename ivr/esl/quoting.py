"""What may stand in each slot of a FreeSWITCH command: a value is let through, quoted, or refused.

FreeSWITCH expands `${…}` in every application's argument, values included, and `${system(…)}` is a shell; a
newline starts a header; `,` and `|` start another call. Every function here raises `RefusedInput` for what
it will not let through; the message names the slot and the sign, never the value.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from ivr.errors import RefusedInput
from ivr.registry import did_you_mean

_CAUSES = """
    ALLOTTED_TIMEOUT ATTENDED_TRANSFER BEARERCAPABILITY_NOTAVAIL BLIND_TRANSFER BUSY_EVERYWHERE
    CALL_REJECTED CHANNEL_UNACCEPTABLE DECLINE DESTINATION_OUT_OF_ORDER DOES_NOT_EXIST_ANYWHERE
    EXCHANGE_ROUTING_ERROR FACILITY_NOT_SUBSCRIBED FACILITY_REJECTED GATEWAY_DOWN INCOMING_CALL_BARRED
    INCOMPATIBLE_DESTINATION INTERWORKING INVALID_GATEWAY INVALID_NUMBER_FORMAT INVALID_PROFILE INVALID_URL
    LOSE_RACE MANAGER_REQUEST MEDIA_TIMEOUT NETWORK_OUT_OF_ORDER NORMAL_CIRCUIT_CONGESTION NORMAL_CLEARING
    NORMAL_TEMPORARY_FAILURE NORMAL_UNSPECIFIED NO_ANSWER NO_PICKUP NO_ROUTE_DESTINATION
    NO_ROUTE_TRANSIT_NET NO_USER_RESPONSE NUMBER_CHANGED ORIGINATOR_CANCEL OUTGOING_CALL_BARRED PICKED_OFF
    PRE_EMPTED PROGRESS_TIMEOUT RECOVERY_ON_TIMER_EXPIRE REJECT_ALL REQUESTED_CHAN_UNAVAIL
    SERVICE_NOT_IMPLEMENTED SERVICE_UNAVAILABLE SUBSCRIBER_ABSENT SWITCH_CONGESTION SYSTEM_SHUTDOWN
    UNALLOCATED_NUMBER UNWANTED USER_BUSY USER_NOT_REGISTERED
"""

CAUSES: Final = frozenset(_CAUSES.split())
"""Hangup causes. FreeSWITCH takes a name it does not know for NORMAL_CLEARING, without a word."""

MAX_TEXT: Final = 16_384
"""Characters of one value. Variables ride on every event of a call: what is longer has no place there."""

_UUID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,255}")
_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_-]{0,127}")
_ADDRESS = re.compile(r"[0-9A-Za-z+][0-9A-Za-z_.+-]{0,63}")
_DIALLED = re.compile(r"[0-9A-Za-z+*#][0-9A-Za-z_.+*#-]{0,63}")
_DIAL_VALUE = re.compile(r"[\w.@:/+*#-]+( [\w.@:/+*#-]+)*")
_PATH = re.compile(r"/[^\x00-\x1f\x7f'\"\\$`{}\[\]|<>]*\.[0-9A-Za-z]{1,8}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EXPANSION = re.compile(r"\$\\*\{")


def clean_text(value: str, what: str = "text", *, most: int = MAX_TEXT) -> str:
    """`value` itself, if it means nothing to FreeSWITCH beside its letters.

    Refused are control characters (a newline would start a header), `${` in every spelling that
    `switch_string_var_check` knows, a leading `%[` or `%x[` (which sets variables), half a surrogate pair,
    and the name of the event socket's own module: FreeSWITCH turns any command that holds it beside
    `unload` or `reload` into exactly that.
    """
    if len(value) > most:
        raise refused(what, f"is longer than {most} characters")
    if found := _CONTROL.search(value):
        raise refused(what, f"holds the control character {found[0]!r}")
    if _EXPANSION.search(value):
        raise refused(what, 'holds "${", which FreeSWITCH would run')
    if value[:1] == "%" and "[" in value[1:3]:
        raise refused(what, 'begins with "%[", which FreeSWITCH would take for variables')
    if "mod_event_socket" in value.lower():
        raise refused(what, "names mod_event_socket, which FreeSWITCH would unload")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise refused(what, "holds a character that cannot be written in UTF-8") from None
    return value


def call_uuid(value: str) -> str:
    """A channel's, job's or application's UUID; FreeSWITCH may also use a SIP Call-ID."""
    return match(_UUID, value, "the UUID")


def hangup_cause(value: str) -> str:
    """A hangup cause by FreeSWITCH's name."""
    if value not in CAUSES:
        raise RefusedInput("that is no hangup cause", hint=did_you_mean(value[:40], sorted(CAUSES)))
    return value


def address(value: str) -> str:
    """An extension or number to dial: letters, digits and `_ . + -`, 64 at most.

    Not `*` and `#`: what begins so is a feature code (`*88` listens in), and callers' digits end up here.
    """
    return match(_ADDRESS, value, "the address to dial", hint="use letters, digits and _ . + -")


def dialled(value: str) -> str:
    """A number that a test call dials: as an address, but feature codes are dialled as well. For what is
    looked up in a dialplan, as a telephone's keys are; never for a leg that is rung."""
    return match(_DIALLED, value, "the number to dial", hint="use letters, digits and _ . + - * #")


def refused(what: str, why: str, hint: str = "") -> RefusedInput:
    return RefusedInput(f"{what} {why}", hint=hint)


def match(pattern: re.Pattern[str], value: str, what: str, hint: str = "") -> str:
    if not pattern.fullmatch(value):
        raise refused(what, "is empty, too long, or holds a sign that means something to FreeSWITCH", hint)
    return value


def variable_name(value: str) -> str:
    return match(_NAME, value, "the name of a variable", hint="use letters, digits, _ and -")


def number(value: int, least: int, most: int, what: str) -> int:
    if not least <= value <= most:
        raise RefusedInput(f"{what} must be {least} to {most}, not {value}")
    return value


def file_path(path: PurePosixPath | str, what: str) -> str:
    """An absolute path with an ending (FreeSWITCH chooses the format by it) and without syntax."""
    text = clean_text(str(path), what, most=4096)
    if not _PATH.fullmatch(text) or "://" in text or "@@" in text or "/../" in text:
        raise refused(
            what, "is not absolute, has no ending, or holds a sign that means something to FreeSWITCH"
        )
    return text


def dial_value(name: str, value: str | int | bool) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    what = f'the variable "{name}" of a dial string'
    if ":_:" in match(_DIAL_VALUE, clean_text(text, what, most=512), what):
        raise refused(what, 'holds ":_:", which starts another call')
    return f"'{text}'" if " " in text else text


def variable_value(name: str, value: str) -> str:
    """Quoted for `switch_separate_string`: it splits at `;`, drops quotes and the last spaces, unescapes."""
    text = clean_text(value, f'the variable "{name}"')
    if text.startswith("ARRAY::"):
        raise refused(
            f'the variable "{name}"', 'begins with "ARRAY::", which FreeSWITCH would make a list of'
        )
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace(";", "\\;")
    inner = quoted.strip(" ")
    left = len(quoted) - len(quoted.lstrip(" "))
    return quoted if inner == quoted else r"\s" * left + inner + r"\s" * (len(quoted) - left - len(inner))
