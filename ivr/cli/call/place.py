"""`ivr call place`: a test call through the attached FreeSWITCH, seen live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.lab.probe import Seen
    from ivr.lab.transcript import Transcript


@click.command("place")
@click.argument("number")
@click.option(
    "--press",
    metavar="SCRIPT",
    default="",
    help='What the caller does: "1 1234567890# wait:2s hear:余额 hang_up".',
)
@click.option(
    "--from", "ani", default="13800000000", show_default=True, metavar="NUMBER", help="The caller's number."
)
@click.option(
    "--context",
    "dialplan",
    default="public",
    show_default=True,
    help="The dialplan's context that is called.",
)
@click.option(
    "--limit",
    type=click.FloatRange(1, 86_400),
    default=600.0,
    show_default=True,
    help="Seconds the call may take.",
)
@click.option("--show", is_flag=True, help="Show its journey when it is over.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context,
    number: str,
    press: str,
    ani: str,
    dialplan: str,
    limit: float,
    show: bool,
    as_json: bool,
) -> None:
    """Place a test call to NUMBER on the attached FreeSWITCH, and watch it live.

    NUMBER may be a feature code, in quotes because of the shell: '*71'.

    Keys are pressed when the prompt before them is over. It needs mod_loopback, and somebody who answers:
    `ivr serve`. Ctrl-C hangs up. Exit code 1 when nobody answered.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.lab.probe import Probe
    from ivr.lab.script import parse
    from ivr.lab.transcript import Transcript

    loaded = common.load()
    common.configure_log(loaded, usual="error")
    steps = parse(press.split())
    probe = Probe(loaded.settings.switch, number, ani, dialplan)
    transcript = Transcript(common.out(), lambda: probe.elapsed)

    def tell(seen: Seen) -> None:
        if as_json:
            common.print_json(seen.row, line=True)
        else:
            _write(transcript, seen)

    try:
        probe.run(steps, tell, limit)
    finally:
        transcript.close()
    if show and probe.called:
        _show(probe.called)
    if not probe.answered:
        context.exit(1)


def _write(transcript: Transcript, seen: Seen) -> None:
    from ivr.lab.words import MUSIC

    match seen.event:
        case "prompt":
            transcript.heard(seen.text, endless=seen.text.startswith(MUSIC))
        case "prompt_ended":
            transcript.silent()
        case "key":
            transcript.pressed(seen.text)
        case "arrived":
            transcript.note("switch", "hands the call over")
        case "ended":
            transcript.note("switch", f"the call is over: {seen.text}")
        case event:
            transcript.note("switch", f"{event} {seen.text}".strip())


def _show(call: str) -> None:
    """The call's journey, as soon as the worker has written it."""
    import gevent

    from ivr.cli import calls, common
    from ivr.errors import StoreError
    from ivr.store.calls import journey
    from ivr.store.connect import open_store

    url = common.load().settings.store.url
    deadline = 5.0
    while True:
        try:
            with open_store(url, create=False) as store:
                found = journey(store, call)
            if found.call.ended or deadline <= 0:
                common.out().print(calls.tree(found))
                return
        except StoreError:
            if deadline <= 0:
                raise
        gevent.sleep(0.25)
        deadline -= 0.25
