"""What rendering costs callers: the delay of a fresh phrase, and what everyone else on the hub notices.

    python tests/bench/bench_render.py [--phrases N] [--seconds S]

The second table runs a heartbeat every 5 ms beside an engine that takes 5 s for each sentence, and beside one
that is killed at its deadline again and again, in a process as large as a busy worker's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gevent
from rich.console import Console
from rich.table import Table

from ivr import log
from ivr.call import Speech
from ivr.settings import Speech as SpeechSettings
from ivr.speech.cache import Cache, key
from ivr.speech.tts.command import CommandEngine
from ivr.speech.tts.pyttsx3 import Pyttsx3Engine
from ivr.speech.voice import Voice
from ivr.speech.worker import Worker

BEAT = 0.005  # seconds
BALLAST = 150 << 20  # bytes, touched: a fork copies their page tables
SLOW = "import shutil, sys, time; time.sleep(float(sys.argv[1])); shutil.copy(sys.argv[2], sys.argv[3])"


def percentile(values: list[float], percent: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def row(name: str, seconds: list[float]) -> list[str]:
    shown = (percentile(seconds, 50), percentile(seconds, 95), percentile(seconds, 99), max(seconds))
    return [name, str(len(seconds)), *(f"{value * 1000:.1f}" for value in shown)]


def phrase_delays(folder: Path, phrases: int, *, warm: bool) -> list[float]:
    """Seconds from the wish for a phrase nobody has said before to its file."""
    engine = Pyttsx3Engine(SpeechSettings())
    worker = Worker(engine, Cache(folder))
    delays = []
    for number in range(phrases):
        if not warm:
            worker.stop()
        elif number == 0:
            speak(engine, worker, "热身")
        started = time.perf_counter()
        speak(engine, worker, f"{number}十二元五角")
        delays.append(time.perf_counter() - started)
    worker.stop()
    return delays


def speak(engine: Pyttsx3Engine, worker: Worker, text: str) -> Path:
    utterance = engine.utterance(text, "zh-CN")
    return worker.render(utterance, key(engine, utterance), fresh=True)


def heartbeat(seconds: float, beside: Callable[[], object]) -> list[float]:
    """How late each beat was, in seconds, while `beside` runs."""
    late: list[float] = []
    other = gevent.spawn(beside)
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        gevent.sleep(BEAT)
        late.append(max(0.0, time.perf_counter() - now - BEAT))
    other.kill()
    return late


def slow_voice(folder: Path, sample: Path, takes: float, deadline: float) -> Voice:
    command = f'{sys.executable} -S -c "{SLOW}" {takes} {sample} {{wav}}'
    settings = SpeechSettings(cache=folder, command=command, deadline=deadline)
    return Voice(settings, engines=[CommandEngine(settings)])


def ask_on(voice: Voice, name: str) -> None:
    """Twenty calls wanting a new sentence every second."""
    for number in range(100_000):
        voice.request(Speech(f"{name} {number}", "en-US", fresh=True))
        gevent.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=12.0)
    options = parser.parse_args()
    log.configure("error")
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        delays = Table("a fresh short phrase, ms", "n", "p50", "p95", "p99", "max")
        delays.add_row(*row("child kept warm", phrase_delays(folder / "a", options.phrases, warm=True)))
        delays.add_row(
            *row("child started for it", phrase_delays(folder / "b", options.phrases // 5, warm=False))
        )
        console.print(delays)

        engine = Pyttsx3Engine(SpeechSettings())
        worker = Worker(engine, Cache(folder / "sample"))
        sample = speak(engine, worker, "十二元五角")
        worker.stop()
        ballast = bytearray(b"x") * BALLAST
        beats = Table(f"hub lag, ms ({len(ballast) >> 20} MiB of ballast)", "n", "p50", "p95", "p99", "max")
        beats.add_row(*row("nothing is rendered", heartbeat(options.seconds, lambda: None)))
        for title, takes, deadline in ("each takes 5 s", 5.0, 15.0), ("each is killed after 1 s", 60.0, 1.0):
            voice = slow_voice(folder / title, sample, takes, deadline)
            beats.add_row(*row(title, heartbeat(options.seconds, lambda v=voice, t=title: ask_on(v, t))))  # type: ignore[misc]
            voice.stop()
        console.print(beats)


if __name__ == "__main__":
    main()
