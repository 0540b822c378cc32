"""`ivr customer add`: one more customer."""

from __future__ import annotations

import click

from ivr.cli.options import settings_options


@click.command("add")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--id", "key", default="", help="Key in another system; the first number when left out.")
@click.option("--name", default="", help="Name.")
@click.option("--company", default="", help="Company.")
@click.option("--vip", is_flag=True, help="They are a VIP.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be repeated.")
@click.option("--agent", default="", help="Their own agent, by id.")
@click.option("--language", default="", help="Their language: zh-CN.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="Anything else.")
@settings_options
def command(numbers: tuple[str, ...], key: str, vip: bool, tags: tuple[str, ...], attributes: tuple[str, ...],
            **texts: str) -> None:  # fmt: skip
    """Add a customer with one or several NUMBERS."""
    from ivr.cli import common
    from ivr.cli.customer import place
    from ivr.errors import StoreError
    from ivr.store import customers
    from ivr.store.customers import Customer

    known = tuple(dict.fromkeys(map(place.number, numbers)))
    with place.directory() as store:
        taken = customers.owners(store, known)
        if taken or customers.get(store, key or known[0]):
            number, owner = next(iter(taken.items()), ("", key or known[0]))
            what = f"{number} is customer" if number else "there is a customer"
            raise StoreError(f'{what} "{owner}" already', hint=f"ivr customer set {owner} …")
        at = place.now()
        customer = Customer(key or known[0], at, known, vip=vip, tags=tags,
                            attributes=place.pairs(attributes), changed=at, **texts)  # fmt: skip
        if refused := customers.write(store, [customer]):
            raise StoreError(f"the database refused it: {refused[0].reason}")
    common.talk().print(f"customer {customer.id} added", style="green", markup=False)
