"""Many callers at once, by sipp: cheap enough to share two processors with what is measured.

Digits are RFC 2833 from capture files. sipp does not listen to what it is sent; that a dialogue was gone
through shows in its end, as only a contender that took both digits hangs up in time.
"""

from __future__ import annotations

import csv
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.freeswitch.sipp import BYE, SCENARIO, WAIT_BYE, capture, key_packets

EARLY = "9"  # label of the steps of those who hang up
FRAME = 0.02


@dataclass(frozen=True, slots=True)
class Count:
    """Calls so far."""

    created: int = 0
    succeeded: int = 0
    failed: int = 0
    current: int = 0


def dialogue(folder: Path, first: str, second: str, early: float = 0.0) -> str:
    """The scenario of the three-prompt two-digit call, ended by the switch.

    Args:
        first, second: sipp's pause before each digit: `milliseconds="300"`, or a distribution.
        early: the share of callers who hang up instead of pressing the second digit.
    """
    leave = f'  <nop next="{EARLY}" chance="{early:g}"/>\n' if early else ""
    steps = f"  <pause {first}/>\n{_press(folder, 1)}  <pause {second}/>\n{leave}{_press(folder, 2)}"
    wait = WAIT_BYE.replace('timeout="60000"', 'timeout="10000"')
    if not early:
        return _scenario(steps, wait)
    return _scenario(steps, f'{wait}\n  <nop next="10"/>\n  <label id="{EARLY}"/>\n{BYE}\n  <label id="10"/>')


def holding(seconds: float) -> str:
    """The scenario of a caller who listens, sends silence all the while, and hangs up."""
    stream = '  <nop><action><exec rtp_stream="silence.ulaw,-1,0"/></action></nop>\n'
    text = _scenario(f'{stream}  <pause milliseconds="{seconds * 1000:.0f}"/>', BYE)
    return text.replace("[media_port]", "[rtpstream_audio_port]")


def _press(folder: Path, number: int) -> str:
    capture_file = folder / f"digit{number}.pcap"
    capture_file.write_bytes(capture(key_packets("1", number * 1_000_000, number * 1000)))
    return f'  <nop><action><exec play_pcap_audio="{capture_file}"/></action></nop>\n'


def _scenario(steps: str, end: str) -> str:
    text = SCENARIO.replace("@STEPS@", steps).replace("@END@", end)
    return text.replace("@NAME@", "Caller").replace("@ANI@", "1380000[call_number]")


class Load:
    """A running sipp, which ends at the latest when its context does.

    Args:
        rate: new calls per second.
        most: calls at the same time; sipp waits with new ones.
        calls: after so many it ends; 0: never.
    """

    def __init__(
        self,
        folder: Path,
        scenario: str,
        number: str,
        sip_port: int,
        *,
        rate: float,
        most: int,
        calls: int = 0,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._statistics = folder / "statistics.csv"
        self._statistics.unlink(missing_ok=True)
        (folder / "silence.ulaw").write_bytes(b"\xff" * 8000)
        (folder / "scenario.xml").write_text(scenario, encoding="utf-8")
        arguments = [
            *("sipp", f"127.0.0.1:{sip_port}", "-sf", "scenario.xml", "-s", number, "-i", "127.0.0.1"),
            *("-mi", "127.0.0.1", "-nostdin", "-r", f"{rate:g}", "-l", str(most)),
            *(
                "-trace_stat",
                "-stf",
                self._statistics.name,
                "-fd",
                "1",
                "-trace_err",
                "-error_file",
                "errors",
            ),
            *(["-m", str(calls)] if calls else []),
        ]
        with (folder / "output").open("wb") as out:
            self.process = subprocess.Popen(
                arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )

    def count(self) -> Count:
        """Calls so far, as of the last second."""
        try:
            rows = list(csv.DictReader(self._statistics.open(encoding="utf-8"), delimiter=";"))
        except FileNotFoundError:
            rows = []
        if not rows or rows[-1]["CurrentCall"] is None:
            return Count()
        names = ("TotalCallCreated", "SuccessfulCall(C)", "FailedCall(C)", "CurrentCall")
        return Count(*(int(rows[-1][name]) for name in names))

    def wait(self, timeout: float) -> Count:
        """Wait for its last call to end."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()
        return self.count()

    def drain(self, timeout: float) -> None:
        """Begin no more calls and wait for the last to end."""
        self.process.send_signal(signal.SIGUSR1)  # sipp's own: quit when all calls are over
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; its calls are hung up."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def errors(self) -> str:
        """What sipp complained about."""
        file = self._folder / "errors"
        return file.read_text(errors="replace") if file.exists() else ""
