"""`ivr flow import`: flows from what another system was told, and a list of what is not in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.flow.reading import PATHS, print_findings, row
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.errors import Finding
    from ivr.importers.base import Imported, Importer
    from ivr.settings import Http

_HEADINGS = {
    "taken": "Taken, as the files do not say it outright:",
    "lost": "Not carried over; a comment stands at the place in the flow:",
    "differs": "Carried over, but not the same:",
    "sound": "Recordings that were not found; their names are spoken instead:",
}


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PATHS)
@click.option("--from", "system", metavar="SYSTEM", help="What they are of; else the files tell.")
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the flows.",
)
@click.option(
    "--language",
    default="",
    metavar="TAG",
    help="The callers' language, as en-US; else guessed from the files, and told.",
)
@click.option(
    "--sounds",
    "recordings",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the recordings that the files name.",
)
@click.option("--force", is_flag=True, help="Write over flows and recordings that are there.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print the flows.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    system: str | None,
    folder: Path | None,
    language: str,
    recordings: tuple[Path, ...],
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make flows of another system's menus: PATH is a file, or a folder of them.

    From FreeSWITCH: files of ivr_menus/, ivr.conf.xml, or the whole configuration folder. Recordings that
    are found are copied into the folder of sounds. What could not be carried over is listed with its place.
    Exit code 1 when a flow that was made has errors.
    """
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.i18n import is_tag
    from ivr.importers.base import Wishes

    settings = common.load().settings
    flows = settings.flows
    folder = folder or flows.dir
    if language and not is_tag(language):
        raise IvoryError(f'"{language}" is not a language', hint="write en-US or zh-CN")
    imported = _importer(system, paths).read(paths, Wishes(language, (*recordings, flows.sounds.absolute())))
    files = {folder / f"{draft.id}.yaml": draft.text for draft in imported.flows}
    findings = _check(files, imported, flows.sounds, settings.http)
    if not dry_run:
        _write(files, imported, flows.sounds, force)
    if as_json:
        common.print_json(_report(files, imported, findings, flows.sounds))
    else:
        if dry_run:
            for text in files.values():
                click.echo(text)
        _tell(imported)
        print_findings(findings, len(files))
        for file in () if dry_run else files:
            common.talk().print(f"wrote {file}", style="green", markup=False, soft_wrap=True)
    if any(finding.severity == "error" for finding in findings):
        context.exit(1)


def _importer(system: str | None, paths: Sequence[Path]) -> Importer:
    """The importer that is asked for, or the first that recognises every path. Raises IvoryError."""
    from ivr import registry
    from ivr.errors import IvoryError
    from ivr.importers.base import GROUP

    if system is not None:
        chosen: type[Importer] = registry.load(GROUP, system)
        return chosen()
    importers: list[Importer] = [kind() for kind in registry.load_all(GROUP).values()]
    for importer in importers:
        if all(importer.recognises(path) for path in paths):
            return importer
    known = "; ".join(importer.summary for importer in importers)
    raise IvoryError(f"nothing here knows what {paths[0]} is", hint=f"what can be read: {known}")


def _check(files: Mapping[Path, str], imported: Imported, sounds: Path, http: Http) -> list[Finding]:
    """What lint says of the flows, as if they and their recordings were written."""
    from ivr import registry
    from ivr.errors import FlowError
    from ivr.flow import lint, loader

    types = registry.load_all("ivr.nodes")
    brought = {sound.name for sound in imported.sounds}
    sources: dict[str, lint.Source] = {}
    findings: list[Finding] = []
    for file, text in files.items():
        try:
            sources[str(file)] = lint.Source(*loader.load(text, str(file), types))
        except FlowError as error:
            findings += error.findings

    def has_sound(name: str) -> bool:
        return name in brought or (sounds / name).is_file()

    return [*findings, *lint.lint(sources, has_sound, http=http)]


def _write(files: Mapping[Path, str], imported: Imported, sounds: Path, force: bool) -> None:
    """Write recordings, then flows. Raises IvoryError, before anything is written, when one is there."""
    import filecmp
    import shutil

    from ivr.errors import IvoryError

    copies = [
        (sound.source, target)
        for sound in imported.sounds
        if not (
            (target := sounds / sound.name).is_file() and filecmp.cmp(sound.source, target, shallow=False)
        )
    ]
    there = [path for path in (*files, *(target for _, target in copies)) if path.exists()]
    if there and not force:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise IvoryError(
            f"{there[0]} is there already{more}", hint="write over it with --force, or elsewhere with --to"
        )
    try:
        for source, target in copies:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise IvoryError(f"{error.filename} cannot be written: {error.strerror}") from None


def _tell(imported: Imported) -> None:
    """What is not as it was, for a person."""
    from rich.text import Text

    from ivr.cli import common

    for kind, heading in _HEADINGS.items():
        notes = [note for note in imported.notes if note.kind == kind]
        if notes:
            common.talk().print(heading, style="bold")
        for note in notes:
            line = Text.assemble("  ", (f"{note.place.file}:{note.place.line} ", "bold"), note.message)
            if note.hint:
                line.append(f"; {note.hint}", "dim")
            common.talk().print(line, soft_wrap=True)


def _report(
    files: Mapping[Path, str], imported: Imported, findings: list[Finding], sounds: Path
) -> dict[str, object]:
    return {
        "flows": [
            {"id": draft.id, "file": str(file), "text": draft.text}
            for draft, file in zip(imported.flows, files, strict=True)
        ],
        "notes": [
            {
                "file": note.place.file,
                "line": note.place.line,
                "kind": note.kind,
                "message": note.message,
                "hint": note.hint,
            }
            for note in imported.notes
        ],
        "sounds": [
            {"name": sound.name, "source": str(sound.source), "file": str(sounds / sound.name)}
            for sound in imported.sounds
        ],
        "findings": [row(finding) for finding in findings],
    }
