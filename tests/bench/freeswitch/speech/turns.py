"""What is measured of one call: how soon a prompt stops for a caller who speaks, how soon the next one
follows, and which prompts stop for an echo."""

from __future__ import annotations

import gc
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.freeswitch.phone import FRAME_NS, CallFailed
from tests.bench.freeswitch.sounds import FIRST, UNSURE
from tests.bench.freeswitch.speech.said import ECHO_SECONDS, Utterance
from tests.bench.freeswitch.speech.talking import Talking

PATIENCE = 6.0  # seconds until an answer counts as lost
LEFT_OVER = 3.0  # seconds for which the rest of what was cut short keeps the flow busy
APART = 0.45  # seconds of silence between two prompts; no pause in a prompt is as long
WHOLE = ECHO_SECONDS - 0.15  # seconds from which a prompt was heard to its end


@dataclass(frozen=True, slots=True)
class Turn:
    """What one utterance brought.

    Attributes:
        said: the words.
        wanted, answer: which sound should follow it, and which did; empty: none.
        stopped: ms from its beginning until the prompt's last packet; None: nothing came of it.
        answered: ms from its end until the first packet of the answer; less than 0: it was cut short.
        gaps: of `Utterance`.
        seconds: how long it was.
        began: when, in ns of the real-time clock.
    """

    said: str
    wanted: str
    answer: str = ""
    stopped: float | None = None
    answered: float | None = None
    gaps: tuple[float, ...] = ()
    seconds: float = 0.0
    began: int = 0
    failure: str = ""


def converse(number: str, sip_port: int, utterances: Sequence[Utterance], seed: int) -> list[Turn]:
    """One call in which all this is said, each into a prompt that plays; a failure ends it."""
    chance = random.Random(seed)
    phone = Talking(sip_port, chance)
    turns: list[Turn] = []
    gc.disable()
    try:
        phone.invite(number)
        for utterance in utterances:
            turns.append(_turn(phone, utterance, chance))
    except CallFailed as failure:
        lost = utterances[len(turns) :]
        turns += [Turn(one.text, one.answer.file, failure=str(failure)) for one in lost]
    finally:
        gc.enable()
        phone.close()
    return turns


def _turn(phone: Talking, utterance: Utterance, chance: random.Random) -> Turn:
    phone.first_heard.clear()
    phone.hear(FIRST, PATIENCE)
    phone.stay(chance.uniform(0.6, 1.0))
    phone.say(utterance)
    phone.until(lambda: phone.speaks_until > 0, 30, "the end of what is said")
    wanted = utterance.answer.file
    try:
        phone.until(lambda: phone.answer is not None, PATIENCE, "an answer")
    except CallFailed as failure:
        if phone.ended:
            raise
        return Turn(
            utterance.text, wanted, gaps=utterance.gaps, began=phone.speaks_from, failure=str(failure)
        )
    assert phone.answer is not None
    assert phone.stopped is not None
    sound, at = phone.answer
    if sound is UNSURE:
        phone.stay(0.5)
        phone.press("1")
    elif at < phone.speaks_until:
        phone.stay(LEFT_OVER)
    return Turn(
        utterance.text,
        wanted,
        sound.file,
        (phone.stopped - phone.speaks_from) / 1e6,
        (at - phone.speaks_until) / 1e6,
        utterance.gaps,
        (phone.speaks_until - phone.speaks_from) / 1e9,
        phone.speaks_from,
    )


def listen_out(number: str, sip_port: int, echo: float, seed: int) -> list[float]:
    """One call of somebody who says nothing, with an echo: how long each prompt was heard, in seconds."""
    phone = Talking(sip_port, random.Random(seed), echo)
    gc.disable()
    try:
        phone.invite(number)
        phone.until(lambda: phone.ended, 90, "the end of the call")
    finally:
        gc.enable()
        phone.close()
    return lengths(phone.voiced)


def lengths(voiced: Sequence[int]) -> list[float]:
    """The seconds for which each prompt sounded, by when its packets arrived, in ns."""
    found: list[float] = []
    start = last = 0
    for at in voiced:
        if not start:
            start = at
        elif at - last > APART * 1e9:
            found.append((last - start + FRAME_NS) / 1e9)
            start = at
        last = at
    return [*found, (last - start + FRAME_NS) / 1e9] if start else found
