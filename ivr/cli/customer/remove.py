"""`ivr customer remove`: what is to be forgotten."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options


@click.command("remove")
@click.argument("who")
@click.option("--number", is_flag=True, help="Only take the number WHO out; its customer stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
def command(who: str, number: bool, yes: bool) -> None:
    """Forget the customer with the key or number WHO. The contacts that were stay, as those of a number."""
    from ivr.cli import common
    from ivr.cli.customer import place
    from ivr.store import customers

    with place.directory() as store:
        customer = place.meant(store, who)
        if number:
            customers.release(store, place.number(who))
            common.talk().print(f"{who} is nobody's now", style="green", markup=False)
            return
        label = f"{customer.id} {customer.name}".strip()
        if yes or click.confirm(f"Forget {label}?", err=True):
            customers.remove(store, customer.id)
            common.talk().print(f"customer {label} forgotten", style="green", markup=False)
