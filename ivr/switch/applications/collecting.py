"""The application that collects digits by itself: play_and_get_digits.

(switch_play_and_get_digits, switch_ivr_read and switch_ivr_collect_digits_count.)
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.switch.applications.table import application
from ivr.switch.playback import play
from ivr.switch.text import number, separate

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.digits import Digit

_MAX_ARGUMENTS = 11
_LONGEST = 127


@dataclass(frozen=True, slots=True)
class Rule:
    """The arguments of play_and_get_digits; times in seconds, `digit_timeout` 0: the same as `timeout`."""

    least: int
    most: int
    tries: int
    timeout: float
    terminators: str
    prompt: str
    bad_input: str
    variable: str
    pattern: str
    digit_timeout: float


def parse(argument: str) -> Rule:
    """`min max tries timeout_ms terminators prompt bad_input variable regex digit_timeout_ms`."""
    words = separate(argument, limit=_MAX_ARGUMENTS)
    words += [""] * (_MAX_ARGUMENTS - len(words))
    least = max(0, number(words[0]))
    return Rule(
        least=least,
        most=min(max(number(words[1]), least), _LONGEST),
        tries=number(words[2]),
        timeout=max(number(words[3]), 1000) / 1000,
        terminators=words[4] or "#",
        prompt=words[5],
        bad_input=words[6],
        variable=words[7],
        pattern=words[8],
        digit_timeout=max(0, number(words[9])) / 1000,
    )


@application("play_and_get_digits", needs_media=True)
def play_and_get_digits(channel: Channel, argument: str) -> None:
    """Play, collect, check, try again; digits that do not match go into `<variable>_invalid`."""
    if not argument:
        return
    rule = parse(argument)
    invalid = f"{rule.variable}_invalid"
    if rule.pattern and rule.variable:
        channel.variables.set(invalid, None)
    for _ in range(rule.tries):
        if not channel.ready:
            return
        status, digits = _read(channel, rule)
        if status == "timeout" and len(digits) >= rule.least:
            status = "success"
        if rule.least == 0 and not digits and channel.variables.get("read_terminator_used"):
            return
        if status == "success" and digits:
            if not rule.pattern or _matches(rule.pattern, digits):
                return
            if rule.variable:
                channel.variables.set(rule.variable, None)
                channel.variables.set(invalid, digits)
        if not channel.ready:
            return
        play(channel, rule.bad_input, None)


def _matches(pattern: str, digits: str) -> bool:
    """Patterns are Perl's; those for digits mean the same to Python. A broken one matches nothing."""
    try:
        return re.search(pattern, digits) is not None
    except re.error:
        return False


def _read(channel: Channel, rule: Rule) -> tuple[str, str]:
    """One try: (`success`, `timeout` or `failure`, the digits)."""
    variables = channel.variables
    variables.set("read_result", None)
    if rule.variable:
        variables.set(rule.variable, None)
    buffer: list[str] = []

    def first(digit: Digit) -> bool:
        buffer.append(digit.key)
        return True

    status = "success"
    if rule.prompt and rule.prompt.lower() != "silence":
        end = play(channel, rule.prompt, first)
        if end in {"missing", "gone"}:
            return "failure", ""
    if len(buffer) < rule.least or len(buffer) < rule.most:
        status = _collect(channel, rule, buffer)
    digits = "".join(buffer)
    if rule.least and len(digits) < rule.least:
        status = "failure"
    variables.set("read_result", status)
    if rule.most == 1 and len(digits) == 1 and digits in rule.terminators:
        digits = ""
    if rule.variable and digits:
        variables.set(rule.variable, digits)
    return status, digits


def _collect(channel: Channel, rule: Rule, buffer: list[str]) -> str:
    for at, key in enumerate(buffer):
        if key in rule.terminators:
            channel.variables.set("read_terminator_used", key)
            del buffer[at:]
            return "success"
    between = rule.digit_timeout or rule.timeout
    deadline = time.monotonic() + (between if buffer else rule.timeout)
    complete = False

    def take(digit: Digit) -> bool:
        nonlocal complete
        if digit.key in rule.terminators:
            channel.variables.set("read_terminator_used", digit.key)
            complete = True
        else:
            buffer.append(digit.key)
            complete = len(buffer) >= rule.most
        return True

    while not complete and (left := deadline - time.monotonic()) > 0:
        # uuid_break stops only the prompt: collecting goes on to its own end.
        end = channel.idle(left, take, breakable=False)
        if end == "gone":
            return "failure"
        if end == "digit":
            deadline = time.monotonic() + between
    return "success" if complete else "timeout"
