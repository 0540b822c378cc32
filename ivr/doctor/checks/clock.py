"""Whether FreeSWITCH's clock and Ivory's agree, and whether time zones are known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.esl import commands

TOLERATED: Final = 1.0
WRONG: Final = 60.0
"""Seconds of difference that get a warning, and that are a failure."""

_ZONE = "Asia/Shanghai"


@check("clock", needs_switch=True)
def clock(patient: Patient) -> Iterator[Finding]:
    before = time.time()
    theirs = int(patient.line.api(commands.api("strmicroepoch")).strip()) / 1e6
    after = time.time()
    ahead, unsure = theirs - (before + after) / 2, (after - before) / 2
    if abs(ahead) <= TOLERATED + unsure:
        yield ok(f"FreeSWITCH and Ivory agree to {max(abs(ahead), unsure, 0.001):.3f} s")
    else:
        tell = failure if abs(ahead) > WRONG else warning
        yield tell(
            f"FreeSWITCH's clock is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} Ivory's:"
            " times of calls and recordings do not fit together",
            "let NTP set the clock of each machine; FreeSWITCH counts by itself since it started:"
            " `fs_cli -x 'fsctl sync_clock_when_idle'`",
        )
    try:
        now = datetime.now(ZoneInfo(_ZONE))
    except ZoneInfoNotFoundError:
        yield failure("time zones are unknown: opening hours cannot be told", "`pip install tzdata`")
    else:
        yield ok(
            f"time zones are known: it is {now:%H:%M} in {_ZONE}, {datetime.now().astimezone():%H:%M %Z} here"
        )
