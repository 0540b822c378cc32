"""Writes the reference pages that come from code: settings, commands, errors, nodes. `make docs` runs it.

A test fails when a page is stale, or when something in it has no words.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from error_page import error_page
from node_pages import node_pages
from option_tables import row
from plan_page import plan_page
from settings_page import settings_page
from webhook_page import webhook_page

from ivr.cli import COMMANDS, HIDDEN, cli
from ivr.drawing.style import page_sheet

FOLDER = Path(__file__).parent
STYLE_HEAD = (
    "/* Written by docs/generate.py from ivr/drawing/style.py: change it there, then run `make docs`. */\n\n"
)
HEAD = "<!-- Written by docs/generate.py from the code: change it there, then run `make docs`. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name, and the style sheet of drawings on pages."""
    return {
        "settings.md": settings_page(FOLDER),
        "zh-CN/settings.md": settings_page(FOLDER / "zh-CN", "zh-CN"),
        "cli.md": cli_page(),
        "errors.md": HEAD + error_page(),
        "zh-CN/errors.md": HEAD + error_page("zh-CN"),
        "skill-groups.md": plan_page(FOLDER),
        "webhooks.md": webhook_page(FOLDER),
        **node_pages(FOLDER),
        **{f"zh-CN/{name}": text for name, text in node_pages(FOLDER / "zh-CN", "zh-CN").items()},
        "../ivr/web/browser/style/drawing.css": STYLE_HEAD + page_sheet().replace("}", "}\n"),
    }


# Commands ---------------------------------------------------------------------------------------------


def cli_page() -> str:
    lines = [
        HEAD + "# Commands\n",
        "Data goes to standard output, everything else to standard error; `--json` prints data for"
        " programs.\n",
        "| exit code | means |\n|---|---|",
        "| 0 | ok |\n| 1 | findings, or a failure |\n| 2 | the command line is wrong |",
        "| 69 | FreeSWITCH cannot be reached |\n| 78 | bad configuration |\n| 130 | interrupted |\n",
    ]
    lines.append("| command | |\n|---|---|")
    lines += [
        row(f"[`ivr {name}`](#ivr-{name})", text) for name, text in COMMANDS.items() if name not in HIDDEN
    ]
    lines.append("\nEvery command that reads settings also takes these, as does `ivr` itself:\n")
    lines += parameter_table(option for option in options(cli) if option.name != "version")
    lines.append("")
    context = click.Context(cli, info_name="ivr")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if name not in HIDDEN and command is not None:
            lines += command_sections(command, context, name)
    return "\n".join(lines)


def command_sections(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    """A command, and those below it."""
    context = click.Context(command, parent=parent, info_name=name)
    words = " ".join(
        word for param in command.params if isinstance(param, click.Argument) for word in [argument(param)]
    )
    yield f"{'##' if parent.parent is None else '###'} {context.command_path}\n"
    if not isinstance(command, click.Group):
        yield f"`{context.command_path}{' ' + words if words else ''}`\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    rows = list(parameter_table(own_options(command)))
    if len(rows) > 1:
        yield from rows
        yield ""
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None and not found.hidden:
                yield from command_sections(found, context, inner)


def options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option) and not param.hidden]


def own_options(command: click.Command) -> list[click.Option]:
    """Those that `ivr` itself has not: one called the same (`--version` of a flow) is another."""
    shared = [(option.opts, option.help) for option in options(cli)]
    return [option for option in options(command) if (option.opts, option.help) not in shared]


def parameter_table(shown: Iterable[click.Option]) -> Iterator[str]:
    yield "| option | default | what it does |\n|---|---|---|"
    for option in shown:
        takes = "" if option.is_flag else f" {option.metavar or option.type.name.split()[0].upper()}"
        if isinstance(option.type, click.Choice):
            takes = " " + "/".join(map(str, option.type.choices))
        default = f"`{option.default}`" if option.show_default else ""
        yield row(f"`{option.opts[0]}{takes}`", default, option.help or "")


def argument(param: click.Argument) -> str:
    name = param.metavar or (param.name or "").upper()
    return name if param.required or name.startswith("[") else f"[{name}]"


def main() -> None:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
