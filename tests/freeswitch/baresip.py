"""baresip as a caller: a user agent that people have on their desks, without a screen or a sound card.

It speaks from a file, takes its commands over a console of its own, and writes what it hears to a WAV file.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import wave
from pathlib import Path
from typing import Self

from tests.freeswitch.instance import free_port

MODULES = Path("/usr/lib/baresip/modules")
START_SECONDS = 5.0
KEY_SECONDS = 0.3

CONFIG = """sip_listen 127.0.0.1:{sip_port}
audio_player aubridge,nobody
audio_source aufile,{folder}/voice.wav
ausrc_srate 8000
auplay_srate 8000
module_path {modules}
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
snd_path {folder}
module cons.so
cons_listen 127.0.0.1:{port}
module_app account.so
module_app contact.so
module_app menu.so
"""


def available() -> bool:
    """Whether baresip is installed, as Debian does it."""
    return shutil.which("baresip") is not None and MODULES.is_dir()


class Baresip:
    """A user agent with one account, from which it may call. Who calls it, on `sip_port`, rings until
    somebody picks up, or at once where it `answers`."""

    def __init__(self, folder: Path, ani: str, seconds: int = 60, *, answers: bool = False) -> None:
        self.folder, self._ani, self._seconds, self._port = folder, ani, seconds, free_port()
        self.sip_port = free_port(socket.SOCK_DGRAM)
        self._answers = answers

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        mode = ";answermode=auto" if self._answers else ""
        account = f"<sip:{self._ani}@127.0.0.1>;regint=0{mode}\n"
        (self.folder / "accounts").write_text(account, encoding="utf-8")
        (self.folder / "contacts").touch()
        with wave.open(str(self.folder / "voice.wav"), "wb") as voice:
            voice.setparams((1, 2, 8000, 0, "NONE", ""))
            voice.writeframes(bytes(2 * 8000 * self._seconds))
        try:
            self._start()
        except ConnectionRefusedError:  # somebody else took one of the ports meanwhile
            self._port, self.sip_port = free_port(), free_port(socket.SOCK_DGRAM)
            self._start()
        return self

    def _start(self) -> None:
        config = CONFIG.format(folder=self.folder, modules=MODULES, port=self._port, sip_port=self.sip_port)
        (self.folder / "config").write_text(config, encoding="utf-8")
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["baresip", "-f", str(self.folder), "-t", str(self._seconds)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._console = self._connect()

    def __exit__(self, *_: object) -> None:
        self._console.sendall(b"/quit\n")
        self._console.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)

    def call(self, number: str, sip_port: int) -> None:
        self._console.sendall(f"/dial sip:{number}@127.0.0.1:{sip_port}\n".encode())

    def press(self, keys: str) -> None:
        """Press keys (RFC 4733), one after the other."""
        for key in keys:
            self._console.sendall(key.encode())
            time.sleep(KEY_SECONDS)

    def order(self, command: str) -> None:
        """Do what a command of its console says: `/hold`, `/transfer sip:…`."""
        self._console.sendall(f"{command}\n".encode())

    def hang_up(self) -> None:
        self._console.sendall(b"/hangup\n")

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    @property
    def heard(self) -> Path:
        """What it heard in the last call."""
        return max(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self._port), START_SECONDS)
            except ConnectionRefusedError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    self._process.kill()
                    self._process.wait(5)
                    raise
                time.sleep(0.05)
