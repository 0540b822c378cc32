"""`ivr asr try`: what an engine makes of a recording or a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.flow.spoken import Expected
    from ivr.settings import Settings
    from ivr.speech.asr.base import Engine


@click.command("try")
@click.argument("flow", required=False)
@click.argument("node", required=False)
@click.option(
    "--file", "sound", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="A recording."
)
@click.option("--text", metavar="WORDS", help="A sentence, which the voice of the settings says.")
@click.option("--say", "patterns", metavar="PHRASE", multiple=True, help="What may be said; may be repeated.")
@click.option("--language", metavar="TAG", default="", help="The caller's language; the flow's first else.")
@click.option("--engine", "names", metavar="NAME", multiple=True, help="Only this engine; may be repeated.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context,
    flow: str | None,
    node: str | None,
    sound: Path | None,
    text: str | None,
    patterns: tuple[str, ...],
    language: str,
    names: tuple[str, ...],
    as_json: bool,
) -> None:
    """Let engines hear a recording, or a sentence.

    \b
    What may be said comes from a flow's node, or from --say; without either it may be anything:
      ivr asr try hotline main --text "my bill"
      ivr asr try --say "[my] bill" --say operator --language en-US --file caller.wav

    Shown is what each engine took it for, how sure it is, and which choice that would be. Exit code 1 when
    none understood it.
    """
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.speech.asr.engines import configured, serving

    if (sound is None) == (text is None):
        raise click.UsageError("name a recording with --file, or a sentence with --text")
    if flow and patterns:
        raise click.UsageError("a flow's node says what may be said; leave --say out")
    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    settings = loaded.settings
    language, expected = _from_flow(flow, node, language) if flow else _from_patterns(patterns, language)
    asr = settings.asr.model_copy(update={"engines": [*names]}) if names else settings.asr
    engines = serving(configured(asr), language)
    if not engines:
        raise IvoryError(
            f"none of {', '.join(asr.engines) or 'no engine'} serves {language}",
            hint="`ivr asr models` shows which languages are understood",
        )
    samples = _samples(sound, text, language, settings)
    rows = [_row(engine, language, expected, samples, settings) for engine in engines]
    if as_json:
        common.print_json(rows)
    else:
        _print(rows)
    if not any(row["heard"] for row in rows):
        context.exit(1)


def _samples(sound: Path | None, text: str | None, language: str, settings: Settings) -> bytes:
    from ivr.cli.asr.hearing import recorded, spoken

    return recorded(sound) if sound is not None else spoken(text or "", language, settings)


def _from_flow(name: str, node: str | None, language: str) -> tuple[str, Expected]:
    """The language, and what may be said at a node. Raises IvoryError when there is no such thing."""
    from ivr.cli.asr.questions import questions
    from ivr.cli.flow.reading import found, read
    from ivr.errors import FlowError, IvoryError
    from ivr.registry import did_you_mean

    reading, asked = read([found(Path(name))])
    loaded = next((each for each in reading.flows.values() if Path(each.file) in asked), None)
    if loaded is None:
        raise FlowError([each for each in reading.errors if Path(each.place.file) in asked] or reading.errors)
    flow = loaded.flow
    language = language or flow.languages[0]
    places = {each.node: each.expected for each in questions(flow, language)}
    chosen = node or next(iter(places), "")
    if chosen not in places:
        hint = did_you_mean(chosen, places) if places else "give a menu phrases: `say: [my bill]`"
        raise IvoryError(f'"{chosen}" of {flow.id} understands no phrases in {language}', hint=hint)
    return language, places[chosen]


def _from_patterns(patterns: tuple[str, ...], language: str) -> tuple[str, Expected]:
    from ivr.errors import ExpressionError
    from ivr.flow.spoken import Expected, Pattern

    if not language:
        raise click.UsageError("name the language with --language")
    try:
        return language, Expected(language, {each: [Pattern.parse(each)] for each in patterns})
    except (ExpressionError, KeyError) as error:
        raise click.BadParameter(str(error), param_hint="--say") from None


def _row(
    engine: Engine, language: str, expected: Expected, samples: bytes, settings: Settings
) -> dict[str, Any]:
    """What an engine makes of the samples."""
    from datetime import UTC, datetime

    from ivr.cli.asr.hearing import hear
    from ivr.errors import RecognitionError
    from ivr.speech.asr.base import Request

    row: dict[str, Any] = {
        "engine": engine.name,
        "language": language,
        "heard": [],
        "choice": None,
        "problem": "",
    }
    request = Request(language, expected.phrases, expected.jsgf)
    try:
        heard = hear(engine, request, samples, settings.asr)
    except RecognitionError as error:
        return row | {"problem": str(error)}
    best = expected.understand(heard.hypotheses, datetime.now(UTC).date()).best
    choice = {"name": best.choice, "slots": best.slots, "confidence": best.confidence} if best else None
    return row | {"heard": heard.hypotheses, "choice": choice, "real_time_factor": round(heard.busy, 3)}


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("engine", "heard", "confidence", "choice", "× real time"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        if row["problem"] or not row["heard"]:
            nothing = Text(row["problem"] or "nothing", "red" if row["problem"] else "yellow")
            table.add_row(row["engine"], nothing, "", "", str(row.get("real_time_factor", "")))
        for number, each in enumerate(row["heard"]):
            first = number == 0
            table.add_row(
                row["engine"] if first else "",
                Text(each.words),
                f"{each.confidence:.2f}",
                Text(_choice(row["choice"])) if first else "",
                str(row["real_time_factor"]) if first else "",
            )
    common.out().print(table)


def _choice(choice: dict[str, Any] | None) -> str:
    if choice is None:
        return "none"
    slots = ", ".join(f"{name}={value}" for name, value in choice["slots"].items())
    return (
        f"{choice['name'] or 'whatever is said'}{f' ({slots})' if slots else ''}, {choice['confidence']:.2f}"
    )
