"""What commands share: their settings, and how they speak. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from ivr import log, settings
from ivr.cli.options import given

WIDE = 200  # columns of output that goes into a file or a pipe, where nothing should be cut

if TYPE_CHECKING:
    from ivr.store.database import Store


def load() -> settings.Loaded:
    """The settings, with the flags of this command line. Raises SettingsError."""
    return settings.load(given(click.get_current_context()))


def configure_log(loaded: settings.Loaded, usual: str = "") -> None:
    """Set logging up; a command that speaks for itself logs from `usual` up, unless a level was chosen."""
    chosen = loaded.sources["log.level"] != "default"
    options = loaded.settings.log
    log.configure(options.level if chosen or not usual else usual, options.format, options.numbers)


@cache
def out() -> Console:
    """The console for data."""
    return _console(stderr=False)


@cache
def talk() -> Console:
    """The console for everything else."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def store() -> Store:
    """The database of this command line's settings, brought up to date. Raises StoreError."""
    from ivr.store.schema import open_current

    return open_current(load().settings.store.url, patience=5.0)


def print_json(value: Any, *, line: bool = False) -> None:
    """Print a value as JSON; `line`: in one line, for streams."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=None if line else 2, default=_plain))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
