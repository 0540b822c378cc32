"""`ivr group set`: a group changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ivr.cli.flow.desk import decision_options
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from collections.abc import Collection

    from ivr.acd.plan import LoadedPlan
    from ivr.acd.plan.changes import Changes

OPTIONS = {
    "strategy": "Which agent comes first.",
    "order": "Which contact comes first.",
    "service-level": "How many are to be answered within what time: `80% in 20s`.",
    "ring": "How long an agent's telephone rings: `15s`.",
    "wrap-up": "Time for notes.",
    "max-size": "How many may wait.",
    "max-wait": "How long a contact may wait.",
    "hours": "The calendar of its hours.",
    "last-agent": "How long customers come back to who served them: `30d`.",
    "tier-wait": "How much longer each further tier is waited with.",
}
"""Options that a word sets; for the others there is the file."""


def _options(command: Any) -> Any:
    for name, words in reversed(OPTIONS.items()):
        command = click.option(f"--{name}", metavar="VALUE", help=words)(command)
    return command


@click.command("set")
@click.argument("group")
@_options
@click.option(
    "--require", "require", multiple=True, metavar="SKILL=LEVEL", help="A skill it asks; 0: no more."
)
@click.option("--unset", "unset", multiple=True, metavar="OPTION", help="An option to be left out again.")
@click.option("--new", is_flag=True, help="GROUP is not there yet: add it.")
@decision_options
@json_option
@settings_options
def command(
    group: str,
    require: tuple[str, ...],
    unset: tuple[str, ...],
    new: bool,
    message: str,
    by: str,
    as_json: bool,
    **given: str | None,
) -> None:
    """Change GROUP in the plan in force: `ivr group set billing --ring 15s`.

    It is one more turn of the plan, in force at once, also for those who wait. What takes more than a word
    (relax, overflow, match, rank, announcements, recording and the like) is changed in the file: `ivr acd
    dump --to FILE`, then `ivr acd load FILE`.
    """
    from ivr.acd.plan.changes import levels
    from ivr.cli.acd.turns import tell_change, turns
    from ivr.cli.agent.profile import skill_level

    def changes(plan: LoadedPlan) -> Changes:
        _there(group, plan.plan.groups, new=new)
        found: Changes = {
            ("groups", group, name): int(value) if name == "max_size" and value.isdigit() else value
            for name, value in given.items()
            if value is not None
        }
        found |= {("groups", group, name.replace("-", "_")): None for name in unset}
        if require:
            written = (plan.data.get("groups") or {}).get(group) or {}
            asked = {**levels(written.get("require")), **dict(map(skill_level, require))}
            found["groups", group, "require"] = {skill: level for skill, level in asked.items() if level}
        return found or ({("groups", group): {}} if new else {})

    with turns(by) as place:
        tell_change(place.change(changes, message), as_json)


def _there(group: str, known: Collection[str], *, new: bool) -> None:
    """Refuse a name that nobody has, or that is to be new and is not."""
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean, meant

    if new and group in known:
        raise IvoryError(f"{group} is in the plan already", hint="leave --new out to change it")
    if not new and group not in known:
        hint = did_you_mean(group, known)
        if not meant(hint):
            hint = "; ".join(filter(None, (hint, "--new adds it")))
        raise IvoryError(f'there is no group "{group}"', hint=hint)
