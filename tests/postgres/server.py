"""A private PostgreSQL: its own data, password, loopback port and UNIX socket.

Root may not run the server, so a test that runs as root gives data and processes to `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

START_SECONDS = 30
USER, PASSWORD = "ivory", "s3cret/with:odd@characters?"


def find() -> Path | None:
    """The folder of the server's programs: that of `initdb` on PATH, else Debian's newest."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A running PostgreSQL with the superuser `USER`. Its data is gone after `remove`.

    Attributes:
        port: on 127.0.0.1, where it asks for the password.
        sockets: folder of its UNIX socket, where it does not.
    """

    def __init__(self, binaries: Path, **options: str) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="ivory-pg-"))
        self.data, self.sockets = self.folder / "data", self.folder
        self.port = _free_port()
        self.options = {"fsync": "off", "max_connections": "40", "shared_buffers": "16MB"} | options
        self.process: subprocess.Popen[bytes] | None = None
        self._owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        subprocess.run(
            [
                binaries / "initdb", f"--pgdata={self.data}", f"--username={USER}", f"--pwfile={password}",
                "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                "--no-sync", "--no-instructions",
            ],
            check=True, capture_output=True, cwd=self.folder, timeout=60, **self._owner,
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.sockets),
        } | self.options
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self._owner,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT breaks connections off in order, SIGQUIT at once and without a word."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def remove(self) -> None:
        """Stop it and take its data away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def freeze(self) -> None:
        """Let it, and every process of it, hang: connections stay up and nothing is answered."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for process in reversed(self._processes()):
            with suppress(ProcessLookupError):  # the one that served a killed client ends by itself
                os.kill(process, signal.SIGCONT)

    def run(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run SQL as the superuser, each statement by itself; returns its rows, if it has any."""
        with psycopg.connect(
            host=str(self.sockets), port=self.port, user=USER, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD, **options: str) -> str:
        """The URL of a database, over TCP; `options` go into its query."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in options.items())
        who = f"{user}:{quote(password, safe='')}"
        return f"postgresql://{who}@127.0.0.1:{self.port}/{database}" + (f"?{query}" if query else "")

    def _processes(self) -> list[int]:
        assert self.process
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
