"""Options that many commands share. Nothing here is slow to import."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ivr.i18n import base
from ivr.translations import LANGUAGES

Command = TypeVar("Command", bound=Callable[..., Any])

FLAGS = "ivr.flags"

SHORTCUTS = {
    "flows": ("flows.dir", "DIR", "Folder of the flows."),
    "log-level": ("log.level", "LEVEL", "debug, info, warning or error."),
}
"""Settings with a flag of their own: flag, setting, what stands behind it, help."""


def given(context: click.Context) -> dict[str, str]:
    """Settings given as flags so far, by name; whoever is asked later in the line wins."""
    flags: dict[str, str] = context.find_root().meta.setdefault(FLAGS, {})
    return flags


def settings_options(command: Command) -> Command:
    """`--set` and its shortcuts; `ivr.cli.common.settings` takes them into account."""
    for flag, (name, metavar, text) in reversed(SHORTCUTS.items()):
        command = click.option(
            f"--{flag}", metavar=metavar, help=text, expose_value=False, callback=_keeper(name)
        )(command)
    return click.option(
        "--set",
        "pairs",
        metavar="NAME=VALUE",
        multiple=True,
        expose_value=False,
        callback=_keep_pairs,
        help="Any setting, such as switch.port=8022; `ivr config show` lists them.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: data for programs instead of a picture for people."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def terminals_language() -> str:
    """The language that whoever sits at this terminal reads, by its locale; English where it is none of
    ours."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    wish = base(locale.replace("_", "-"))
    return next((tag for tag in LANGUAGES if base(tag) == wish), LANGUAGES[0])


def _keeper(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def keep(context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            given(context)[name] = value

    return keep


def _keep_pairs(context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> None:
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.BadParameter(f'"{pair}" is not NAME=VALUE')
        given(context)[name.strip()] = value
