"""Callers who speak: how soon a prompt stops and the next one follows, what an echo does, what it all costs.

    python -m tests.bench.freeswitch.speech [--n 60] [--parts menu digits echo crowd cost stages]
        [--engines vosk pocketsphinx] [--languages en zh] [--callers 3] [--json FILE]

Callers are synthetic voices over real SIP and RTP, on a FreeSWITCH of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from tests.bench.freeswitch.speech import stages, tables
from tests.bench.freeswitch.speech.crowd import Reading, callers_for, cost, crowd, speech
from tests.bench.freeswitch.speech.said import LANGUAGES, Repertoire
from tests.bench.freeswitch.speech.stand import Stand, stand
from tests.bench.freeswitch.wiretap import Tap

PARTS = ("menu", "digits", "echo", "crowd", "cost", "stages")
LANGUAGES_OF = {"pocketsphinx": ("en",)}  # it comes with a model for English alone
PROMPTS = 4  # of one call that is echoed
COSTS = 20  # callers while costs are measured


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=60, help="utterances, or echoed prompts, of each kind")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--engines", nargs="+", default=["vosk", "pocketsphinx"])
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--callers", type=int, default=3, help="that measure at the same time")
    parser.add_argument("--echo", nargs="+", type=float, default=[26, 20, 15], help="dB under the prompt")
    parser.add_argument("--crowd", nargs="+", type=int, default=[0, 20, 40, 60], help="recognitions at once")
    parser.add_argument("--seconds", type=float, default=20.0, help="for which costs are measured")
    parser.add_argument("--set", nargs="*", default=[], metavar="IVR_NAME=VALUE", help="other settings")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    said = {language: Repertoire(language) for language in options.languages}
    found: dict[str, Any] = {}
    for engine in options.engines:
        with stand(engine, said, dict(one.split("=", 1) for one in options.set)) as on:
            for part in options.parts:
                load = os.getloadavg()[0]
                print(f"\n#### {engine}: {part}, {time.strftime('%H:%M')}, load {load:.1f}", flush=True)
                found[f"{engine}/{part}"] = {"load": load, **_WAYS[part](on, engine, options)}
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _languages(on: Stand, engine: str) -> list[str]:
    known = LANGUAGES_OF.get(engine, tuple(LANGUAGES))
    ready = [language for language in on.said if language in known]
    for language in ready:  # the first utterance waits for its recogniser
        on.converse(f"menu_{language}", on.said[language].choices(2), 1)
    return ready


def _menu(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    return _turns(on, engine, options, "menu")


def _digits(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    return _turns(on, engine, options, "digits")


def _turns(on: Stand, engine: str, options: argparse.Namespace, kind: str) -> dict[str, Any]:
    found = {}
    for language in _languages(on, engine):
        said = on.said[language]
        utterances = said.choices(options.n) if kind == "menu" else said.digits(options.n)
        turns = on.converse(f"{kind}_{language}", utterances, options.callers)
        found[language] = tables.figures(turns)
        tables.show(f"{engine} {language}, {kind}", found[language])
    return found


def _echo(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    found = {}
    calls = -(-options.n // PROMPTS)
    for decibels in options.echo:
        for language in _languages(on, engine):
            heard = on.listen_out(f"echo_{language}", decibels, calls, min(calls, options.callers * 4))
            found[f"{language} -{decibels:g} dB"] = tables.echoes(heard)
            tables.show_echoes(f"{engine} {language}, -{decibels:g} dB", tables.echoes(heard))
    return found


def _crowd(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    found = {}
    language = _languages(on, engine)[0]
    said = on.said[language]
    code, share = speech(said)
    for recognitions in options.crowd:
        count = callers_for(recognitions, share)
        with crowd(on, f"digits_{language}", count, code):
            before = Reading.take(on)
            menu = on.converse(f"menu_{language}", said.choices(max(24, options.n // 2)), 2)
            digits = on.converse(f"digits_{language}", said.digits(max(12, options.n // 5)), 2)
            used = Reading.take(on).since(before)
        title = f"{engine} {language}, {recognitions} recognitions at once ({count} callers)"
        row = {"menu": tables.figures(menu), "digits": tables.figures(digits), **used}
        tables.show(f"{title}, menu", row["menu"])
        tables.show(f"{title}, digits", row["digits"])
        print(f"  processors, % of one: {used['cpu']}; hub lag, ms: {used['hub_lag_ms']}", flush=True)
        found[str(recognitions)] = row
    return found


def _cost(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    language = _languages(on, engine)[0]
    code, share = speech(on.said[language])
    silence = b"\xff" * 8000
    found: dict[str, Any] = {"share_spoken": round(share, 2)}
    for name, flow, said in (
        ("not listened to", "deaf", silence),
        ("silent", f"digits_{language}", silence),
        ("speaking", f"digits_{language}", code),
    ):
        found[name] = cost(on, flow, COSTS, said, options.seconds)
        each = {part: round(percent / COSTS, 2) for part, percent in found[name]["cpu"].items()}
        print(
            f"  {name:16} % of a processor a call: {each}; hub lag, ms: {found[name]['hub_lag_ms']}",
            flush=True,
        )
    return found


def _stages(on: Stand, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in _languages(on, engine):
        utterances = on.said[language].choices(max(12, options.n // 2))
        tap = Tap(on.on.switch.port)
        tap.start()
        turns = on.converse(f"menu_{language}", utterances, 1)
        tap.stop()
        print(f"\n{engine} {language}: ms after speech began, or ended; median (p95)")
        found[language] = stages.show(turns, utterances, tap)
    return found


_WAYS = {"menu": _menu, "digits": _digits, "echo": _echo, "crowd": _crowd, "cost": _cost, "stages": _stages}

if __name__ == "__main__":
    main()
