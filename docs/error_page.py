"""The page of error codes: tables to find one, and each with its reason, a wrong example and a right one."""

from __future__ import annotations

from collections.abc import Iterator

from option_tables import row

from ivr.flow.explained import Example
from ivr.flow.explained.families import Family, raised
from ivr.testing.explained import entries, families

INTRODUCTION = """\
# Error codes

A message about a flow, or about its tests, names its place, a code, what is wrong and the way out:

```text
flows/support.yaml:7:5 F104 unknown option "promt" for menu; did you mean "prompt"?
```

`ivr flow lint` finds them all at once, and `ivr flow explain F104` says in the terminal what stands here.
Codes stay the same from version to version.
"""
LABELS = {True: "Right:", False: "Wrong:"}
AROUND = {
    "settings": "With these settings:",
    "values": "With these values:",
    "plan": "With this routing plan:",
    "journeys": "Where real calls show these shares of callers for each key:",
}


def error_page() -> str:
    exits = {kind.code: str(kind.exit_code) for kind in raised()}
    lines = [INTRODUCTION]
    for family in families():
        lines.append(f"## {family.title}\n\n{family.about}\n")
        lines += list(_table(family, exits))
        for code, words in sorted(family.codes.items()):
            lines += list(_entry(code, words))
    return "\n".join(lines)


def _table(family: Family, exits: dict[str, str]) -> Iterator[str]:
    """The family at a glance; what is raised has the exit code of the command that ends with it."""
    running = not family.codes.keys() - exits.keys()
    yield row("code", "what went wrong", "exit code") if running else row("code", "what is wrong")
    yield "|---|---|---|" if running else "|---|---|"
    for code, words in sorted(family.codes.items()):
        link = f"[`{code}`](#{code.lower()})"
        yield row(link, words, exits[code]) if running else row(link, words)
    yield ""


def _entry(code: str, words: str) -> Iterator[str]:
    yield f"### {code}\n\n*{words[:1].upper()}{words[1:].rstrip('.')}.*\n"
    label = ""
    for part in entries()[code].parts:
        if isinstance(part, str):
            yield f"{part}\n"
        else:
            title = _title(part)
            if title != label:  # flows that are wrong together stand under one
                yield f"{title}\n"
            label = title
            yield f"```{part.language}\n{part.text}```\n"


def _title(example: Example) -> str:
    return LABELS[example.right] if example.right is not None else AROUND[example.about]
