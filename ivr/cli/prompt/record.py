"""`ivr prompt record`: a person's voice for sentences, instead of an engine's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.speech.takes import Takes

SOUNDS = (".wav", ".flac", ".aif", ".aiff", ".ogg", ".mp3")


@dataclass
class Outcome:
    """What became of one file, or of one sentence that is given up: `taken`, `refused`, `removed`."""

    source: str
    result: str
    language: str = ""
    text: str = ""
    seconds: float | None = None
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@click.command("record")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--text", metavar="SENTENCE", default="", help="What is said in FILE.")
@click.option("--language", metavar="TAG", default="", help="The language of the sentence: zh-CN.")
@click.option("--replace", is_flag=True, help="Take it even where there is a recording already.")
@click.option("--force", is_flag=True, help="Take it even when it is clipped, or of an odd length.")
@click.option("--remove", is_flag=True, help="Give up the recording of --text in --language.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context,
    path: Path | None,
    text: str,
    language: str,
    replace: bool,
    force: bool,
    remove: bool,
    as_json: bool,
) -> None:
    """Take in a recording of a sentence: a FILE with --text and --language, or a FOLDER from a studio whose
    files have the names of `ivr prompt list --csv`.

    A recording is looked at (level, clipping, noise, length), freed of silence at its ends, made as loud as
    all prompts are, stored at 8 kHz in the folder `speech.recorded`, and entered there in `index.csv`. A
    worker that runs plays it within seconds. Exit code 1 when something was not taken.
    """
    from ivr.cli import common
    from ivr.speech.takes import Takes

    folder = path is not None and path.is_dir()
    if remove == (path is not None):
        raise click.UsageError("Give a FILE or a FOLDER, or --remove.")
    if folder and text:
        raise click.UsageError("--text is for one file; in a folder the names of the files tell.")
    if not folder and not (text and language):
        raise click.UsageError("Give --text and --language.")
    takes = Takes(common.load().settings.speech.recorded)
    if path is None:
        outcomes = [Outcome(takes.remove(text, language).file, "removed", language, text)]
    elif folder:
        outcomes = _take_folder(takes, path, language, replace, force)
    else:
        outcomes = [_take(takes, path, language, text, replace, force)]
    if as_json:
        common.print_json([asdict(each) for each in outcomes])
    else:
        _print(outcomes)
    if not outcomes or any(each.result == "refused" for each in outcomes):
        context.exit(1)


def _take_folder(takes: Takes, folder: Path, language: str, replace: bool, force: bool) -> list[Outcome]:
    """Take every sound file of a folder and below. Names tell the sentence: in capitals or not, of any
    format."""
    from ivr.errors import IvoryError

    known = _known()
    outcomes = []
    for file in sorted(each for each in folder.rglob("*") if each.suffix.lower() in SOUNDS):
        tag, text = known.get(file.stem.lower(), ("", ""))
        if not tag:
            fault = "no sentence of the flows has this name; see `ivr prompt list --csv`"
            outcomes.append(Outcome(str(file), "refused", faults=[fault]))
        elif language in ("", tag):
            outcomes.append(_take(takes, file, tag, text, replace, force))
    if not outcomes:
        raise IvoryError(
            f"there is no sound file in {folder}", hint=f"their names end in {', '.join(SOUNDS)}"
        )
    return outcomes


def _known() -> Mapping[str, tuple[str, str]]:
    """The sentences of all flows by the names that their files have, without the ending."""
    from ivr.cli.prompt.sentences import chain, flows
    from ivr.speech.recorded import file_name
    from ivr.speech.sentences import sentences

    names = {}
    for each in sentences(flows(()), chain()):
        language, text = each.speech.language, each.speech.text
        if each.recording:
            for name in (each.recording, file_name(language, text)):
                names[Path(name).stem.lower()] = language, text
    return names


def _take(takes: Takes, file: Path, language: str, text: str, replace: bool, force: bool) -> Outcome:
    from ivr.errors import SpeechError
    from ivr.flow.phrases import estimate_seconds
    from ivr.i18n import is_tag
    from ivr.speech.recorded import folded
    from ivr.speech.studio import take

    outcome = Outcome(str(file), "refused", language, text)
    try:
        if not is_tag(language):
            raise click.UsageError(f'"{language}" is not a language such as zh-CN.')
        if not folded(text):
            raise click.UsageError("--text has no words in it.")
        there = takes.find(text, language)
        if there and not replace:
            outcome.faults = [f"there is a recording of it already, {there.file}; --replace takes this one"]
            return outcome
        taken = take(file, estimate_seconds(text, language))
        outcome.seconds, outcome.remarks = taken.seconds, list(taken.remarks)
        outcome.faults = list(taken.faults)
        if taken.faults and not force:
            return outcome
        takes.accept(taken, text, language)
    except SpeechError as error:
        outcome.faults = [f"{error.message}; {error.hint}" if error.hint else error.message]
        return outcome
    outcome.result = "taken"
    return outcome


def _print(outcomes: list[Outcome]) -> None:
    from ivr.cli import common

    colours = {"taken": "green", "removed": "green", "refused": "red"}
    for each in outcomes:
        said = f" {each.language} {each.text}" if each.language else ""
        length = f" ({each.seconds:.1f} s)" if each.seconds is not None else ""
        common.out().print(f"[{colours[each.result]}]{each.result:<8}[/]", end="")
        common.out().print(f"{each.source}{said}{length}", markup=False, soft_wrap=True)
        for words in (*each.faults, *each.remarks):
            common.out().print(f"         {words}", markup=False, soft_wrap=True)
