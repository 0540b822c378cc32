"""Tones, from their spelling in TGML (libteletone): `%(200,100,800);loops=2`. How long one takes, and how it
sounds.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ivr.switch.text import number

_DTMF = "0123456789*#ABCD"
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_PAD = {key: (_ROWS[at // 4], _COLUMNS[at % 4]) for at, key in enumerate("123A456B789C*0#D")}
_DEFAULT_ON = 0.25
_DEFAULT_OFF = 0.0625
_MAX_SECONDS = 3600.0
_MAX_RENDERED = 60.0
_MAX_BURSTS = 10_000
_RATE = 8000
_AMPLITUDE = 32767 * 10 ** (-13 / 20)
_PART = re.compile(r"(.)\(([^)]*)\)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Burst:
    """Frequencies in Hz that sound for `on` seconds, and silence of `off` seconds; as often as `times`."""

    hertz: tuple[int, ...]
    on: float
    off: float
    times: int


def tone_seconds(spec: str) -> float:
    """Seconds of a `tone_stream://` argument; infinite for `loops=-1`. What is no tone takes no time."""
    spec, times = _loops(spec)
    bursts, whole = _bursts(spec)
    once = sum((burst.on + burst.off) * burst.times for burst in bursts) * whole
    if times < 0:
        return math.inf if once else 0.0
    return min(once * max(times, 1), _MAX_SECONDS)


def tone_samples(spec: str) -> npt.NDArray[np.int16]:
    """How it sounds, once, at 8 kHz: it is repeated from its beginning. At most a minute of it."""
    pieces: list[npt.NDArray[np.int16]] = [np.zeros(0, np.int16)]
    left = round(_MAX_RENDERED * _RATE)
    for burst in _bursts(_loops(spec)[0])[0]:
        sound = _sound(burst)
        for _ in range(burst.times):
            if left <= 0 or not len(sound):
                break
            pieces.append(sound[:left])
            left -= len(sound)
    return np.concatenate(pieces)


def _sound(burst: _Burst) -> npt.NDArray[np.int16]:
    on = round(min(burst.on, _MAX_RENDERED) * _RATE)
    off = round(min(burst.off, _MAX_RENDERED) * _RATE)
    at = np.arange(on) / _RATE
    waves = sum((np.sin(2 * np.pi * hertz * at) for hertz in burst.hertz), np.zeros(on))
    loud = (waves * (_AMPLITUDE / max(1, len(burst.hertz)))).astype(np.int16)
    return np.concatenate([loud, np.zeros(off, np.int16)])


def _loops(spec: str) -> tuple[str, int]:
    spec, _, loops = spec.partition(";loops=")
    return spec, number(loops, 1) if loops else 1


def _bursts(spec: str) -> tuple[list[_Burst], int]:
    """What sounds, one after the other, and how often all of it."""
    on, off = _DEFAULT_ON, _DEFAULT_OFF
    repeat, whole = 1, 1
    bursts: list[_Burst] = []
    for part in spec.split(";"):
        part = part.strip()
        if part[1:2] == "=":
            value = number(part[2:])
            match part[0]:
                case "d":
                    on = value / 1000
                case "w":
                    off = value / 1000
                case "l":
                    repeat = max(value, 1)
                case "L":
                    whole = max(value, 1)
            continue
        for found in _PART.finditer(part):
            duration, wait = on, off
            hertz: tuple[int, ...] = _PAD.get(found[1] or found[3], ())
            if found[1]:
                times = found[2].split(",")
                if found[1] == "%" and len(times) < 3:
                    return bursts, whole
                duration = number(times[0]) / 1000
                wait = number(times[1]) / 1000 if len(times) > 1 else off
                hertz = tuple(map(number, times[2:])) if found[1] == "%" else hertz
            if (found[1] or found[3]) in f"%{_DTMF}" and found[3] != "%" and len(bursts) < _MAX_BURSTS:
                bursts.append(_Burst(hertz, max(0.0, duration), max(0.0, wait), repeat))
                repeat = 1
    return bursts, whole
