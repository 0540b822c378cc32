"""Commands that are orders: one row each, made into a command that takes what the order takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from ivr.cli.lazy import Lazy
from ivr.cli.options import json_option, settings_options

Command = TypeVar("Command", bound=Callable[..., Any])

SAID = ("says", "before", "call", "new")
"""Of an answer: its words, and what they tell already, or what is for programs."""
PLACES = ("group", "agent", "number", "extension", "flow", "voicemail")


@dataclass(frozen=True, slots=True)
class Row:
    """A command: the order it gives, its summary, its arguments, and more help."""

    order: str
    words: str
    parameters: Sequence[Callable[[Any], Any]] = ()
    help: str = ""


def by_option(command: Command) -> Command:
    """`--by`: who orders it, for the audit."""
    return click.option("--by", default="", metavar="NAME", help="Who orders it; your user name else.")(
        command
    )


def where(command: Command) -> Command:
    """Options for one of the places where a caller may go."""
    for place in reversed(PLACES):
        name = "colleague" if place == "agent" else place  # the agent who does it has that name
        command = click.option(f"--{place}", name, metavar="NAME", help=f"To this {place}.")(command)
    return command


def ordered(order: str, by: str, as_json: bool, **arguments: Any) -> None:
    """Give an order, and tell what came of it."""
    from ivr.cli import common
    from ivr.cli.control import control

    answer = control(by).give(order, **arguments)
    if as_json:
        common.print_json(answer)
        return
    told = "".join(
        f", {name} {value}"
        for name, value in answer.items()
        if name not in SAID and isinstance(value, str | int | float)
    )
    common.talk().print(f"{answer.get('says', 'done')}{told}", style="green", markup=False, soft_wrap=True)


def made(name: str, row: Row) -> click.Command:
    """The command of a row."""

    def run(by: str, as_json: bool, **given: Any) -> None:
        ordered(row.order, by, as_json, **_arguments(given))

    run.__doc__ = row.help or row.words
    run = settings_options(json_option(by_option(run)))
    for parameter in reversed(row.parameters):
        run = parameter(run)
    return click.command(name)(run)


def _arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given; the places of `where` gathered into `to`; options that are not given left out."""
    rest = {name: value for name, value in given.items() if value is not None}
    if "colleague" not in given:  # it takes no place
        return rest
    agent, colleague = rest.pop("agent"), rest.pop("colleague", None)
    places = {place: rest.pop(place) for place in PLACES if rest.get(place)}
    if colleague:
        places["agent"] = colleague
    if len(places) != 1:
        raise click.UsageError("Name exactly one of --" + ", --".join(PLACES) + ".")
    return {**rest, "agent": agent, "to": places}


class WithOrders(Lazy):
    """A lazy group that has orders beside its modules.

    Args:
        rows: the orders by the command's name.
    """

    def __init__(self, *args: Any, rows: Mapping[str, Row] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rows = rows or {}
        self._members = {**self._members, **{name: row.words for name, row in self._rows.items()}}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._rows:
            return made(cmd_name, self._rows[cmd_name])
        return super().get_command(ctx, cmd_name)
