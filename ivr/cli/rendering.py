"""Sentences becoming sound, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from ivr.cli import common
from ivr.cli.options import given
from ivr.lab.lab import CRM, OWN, Lab
from ivr.settings import Settings
from ivr.speech.rendering import Progress
from ivr.speech.voice import Voice

STALLED = 120.0
"""Seconds without a sentence after which waiting is given up: the rest is spoken when it is needed."""


def watch(voice: Voice) -> Progress:
    """Show how the rendering ahead goes, until it is done or has stalled."""
    doing = TextColumn("正在把句子变成声音 · turning sentences into sound")
    columns = (doing, BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=common.talk(), transient=True) as bar:
        task = bar.add_task("", total=None)
        before, left = voice.progress, STALLED
        while not before.complete and left > 0:
            now = voice.prepared(0.1)
            left = left - 0.1 if now == before else STALLED
            before = now
            bar.update(task, completed=now.done + now.failed, total=now.total)
    return before


def _asks(lab: Lab, system: str) -> bool:
    """Whether any flow of a lab calls a system."""
    operations = (
        getattr(node, "http", None)
        for one in lab.app.library.flows.values()
        for node in one.flow.nodes.values()
    )
    return any(http.url.source.startswith(f"{system}:") for http in operations if http)


def refuse_own(context: click.Context, *more: str) -> None:
    """Refuse settings given as flags that a lab would pass over, as it has its own; `more` beside those of
    every lab. Raises UsageError."""
    for name in given(context):
        if name in more or any(name == own or (own[-1] == "." and name.startswith(own)) for own in OWN):
            what = context.command_path
            raise click.UsageError(
                f"{name} cannot be set here: {what} runs on a switch, a store and folders of its own."
            )


@contextmanager
def laboratory(settings: Settings, folder: Path, flow: str, **options: Any) -> Iterator[Lab]:
    """A lab for one flow, of which everything can be spoken; `options` are those of `Lab`."""
    with Lab(settings, folder, only=flow, **options) as lab:
        watch(lab.app.voice)
        if lab.crm and _asks(lab, CRM):
            common.talk().print(f"(a small customer system answers as crm: at {lab.crm.url})", style="dim")
        yield lab
