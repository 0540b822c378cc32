"""`ivr customer set`: what is known of a customer is something else from now on."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options


@click.command("set")
@click.argument("who")
@click.option("--name", help="Name; '' for none.")
@click.option("--company", help="Company.")
@click.option("--vip/--no-vip", default=None, help="Whether they are a VIP.")
@click.option("--tags", help="All tags, separated by commas.")
@click.option("--agent", help="Their own agent, by id.")
@click.option("--language", help="Their language: zh-CN.")
@click.option(
    "--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="One attribute; '' ends it."
)
@click.option("--number", "numbers", multiple=True, help="One more number, whoever had it.")
@settings_options
def command(who: str, tags: str | None, attributes: tuple[str, ...], numbers: tuple[str, ...],
            **given: str | bool | None) -> None:  # fmt: skip
    """Change the customer with the key or number WHO."""
    from ivr.cli import common
    from ivr.cli.customer import place
    from ivr.store import customers

    values = {name: value for name, value in given.items() if value is not None}
    if tags is not None:
        values["tags"] = tuple(tag for tag in map(str.strip, tags.split(",")) if tag)  # type: ignore[assignment]
    with place.directory() as store:
        customer = place.meant(store, who)
        if attributes:
            merged = {**customer.attributes, **place.pairs(attributes)}
            values["attributes"] = {name: value for name, value in merged.items() if value != ""}  # type: ignore[assignment]
        customers.change(store, customer.id, place.now(), values)
        for number in map(place.number, numbers):
            customers.assign(store, customer.id, number)
    common.talk().print(f"customer {customer.id} changed", style="green", markup=False)
