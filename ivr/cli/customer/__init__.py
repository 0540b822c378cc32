"""`ivr customer`: the directory of customers. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "add": "Add a customer.",
    "export": "Write all customers as CSV.",
    "import": "Take a list of customers over from a CSV file.",
    "list": "List customers.",
    "merge": "Make two customers one.",
    "remove": "Forget a customer, or take one number out.",
    "set": "Change what is known of a customer.",
    "show": "Show a customer, or a number, with the contacts that were.",
}


@click.group("customer", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """The directory of customers: who calls, and who looks after them."""
