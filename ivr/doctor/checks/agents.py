"""Whether FreeSWITCH can ring the agents of the plan in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, ok, skipped, warning
from ivr.doctor.patient import Patient
from ivr.doctor.routing import count, in_force, names
from ivr.errors import IvoryError

ASKED: Final = 200
"""Telephones that FreeSWITCH is asked for one by one."""

_USER: Final = "user/"


@check("agents", needs_switch=True, seconds=30.0)
def agents(patient: Patient) -> Iterator[Finding]:
    try:
        loaded = patient.aside(in_force, patient.settings)
    except IvoryError:
        yield skipped("the plan cannot be used: see the check of the plan")
        return
    if loaded is None:
        yield ok("there are none, as there is no plan")
        return
    known, extension = loaded.plan.agents, patient.settings.calls.extension
    users = {agent.id: user for agent in known.values() if (user := _user(agent.dial, extension))}
    registered = {row.get("reg_user", "") for row in patient.rows("registrations")} if users else set()
    away = {agent: user for agent, user in users.items() if user.partition("@")[0] not in registered}
    unknown = [agent for agent, user in list(away.items())[:ASKED] if not _exists(patient, user)]
    if unknown:
        yield warning(
            f"FreeSWITCH does not know the telephone of {names(unknown, 'agent')}",
            "add the users to its directory, or give `dial:` in the plan",
        )
    if unregistered := [agent for agent in away if agent not in unknown]:
        yield warning(
            f"no telephone is registered for {names(unregistered, 'agent')}",
            "that is as it should be while they are not at work",
        )
    if not away:
        yield ok(f"nothing is wrong with the telephones of {count(len(known), 'agent')}")


def _user(address: str, extension: str) -> str:
    """The user of FreeSWITCH's directory whose telephone an address is; empty for any other."""
    if "/" not in address:
        address = extension.replace("{address}", address)
    user = address.removeprefix(_USER)
    return user if user != address and "/" not in user and "," not in user else ""


def _exists(patient: Patient, user: str) -> bool:
    name, _, domain = user.partition("@")
    domain = domain or patient.ask("global_getvar", "domain").strip()
    return patient.ask("user_exists", "id", name, domain).strip() == "true"
