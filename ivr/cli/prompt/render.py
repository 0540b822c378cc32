"""`ivr prompt render`: sentences become sound before anybody calls."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command()
@click.argument("flow", nargs=-1)
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, flow: tuple[str, ...], as_json: bool) -> None:
    """Render ahead everything that the flows always say.

    The worker does so by itself when it starts; this does it before, on whatever machine shares the cache.
    Exit code 1 when a sentence could not be spoken.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.cli.prompt.sentences import flows
    from ivr.cli.rendering import watch
    from ivr.flow import heard
    from ivr.speech.voice import Voice

    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    settings = loaded.settings
    speeches = heard.constant_speeches(flows(flow))
    voice = Voice(settings.speech)
    try:
        voice.prepare(speeches)
        progress = watch(voice)
    finally:
        voice.stop()
    if as_json:
        common.print_json(
            {"rendered": progress.done, "failed": progress.failed, "cache": settings.speech.cache}
        )
    else:
        said = "1 sentence is" if progress.done == 1 else f"{progress.done} sentences are"
        common.talk().print(f"{said} in {settings.speech.cache}", soft_wrap=True)
    if not progress.complete:
        left = progress.total - progress.done - progress.failed
        common.talk().print(f"{left} are not done yet: no sentence was finished for a while", style="red")
    if progress.failed:
        common.talk().print(f"{progress.failed} could not be spoken; the log says why", style="red")
    if progress.failed or not progress.complete:
        context.exit(1)
