"""A plain greenswitch application on the inbound socket: one connection drives all parked calls.

`python -m tests.bench.freeswitch.contenders.greenswitch_inbound PORT PASSWORD SOUNDS` is the application.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.freeswitch.contenders.base import Contender, extension
from tests.freeswitch.instance import PROJECT


@dataclass
class GreenswitchInbound(Contender):
    """`park`, then `sendmsg` for one application after the other."""

    name = "gs-inbound"
    number = "7004"

    def extension(self) -> str:
        return extension(self.number, ("set", "bench_inbound=true"), ("park", ""))

    def start(self) -> None:
        switch = self.place.switch
        with (self.place.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(switch.port), switch.password, str(self.place.sounds)],
                cwd=PROJECT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        time.sleep(1.5)


def serve(port: int, password: str, sounds: Path) -> None:
    """Drive calls until the process is ended."""
    from gevent import monkey

    monkey.patch_all()
    import gevent
    import greenswitch

    def ask(file: str) -> str:
        return f"play_and_get_digits\nexecute-app-arg: 1 1 20 5000 none {sounds}/{file} '' choice 1 2000"

    steps = [
        *("answer", ask("first.wav"), ask("second.wav")),
        *(f"playback\nexecute-app-arg: {sounds}/third.wav", "hangup"),
    ]
    at: dict[str, int] = {}
    line = greenswitch.InboundESL("127.0.0.1", port, password)

    def go_on(event: Any) -> None:
        call = event.headers["Unique-ID"]
        if event.headers.get("variable_bench_inbound") != "true":
            return
        step = at[call] = at.get(call, -1) + 1
        if step < len(steps):
            command = f"sendmsg {call}\ncall-command: execute\nevent-lock: true\nexecute-app-name: "
            gevent.spawn(line.send, command + steps[step])

    def forget(event: Any) -> None:
        at.pop(event.headers["Unique-ID"], None)

    def on_complete(event: Any) -> None:
        if event.headers["Unique-ID"] in at:
            go_on(event)

    line.register_handle("CHANNEL_PARK", go_on)
    line.register_handle("CHANNEL_EXECUTE_COMPLETE", on_complete)
    line.register_handle("CHANNEL_HANGUP_COMPLETE", forget)
    line.connect()
    line.send("event plain CHANNEL_PARK CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE")
    while line.connected:
        gevent.sleep(1)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
