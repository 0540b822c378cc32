"""The command `ivr` as a process of its own, in an environment that leaves nothing behind."""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import sys
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gevent
from gevent import subprocess

PROJECT = Path(__file__).parents[2]
CLI = [sys.executable, str(PROJECT / "cli.py")]
SHORT, LONG = 0.25, 1.3
"""Seconds a sentence lasts, and one that a caller says into a recording."""
SAY = "sh -c 'if grep -q Garden $0; then cp {long} $1; else cp {short} $1; fi' {{text_file}} {{wav}}"

MENU = """
id: menu
languages: [en-US]
numbers: ["95598"]
nodes:
  main:
    type: menu
    prompt: Press 1 to leave a number.
    options: {1: number}
    tries: 20
    noinput_after: 1s
    outcomes: {exhausted: end}
  number:
    type: collect
    prompt: Your number please.
    into: number
    digits: {length: 3, terminator: none}
    next: thanks
    outcomes: {exhausted: end}
  thanks: {type: play, prompt: "Thank you for {{ number | digits }}.", goal: number_left, next: end}
vars: {number: null}
"""


def hears_ctrl_c() -> None:
    """Ctrl-C counts in a process that is started, also when the tests run in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment whose folders are below `folder`, and where every sentence is short."""
    sounds = {"short": folder / "short.wav", "long": folder / "long.wav"}
    for path, seconds in zip(sounds.values(), (SHORT, LONG), strict=True):
        if not path.exists():
            _write_tone(path, seconds)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    own = {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "LC_ALL": "C.UTF-8",
        "IVR_SPEECH_ENGINE": "command",
        "IVR_SPEECH_COMMAND": SAY.format(**sounds),
        "IVR_LOG_FORMAT": "json",
        "IVR_OPS_LISTEN": "",
        "IVR_WEB_LISTEN": "",
        "IVR_WEBHOOKS_DELIVER": "false",
        "IVR_ASR_ENGINES": "[]",  # nobody speaks; whoever does says so
        "PYTHONWARNINGS": "error::UserWarning",
    }
    return {**kept, **own, **settings}


def _write_tone(path: Path, seconds: float) -> None:
    frames = (int(8000 * math.sin(n / 3)) for n in range(int(seconds * 8000)))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))


def run(
    args: Sequence[str], environ: Mapping[str, str], typed: str = "", *, within: float = 60
) -> tuple[int, str, str]:
    """Run `ivr` to its end, within so many seconds; exit code, stdout, stderr."""
    done = subprocess.run(
        [*CLI, *args],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=dict(environ),
        cwd=PROJECT,
        timeout=within,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


class Ivr:
    """A running `ivr` whose JSON log can be waited for."""

    def __init__(self, args: Sequence[str], environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [*CLI, *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            cwd=PROJECT,
            preexec_fn=hears_ctrl_c,
        )
        self.log: list[str] = []

    def told(self, event: str, seconds: float = 20) -> dict[str, Any]:
        """The next line of the log about `event`."""
        with gevent.Timeout(seconds, AssertionError(f"no {event!r} in {self.log}")):
            for line in self.process.stderr or ():
                self.log.append(line.decode())
                entry = json.loads(line) if line.startswith(b"{") else {}
                if entry.get("event") == event:
                    return dict(entry)
        raise AssertionError(f"it ended without {event!r}: {self.log}")

    def line(self, seconds: float = 20) -> str:
        """The next line of its output."""
        with gevent.Timeout(seconds):
            assert self.process.stdout is not None
            return str(self.process.stdout.readline().decode().strip())

    def end(self, number: int | None = None) -> int:
        """Send it a signal, if any, and wait for its exit code."""
        if number is not None:
            self.process.send_signal(number)
        return int(self.process.wait(60))

    def clean_up(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
