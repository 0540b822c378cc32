"""`ivr acd dump`: the plan in force, as a file to change and load again."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.options import settings_options


@click.command("dump")
@click.argument("turn", type=int, required=False)
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there; never over a file."
)
@click.option("--tidy", is_flag=True, help="In the usual order and layout, without comments.")
@settings_options
def command(turn: int | None, file: Path | None, tidy: bool) -> None:
    """Print the plan in force, or that of TURN. PINs are not in it: `kept` stands for each.

    The first line says which turn it was made of, so that `ivr acd load` notices when somebody else was
    faster.
    """
    from ivr.acd.plan import load
    from ivr.acd.plan.dump import dumps
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force, turns
    from ivr.errors import IvoryError
    from ivr.routing.turns import shown

    if turn is None:
        plan = in_force()
    else:
        with turns() as place:
            plan = place.turn(turn)
    text = shown(plan)
    if tidy:
        head = text[: text.index("\n") + 1] if plan.turn else ""
        text = head + dumps(load(text, plan.file).data)
    if file is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise IvoryError(f"{file} is there already", hint="name another") from None
    except OSError as error:
        raise IvoryError(f"{file} cannot be written: {error.strerror}") from None
    common.talk().print(f"the plan is in {file}", style="green", markup=False)
