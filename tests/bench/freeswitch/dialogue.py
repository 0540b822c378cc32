"""The measured call: three prompts, two digits, and how long the caller waited for each."""

from __future__ import annotations

import gc
import random
from dataclasses import dataclass

from tests.bench.freeswitch.phone import CallFailed, Phone
from tests.bench.freeswitch.sounds import FIRST, SECOND, THIRD

PATIENCE = 3.0  # seconds until a prompt counts as lost


@dataclass(frozen=True, slots=True)
class Marks:
    """When a caller did and heard what, in ns: sent the INVITE, heard the first prompt, pressed a digit …"""

    invited: int
    first: int
    pressed: int
    second: int
    pressed_again: int
    third: int


@dataclass(frozen=True, slots=True)
class Waits:
    """What one call measured, in ms.

    Attributes:
        first: INVITE sent to first prompt audible.
        barge: digit into a playing prompt to next prompt audible.
        silent: digit in silence to next prompt audible.
        failure: why there is none of that; empty when all went well.
    """

    contender: str
    first: float = 0.0
    barge: float = 0.0
    silent: float = 0.0
    failure: str = ""


def call(contender: str, number: str, sip_port: int, seed: int) -> Waits:
    """Call a contender and go through its dialogue."""
    chance = random.Random(seed)
    phone = Phone(sip_port, chance)
    gc.disable()
    try:
        marks = go_through(phone, number, chance)
    except CallFailed as failure:
        return Waits(contender, failure=str(failure))
    else:
        return Waits(
            contender,
            (marks.first - marks.invited) / 1e6,
            (marks.second - marks.pressed) / 1e6,
            (marks.third - marks.pressed_again) / 1e6,
        )
    finally:
        gc.enable()
        phone.close()


def go_through(phone: Phone, number: str, chance: random.Random) -> Marks:
    """The dialogue: barge into the first prompt, hear out the second, wait a little, press again, hear the
    third, and be hung up on. Raises CallFailed."""
    invited = phone.invite(number)
    first = phone.hear(FIRST, PATIENCE)
    phone.stay(chance.uniform(0.2, 0.4))
    pressed = phone.press("1")
    second = phone.hear(SECOND, PATIENCE)
    phone.hear_out(SECOND, PATIENCE)
    phone.stay(chance.uniform(0.05, 0.25))
    pressed_again = phone.press("1")
    third = phone.hear(THIRD, PATIENCE)
    phone.until(lambda: phone.ended, PATIENCE, "the end of the call")
    return Marks(invited, first, pressed, second, pressed_again, third)
