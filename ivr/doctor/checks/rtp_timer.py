"""Whether prompts play by FreeSWITCH's own clock rather than by the caller's packets."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, skipped
from ivr.doctor.patient import Patient
from ivr.doctor.sip import profiles, set_parameter


@check("rtp-timer", needs_switch=True)
def rtp_timer(patient: Patient) -> Iterator[Finding]:
    found = list(profiles(patient))
    if not found:
        yield skipped("FreeSWITCH has no SIP profiles")
        return
    without = [one.name for one in found if one.parameters.get("rtp-timer-name", "none") == "none"]
    for name in without:
        yield failure(
            f"the SIP profile {name} has none: callers who send no packets hear nothing, prompts never end",
            set_parameter(name, "rtp-timer-name", "soft"),
        )
    if not without:
        yield ok(", ".join(f"{one.name}: {one.parameters['rtp-timer-name']}" for one in found))
