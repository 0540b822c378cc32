"""What `ivr agent add` and `ivr agent set` share: the options of an agent, and their way into the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ivr.acd.model import Tier

Command = TypeVar("Command", bound=Callable[..., Any])

ASK = "ask"


_OPTIONS = (
    click.option("--name", help="What people call them."),
    click.option("--grade", type=click.IntRange(0, 1000), help="Seniority."),
    click.option("--extension", help="The telephone that rings."),
    click.option("--dial", help="FreeSWITCH's own dial string instead."),
    click.option("--confirm", metavar="KEY", help="The key that takes a call, for a mobile with voicemail."),
    click.option(
        "--pin",
        is_flag=False,
        flag_value=ASK,
        metavar="[DIGITS]",
        help="The PIN to sign in by telephone; asked for when left out.",
    ),
    click.option("--skill", "skills", multiple=True, metavar="SKILL=LEVEL", help="A skill; 0: no longer."),
    click.option(
        "--group", "groups", multiple=True, metavar="GROUP[:LEVEL[:POSITION]]", help="A group to serve."
    ),
    click.option("--no-group", "left", multiple=True, metavar="GROUP", help="A group no longer served."),
)


def profile_options(command: Command) -> Command:
    """The options of an agent."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def change(
    agent: str,
    *,
    new: bool,
    skills: Iterable[str],
    groups: Iterable[str],
    left: Iterable[str],
    pin: str | None,
    message: str,
    by: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Change an agent in the plan in force, or add one. Raises IvoryError."""
    from ivr.acd.plan.changes import Changes, of_agent
    from ivr.cli.acd.turns import tell_change, turns
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean

    if pin == ASK:
        pin = click.prompt("PIN", hide_input=True, confirmation_prompt=True)
    given = {name: value for name, value in {**options, "pin": pin}.items() if value is not None}
    levels = {skill: level or None for skill, level in map(skill_level, skills)}
    places = {**dict(map(_place, groups)), **dict.fromkeys(left)}

    def changes(plan: Any) -> Changes:
        known = plan.plan.agents
        if new and agent in known:
            raise IvoryError(f"{agent} is in the plan already", hint=f"ivr agent set {agent} …")
        if not new and agent not in known:
            hint = did_you_mean(agent, list(known))
            raise IvoryError(f'there is no agent "{agent}"', hint=hint or f"ivr agent add {agent}")
        found = of_agent(plan.data, agent, given, levels, places)
        return found or ({("agents", agent): {}} if new else {})

    with turns(by) as place:
        tell_change(place.change(changes, message), as_json)


def skill_level(text: str) -> tuple[str, int]:
    """`billing=5` as skill and level."""
    name, equals, level = text.partition("=")
    if not equals or not level.isdigit():
        raise click.BadParameter(f'"{text}" is not SKILL=LEVEL', param_hint="--skill")
    return name, int(level)


def _place(text: str) -> tuple[str, Tier | None]:
    from ivr.acd.model import Tier

    name, *numbers = text.split(":")
    if len(numbers) > 2 or not all(number.isdigit() for number in numbers):
        raise click.BadParameter(f'"{text}" is not GROUP:LEVEL:POSITION', param_hint="--group")
    return name, Tier(*map(int, numbers))
