"""`ivr flow run`: a caller in the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.flow.reading import print_findings, read
from ivr.cli.options import given, settings_options

if TYPE_CHECKING:
    from ivr.lab.staffing import Presence

PRESENCES = ("there", "busy", "nobody", "full")
TALKS = 6.0
"""Seconds an agent talks who is not told when to hang up."""
_ID = re.compile(rb"^id:\s*[\"']?([a-z_][a-z0-9_]*)", re.MULTILINE)


@click.command("run")
@click.argument("flow")
@click.option("--play", is_flag=True, help="Hear it, too.")
@click.option("--ani", default="13800000000", show_default=True, help="The number you call from.")
@click.option(
    "--dnis",
    default="",
    metavar="NUMBER",
    help="The number you dial, such as '*71' for a flow of feature codes; the flow's first when left out.",
)
@click.option(
    "--agents",
    type=click.Choice(PRESENCES),
    default="there",
    show_default=True,
    help="Who is at work in the skill groups: agents who answer, agents who are all in a call, nobody, or"
    " agents in a call and queues that take no more.",
)
@settings_options
@click.pass_context
def command(context: click.Context, flow: str, play: bool, ani: str, dnis: str, agents: Presence) -> None:
    """Talk to FLOW (a name, or a file) in this terminal.

    Type keys: 0-9 * # A-D; q or Ctrl-D hangs up. From a pipe, each line is pressed when the prompt before it
    is over; `wait 2`, `hear TEXT` (until that has been said to its end), `say TEXT` and `hang_up` are
    lines, too. In a queue a line is pressed after ten seconds with music, or at once after a `wait` or a
    `hear`; where there are no more lines, the caller hangs up after as long. It is the real worker on the
    embedded switch.

    Whoever is put through to a skill group finds somebody there, whatever the hour: the agents of the routing
    plan, and a stand-in where it has none. You are told who is rung and what they see; `e` (in a pipe
    `agent_hangs_up`) ends the talk.
    """
    if Path(flow).suffix != ".yaml":
        _look_for(flow)
    from ivr.cli import patched  # noqa: F401, I001 first of all

    import sys
    import tempfile
    from functools import partial

    from ivr.cli import common
    from ivr.cli.calls import tree
    from ivr.cli.keyboard import converse
    from ivr.cli.rendering import laboratory, refuse_own
    from ivr.lab.player import Player
    from ivr.lab.staffing import Staff, staffed
    from ivr.lab.talk import Talk

    refuse_own(context)
    if Path(flow).suffix == ".yaml":
        flow = _serving(context, Path(flow))
    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    player = Player.find() if play else None
    if play and player is None:
        common.talk().print(
            "There is nothing here to play sounds with; install alsa-utils, or read on.", style="yellow"
        )
    with (
        tempfile.TemporaryDirectory(prefix="ivory-") as folder,
        laboratory(loaded.settings, Path(folder), flow, plan=partial(staffed, presence=agents)) as lab,
    ):
        talk = Talk(lab, flow, ani, common.out(), player, dnis)
        staff = Staff(lab, talk, agents, None if sys.stdin.isatty() else TALKS)
        journey = talk.run(converse)
        staff.stop()
        common.out().print()
        common.out().print(tree(journey))
    if journey.call.end == "failed":
        context.exit(1)


def _look_for(flow: str) -> None:
    """See that there is a flow and that it may serve, before anything is started; its findings are shown."""
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean
    from ivr.runtime import reading

    folder = common.load().settings.flows.dir
    names = {file: _name(file) for file in reading.files(folder)}
    file = next((file for file, name in names.items() if name == flow), None)
    if file is None:
        known = sorted(names.values())
        near, there_is = did_you_mean(flow, known), f"there is {', '.join(known)}"
        hint = (
            near if near.startswith("there") else f"{near} {there_is}" if known else "ivr flow new makes one"
        )
        raise IvoryError(f'there is no flow "{flow}" in {folder}', hint=hint)
    if not reading.read([file]).errors:
        return
    # Alone it may only lack its neighbours.
    errors = [finding for finding in read([file])[0].errors if Path(finding.place.file) == file]
    if errors:
        print_findings(errors, 1)
        raise click.exceptions.Exit(1)


def _name(file: Path) -> str:
    """What a flow calls itself, by a look at its first level; its file's name where it does not say."""
    try:
        found = _ID.search(file.read_bytes())
    except OSError:
        found = None
    return found[1].decode() if found else file.stem


def _serving(context: click.Context, file: Path) -> str:
    """The name of the flow in a file that may serve; else its findings are printed, and that is all."""
    from ivr.errors import IvoryError

    if not file.is_file():
        raise IvoryError(f"there is no file {file}")
    reading, _ = read([file])
    for loaded in reading.flows.values():
        if Path(loaded.file) == file:
            given(context)["flows.dir"] = str(file.parent)
            return loaded.id
    print_findings([finding for finding in reading.errors if Path(finding.place.file) == file], 1)
    raise click.exceptions.Exit(1)
