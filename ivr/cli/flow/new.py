"""`ivr flow new`: a flow to begin with, and tests that pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import settings_options

if TYPE_CHECKING:
    from ivr.flow.beginning import Beginning


@click.command("new")
@click.argument("name")
@click.option(
    "--from", "starter", metavar="STARTER", help="A copy of this starter flow, with its comments and tests."
)
@click.option(
    "--languages", metavar="TAGS", default="", help="What it speaks, the default first: en-US,zh-CN."
)
@settings_options
def command(name: str, starter: str | None, languages: str) -> None:
    """Begin a flow called NAME: a file in the folder of flows, and one of tests beside it.

    Without --from it greets, tells the opening hours and finds a person. docs/starters.md shows the starter
    flows: agents, bank, clinic, hotline, speak, survey, telecom, vip, voicemail. A copy of one has no numbers
    until you write yours into it, but for feature codes such as *71, which it keeps unless another flow in
    the folder has them; and it keeps the texts of all languages that the starter speaks.
    """
    from ivr.cli import common
    from ivr.flow.beginning import begin

    folder = common.load().settings.flows.dir
    wanted = [tag.strip() for tag in languages.split(",") if tag.strip()]
    taken = _may_be_called(name, folder)
    begun = begin(name, starter or "", wanted, taken)
    files = {folder / "tests" / f"{name}.yaml": begun.tests, folder / f"{name}.yaml": begun.flow}
    _write({path: text for path, text in files.items() if text})
    reached = _reached(begun, taken)
    common.talk().print(_next(name, folder, starter, reached), soft_wrap=True, highlight=False)


def _may_be_called(name: str, folder: Path) -> dict[str, str]:
    """The numbers that flows of the folder have already, each with its flow's file.

    Raises:
        IvoryError: a flow cannot have this name, or another has it.
    """
    from pydantic import TypeAdapter, ValidationError

    from ivr.errors import IvoryError
    from ivr.flow.types import Name
    from ivr.runtime import reading

    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        words = error.errors()[0]["ctx"]
        raise IvoryError(words["message"], hint=words["hint"]) from None
    flows = reading.read(reading.files(folder)).flows if folder.is_dir() else {}
    if (other := flows.get(name)) is not None:
        raise IvoryError(f'{other.file} is called "{name}" already', hint="choose another name")
    return {number: one.file for one in flows.values() for number in one.flow.numbers}


def _reached(begun: Beginning, taken: dict[str, str]) -> str:
    """How callers come to a flow that begins so."""
    said = []
    if lost := begun.lost:
        said.append(f"{taken[lost[0]]} answers {', '.join(lost)} already, so it has not got them.")
    if begun.codes:
        said.append(
            f"Telephones of the house come to it by {', '.join(begun.codes)}: docs/agents-and-supervisors.md"
            " has the dialplan."
        )
    else:
        said.append("Callers come to it by the numbers that you write into `numbers:`.")
    return " ".join(said)


def _write(files: dict[Path, str]) -> None:
    """Write new files, all or none; never over one that is there."""
    from ivr.errors import IvoryError

    for path in files:
        if path.exists():
            raise IvoryError(f"{path} is there already", hint="choose another name, or move it away")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise IvoryError(f"{path} cannot be written: {error.strerror}", hint="look at its rights") from None


def _next(name: str, folder: Path, starter: str | None, reached: str) -> str:
    """What there is now, and what to do with it."""
    from ivr.cli import common
    from ivr.flow import starters

    chosen = "" if common.load().sources["flows.dir"] != "flag" else f" --flows {folder}"
    steps = {
        f"ivr flow run {name}{chosen}": "talk to it",
        f"ivr flow lint{chosen}": "change a sentence, and check it",
        f"ivr flow test {name}{chosen}": "play its tests",
    }
    width = max(map(len, steps))
    said = [
        f"{folder / name}.yaml is yours, and its tests are in {folder / 'tests' / name}.yaml.",
        "",
        *(f"  {step:<{width}}   {what}" for step, what in steps.items()),
        "",
        reached,
    ]
    if starter is None:
        others = ", ".join(starters.names())
        said.append(f"Rather begin with more? `ivr flow new NAME --from STARTER`: {others}.")
    return "\n".join(said)
