"""A child process with its pipes in an event loop.

asyncio has the like, but reaps children through threads or signals of its own, which do not get on with
others who do so in the same process; here the end of its output tells that a child has gone, and asking is
enough to reap it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

_ASK = 0.01  # seconds between two looks at whether it has gone


class Child:
    """A running process in a session of its own."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        output: asyncio.StreamReader,
        transports: tuple[asyncio.WriteTransport, asyncio.BaseTransport],
    ) -> None:
        self._process = process
        self.output = output
        self._input, self._outgoing = transports
        self.killed = False

    @classmethod
    async def start(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Raises OSError when it cannot be started."""
        loop = asyncio.get_running_loop()
        process = subprocess.Popen(
            arguments,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        output = asyncio.StreamReader()
        try:
            reading, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(output), process.stdout
            )
            writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, process.stdin)
        except BaseException:  # nobody waits for it any more
            process.kill()
            raise
        return cls(process, output, (writing, reading))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def unread(self) -> int:
        """Bytes that were written and have not left yet."""
        return self._input.get_write_buffer_size()

    def write(self, content: bytes) -> None:
        """Never waits, never raises; what a dead child was to read is lost."""
        if not self._input.is_closing():
            self._input.write(content)

    def kill(self) -> None:
        """End it, and all it has started."""
        self.killed = True
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def gone(self, within: float) -> int | None:
        """Its exit status (negative: the signal that ended it), or None if it has not gone by then."""
        until = time.monotonic() + within
        while (status := self._process.poll()) is None and time.monotonic() < until:
            await asyncio.sleep(_ASK)
        return status

    def close(self) -> None:
        """Let go of the pipes, in the loop's next round; the child should have gone."""
        if not self._input.is_closing():
            self._input.abort()  # what it has not read is not written any more
        self._outgoing.close()
