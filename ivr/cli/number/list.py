"""`ivr number list`: the numbers there are."""

from __future__ import annotations

from typing import Any

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@click.argument("flow", default="")
@json_option
@settings_options
def command(flow: str, as_json: bool) -> None:
    """List the numbers, or those of FLOW: the rows that decide, and what flows wish for beside them."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.number.rows import beside, plain
    from ivr.runtime.in_service import in_service, wishes
    from ivr.store import numbers

    with common.store() as store:
        rows = numbers.every(store, flow)
        flows = in_service(store, common.load().settings.flows)
        wished = beside(numbers.every(store), wishes(flows))
    if flow:
        wished = {number: one for number, one in wished.items() if one == flow}
    if as_json:
        found: list[dict[str, Any]] = [plain(row) for row in rows]
        common.print_json({"numbers": found, "wishes": wished})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("number", "flow", "language", "set by", "note"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        did = row.did
        leads = (
            Text(did.flow, "cyan" if did.flow in flows else "red")
            if did.enabled
            else Text("nobody", "yellow")
        )
        by = "publishing" if did.wished else f"{row.by or '–'}, {row.changed.astimezone():%Y-%m-%d}"
        table.add_row(did.number, leads, did.language, Text(by, "dim"), Text(did.note))
    for number, one in wished.items():
        table.add_row(Text(number, "dim"), Text(one, "cyan"), "", Text("the flow's own wish", "dim"), "")
    common.out().print(table)
    for lost in sorted({row.did.flow for row in rows if row.did.enabled} - flows.keys()):
        common.talk().print(f"flow {lost} is not in service: its numbers reach nobody", style="red")
