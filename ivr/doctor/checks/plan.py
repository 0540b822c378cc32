"""Whether the plan in force is whole, and serves somebody."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.doctor.routing import LINT, count, in_force, names
from ivr.errors import FlowError, IvoryError


@check("plan", seconds=20.0)
def plan(patient: Patient) -> Iterator[Finding]:
    try:
        loaded = patient.aside(in_force, patient.settings)
    except FlowError as error:
        first = error.findings[0] if error.findings else error.message
        yield failure(f"the plan cannot be used: {first}", LINT)
        return
    except IvoryError as error:
        yield failure(error.message, error.hint or LINT)
        return
    if loaded is None:
        yield ok("there is no plan, and so there are no skill groups")
        return
    name = f"turn {loaded.turn}" if loaded.turn else f"the draft {patient.settings.acd.plan}"
    if loaded.findings:
        yield warning(f"{name} has {len(loaded.findings)} warnings, such as {loaded.findings[0]}", LINT)
    groups, agents = loaded.plan.groups, loaded.plan.agents
    served = {group for agent in agents.values() for group in agent.tiers}
    if not served & groups.keys():
        yield failure(f"{name} serves nobody: no agent is in any group", "put agents into groups in the plan")
    elif empty := sorted(groups.keys() - served):
        yield warning(f"nobody is in {names(empty, 'group')}", "who asks for it waits in vain: see `groups:`")
    if served & groups.keys():
        yield ok(f"{name} has {count(len(groups), 'group')} and {count(len(agents), 'agent')}")
