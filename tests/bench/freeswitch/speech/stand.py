"""A switch with an Ivory on it that listens by one engine, and what callers there are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from tests.bench.freeswitch import sounds
from tests.bench.freeswitch.contenders.base import Contender, Place
from tests.bench.freeswitch.contenders.ivory_speech import NUMBERS, IvorySpeech
from tests.bench.freeswitch.speech.said import Repertoire, Utterance
from tests.bench.freeswitch.speech.turns import Turn, converse, listen_out
from tests.bench.freeswitch.stage import Stage, stage

CALL = 10
"""Utterances of one call, at most."""


@dataclass(frozen=True)
class Stand:
    """All that is measured on; `said` by language."""

    on: Stage
    ivory: IvorySpeech
    said: Mapping[str, Repertoire]

    def converse(self, flow: str, utterances: Sequence[Utterance], callers: int, seed: int = 0) -> list[Turn]:
        """Have all this said, by so many callers at the same time; nobody changes their voice in a call."""
        parts = [
            part for _, each in groupby(utterances, lambda one: one.speaker) for part in _parts(list(each))
        ]
        jobs = [(NUMBERS[flow], self.on.switch.sip_port, part, seed + at) for at, part in enumerate(parts)]
        return [turn for turns in _together(callers, converse, jobs) for turn in turns]

    def listen_out(self, flow: str, echo: float, calls: int, callers: int) -> list[list[float]]:
        """How long the prompts of so many calls sounded to callers with an echo."""
        jobs = [(NUMBERS[flow], self.on.switch.sip_port, echo, seed) for seed in range(calls)]
        return _together(callers, listen_out, jobs)


def _parts(utterances: Sequence[Utterance]) -> list[Sequence[Utterance]]:
    return [utterances[at : at + CALL] for at in range(0, len(utterances), CALL)]


def _together(callers: int, what: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    with ProcessPoolExecutor(callers) as pool:
        return [one.result() for one in [pool.submit(what, *job) for job in jobs]]


@contextmanager
def stand(
    engine: str, said: Mapping[str, Repertoire], extra: Mapping[str, str] | None = None
) -> Iterator[Stand]:
    """Start it; when it is left everything ends."""
    made = partial(_made, engine, said, dict(extra or {}))
    with stage(["ivory"], {"ivory": made}) as on:
        ivory = on.contenders["ivory"]
        assert isinstance(ivory, IvorySpeech)
        yield Stand(on, ivory, said)


def _made(engine: str, said: Mapping[str, Repertoire], extra: dict[str, str], place: Place) -> Contender:
    sounds.write(place.sounds)
    for repertoire in said.values():
        repertoire.write_prompts(place.sounds)
    return IvorySpeech(place, engine, extra)
