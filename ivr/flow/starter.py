"""A flow copied under another name, with its comments.

The copy is the text itself, changed at the few places that its YAML's marks tell: a file that went through a
dumper would have lost what teaches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ivr.errors import IvoryError
from ivr.flow import yaml
from ivr.registry import did_you_mean

NUMBERS = '# what callers dial: ["4001234567"]'
_SCALAR = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s#{\[][^#\n]*?(?=\s*(?:\s#|$))")
_WHOLE = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")


def feature_codes(text: str, file: str) -> list[str]:
    """Those of a flow's numbers that are dialled within a house only, as `*71`. Raises FlowError."""
    return [
        number for number in map(str, yaml.parse(text, file).data.get("numbers") or ()) if number[:1] in "*#"
    ]


def renamed(
    text: str, file: str, name: str, languages: Sequence[str] = (), numbers: Sequence[str] = ()
) -> str:
    """A flow's text as a flow called `name`: with that title, with `numbers`, and `languages` first.

    Languages that the flow speaks beside those stay behind them, with all their texts.

    Raises:
        FlowError: the text is no YAML.
        IvoryError: a language the flow does not speak.
    """
    document = yaml.parse(text, file)
    old = str(document.data["id"])
    values = {"id": name, "title": name.replace("_", " ")}
    if "numbers" in document.data:
        values["numbers"] = json.dumps(list(numbers))
    if languages:
        values["languages"] = f"[{', '.join(_in_order(document.data, languages, old))}]"
    lines = text.splitlines(keepends=True)
    for option, value in values.items():
        place = document.place((option,))
        lines[place.line - 1] = _replaced(lines[place.line - 1], place.column - 1, value)
        if option == "numbers" and not numbers and "#" not in lines[place.line - 1]:
            lines[place.line - 1] = f"{lines[place.line - 1].rstrip()}           {NUMBERS}\n"
    return "".join(line for raw in lines if (line := _comment(raw, old, name)))


def retested(text: str, file: str, name: str) -> str:
    """The text of a flow's tests as the tests of its copy called `name`. Raises FlowError."""
    document = yaml.parse(text, file)
    old, place = str(document.data["flow"]), document.place(("flow",))
    lines = text.splitlines(keepends=True)
    lines[place.line - 1] = _replaced(lines[place.line - 1], place.column - 1, name)
    return "".join(line for raw in lines if (line := _comment(raw, old, name)))


def _in_order(flow: dict[str, object], wanted: Sequence[str], name: str) -> list[str]:
    spoken = flow.get("languages", ["zh-CN"])
    spoken = [spoken] if isinstance(spoken, str) else list(spoken)  # type: ignore[call-overload]
    for language in wanted:
        if language not in spoken:
            raise IvoryError(f'{name} does not speak "{language}"', hint=did_you_mean(language, spoken))
    return list(dict.fromkeys([*wanted, *spoken]))


def _replaced(line: str, column: int, value: str) -> str:
    """A line with another value at `column`, where the old one begins and ends, too."""
    found = _WHOLE.match(line, column) or _SCALAR.match(line, column)
    if found is None:
        raise IvoryError(f"“{line.strip()}” runs over several lines", hint="write it on one")
    return line[:column] + value + line[found.end() :]


def _comment(line: str, old: str, new: str) -> str:
    """A comment that names the flow names its copy; one about copying it goes."""
    if not line.lstrip().startswith("#"):
        return line
    if "ivr flow new" in line:
        return ""
    line = re.sub(
        rf"(ivr flow \w+ ){old}\b((?: --\w+ [^\s-]\S*)*)( *)", lambda found: _aligned(found, new), line
    )
    return re.sub(rf"(tests/|flow: |flows/){old}\b", rf"\g<1>{new}", line)


def _aligned(found: re.Match[str], new: str) -> str:
    """The command with another name; what stands in a column behind it stays there, if there is room."""
    command = found[1] + new + found[2]
    if len(found[3]) < 2:
        return command + found[3]
    return command.ljust(max(len(found[0]), len(command) + 2))
