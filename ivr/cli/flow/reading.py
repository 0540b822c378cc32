"""What the commands about flows share: reading files, and showing what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.errors import Finding, Place
from ivr.i18n import base
from ivr.translations import LANGUAGES

if TYPE_CHECKING:
    from ivr.runtime.reading import Reading

PATHS = click.Path(exists=True, path_type=Path)


def read(paths: list[Path]) -> tuple[Reading, set[Path]]:
    """The flows of `paths` (all there are when empty), and the files that were asked for.

    The files beside them are read, too: a flow may refer to its neighbours."""
    from ivr.cli import common
    from ivr.runtime import people, reading

    settings = common.load().settings
    asked, beside = chosen(paths or [settings.flows.dir])
    known = people.read(settings.acd.plan)
    found = reading.read([*asked, *beside], settings.flows.sounds, settings.http, people=known)
    return found, set(asked)


def chosen(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The flow files that `paths` name, and those beside them. Raises IvoryError for a folder that cannot be
    read."""
    from ivr.runtime import reading

    asked: dict[Path, None] = {}
    for path in paths:
        asked |= dict.fromkeys([path] if path.is_file() else reading.files(path))
    beside = (file for folder in {file.parent for file in asked} for file in sorted(folder.glob("*.yaml")))
    return list(asked), [file for file in dict.fromkeys(beside) if file not in asked]


def found(path: Path) -> Path:
    """The file or folder a word names, which may be a flow by its name. Raises IvoryError: there is none."""
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean

    if path.exists():
        return path
    folder = common.load().settings.flows.dir
    file = folder / f"{path}.yaml"
    if file.is_file():
        return file
    there = [one.stem for one in folder.glob("*.yaml")] if folder.is_dir() else []
    raise IvoryError(f"there is no file and no flow {path}", hint=did_you_mean(str(path), there))


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


def from_row(row: dict[str, Any]) -> Finding:
    """The finding of a row."""
    place = Place(row["file"], row["line"], row["column"])
    return Finding(place, row["code"], row["message"], row["hint"], row["severity"])


def speaker(language: str) -> Callable[[str], str]:
    """How a message is said in a language."""
    if language == LANGUAGES[0]:
        return str
    from ivr.web.wording import say  # not before: it takes longer than a command that finds its answer

    return lambda message: say(message, base(language))


def print_findings(
    findings: Iterable[Finding], files: int, noun: str = "flow", *, language: str = LANGUAGES[0]
) -> None:
    """Show findings to a person, and how many they are in so many flows, or what else `noun` says. What
    stands around them is in a language; they are as they come."""
    # By click, not rich: its import would take half the time of a command that finds its answer in the cache.
    plain = False if os.environ.get("NO_COLOR") else None
    findings, say = list(findings), speaker(language)
    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        hint = click.style(f"{say('; ')}{finding.hint}", dim=True) if finding.hint else ""
        place = click.style(f"{finding.place} ", bold=True)
        code = click.style(f"{finding.code} ", colour, bold=True)
        click.echo(f"{place}{code}{click.style(finding.message, colour)}{hint}", color=plain)
    errors = sum(finding.severity == "error" for finding in findings)
    summary = f"{count(files, noun)}: {count(errors, 'error')}, {count(len(findings) - errors, 'warning')}"
    click.secho(say(summary), fg="red" if errors else "green", err=True, color=plain)


def count(number: int, noun: str) -> str:
    """`no errors`, `1 error`, `2 errors`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
