"""`ivr supervisor`: what a supervisor may do; each is written down."""

from __future__ import annotations

import click

from ivr.cli.ordering import Row, WithOrders

AGENT = click.argument("agent")
AT = click.option("--at", required=True, metavar="EXTENSION", help="Your telephone, which rings.")

ORDERS = {
    "monitor": Row("supervisor.monitor", "Listen to an agent's talk.", (AGENT, AT)),
    "whisper": Row("supervisor.whisper", "Speak to an agent; the caller does not hear it.", (AGENT, AT)),
    "barge": Row("supervisor.barge", "Join an agent's talk.", (AGENT, AT)),
    "intercept": Row("supervisor.intercept", "Take a caller over from an agent.", (AGENT, AT)),
    "stop": Row("supervisor.stop", "Stop listening to an agent's talk.", (AGENT,)),
    "hang-up": Row("supervisor.hang_up", "End an agent's talk.", (AGENT,)),
    "force-break": Row(
        "supervisor.force_break", "Put an agent on break.", (AGENT, click.argument("reason", default=""))
    ),
    "force-ready": Row("supervisor.force_ready", "Let an agent take contacts.", (AGENT,)),
    "force-logout": Row("supervisor.force_logout", "Sign an agent out.", (AGENT,)),
}


@click.group("supervisor", cls=WithOrders, package=__name__, members={}, rows=ORDERS)
def command() -> None:
    """Listen in, join, take over.

    Each of these is written down: who, when, and whom.
    """
