"""A call as people read it, while it goes on: when, who, what."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

GAP = 1.0  # seconds of nothing after which the same speaker begins a new line
_ENDS = "。！？.!?…"
_STYLES = {"ivr": "", "caller": "bold cyan", "agent": "bold green", "switch": "dim"}


class Transcript:
    """Writes lines as they come; what one speaker says piece by piece stays on one line.

    Args:
        now: seconds since the call began.
    """

    def __init__(self, console: Console, now: Callable[[], float]) -> None:
        self._console = console
        self._now = now
        self._who = ""
        self._line = ""
        self._last = 0.0

    def heard(self, words: str, *, endless: bool = False) -> None:
        """Ivory says something; what is `endless`, as music, is a line of its own, and so what comes in
        between has its own time."""
        if endless:
            self.note("ivr", words)
        else:
            self._say("ivr", words)

    def silent(self) -> None:
        """What Ivory said is over."""
        self._last = self._now()

    def pressed(self, keys: str) -> None:
        """The caller pressed keys."""
        self._say("caller", keys if self._who == "caller" else f"presses {keys}")

    def note(self, who: str, text: str) -> None:
        """Something else, on a line of its own."""
        self.close()
        self._say(who, text)
        self.close()

    def problem(self, text: str) -> None:
        """Something that Ivory could not do, and why."""
        self.close()
        self._say("ivr", f"! {text}", "yellow")
        self.close()

    def close(self) -> None:
        """End the line that is being written."""
        if self._line:
            self._console.print()
        self._who = self._line = ""

    def _say(self, who: str, text: str, style: str = "") -> None:
        text = "".join(c if c.isprintable() else "\ufffd" for c in text)
        if not text:
            return
        whole = who == "ivr" and self._line.endswith(tuple(_ENDS))
        if self._line and (who != self._who or whole or self._now() - self._last > GAP):
            self.close()
        if not self._line:
            self._who = who
            minutes, seconds = divmod(self._now(), 60)
            head = Text.assemble(
                (f"{int(minutes):>3}:{seconds:04.1f}  ", "dim"), (f"{who:<8}", _STYLES.get(who, ""))
            )
            self._console.print(head, end="")
            self._write(text, style)
        else:
            joined = unicodedata.category(text[0]).startswith("P") or (who == "caller")
            self._write(text if joined else f" {text}")
        self._last = self._now()

    def _write(self, text: str, style: str = "") -> None:
        self._line += text
        style = style or _STYLES.get(self._who, "")
        self._console.print(Text(text, style), end="", soft_wrap=True)
