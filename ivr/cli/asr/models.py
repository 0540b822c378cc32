"""`ivr asr models`: which engine understands which language, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.settings import Settings
    from ivr.speech.asr.base import Engine

TRIALS = {
    "en": ("operator", ("operator", "billing", "help", "repeat")),
    "zh": ("账单", ("账单", "人工", "帮助", "重复")),
}
"""What is said to try an engine, and what may be said."""


@click.command("models")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Show which engine understands which language, and try each.

    The files of every model are looked at; then it is loaded, and hears a word in the voice that callers
    hear: a synthetic one. A word "not understood" is a reason to try recordings of people (`ivr asr try`),
    not more. Exit code 1 when an engine cannot work as it is set up.
    """
    from ivr.cli import common
    from ivr.speech.asr.engines import configured

    loaded = common.load()
    common.configure_log(loaded, usual="error")
    settings = loaded.settings
    rows = [row for engine in configured(settings.asr) for row in _rows(engine, settings)]
    if as_json:
        common.print_json(rows)
    else:
        _print(rows)
    if any(row["problem"] for row in rows):
        context.exit(1)


def _rows(engine: Engine, settings: Settings) -> Iterator[dict[str, Any]]:
    for language in engine.languages:
        row: dict[str, Any] = {"engine": engine.name, "language": language, "problem": "", "model": None}
        folder = settings.asr.models.get(language)
        if engine.name == "vosk" and folder is not None:
            row |= _model(folder)
        yield row | ({} if row["problem"] else _tried(engine, language, settings))


def _model(folder: Path) -> dict[str, Any]:
    """What the files of a vosk model tell."""
    from dataclasses import asdict

    from ivr.speech.asr.folders import facts

    found = facts(folder)
    problem = f"{folder} lacks {', '.join(found.missing)}" if found.missing else ""
    return {"model": {"folder": folder, **asdict(found)}, "problem": problem}


def _tried(engine: Engine, language: str, settings: Settings) -> dict[str, Any]:
    """How an engine does with one word, or what keeps it from working."""
    from ivr.cli.asr.hearing import hear, spoken
    from ivr.errors import RecognitionError, SpeechError
    from ivr.i18n import base
    from ivr.speech.asr.base import Request

    word, phrases = TRIALS.get(base(language), ("", ()))
    row: dict[str, Any] = {"said": word, "heard": [], "note": ""}
    samples = bytes(16000)
    try:
        samples = spoken(word, language, settings) if word else samples
    except SpeechError as error:
        row["note"] = f"not tried: {error.message}"
    try:
        heard = hear(engine, Request(language, phrases or ("a",)), samples, settings.asr)
    except RecognitionError as error:
        return row | {"problem": error.message, "hint": error.hint}
    words = [each.words for each in heard.hypotheses]
    if word and not row["note"] and words[:1] != [word]:
        row["note"] = f'"{word}" was taken for "{words[0]}"' if words else f'"{word}" was not understood'
    return row | {
        "heard": heard.hypotheses,
        "start_seconds": round(heard.start, 2),
        "memory_mb": round(heard.memory),
        "real_time_factor": round(heard.busy, 3),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    if not rows:
        common.out().print("No engine understands any language; asr.models names models for vosk.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("engine", "language", "vocabulary", "phrases", "starts in", "memory", "× real time", ""):
        table.add_column(heading, overflow="fold")
    for row in rows:
        model = row["model"] or {}
        problem, note = row["problem"], row.get("note", "")
        hint = f"; {row['hint']}" if row.get("hint") else ""
        state = (
            Text(problem + hint, "red") if problem else Text(note or "works", "yellow" if note else "green")
        )
        table.add_row(
            row["engine"],
            row["language"],
            f"{model['words']} words, {model['rate']} Hz" if model else "",
            ("followed" if model["grammar"] else "ignored") if model else "",
            f"{row['start_seconds']} s" if "start_seconds" in row else "",
            f"{row['memory_mb']} MB" if "memory_mb" in row else "",
            f"{row['real_time_factor']}" if "real_time_factor" in row else "",
            state,
        )
    common.out().print(table)
