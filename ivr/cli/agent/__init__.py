"""`ivr agent`: agents as the plan has them, and what they do. A row here is an order, a file the rest."""

from __future__ import annotations

import click

from ivr.cli.ordering import Row, WithOrders, where

AGENT = click.argument("agent")
REASON = click.argument("reason", default="")
OFFERED = (AGENT, click.option("--contact", metavar="ID", help="Which one; the only one else."))

COMMANDS = {
    "list": "List the agents.",
    "show": "Show one agent.",
    "add": "Add an agent to the plan.",
    "set": "Change an agent in the plan.",
    "remove": "Take an agent out of the plan.",
}
ORDERS = {
    "sign-out": Row("agent.sign_out", "Sign an agent out; a talk is let finish.", (AGENT,)),
    "ready": Row("agent.ready", "Let an agent take contacts again.", (AGENT,)),
    "break": Row(
        "agent.break", "Put an agent on break, for a REASON of the plan; while talking: afterwards.",
        (AGENT, REASON),
    ),
    "wrap-up-done": Row("agent.wrap_up_done", "End an agent's wrap-up.", (AGENT,)),
    "extend": Row(
        "agent.extend", "Give an agent more time for wrap-up: so many SECONDS, or until they say so.",
        (AGENT, click.argument("seconds", type=float, required=False)),
    ),
    "dispose": Row(
        "agent.dispose", "Note what became of an agent's last contact: a CODE of the plan.",
        (AGENT, click.argument("code"), click.option("--note", default="", help="Words beside.")),
    ),
    "accept": Row("agent.accept", "Let an agent take the contact that is offered to them; no call.", OFFERED),
    "decline": Row("agent.decline", "Let an agent not take the contact that is offered to them.", OFFERED),
    "end-contact": Row("agent.end_contact", "Let an agent be done with a contact that is no call.", OFFERED),
    "hang-up": Row("agent.hang_up", "End an agent's talk; the caller goes on in the flow.", (AGENT,)),
    "hold": Row("agent.hold", "Let an agent's caller hear music.", (AGENT,)),
    "retrieve": Row("agent.retrieve", "Bring an agent and their caller together again.", (AGENT,)),
    "transfer": Row("agent.transfer", "Send an agent's caller elsewhere at once.", (AGENT, where)),
    "consult": Row("agent.consult", "Let an agent ask somebody while the caller waits.", (AGENT, where)),
    "complete": Row("agent.complete", "Connect the caller with who was asked.", (AGENT,)),
    "cancel": Row("agent.cancel", "End the consultation, and go back to the caller.", (AGENT,)),
    "conference": Row("agent.conference", "Let the three talk together.", (AGENT,)),
    "dial": Row(
        "agent.dial", "Ring an agent, then connect them with a NUMBER.", (AGENT, click.argument("number"))
    ),
    "record": Row("agent.record", "Record an agent's talk, whatever the group's policy.", (AGENT,)),
    "record-stop": Row("agent.record_stop", "End the recording before the talk.", (AGENT,)),
    "record-pause": Row("agent.record_pause", "Let the recording be silent for a while.", (AGENT,)),
    "record-resume": Row("agent.record_resume", "Let the recording hear again.", (AGENT,)),
}  # fmt: skip


@click.group(
    "agent",
    cls=WithOrders,
    package=__name__,
    members={**COMMANDS, "sign-in": "Sign an agent in."},
    rows=ORDERS,
)
def command() -> None:
    """Agents, and what they do."""
