"""`ivr flow lint`: every mistake, with its place and the way out."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.flow.reading import chosen, count, found, from_row, print_findings, row, speaker
from ivr.cli.options import given, settings_options, terminals_language
from ivr.translations import LANGUAGES

if TYPE_CHECKING:
    from ivr.cli.flow.cache import Cache
    from ivr.flow.checks import Popular
    from ivr.runtime.reading import Flows

FORMATS = ("text", "json", "github")


@click.command("lint")
@click.argument("paths", metavar="[FLOW|PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a pull request on GitHub.",
)
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of the findings; else the terminal's for people, and English for programs.",
)
@click.option("--fix", is_flag=True, help="Repair what has one safe way to be repaired, then check.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--journeys",
    "since",
    metavar="[SINCE]",
    is_flag=False,
    flag_value="30d",
    help="Look at what callers chose since then, too: 7d, today, 2026-11-23; the last 30 days when left out.",
)
@click.option("--no-cache", is_flag=True, help="Check anew what has not changed, too.")
@settings_options
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    form: str,
    language: str | None,
    fix: bool,
    diff: bool,
    since: str | None,
    no_cache: bool,
) -> None:
    """Check flows: by name, files, folders of them, or all of the setting flows.dir.

    Each finding names its file, line and column, what is wrong, and the way out. Exit code 1 when there is an
    error, or a difference to show; warnings tell what callers will dislike.
    """
    paths = tuple(map(found, paths))
    if diff:
        context.exit(1 if _differ(paths) else 0)
    if fix:
        _fix(paths)
    from ivr.cli.flow.cache import Cache

    cache = Cache([*map(str, paths), "--", *map(str, sorted(given(context).items()))])
    answer = None if no_cache or since else cache.recall()
    if answer is None:
        with _no_collection():
            answer = _answer(paths, None if since else cache, _popular(since) if since else None)
    language = language or (terminals_language() if form == "text" else LANGUAGES[0])
    say = speaker(language)
    findings = [
        replace(each, message=say(each.message), hint=say(each.hint))
        for each in map(from_row, answer["findings"])
    ]
    if form == "json":
        click.echo(json.dumps([row(finding) for finding in findings], ensure_ascii=False, indent=2))
    elif form == "github":
        from ivr.cli.flow.annotations import annotation

        for finding in findings:
            click.echo(annotation(finding))
    else:
        print_findings(findings, answer["files"], language=language)
    if any(finding.severity == "error" for finding in findings):
        context.exit(1)


def _differ(paths: tuple[Path, ...]) -> bool:
    """Show what would be repaired; whether anything would."""
    from ivr.cli import common
    from ivr.cli.flow.fixing import fixed

    settings = common.load().settings
    changed = False
    for file in fixed(*chosen(paths or (settings.flows.dir,)), settings):
        if file.changed:
            click.echo(file.diff(), nl=False)
        changed = changed or file.changed
    return changed


def _fix(paths: tuple[Path, ...]) -> None:
    """Repair what can be repaired, and say what was."""
    from ivr.cli import common
    from ivr.cli.flow.fixing import fixed

    settings = common.load().settings
    for file in fixed(*chosen(paths or (settings.flows.dir,)), settings):
        if file.changed:
            file.write()
            click.echo(f"{file.file}: {count(len(file.repair.repaired), 'finding')} repaired", err=True)
        for finding in file.repair.refused:
            click.echo(f"{finding.place} {finding.code} left as it is: repairing it brings others", err=True)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A quarter of the time would go into looking for garbage, of which there is none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _popular(since: str) -> Callable[[Flows], Popular]:
    """How to find out what callers chose. Raises click.BadParameter for what is no moment."""
    from ivr.cli.calls import Moment
    from ivr.cli.flow.wishes import wishes

    try:
        moment = Moment().convert(since, None, None)
    except click.BadParameter as error:
        more = f"; write --journeys behind {since}, or --journeys=30d" if Path(since).exists() else ""
        raise click.BadParameter(f"{error.message}{more}", param_hint="--journeys") from None
    return lambda flows: wishes(flows, moment)


def _answer(
    paths: tuple[Path, ...], cache: Cache | None, popular: Callable[[Flows], Popular] | None
) -> dict[str, Any]:
    """The findings as rows, and how many files were asked about; kept for the next time, if there is a
    cache."""
    from ivr import forks
    from ivr.cli import common
    from ivr.cli.flow.cache import Looked
    from ivr.runtime import people, reading

    before = Looked.at(cache.settings if cache else [], [])
    settings = common.load().settings
    named = paths or (settings.flows.dir,)
    asked, beside = chosen(named)
    folders = {*(path for path in named if path.is_dir()), *(file.parent for file in asked)}
    if cache:
        before |= Looked.at(map(str, [*asked, *beside, settings.acd.plan]), map(str, folders))
    known = people.read(settings.acd.plan)
    files = [*asked, *beside]
    read = reading.read(files, settings.flows.sounds, settings.http, popular, forks.cores(), known)
    mine = set(asked)
    rows = [row(finding) for finding in read.findings if Path(finding.place.file) in mine]
    answer = {"findings": rows, "files": len(asked)}
    if cache:
        sounds = {str(settings.flows.sounds / name): there for name, there in read.sounds.items()}
        cache.keep(answer, before, sounds)
    return answer
