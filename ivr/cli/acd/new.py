"""`ivr acd new`: a routing plan to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.options import settings_options


@click.command("new")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@settings_options
def command(file: Path | None) -> None:
    """Begin a routing plan: six groups and three agents with comments, in FILE, or that of acd.plan."""
    from ivr.cli import common
    from ivr.cli.acd.turns import draft, read
    from ivr.errors import IvoryError
    from ivr.flow import starters

    path = file or draft()
    text = read(starters.home().parent / "routing.yaml")
    try:
        with path.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise IvoryError(f"{path} is there already", hint="name another, or move it away") from None
    except OSError as error:
        raise IvoryError(f"{path} cannot be written: {error.strerror}") from None
    said = (
        f"{path} is yours: write your groups and agents into it.\n\n"
        f"  ivr acd lint {path}   check it\n"
        f"  ivr acd load {path}   put it in force"
    )
    common.talk().print(said, markup=False, soft_wrap=True)
