"""Ivory that listens: flows answered by speaking, each at a number of its own, and one engine that hears
them."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from ivr.dialplan import Plan, render
from ivr.speech.asr import tiny
from tests.bench.freeswitch.contenders.ivory import Ivory
from tests.bench.freeswitch.processes import cpu_seconds, family

FLOWS = Path(__file__).parent.parent / "flows_speech"
NUMBERS = {path.stem: f"957{at:02}" for at, path in enumerate(sorted(FLOWS.glob("*.yaml")))}
"""What callers dial, by flow."""

PARTS = ("worker", "relay", "recogniser")


@dataclass
class IvorySpeech(Ivory):
    """`ivr serve` with the small models of the tests. `extra` are settings as environment variables."""

    name = "ivory"
    number = NUMBERS["menu_en"]
    engine: str = "vosk"
    extra: dict[str, str] = field(default_factory=dict)
    _relays: set[int] = field(init=False, default_factory=set)

    def extension(self) -> str:
        found = []
        for flow, number in NUMBERS.items():
            document = etree.fromstring(render.entry(Plan((number,), flow=flow, answer=True)))
            (extension,) = document.iter("extension")
            extension.set("name", flow)
            found.append(etree.tostring(extension, encoding="unicode", with_tail=False))
        return "\n".join(found)

    def settings(self, folder: Path) -> dict[str, str]:
        return {
            "IVR_FLOWS_DIR": str(FLOWS),
            "IVR_ASR_ENGINES": json.dumps([self.engine]),
            "IVR_ASR_MODELS": json.dumps({tag: str(path) for tag, path in tiny.models().items()}),
            "IVR_ASR_RUN": str(folder / "ears"),
            **self.extra,
        }

    def stop(self) -> None:
        self._relays |= set(self.parts()["relay"])
        super().stop()
        for pid in self._relays:  # it outlives its worker on purpose
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def parts(self) -> dict[str, list[int]]:
        """Its processes by what they do."""
        found: dict[str, list[int]] = {part: [] for part in PARTS}
        for pid in family(self.process.pid) if self.process else ():
            with suppress(OSError):
                found[part_of(Path(f"/proc/{pid}/cmdline").read_bytes())].append(pid)
        return found

    def cpu(self) -> dict[tuple[str, int], float]:
        """Seconds of processor time so far, by what it was for and the process."""
        return {(part, pid): cpu_seconds(pid) for part, pids in self.parts().items() for pid in pids}


def part_of(command: bytes) -> str:
    """Whose command line it is."""
    if b"ivr.speech.ears.relay" in command:
        return "relay"
    return "recogniser" if b"ivr.speech.asr.child" in command else "worker"
