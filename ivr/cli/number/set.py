"""`ivr number set`: where a number leads."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import user_name
from ivr.cli.options import json_option, settings_options


@click.command("set")
@click.argument("number")
@click.argument("flow", default="")
@click.option(
    "--language", metavar="TAG", help="The language its calls begin in: en-US; '' for the flow's own."
)
@click.option("--note", metavar="TEXT", help="What people should know of it.")
@click.option("--on/--off", "enabled", default=None, help="Whether anybody answers.")
@click.option(
    "--by", default=user_name, metavar="NAME", help="Who changes it; your user name else.", show_default=False
)
@json_option
@settings_options
def command(
    number: str,
    flow: str,
    language: str | None,
    note: str | None,
    enabled: bool | None,
    by: str,
    as_json: bool,
) -> None:
    """Let NUMBER lead to FLOW, whatever flows wish for. What is not said stays as it is.

    NUMBER is one number (`010-5555 1234`, `8001`), a name that is dialled, or a pattern: `X` is any digit,
    `!` at the end any that follow, and `!` alone all numbers that nobody else answers. The exact number goes
    before patterns. The next call is answered so, with no restart.

    FreeSWITCH must hand the number to Ivory; `ivr dialplan install` sees to that.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from ivr.cli import common
    from ivr.cli.number.rows import plain
    from ivr.dids import Did
    from ivr.runtime.in_service import in_service
    from ivr.store import numbers
    from ivr.store.bindings import Change

    with common.store() as store:
        before = numbers.find(store, number)
        if before is None and not flow:
            raise click.UsageError("Name the flow that is to answer.")
        did = before.did if before else Did(number, flow)
        did = replace(did, flow=flow or did.flow, language=did.language if language is None else language,
                      note=did.note if note is None else note,
                      enabled=did.enabled if enabled is None else enabled)  # fmt: skip
        flows = in_service(store, common.load().settings.flows)
        change = Change(f"cli:{by}", datetime.now(UTC), before.revision if before else 0)
        row = numbers.put(store, did, change, flows)
    if as_json:
        common.print_json(plain(row))
        return
    leads = row.did.flow if row.did.enabled else "nobody"
    common.talk().print(f"{row.did.number} leads to {leads} from the next call on", style="green")
