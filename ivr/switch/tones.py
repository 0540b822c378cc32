"""How long a tone takes, from its spelling in TGML (libteletone): `%(200,100,800);loops=2`.

Only the time is computed; a virtual caller is told the spelling.
"""

from __future__ import annotations

import math
import re

from ivr.switch.text import number

_DTMF = "0123456789*#ABCD"
_DEFAULT_ON = 0.25
_DEFAULT_OFF = 0.0625
_MAX_SECONDS = 3600.0
_PART = re.compile(r"(.)\(([^)]*)\)|(.)", re.DOTALL)


def tone_seconds(spec: str) -> float:
    """Seconds of a `tone_stream://` argument; infinite for `loops=-1`. What is no tone takes no time."""
    spec, _, loops = spec.partition(";loops=")
    times = number(loops, 1) if loops else 1
    once = _once(spec)
    if times < 0:
        return math.inf if once else 0.0
    return min(once * max(times, 1), _MAX_SECONDS)


def _once(spec: str) -> float:
    on, off = _DEFAULT_ON, _DEFAULT_OFF
    repeat, whole, total = 1, 1, 0.0
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
            if found[1]:
                times = found[2].split(",")
                if found[1] == "%" and len(times) < 3:
                    return total * whole
                duration = number(times[0]) / 1000
                wait = number(times[1]) / 1000 if len(times) > 1 else off
            if (found[1] or found[3]) in f"%{_DTMF}" and found[3] != "%":
                total += (duration + wait) * repeat
                repeat = 1
    return total * whole
