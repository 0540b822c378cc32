"""Ivory as its users run it: the dialplan of `ivr dialplan install --answer`, a flow in YAML, `ivr serve`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from ivr.dialplan import Plan, render
from tests.bench.freeswitch.contenders.base import Contender
from tests.freeswitch.instance import free_port

FLOWS = Path(__file__).parent.parent / "flows"
ATTACH_SECONDS = 60


@dataclass
class Ivory(Contender):
    """`ivr serve`. `metrics` is where it can be asked how it is, as host:port; `flow` is of `flows`."""

    name = "ivory"
    number = "95599"
    flow = "dialogue"
    metrics: str = field(init=False, default_factory=lambda: f"127.0.0.1:{free_port()}")

    def extension(self) -> str:
        document = etree.fromstring(render.entry(Plan((self.number,), flow=self.flow, answer=True)))
        (extension,) = document.iter("extension")
        return etree.tostring(extension, encoding="unicode", with_tail=False)

    def settings(self, folder: Path) -> dict[str, str]:
        """Settings beside those that every Ivory here has, as environment variables."""
        return {}

    def start(self) -> None:
        folder, switch = self.place.folder / self.name, self.place.switch
        folder.mkdir(exist_ok=True)
        log = folder / "serve.log"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IVR_SWITCH")},
            "IVR_SWITCH_PORT": str(switch.port),
            "IVR_SWITCH_PASSWORD": switch.password,
            "IVR_FLOWS_DIR": str(FLOWS),
            "IVR_FLOWS_SOUNDS": str(self.place.sounds),
            "IVR_SPEECH_CACHE": str(folder / "prompts"),
            "IVR_CALLS_RECORDINGS": str(folder / "recordings"),
            "IVR_STORE_URL": f"sqlite:///{folder / 'ivory.db'}",
            "IVR_STORE_SPOOL": str(folder / "spool"),
            "IVR_OPS_LISTEN": self.metrics,
            "IVR_WEB_LISTEN": "",
            "IVR_WEBHOOKS_DELIVER": "false",
            "XDG_DATA_HOME": str(folder),
            **self.settings(folder),
        }
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve", "--drain=1"], env=environment, cwd=folder,
                stdout=subprocess.DEVNULL, stderr=out, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + ATTACH_SECONDS
        while "switch_up" not in log.read_text(errors="replace"):
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.stop()
                raise RuntimeError(f"Ivory did not attach: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
