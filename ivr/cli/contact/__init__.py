"""`ivr contact`: contacts that are no calls, pushed into queues. Each row is an order."""

from __future__ import annotations

import click

from ivr.cli.ordering import Row, WithOrders
from ivr.cli.pairs import pairs_option

CONTACT = click.argument("contact")
SUBJECT = click.option("--subject", metavar="TEXT", help="What it is about.")
LINK = click.option("--link", metavar="URL", help="Where the agent finds it.")
ATTRIBUTES = pairs_option("--attribute", "attributes", "What else the agent is to know; several times.")

ORDERS = {
    "add": Row(
        "contact.add",
        "Put a contact of a CHANNEL into a queue: a chat, a message, a task.",
        (
            click.argument("channel"),
            click.option("--group", help="The skill group that is to serve it."),
            click.option("--agent", help="The one agent who may have it, in place of a group."),
            pairs_option("--require", "require", "A skill and its level, beside the group's; several times."),
            click.option("--priority", type=click.FloatRange(-1000, 1000), help="For the group's `order`."),
            click.option("--preferred", metavar="AGENT", help="The agent for whom it waits a minute first."),
            click.option("--customer", help="The customer's key in the directory."),
            click.option("--number", help="The customer's number."),
            SUBJECT,
            LINK,
            ATTRIBUTES,
            click.option("--expires", type=click.FloatRange(1, 2_592_000), metavar="SECONDS",
                         help="After which it is offered to nobody any more; a day else."),
            click.option("--key", help="Pushed again with the same key it is the same contact."),
        ),
    ),
    "cancel": Row(
        "contact.cancel", "Take a pushed CONTACT out of its queue.",
        (CONTACT, click.option("--abandoned", is_flag=True, help="The customer has gone by themselves.")),
    ),
    "describe": Row(
        "contact.attributes",
        "Say what a CONTACT is about, for the agent and the record.",
        (CONTACT, SUBJECT, LINK, ATTRIBUTES),
        """Say what a CONTACT is about, for the agent and the record.

        Attributes are merged into those there are; `--attribute NAME=null` takes one out. A caller's contact
        has attributes alone.
        """,
    ),
}  # fmt: skip


@click.group("contact", cls=WithOrders, package=__name__, members={}, rows=ORDERS)
def command() -> None:
    """Contacts that are no calls: push them, say what they are about.

    `ivr acd status` shows who waits, `ivr agent accept` takes one.
    """
