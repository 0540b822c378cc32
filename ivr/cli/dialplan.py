"""`ivr dialplan`: hand a FreeSWITCH's callers to Ivory, and take them back."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.dialplan.change import Change
    from ivr.dialplan.note import Note

_conf = click.option(
    "--conf",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="FreeSWITCH's configuration: the folder of freeswitch.xml.",
)
_dry_run = click.option("--dry-run", is_flag=True, help="Only show what would change.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")
_reload = click.option("--reload", is_flag=True, help="Let FreeSWITCH read it, by the event socket.")


@click.group("dialplan")
def command() -> None:
    """Hand a FreeSWITCH's callers to Ivory, and take them back."""


@command.command()
@_conf
@click.option(
    "--context", default="public", show_default=True, help="The context that your callers arrive in."
)
@click.option(
    "--number",
    "numbers",
    multiple=True,
    metavar="NUMBER",
    help="A number that is Ivory's: 95598, +861095598 or /9559[0-9]/; when left out, those of the flows.",
)
@click.option(
    "--flow",
    default="by_number",
    show_default=True,
    help="The flow that answers; by_number: the one that lists the number.",
)
@click.option(
    "--fallback",
    default="",
    metavar="DEST",
    help="Where callers go when Ivory is gone: user/1000@example.com. When left out, the call ends.",
)
@click.option(
    "--guard",
    type=click.IntRange(1, 3600),
    help="Seconds until a caller whom nobody looks after goes there; the setting calls.guard.",
)
@click.option(
    "--answer",
    is_flag=True,
    help="Answer in the dialplan, and be heard 20 ms sooner; for flows that answer first of all, as most do.",
)
@_dry_run
@_yes
@_reload
@json_option
@settings_options
@click.pass_context
def install(
    ctx: click.Context,
    conf: Path,
    context: str,
    numbers: tuple[str, ...],
    flow: str,
    fallback: str,
    guard: int | None,
    answer: bool,
    dry_run: bool,
    yes: bool,
    reload: bool,
    as_json: bool,
) -> None:
    """Write Ivory's extension and its fallback into FreeSWITCH's dialplan.

    Shows what would change and asks. It writes dialplan/ivory.xml and dialplan/CONTEXT/ivory.xml, and touches
    no other file. Run it again to change the numbers.
    """
    from ivr.cli import common
    from ivr.dialplan import Plan, apply, propose

    seconds = _guard(guard)
    plan = Plan(numbers or _numbers_of_flows(), context, flow, fallback, seconds, answer)
    proposal = propose(conf, plan)
    if not as_json:
        _show(proposal.changes, proposal.notes)
    backups: list[Path] = []
    go = not proposal.errors and bool(proposal.changes) and not dry_run and _agreed(yes)
    if go:
        backups = apply(proposal)
    reloaded = _reloaded() if reload and go else False
    if as_json:
        common.print_json(_report(proposal.changes, proposal.notes, written=go) | {"backups": backups})
    else:
        for backup in backups:
            common.talk().print(f"backup: {backup}", style="dim", soft_wrap=True, markup=False)
        _conclude(go, reloaded, dry_run, bool(proposal.changes), bool(proposal.errors))
    if proposal.errors:
        ctx.exit(1)


@command.command()
@_conf
@_dry_run
@_yes
@_reload
@json_option
@settings_options
def uninstall(conf: Path, dry_run: bool, yes: bool, reload: bool, as_json: bool) -> None:
    """Take Ivory's dialplan out again: the files become what they were."""
    from ivr.cli import common
    from ivr.dialplan import restore
    from ivr.dialplan.note import Note
    from ivr.dialplan.uninstall import propose_removal

    changes = propose_removal(conf)
    notes = [
        Note(f"{conf / change.path} was edited", hint="it will be kept as ivory.xml.ivory-saved")
        for change in changes
        if change.edited
    ]
    if not as_json:
        _show(changes, notes)
    go = not dry_run and (not changes or _agreed(yes))
    if go:
        changes = restore(conf) or changes
    reloaded = _reloaded() if reload and go and changes else False
    if as_json:
        common.print_json(_report(changes, notes, written=go and bool(changes)))
    else:
        _conclude(go and bool(changes), reloaded, dry_run, bool(changes), False)


