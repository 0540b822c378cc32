"""`ivr customer merge`: two entries that are one customer."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options


@click.command("merge")
@click.argument("into")
@click.argument("other")
@settings_options
def command(into: str, other: str) -> None:
    """Give INTO the numbers, tags and contacts of OTHER, and what it had nothing for; OTHER is no more."""
    from ivr.cli import common
    from ivr.cli.customer import place
    from ivr.store import customers

    with place.directory() as store:
        kept, gone = place.meant(store, into), place.meant(store, other)
        merged = customers.merge(store, kept.id, gone.id, place.now())
    numbers = ", ".join(merged.numbers)
    common.talk().print(f"customer {merged.id}: {numbers}", style="green", markup=False, soft_wrap=True)
