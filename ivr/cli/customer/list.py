"""`ivr customer list`: who is in the directory."""

from __future__ import annotations

from itertools import islice

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@click.argument("search", default="")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most.")
@json_option
@settings_options
def command(search: str, limit: int, as_json: bool) -> None:
    """List customers, or those with SEARCH in their name, company or a number."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.customer.place import directory, plain
    from ivr.store import customers

    with directory() as store:
        found = list(islice(customers.every(store, search), limit))
        total = customers.count(store)
    if as_json:
        common.print_json([plain(customer) for customer in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("key", "numbers", "name", "company", "vip", "agent", "tags"):
        table.add_column(heading, overflow="fold")
    for one in found:
        cells = (one.id, " ".join(one.numbers), one.name, one.company, "●" if one.vip else "", one.agent,
                 " ".join(one.tags))  # fmt: skip
        table.add_row(*map(Text, cells))
    common.out().print(table)
    common.talk().print(f"{len(found)} of {total} customers")
