"""What the commands about flows share: reading files, and showing what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.errors import Finding
    from ivr.runtime.reading import Reading

PATHS = click.Path(exists=True, path_type=Path)


def read(paths: list[Path]) -> tuple[Reading, set[Path]]:
    """The flows of `paths` (all there are when empty), and the files that were asked for.

    The files beside them are read, too: a flow may refer to its neighbours."""
    from ivr.cli import common
    from ivr.runtime import reading

    flows = common.load().settings.flows
    asked: list[Path] = []
    for path in paths or [flows.dir]:
        asked += [path] if path.is_file() else reading.files(path)
    beside = [file for folder in {file.parent for file in asked} for file in sorted(folder.glob("*.yaml"))]
    return reading.read(list(dict.fromkeys([*asked, *beside])), flows.sounds), set(asked)


def row(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
    }


def print_findings(findings: list[Finding], files: int) -> None:
    """Show findings to a person, and how many they are."""
    from rich.text import Text

    from ivr.cli import common

    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        line = Text.assemble(
            (f"{finding.place} ", "bold"), (f"{finding.code} ", f"bold {colour}"), (finding.message, colour)
        )
        if finding.hint:
            line.append(f"; {finding.hint}", "dim")
        common.out().print(line, soft_wrap=True)
    errors = sum(finding.severity == "error" for finding in findings)
    summary = (
        f"{_count(files, 'flow')}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
    )
    common.talk().print(summary, style="red" if errors else "green")


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
