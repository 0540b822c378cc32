"""FreeSWITCH's SIP profiles, as its configuration has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.doctor.patient import Patient


@dataclass(frozen=True, slots=True)
class Profile:
    """One SIP profile; of parameters that are given twice the last counts, as for mod_sofia."""

    name: str
    parameters: Mapping[str, str]


def profiles(patient: Patient) -> Iterator[Profile]:
    """The SIP profiles there are: none without mod_sofia. Raises SwitchError."""
    configuration = patient.configuration("sofia.conf") if patient.has_module("mod_sofia") else None
    if configuration is not None:
        for profile in configuration.iterfind("profiles/profile"):
            parameters = {
                parameter.get("name", ""): parameter.get("value", "")
                for parameter in profile.iterfind("settings/param")
            }
            yield Profile(profile.get("name", "?"), parameters)


def set_parameter(profile: str, name: str, value: str) -> str:
    """How a parameter of a SIP profile is set, as a finding's way out."""
    return (
        f'set <param name="{name}" value="{value}"/> in sip_profiles/{profile}.xml, then `fs_cli -x'
        f" 'sofia profile {profile} restart'` at an hour without calls"
    )
