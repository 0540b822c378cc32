"""Which worker drives the calls now. There need not be one yet, so this is mostly just shown."""

from __future__ import annotations

import time
from collections.abc import Iterator

import gevent

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, ok, warning
from ivr.doctor.patient import Patient
from ivr.errors import CommandFailed
from ivr.runtime.claim import REALM, SILENCE

_LOOK = 0.2


@check("worker", needs_switch=True, seconds=SILENCE + 10.0)
def worker(patient: Patient) -> Iterator[Finding]:
    holder = _kept(patient, "worker")
    if not holder:
        yield ok("no worker drives calls now")
        return
    first, until = _kept(patient, "beat"), time.monotonic() + SILENCE
    while time.monotonic() < until:
        gevent.sleep(_LOOK)
        if _kept(patient, "beat") != first:
            yield ok(f"the calls are driven by {holder[:100]}, which is alive")
            return
    yield warning(
        f"the calls are claimed by {holder[:100]}, which has given no sign of life for {SILENCE:g} s",
        "start `ivr serve`: it takes them over; if it runs, its log says what it waits for",
    )


def _kept(patient: Patient, key: str) -> str:
    """What workers keep under a name in mod_hash; empty when there is nothing."""
    try:
        return patient.ask("hash", f"select/{REALM}/{key}").strip()
    except CommandFailed:
        return ""
