"""`ivr customer show`: what is known of one customer, and the contacts that were."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("show")
@click.argument("who")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Contacts at most."
)
@json_option
@settings_options
def command(who: str, limit: int, as_json: bool) -> None:
    """Show the customer with the key or number WHO and their latest contacts; of a number that is nobody's,
    the contacts."""
    from rich.table import Table
    from rich.text import Text

    from ivr import numbers
    from ivr.cli import common
    from ivr.cli.customer.place import directory, meant, plain
    from ivr.store import customers

    with directory() as store:
        key = numbers.customer_key(who)
        known = customers.get(store, who) or (customers.find(store, key) if key else None)
        past = customers.history(store, known or key or who, limit)
        if known is None and not past:
            meant(store, who)
    if as_json:
        common.print_json({"customer": plain(known) if known else None, "contacts": past})
        return
    for name, value in plain(known).items() if known else ():
        text = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if text and text != "{}":
            common.out().print(Text.assemble((f"{name:11}", "bold"), text))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("when", "channel", "group", "agent", "waited", "talk", "how", "code"):
        table.add_column(heading, overflow="fold")
    for one in past:
        spans = ("" if span is None else f"{span:.0f} s" for span in (one.waited, one.talk))
        cells = (f"{one.arrived.astimezone():%Y-%m-%d %H:%M}", one.channel or "voice", one.group, one.agent,
                 *spans, one.disposition, one.disposition_code)  # fmt: skip
        table.add_row(*map(Text, cells))
    if past:
        common.out().print(table)
