"""`ivr config`: what each setting is, and where its value comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ivr.cli.options import json_option, settings_options
from ivr.store.url import HIDDEN, masked


@click.group("config")
def command() -> None:
    """The settings, and where each value comes from."""


@command.command()
@click.argument("prefix", default="")
@json_option
@settings_options
def show(prefix: str, as_json: bool) -> None:
    """List the settings, or those whose name begins with PREFIX. Secrets are never shown."""
    from ivr import settings
    from ivr.cli import common

    loaded = common.load()
    rows = [
        {
            "name": entry.name,
            "value": shown(_value(loaded.settings, entry.name), entry.secret),
            "source": loaded.sources[entry.name],
            "default": shown(entry.default, entry.secret),
            "help": entry.help,
        }
        for entry in settings.table()
        if entry.name.startswith(prefix)
    ]
    if as_json:
        common.print_json(rows)
    else:
        _print(rows)


@command.command()
@settings_options
def path() -> None:
    """List the files that settings are read from, strongest first."""
    from ivr import settings
    from ivr.cli import common

    for file in settings.usual_files():
        common.out().print(f"{file.absolute()}{'' if file.is_file() else '  (not there)'}", soft_wrap=True)


def shown(value: Any, secret: bool) -> Any:
    """A setting's value for people and JSON: a secret, and a password within a URL, without itself."""
    if secret:
        return HIDDEN
    if isinstance(value, dict):
        return {str(key): shown(inner, False) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown(inner, False) for inner in value]
    if isinstance(value, str | Path):
        return masked(str(value))
    return value


def _value(holder: Any, name: str) -> Any:
    for part in name.split("."):
        holder = getattr(holder, part)
    return holder


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("setting", style="cyan", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", overflow="fold")
    table.add_column("default", style="dim", overflow="fold")
    table.add_column("what it does", style="dim")
    for row in rows:
        own = row["source"] != "default"
        table.add_row(
            row["name"],
            Text(_words(row["value"]), style="bold" if own else ""),
            Text(row["source"], style="" if own else "dim"),
            Text(_words(row["default"]) if own else ""),
            Text(row["help"]),
        )
    common.out().print(table)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {inner}" for key, inner in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
