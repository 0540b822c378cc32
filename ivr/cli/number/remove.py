"""`ivr number remove`: a row that goes."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import user_name
from ivr.cli.options import settings_options


@click.command("remove")
@click.argument("number")
@click.option(
    "--by", default=user_name, metavar="NAME", help="Who changes it; your user name else.", show_default=False
)
@settings_options
def command(number: str, by: str) -> None:
    """Take the row of NUMBER out. A flow that wishes for it answers from the next call on; `ivr number set
    NUMBER --off` lets nobody answer."""
    from datetime import UTC, datetime

    from ivr import dids
    from ivr.cli import common
    from ivr.runtime.in_service import in_service, wishes
    from ivr.store import numbers
    from ivr.store.bindings import Change

    with common.store() as store:
        row = numbers.remove(store, number, Change(f"cli:{by}", datetime.now(UTC)))
        table = dids.Table(one.did for one in numbers.every(store))
        wished = wishes(in_service(store, common.load().settings.flows))
    gone = row.did.number
    next_one = None if dids.is_pattern(gone) else table.choose(gone, wished)
    who = (
        f"; it comes to {next_one.flow or 'nobody'} now, by {_by(next_one.rule)} {next_one.number}"
        if next_one
        else ""
    )
    common.talk().print(f"{gone} has no row any more{who}", style="green", soft_wrap=True)


def _by(rule: str) -> str:
    return {"wish": "the flow's wish for", "others": "the row for all others,"}.get(rule, f"the {rule}")
