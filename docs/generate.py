"""Writes the reference pages that come from code: settings, commands and nodes. `make docs` runs it.

A test fails when a page is stale, or when something in it has no words.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ivr import registry, settings
from ivr.cli import COMMANDS, HIDDEN, cli
from ivr.errors import ExpressionError, FlowError, IvoryError
from ivr.flow import codes, expressions, lint, prompts, template, yaml
from ivr.flow import types as kinds
from ivr.flow.model import Node

FOLDER = Path(__file__).parent
HEAD = "<!-- Written by docs/generate.py from the code: change it there, then run `make docs`. -->\n\n"

KINDS: tuple[tuple[Any, str], ...] = (
    (kinds.Duration, "duration"),
    (kinds.KeyName, "key"),
    (kinds.KeySequence, "keys"),
    (kinds.VariableName, "variable"),
    (kinds.NodeName, "node"),
    (kinds.Name, "name"),
    (kinds.Expr, "expression"),
    (kinds.Text, "text"),
    (kinds.To, "target"),
    (prompts.Prompt, "prompt"),
    (prompts.Reprompt, "prompt for each time"),
    (bool, "true or false"),
    (int, "number"),
    (float, "number"),
    (str, "text"),
    (Any, "any value"),
)
"""What the reference calls the types of options."""


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "settings.md": settings_page(),
        "cli.md": cli_page(),
        "nodes.md": nodes_page(),
        "errors.md": errors_page(),
    }


# Errors -----------------------------------------------------------------------------------------------

FAMILIES = (
    ("Files", "What is wrong with the YAML, before anything in it is looked at.", yaml.CODES),
    ("Options", "What is wrong with one option, judged by itself.", codes.CODES),
    ("Meaning", "What names refer to, and where a flow leads.", lint.CODES),
    ("Expressions", "In `when:`, `set`, `save` and between `{{` and `}}`.", expressions.CODES),
    ("Texts", "In texts with `{{ }}`.", template.CODES),
)


def errors_page() -> str:
    lines = [
        HEAD + "# Error codes\n",
        "A message about a flow names its place, a code, what is wrong and the way out:\n",
        "```text\nflows/support.yaml:7:5 F104"
        ' unknown option "max_tires" for menu; did you mean "max_tries"?\n```\n',
        "`ivr flow lint` finds them all at once. Codes stay the same from version to version.\n",
    ]
    for title, about, family in FAMILIES:
        lines.append(f"## {title}\n\n{about}\n\n| code | what is wrong |\n|---|---|")
        lines += [row(f"`{code}`", meaning) for code, meaning in sorted(family.items())]
        lines.append("")
    lines.append("## While running\n\nThe exit code is what a command returns that ends with the error.\n")
    lines.append("| code | what went wrong | exit code |\n|---|---|---|")
    for kind in sorted(error_kinds(IvoryError), key=lambda kind: kind.code):
        about = (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")
        lines.append(row(f"`{kind.code}`", about, str(kind.exit_code)))
    lines.append("")
    return "\n".join(lines)


def error_kinds(kind: type[IvoryError]) -> list[type[IvoryError]]:
    """An error and all below it that have a code of their own, in the order of the tree."""
    kinds_below = [kind] if kind not in (FlowError, ExpressionError) else []
    for below in kind.__subclasses__():
        if below.__module__ == kind.__module__:
            kinds_below += error_kinds(below)
    return kinds_below


# Settings ---------------------------------------------------------------------------------------------


def settings_page() -> str:
    lines = [
        HEAD + "# Settings\n",
        "A value is looked for in this order: command-line flag (`--set switch.port=8022`), environment,"
        " `ivr.yaml` in the present folder, `ivr.yaml` in the user's configuration folder (`ivr config path`"
        " says where), and the default. `ivr config show` prints each value with where it came from.\n",
        "In the environment, `switch.port` is `IVR_SWITCH_PORT`; `IVR_SWITCH_PORT_FILE` names a file that"
        " holds the value, for secrets. Lists and mappings are written on one line there: `+86, +852`, or"
        " `{crm: http://crm/}`. In the file they are YAML:\n",
        "```yaml\nswitch: {host: 10.0.0.5}\nhttp:\n  services: {crm: https://crm.example/api}\n```\n",
    ]
    for section, field in settings.Settings.model_fields.items():
        lines.append(f"## {section}\n\n{prose(type(field.default))}\n")
        lines.append("| setting | default | what it does |\n|---|---|---|")
        for entry in settings.table():
            if entry.name.startswith(f"{section}."):
                lines.append(row(f"`{entry.name}`", default_of(entry), entry.help))
        lines.append("")
    return "\n".join(lines)


def default_of(entry: settings.Entry) -> str:
    """A default as it is the same on every machine."""
    if entry.secret:
        return "FreeSWITCH's own"
    text = str(entry.default) if entry.default not in ([], {}, "") else ""
    for folder, name in ((settings.DATA, "DATA"), (settings.CACHE, "CACHE")):
        text = text.replace(str(folder), f"‹{name}›")
    return f"`{text}`" if text else "none"


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
    lines += parameter_table(cli, leave_out=["version"])
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
    rows = list(parameter_table(command, leave_out={param.name for param in cli.params}))
    if len(rows) > 1:
        yield from rows
        yield ""
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None and not found.hidden:
                yield from command_sections(found, context, inner)


def parameter_table(command: click.Command, leave_out: Collection[str | None] = ()) -> Iterator[str]:
    """The options of a command."""
    yield "| option | default | what it does |\n|---|---|---|"
    for param in command.params:
        if isinstance(param, click.Option) and param.name not in leave_out and not param.hidden:
            takes = "" if param.is_flag else f" {param.metavar or param.type.name.split()[0].upper()}"
            if isinstance(param.type, click.Choice):
                takes = " " + "/".join(map(str, param.type.choices))
            shown = f"`{param.default}`" if param.show_default else ""
            yield row(f"`{param.opts[0]}{takes}`", shown, param.help or "")


def argument(param: click.Argument) -> str:
    name = param.metavar or (param.name or "").upper()
    return name if param.required or name.startswith("[") else f"[{name}]"


# Nodes ------------------------------------------------------------------------------------------------


def nodes_page() -> str:
    members: Mapping[str, type[Node]] = registry.load_all("ivr.nodes")
    links = " · ".join(f"[`{name}`](#{name})" for name in members)
    lines = [
        HEAD + "# Nodes\n",
        "What each kind of node does, and its options. [The flow language](flow-language.md) tells how they"
        " play together.\n",
        f"{links}\n",
        "## Every node\n",
        *option_table(Node, own=False),
        "",
    ]
    for name, node in members.items():
        lines += node_section(name, node)
    return "\n".join(lines)


def node_section(name: str, node: type[Node]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{prose(node)}\n"
    yield from option_table(node)
    yield ""
    if outcomes := ", ".join(f"`{outcome}`" for outcome in node.own_outcomes):
        yield f"Outcomes, beside `next` and `error`: {outcomes}.\n"
    for inner in nested(node):
        yield f"**{title_of(inner)}**: {prose(inner)}\n"
        yield from option_table(inner)
        yield ""


def option_table(model: type[BaseModel], *, own: bool = True) -> Iterator[str]:
    hints = get_type_hints(model, include_extras=True)
    yield "| option | value | default | what it does |\n|---|---|---|---|"
    for name, field in options(model, own=own):
        shown = "needed" if field.is_required() else written(hints[name], field.default)
        yield row(f"`{field.alias or name}`", value(hints[name]), shown, field.description or "")


def options(model: type[BaseModel], *, own: bool = True) -> Iterator[tuple[str, FieldInfo]]:
    """The options of a model; for a node, without those that every node has."""
    for name, field in model.model_fields.items():
        if not (own and issubclass(model, Node) and name in Node.model_fields):
            yield name, field


def nested(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """The models that options of a model hold, at any depth; prompts have a page of their own."""
    seen = seen if seen is not None else set()
    hints = get_type_hints(model, include_extras=True)
    for name, _ in options(model):
        for inner in models_in(hints[name]):
            if inner not in seen:
                seen.add(inner)
                yield inner
                yield from nested(inner, seen)


def models_in(hint: Any) -> Iterator[type[BaseModel]]:
    if known(hint):
        return
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for inner in get_args(hint):
        yield from models_in(inner)


def known(hint: Any) -> str:
    """The word for a type of option; bounds do not make it another."""
    return next((name for kind, name in KINDS if hint is kind or hint == kind or bounded(hint, kind)), "")


def bounded(hint: Any, kind: Any) -> bool:
    """Whether `hint` is `kind` with bounds, as in `Annotated[Duration, Field(ge=1)]`."""
    if get_origin(hint) is not Annotated or get_origin(kind) is not Annotated:
        return False
    of_kind = get_args(kind)[1:]
    return get_args(hint)[0] == get_args(kind)[0] and get_args(hint)[1 : len(of_kind) + 1] == of_kind


def value(hint: Any) -> str:
    """What an option takes, in words."""
    if name := known(hint):
        return name
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return value(inner[0])
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(value(one) for one in inner if one is not type(None)))
    if origin is dict:
        return f"{value(inner[1])} by {value(inner[0])}"
    if origin in (tuple, list):
        return f"list of {value(inner[0])}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"{title_of(hint)} (below)"
    return getattr(hint, "__name__", str(hint)).lower()


def written(hint: Any, default: Any) -> str:
    """A default as a designer would write it."""
    if default is None or default is PydanticUndefined or default in ((), {}, ""):
        return ""
    if isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, float) and "duration" in value(hint):
        return f"`{default:g}s`"
    return f"`{default}`"


# Words ------------------------------------------------------------------------------------------------


def prose(thing: type) -> str:
    """A class's own docstring as one paragraph."""
    return " ".join((thing.__doc__ or "").split())


def title_of(model: type[BaseModel]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
