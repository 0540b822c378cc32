"""Whether the right user examines: root may read and write everything, and so proves nothing."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, ok, warning
from ivr.doctor.patient import Patient
from ivr.doctor.rights import name


@check("user", needs_switch=True)
def user(patient: Patient) -> Iterator[Finding]:
    own = os.geteuid()
    process = patient.process
    theirs = f"; FreeSWITCH runs as {name(pwd.getpwuid, process.uid)}" if process else ""
    if own == 0 and process and process.uid != 0:
        yield warning(
            f"this is root, who may read and write everything{theirs}",
            "run it as the user of `ivr serve`: `sudo -u USER ivr doctor`",
        )
    else:
        yield ok(f"this is {name(pwd.getpwuid, own)}{theirs}")
