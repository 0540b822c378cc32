"""`ivr prompt missing`: what callers would not hear, or not as it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.flow.model import LoadedFlow
    from ivr.speech.chain import Chain
    from ivr.speech.recorded import Recording
    from ivr.speech.sentences import Sentence


@click.command("missing")
@click.argument("flow", nargs=-1)
@click.option("--language", metavar="TAG", default="", help="Only sentences in this language: zh-CN.")
@click.option("--recordings", is_flag=True, help="Sentences that nobody has recorded, too.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context, flow: tuple[str, ...], language: str, recordings: bool, as_json: bool
) -> None:
    """Show what has no sound yet, recordings that cannot be used, and voices that no engine has.

    Sentences without a sound are spoken when the worker starts, or by `ivr prompt render`. Exit code 1 when
    something is missing.

    A recording that no flow asks for is told of, too: most often somebody changed the sentence, and callers
    hear a machine again. That alone is no reason for exit code 1.
    """
    from ivr.cli import common
    from ivr.cli.prompt.sentences import chain, flows
    from ivr.speech.sentences import idle as unused
    from ivr.speech.sentences import sentences

    chosen, voices = flows(flow), chain()
    there = sentences(chosen, voices, language)
    lacking = [each for each in there if not each.sound or (recordings and each.sound != "recorded")]
    problems = [str(problem) for problem in voices.recorded.shelf.index.problems]
    problems += _no_such_voices(chosen, voices)
    idle = [] if flow or language else sorted(map(_recording, unused(there, voices)))
    if as_json:
        rows = [each.row() for each in lacking]
        common.print_json({"sentences": rows, "problems": problems, "unused_recordings": idle})
    else:
        for line in _lines(lacking):
            common.out().print(line, markup=False, soft_wrap=True)
        for problem in problems:
            common.talk().print(problem, style="red", markup=False, soft_wrap=True)
        for one in idle:
            common.talk().print(f"no flow says this: {one}", style="yellow", markup=False, soft_wrap=True)
        if not lacking and not problems:
            common.talk().print("nothing is missing", style="green")
    if lacking or problems:
        context.exit(1)


def _lines(lacking: list[Sentence]) -> Iterator[str]:
    for each in lacking:
        what = "not recorded" if each.sound else "no sound"
        yield f"{each.speech.language:<6} {what:<12} {each.speech.text}  ({each.places[0]})"


def _no_such_voices(flows: dict[str, LoadedFlow], chain: Chain) -> Iterator[str]:
    """Voices of flows' heads that no engine of this deployment has."""
    for loaded in flows.values():
        for tag, each in loaded.flow.voices.items():
            has = [engine.has_voice(each.voice) for engine in chain.engines]
            if each.voice and not any(answer is not False for answer in has):
                yield (
                    f'{loaded.file}: voices.{tag}: no engine has a voice "{each.voice}";'
                    " `ivr prompt voices` lists those there are"
                )


def _recording(one: Recording) -> str:
    return f"{one.language} {one.text} ({one.file})"