@command.command()
@_conf
@json_option
@settings_options
@click.pass_context
def check(context: click.Context, conf: Path, as_json: bool) -> None:
    """Look whether calls find their way to Ivory, and to the fallback. Exit code 1 when they do not."""
    from ivr.cli import common
    from ivr.dialplan import check as look

    notes = look(conf)
    if as_json:
        common.print_json([_note(note) for note in notes])
    else:
        _tell(notes)
        if not notes:
            common.talk().print("nothing wrong", style="green")
    if any(note.severity == "error" for note in notes):
        context.exit(1)


def _guard(given: int | None) -> int:
    """The guard's seconds. The workers wind it up again at their pace, so both must mean the same."""
    from ivr.cli import common
    from ivr.errors import SettingsError

    seconds = common.load().settings.calls.guard
    if not seconds:
        raise SettingsError(
            "calls.guard is 0: nobody would wind the guard up, and it would take every caller away",
            hint="set it, to 15 for example",
        )
    if given is not None and given != seconds:
        common.talk().print(f"set calls.guard to {given}, too: it is {seconds}", style="yellow")
    return given or seconds


def _numbers_of_flows() -> tuple[str, ...]:
    from ivr.cli import common
    from ivr.lab.lab import numbers
    from ivr.runtime import reading

    flows = common.load().settings.flows
    known = numbers(reading.read(reading.files(flows.dir), flows.sounds).flows)
    return tuple(number for number, flow in known.items() if number != flow)


def _agreed(yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is here to ask: say --yes, or --dry-run to look only")
    return click.confirm("Write this?", err=True)


def _show(changes: Iterable[Change], notes: Sequence[Note]) -> None:
    from rich.syntax import Syntax

    from ivr.cli import common
    from ivr.dialplan.change import diff

    out = common.out()
    if text := diff(changes):
        coloured = Syntax(text, "diff", background_color="default", word_wrap=True)
        out.print(coloured if out.is_terminal else text, soft_wrap=True, markup=False)
    _tell(notes)


def _tell(notes: Iterable[Note]) -> None:
    from ivr.cli import common

    for note in notes:
        style = "red" if note.severity == "error" else "yellow"
        common.talk().print(str(note), style=style, soft_wrap=True, markup=False)


def _conclude(written: bool, reloaded: bool, dry_run: bool, changes: bool, errors: bool) -> None:
    from ivr.cli import common

    say = common.talk().print
    if errors:
        say("nothing was written", style="red")
    elif not changes:
        say("nothing to do", style="green")
    elif not written:
        say("nothing was written" + (": a dry run" if dry_run else ""))
    elif reloaded:
        say("written, and FreeSWITCH has read it", style="green")
    else:
        say("written; FreeSWITCH reads it after: fs_cli -x reloadxml", style="green")


def _reloaded() -> bool:
    """Let FreeSWITCH read its configuration again. Raises SwitchError."""
    from ivr.cli import common
    from ivr.errors import CommandFailed
    from ivr.esl import commands
    from ivr.esl.session import Session

    switch = common.load().settings.switch
    session = Session(
        switch.host,
        switch.port,
        switch.password.get_secret_value(),
        connect_timeout=switch.connect_timeout,
        command_timeout=switch.command_timeout,
    )
    session.connect()
    try:
        answer = session.send(commands.api_frame(commands.ApiCall("reloadxml")), is_api=True).text
    finally:
        session.stop()
    if "[Success]" not in answer:
        raise CommandFailed(f"FreeSWITCH cannot read its configuration: {answer.strip()}")
    return True


def _report(changes: Iterable[Change], notes: Iterable[Note], *, written: bool) -> dict[str, Any]:
    from ivr.dialplan.change import diff

    changes = tuple(changes)
    return {
        "written": written,
        "changes": [{"path": one.path, "does": one.verb, "edited": one.edited} for one in changes],
        "notes": [_note(note) for note in notes],
        "diff": diff(changes),
    }


def _note(note: Note) -> dict[str, Any]:
    place = note.place
    return {
        "severity": note.severity,
        "message": note.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "hint": note.hint,
    }
