"""Where the time goes between a caller's speech and what they hear.

What voice activity decides, and when, is reckoned from the frames that were sent, with Ivory's own code; what
the worker tells FreeSWITCH is overheard on the loopback interface (needs root).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivr.flow.listening import Speech
from ivr.settings import Asr
from ivr.speech.ears.turn import Change, Limits
from ivr.speech.ears.turn import Turn as Ears
from ivr.speech.ears.voice import FRAME, SECONDS, Voice
from tests.bench.freeswitch.intervals import percentile
from tests.bench.freeswitch.speech.said import Utterance
from tests.bench.freeswitch.speech.turns import Turn
from tests.bench.freeswitch.wiretap import Said, Tap
from tests.freeswitch.sipp import ULAW

BEFORE = 40  # frames of a prompt that sounds before somebody speaks
_AFTER = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """When voice activity decides, in ms: that speech has begun, after its beginning; that there is a silence
    long enough to ask whether it was all, after its end. None: never."""

    began: float | None
    paused: float | None


def decided(utterance: Utterance, asr: Asr, speech: Speech, *, sounding: bool = True) -> Decided:
    """What the relay makes of an utterance of which no frame is lost or late."""
    limits = Limits(speech.silence, speech.patience, speech.longest, asr.onset)
    voice, ears = Voice(asr.vad), Ears(limits)
    voice.sounds(sounding)
    quiet = b"\xff" * (FRAME // 2)
    began = paused = None
    for at, frame in enumerate([*[quiet] * BEFORE, *utterance.frames, *[quiet] * _AFTER]):
        linear = np.array(ULAW, dtype="<i2")[list(frame)].tobytes()
        change = ears.take(voice.heard(linear))
        if change is Change.BEGAN and began is None:
            began = (at - BEFORE - utterance.first) * SECONDS * 1e3
            voice.sounds(False)
        elif change is Change.PAUSED:
            paused = (at - BEFORE - utterance.last) * SECONDS * 1e3
    return Decided(began, paused)


def show(turns: Sequence[Turn], utterances: Sequence[Utterance], tap: Tap) -> dict[str, list[float]]:
    """Print the medians of each stage, and return all figures: ms after speech began, or after it ended."""
    commands = [said for said in tap.commands() if said.text]
    events = list(tap.events())
    stages: dict[str, list[float]] = {}
    for turn, utterance in zip(turns, utterances, strict=True):
        if turn.failure or turn.stopped is None or turn.answered is None:
            continue
        decision = decided(utterance, Asr(), Speech())
        begin, end = turn.began, turn.began + round(turn.seconds * 1e9)
        row = {
            "1 begin: voice decided (reckoned)": decision.began,
            "2 begin: the worker stops the prompt": _after(commands, "uuid_displace", begin),
            "3 begin: FreeSWITCH says it has stopped": _after(events, "MEDIA_BUG_STOP", begin),
            "4 begin: prompt's last packet": turn.stopped,
            "5 end: silence decided (reckoned)": decision.paused,
            "6 end: the worker begins the answer": _after(commands, "uuid_displace", end),
            "7 end: answer's first packet": turn.answered,
        }
        for stage, value in row.items():
            if value is not None:
                stages.setdefault(stage, []).append(value)
    for stage, values in sorted(stages.items()):
        print(f"  {percentile(values, 50):7.1f} ({percentile(values, 95):7.1f})  n={len(values):3}  {stage}")
    return stages


def _after(said: Sequence[Said], what: str, moment: int) -> float | None:
    found = [one.at for one in said if what in one.text]
    at = bisect_left(found, moment)
    return (found[at] - moment) / 1e6 if at < len(found) else None
