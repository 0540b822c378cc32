"""A private FreeSWITCH: own folders, own loopback ports, the configuration of this project."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROJECT = Path(__file__).parents[2]
START_SECONDS = 30


def find() -> Path | None:
    """The FreeSWITCH to use: that of FREESWITCH_PREFIX, else the one on PATH or in a usual place."""
    if prefix := os.environ.get("FREESWITCH_PREFIX"):
        binary = Path(prefix) / "bin" / "freeswitch"
        return binary if binary.exists() else None
    if found := shutil.which("freeswitch"):
        return Path(found)
    usual = (Path(prefix) / "bin/freeswitch" for prefix in ("/usr/local/freeswitch", "/opt/freeswitch"))
    return next((binary for binary in usual if binary.exists()), None)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A loopback port nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Instance:
    """A running FreeSWITCH.

    Attributes:
        port, password: of its event socket.
        sip_port: of its SIP profile, on 127.0.0.1.
    """

    def __init__(self, binary: Path, folder: Path, log_level: str = "warning,err,crit,alert") -> None:
        self.binary, self.folder = binary, folder
        self.port, self.sip_port = free_port(), free_port(socket.SOCK_DGRAM)
        self.password = secrets.token_hex(8)
        self.log_level = log_level
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for name in ("conf", "run", "db", "log", "music"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        rtp = 10000 + (os.getpid() * 100) % 20000  # below the ports that the system hands out to anybody
        values = {
            "ESL_PORT": self.port,
            "PASSWORD": self.password,
            "SIP_PORT": self.sip_port,
            "RUN": self.folder / "run",
            "MUSIC": self.folder / "music",
            "RTP_START": rtp,
            "RTP_END": rtp + 2000,
            "LOGLEVEL": self.log_level,
            "PROJECT": PROJECT,
        }
        text = self.template()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "conf/freeswitch.xml").write_text(text, encoding="utf-8")
        folders = [
            part for name in ("conf", "run", "db", "log") for part in (f"-{name}", str(self.folder / name))
        ]
        with (self.folder / "stdout").open("wb") as out:
            self.process = subprocess.Popen(
                [str(self.binary), "-nonat", "-nf", "-nc", *folders],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and b"auth/request" in probe.recv(100):
                    return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(
            f"FreeSWITCH did not start: {(self.folder / 'stdout').read_text(errors='replace')[-2000:]}"
        )

    def template(self) -> str:
        """The configuration, before names such as `@SIP_PORT@` are replaced by their values."""
        return (Path(__file__).parent / "conf/freeswitch.xml").read_text(encoding="utf-8")

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(kind)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.process = None
