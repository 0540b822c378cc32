"""`ivr acd load`: a plan that is in order comes into force."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options


@click.command("load")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--anyway", is_flag=True, help="Also if it undoes what somebody changed meanwhile.")
@decision_options
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context, file: Path | None, anyway: bool, message: str, by: str, as_json: bool
) -> None:
    """Check FILE (the setting acd.plan, if none is named) and put it in force, with no restart.

    Those who wait are routed by it at once. PINs are kept as hashes only. `ivr acd rollback` goes back.

    A FILE is refused that would undo what was changed since the last one was loaded: by `ivr agent set`,
    `ivr group set`, a rollback or a dumped plan.
    """
    from ivr.cli import common
    from ivr.cli.acd.turns import draft, of_file, tell, turns
    from ivr.cli.flow.reading import print_findings
    from ivr.errors import FlowError

    path = file or draft()
    try:
        plan = of_file(path)
        with turns(by) as place:
            turn = place.put(plan.text, str(path), message, anyway=anyway)
    except FlowError as error:
        print_findings(error.findings, 1, "plan")
        common.talk().print("nothing is changed", style="red")
        context.exit(1)
    if plan.findings:
        print_findings(plan.findings, 1, "plan")
    tell(turn, as_json)
