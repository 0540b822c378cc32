"""A plain greenswitch application as its documentation shows it: FreeSWITCH connects to it for every call.

`python -m tests.bench.freeswitch.contenders.greenswitch_outbound PORT SOUNDS` is the application itself.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.freeswitch.contenders.base import Contender, extension
from tests.freeswitch.instance import PROJECT, free_port

MAX_CALLS = 2000


@dataclass
class GreenswitchOutbound(Contender):
    """An outbound socket, `async full`, and `play_and_get_digits`."""

    name = "gs-outbound"
    number = "7003"
    port: int = field(init=False, default_factory=free_port)

    def extension(self) -> str:
        return extension(self.number, ("socket", f"127.0.0.1:{self.port} async full"))

    def start(self) -> None:
        with (self.place.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(self.port), str(self.place.sounds)], cwd=PROJECT,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        time.sleep(1.5)  # a look at its port would be a call for it


def serve(port: int, sounds: Path) -> None:
    """Answer calls until the process is ended."""
    from gevent import monkey

    monkey.patch_all()
    import greenswitch
    from greenswitch.esl import NotConnectedError, OutboundSessionHasGoneAway

    class Dialogue:
        def __init__(self, session: Any) -> None:
            self.session = session

        def run(self) -> None:
            try:
                self.talk()
                self.session.stop()
            except (OutboundSessionHasGoneAway, NotConnectedError):
                return  # the caller hung up

        def talk(self) -> None:
            self.session.myevents()
            self.session.linger()
            self.session.answer()
            if self.ask("first.wav") == "1" and self.ask("second.wav") == "1":
                self.session.playback(f"{sounds}/third.wav")
            self.session.hangup()

        def ask(self, file: str) -> Any:
            return self.session.play_and_get_digits(
                1, 1, 20, 5000, "none", f"{sounds}/{file}", "''", "choice", "1", 2000, "''",
                response_timeout=600,
            )  # fmt: skip

    greenswitch.OutboundESLServer("127.0.0.1", port, Dialogue, MAX_CALLS).listen()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
