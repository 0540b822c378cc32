"""`ivr call show`: where a call under way is."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("show")
@click.argument("call")
@json_option
@settings_options
def command(call: str, as_json: bool) -> None:
    """Show where a CALL under way is, and its flow's variables; what is confidential is masked."""
    from ivr.cli import common
    from ivr.cli.control import control
    from ivr.flow.values import text

    shown = control().give("call.show", call=call)
    if as_json:
        common.print_json(shown)
        return
    variables, awaited = shown.pop("variables"), shown.pop("awaited")
    for name, value in {**shown, "webhooks": ", ".join(awaited)}.items():
        if value not in (None, ""):
            common.out().print(f"{name:>9}  {value}", markup=False, highlight=False)
    for name, value in sorted(variables.items()):
        common.out().print(f"{name:>9} = {text(value)}", markup=False, highlight=False)
