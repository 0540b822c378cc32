"""Whether FreeSWITCH speaks G.711, which every telephone network does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.doctor.sip import Profile, profiles, set_parameter

G711: Final[Mapping[str, str]] = {"PCMU": "G.711 ulaw", "PCMA": "G.711 alaw"}
"""The names in SDP, and FreeSWITCH's own."""


@check("codecs", needs_switch=True)
def codecs(patient: Patient) -> Iterator[Finding]:
    there = {row.get("name", "") for row in patient.rows("codec")}
    missing = [name for name, own in G711.items() if own not in there]
    if missing:
        yield failure(
            f"FreeSWITCH lacks {' and '.join(missing)}: calls from the telephone network have no sound",
            "they belong to its core (CORE_PCM_MODULE): install a whole FreeSWITCH",
        )
    for profile in profiles(patient):
        if offered := _without_g711(profile):
            yield warning(
                f"the SIP profile {profile.name} takes {offered} only: callers with G.711 are refused",
                set_parameter(profile.name, "inbound-codec-prefs", "PCMU,PCMA"),
            )
    if not missing:
        yield ok("PCMU and PCMA are there")


def _without_g711(profile: Profile) -> str:
    """The codecs of a profile that names its own and has no G.711 among them."""
    prefs = profile.parameters.get("inbound-codec-prefs") or profile.parameters.get("codec-prefs") or ""
    names = {entry.partition("@")[0].strip().upper() for entry in prefs.split(",")}
    return "" if not prefs or names & set(G711) else prefs
