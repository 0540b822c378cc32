"""`ivr customer export`: all customers as a CSV file that a spreadsheet opens and `import` takes back."""

from __future__ import annotations

import csv
import io

import click

from ivr.cli.options import settings_options


@click.command("export")
@click.option("--bom", is_flag=True, help="Begin with a byte-order mark, by which Excel knows UTF-8.")
@settings_options
def command(bom: bool) -> None:
    """Write all customers as CSV, in UTF-8. A text that a spreadsheet would run as a formula gets a ' before
    it, which `import` takes off again."""
    from ivr.cli.customer.place import directory
    from ivr.customers import listed
    from ivr.customers.columns import NAMES
    from ivr.customers.sheet import armoured
    from ivr.store import customers

    with directory() as store:
        found = list(customers.every(store))
    attributes = sorted({name for customer in found for name in customer.attributes})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*NAMES, *(armoured(name) for name in attributes)])
    for number, one in enumerate(found):
        entry = listed.Entry(number, one.id, one.numbers, one.name, one.company, one.vip, one.tags, one.agent,
                             one.language, one.attributes)  # fmt: skip
        writer.writerow(listed.row(entry, attributes))
    click.echo(("\ufeff" if bom else "") + text.getvalue(), nl=False)
