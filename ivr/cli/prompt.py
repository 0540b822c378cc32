"""`ivr prompt`: the sentences that flows speak, as sound."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.group("prompt")
def command() -> None:
    """The sentences that flows speak."""


@command.command()
@json_option
@settings_options
@click.pass_context
def prepare(context: click.Context, as_json: bool) -> None:
    """Render ahead everything that the flows always say.

    The worker does so by itself when it starts; this does it before, on whatever machine shares the cache.
    Exit code 1 when a sentence could not be spoken.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.cli.rendering import watch
    from ivr.flow import heard
    from ivr.runtime import reading
    from ivr.speech.voice import Voice

    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    settings = loaded.settings
    found = reading.read(reading.files(settings.flows.dir), settings.flows.sounds)
    voice = Voice(settings.speech)
    try:
        voice.prepare(heard.constant_speeches(found.flows))
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
    if progress.failed:
        common.talk().print(f"{progress.failed} could not be spoken; the log says why", style="red")
        context.exit(1)


@command.command("list")
@json_option
@settings_options
def list_(as_json: bool) -> None:
    """List everything that the flows always say, by language."""
    from ivr.cli import common
    from ivr.flow import heard
    from ivr.runtime import reading

    flows = common.load().settings.flows
    speeches = heard.constant_speeches(reading.read(reading.files(flows.dir), flows.sounds).flows)
    if as_json:
        common.print_json([{"language": speech.language, "text": speech.text} for speech in speeches])
        return
    for speech in sorted(speeches, key=lambda speech: speech.language):
        common.out().print(f"[dim]{speech.language:<6}[/] ", end="")
        common.out().print(speech.text, markup=False, soft_wrap=True)
