"""A line that leads nowhere: what is done is written down, what is told a test says."""

from __future__ import annotations

from ivr.phone.line import Account, Line, Phase, Told
from ivr.voip.messages import Event, Gone


class PaperLine(Line):
    """See Line."""

    def __init__(self, account: Account, told: Told) -> None:
        super().__init__(account, told)
        self.done: list[str] = []
        self.frames: list[bytes] = []

    def tell(self, told: Event | bytes) -> None:
        self._tell(told)

    def close(self) -> None:
        if self.phase is not Phase.GONE:
            self.done.append("close")
            self._tell(Gone(reason="closed"))

    def _register(self) -> None:
        self.done.append("register")

    def _unregister(self) -> None:
        self.done.append("unregister")

    def _dial(self, number: str) -> None:
        self.done.append(f"dial {number}")

    def _answer(self) -> None:
        self.done.append("answer")

    def _reject(self) -> None:
        self.done.append("reject")

    def _hangup(self) -> None:
        self.done.append("hangup")

    def _press(self, keys: str) -> None:
        self.done.append(f"press {keys}")

    def _send(self, frame: bytes) -> None:
        self.frames.append(frame)
