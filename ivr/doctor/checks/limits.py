"""Whether FreeSWITCH and Ivory may do as much as the calls will need."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, ok, skipped, warning
from ivr.doctor.patient import Patient

FILES_A_SESSION: Final = 6
"""RTP and RTCP sockets, a prompt, a recording, and as much again for what a driver opens beside it."""

FILES_BESIDE: Final = 200
OWN_FILES: Final = 1024

_MOST = re.compile(r"(\d+) session\(s\) max")
_NOW = re.compile(r"(\d+) session\(s\) - peak (\d+)")
_RATE = re.compile(r"\d+ session\(s\) per Sec out of max (\d+), peak (\d+)")


@check("limits", needs_switch=True)
def limits(patient: Patient) -> Iterator[Finding]:
    status = patient.ask("status")
    most, now, rate = _MOST.search(status), _NOW.search(status), _RATE.search(status)
    if not (most and now and rate):
        yield skipped("FreeSWITCH's `status` is written in a way that is not known here")
        return
    yield from _sessions(int(most[1]), int(now[1]), int(now[2]))
    yield from _pace(int(rate[1]), int(rate[2]))
    yield from _files(patient, int(most[1]))


def _sessions(most: int, now: int, peak: int) -> Iterator[Finding]:
    if max(now, peak) * 10 >= most * 9:
        yield warning(
            f"max-sessions is {most}, and there were {peak} already: beyond that callers are turned away",
            "raise max-sessions in switch.conf.xml, and `fs_cli -x 'fsctl max_sessions NUMBER'` for now; two"
            " people who talk take two",
        )
    else:
        yield ok(f"sessions: {now} now, {peak} at most so far, {most} allowed")


def _pace(most: int, peak: int) -> Iterator[Finding]:
    if peak >= most:
        yield warning(
            f"sessions-per-second is {most}, and that was reached: calls beyond it were turned away",
            "raise sessions-per-second in switch.conf.xml, and `fs_cli -x 'fsctl sps NUMBER'` for now",
        )
    else:
        yield ok(f"new sessions a second: {peak} at most so far, {most} allowed")


def _files(patient: Patient, sessions: int) -> Iterator[Finding]:
    wanted = sessions * FILES_A_SESSION + FILES_BESIDE
    process = patient.process
    if process is None:
        yield skipped("FreeSWITCH's limit of open files is not to be seen from here")
    elif process.files is not None and process.files < wanted:
        yield warning(
            f"FreeSWITCH may open {process.files} files; {sessions} sessions may need {wanted}",
            f"LimitNOFILE={wanted} or more in its systemd unit (`ulimit -n`), or a smaller max-sessions",
        )
    else:
        yield ok(f"FreeSWITCH may open {process.files or 'any number of'} files")
    own, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if own != resource.RLIM_INFINITY and own < OWN_FILES:
        yield warning(
            f"this user's programs may open {own} files; Ivory may need {OWN_FILES}",
            f"LimitNOFILE={OWN_FILES} or more in the unit of `ivr serve` (`ulimit -n`)",
        )
