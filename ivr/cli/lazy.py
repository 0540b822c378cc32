"""A group of commands whose members are modules, each imported only when it is asked for."""

from __future__ import annotations

import importlib
import keyword
from collections.abc import Collection, Mapping
from typing import Any

import click


class Lazy(click.Group):
    """A group of the modules of a package; each holds its command as `command`.

    Args:
        package: where the modules are.
        members: name and summary of each, so that listing them imports none. `a-b` is the module `a_b`,
            `import` the module `import_`.
        hidden: those that are not listed.
    """

    def __init__(
        self,
        *args: Any,
        package: str = "",
        members: Mapping[str, str] | None = None,
        hidden: Collection[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._package, self._members, self._hidden = package, members or {}, hidden

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in self._members if name not in self._hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._members:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"{self._package}.{name}{'_' * keyword.iskeyword(name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._members[name]) for name in self.list_commands(ctx)])
