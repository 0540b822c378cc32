"""Values on the command line, as `NAME=VALUE`: JSON where it reads as that, else the text itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click


def value(text: str) -> Any:
    """`12` is a number, `"12"` and `Li` are texts, `true`, `null` and `[1, 2]` what they are in JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def pairs(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """Of several `NAME=VALUE` a mapping. Raises BadParameter for what is none."""
    found = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not (name and equals):
            raise click.BadParameter(f'"{one}" is not NAME=VALUE', context, parameter)
        found[name] = value(text)
    return found


def _json(_context: click.Context, _parameter: click.Parameter, given: str | None) -> Any:
    return None if given is None else value(given)


def pairs_option(flag: str, name: str, help: str) -> Callable[[Any], Any]:
    """An option that may be given several times."""
    return click.option(flag, name, multiple=True, metavar="NAME=VALUE", callback=pairs, help=help)


def pairs_argument(name: str) -> Callable[[Any], Any]:
    """One or more of them, as arguments."""
    return click.argument(name, nargs=-1, required=True, metavar="NAME=VALUE…", callback=pairs)


def value_option(flag: str, name: str, help: str) -> Callable[[Any], Any]:
    """An option whose value is JSON, or a text."""
    return click.option(flag, name, metavar="JSON", callback=_json, help=help)
