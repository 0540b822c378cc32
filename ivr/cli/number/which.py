"""`ivr number which`: what answers a number, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.dids import Candidate


@click.command("which")
@click.argument("number")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, number: str, as_json: bool) -> None:
    """Tell what answers when NUMBER is called, why, and what else might. Exit code 1 when nobody does.

    It holds for calls of which the dialplan does not name the flow itself (`ivr_flow=by_number`).
    """
    from ivr.cli import common
    from ivr.dids import Table
    from ivr.runtime.in_service import in_service, wishes
    from ivr.store import numbers

    with common.store() as store:
        rows = {row.did.number: row for row in numbers.every(store)}
        flows = in_service(store, common.load().settings.flows)
    found = list(Table(row.did for row in rows.values()).candidates(number, wishes(flows)))
    first = found[0] if found else None
    answers = first.flow if first and first.flow in flows else ""
    if as_json:
        common.print_json(
            {"number": number, "flow": answers or None, "candidates": [asdict(one) for one in found]}
        )
    else:
        common.out().print(f"{number} → {answers or 'nobody'}", markup=False)
        for place, one in enumerate(found):
            row = rows.get(one.number) if one.rule != "wish" else None
            set_so = f", set by {row.by or '–'} on {row.changed.astimezone():%Y-%m-%d %H:%M}" if row else ""
            why = f"{'' if place else 'because '}{_words(one)}{set_so}"
            common.out().print(f"  {why}", style="dim" if place else "", markup=False, soft_wrap=True)
        if first and first.flow and not answers:
            common.talk().print(f"flow {first.flow} is not in service", style="red")
        if not found:
            common.talk().print("no row is for it, and no flow in service wishes for it", style="yellow")
    if not answers:
        context.exit(1)


def _words(one: Candidate) -> str:
    leads = f"leads to {one.flow}" if one.flow else "is switched off"
    match one.rule:
        case "wish":
            return f"{one.flow} wishes for {one.number}"
        case "pattern":
            return f"the pattern {one.number} {leads}"
        case "others":
            return f"the row ! for all other numbers {leads}"
        case _:
            return f"the row {one.number} {leads}" + (f" in {one.language}" if one.language else "")
