"""What a caller hears while something takes long: nothing at first, then a sentence, then music.

Another system answers when it likes, a webhook comes when it comes; the caller must not take the line for
dead meanwhile. Keys pressed then are kept for whatever asks next.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.call import Music
from ivr.flow.prompts import PromptModel
from ivr.runtime.visit import Visit


class Company:
    """The company of one caller during one visit.

    Args:
        after: seconds until anything is heard; None: nothing ever is.
        prompt: what is said, once.
        music: what follows, by the name of its stream; empty: silence.
        said: the sentence was heard by now, as a worker before had the caller.
    """

    def __init__(
        self, visit: Visit, after: float | None, prompt: PromptModel | None, music: str, *, said: bool = False
    ) -> None:
        self._visit, self._prompt, self._music = visit, None if said else prompt, music
        self._begins = None if after is None else visit.call.monotonic() + after

    def until(self, done: Callable[[], bool], deadline: float | None = None) -> bool:
        """Keep the caller company until something is `done`; False: it was not by `deadline`, in seconds of
        the call. A caller who hangs up ends the wait: CallEnded."""
        call, heard = self._visit.call, self._visit.input
        while not done():
            now = call.monotonic()
            if deadline is not None and now >= deadline:
                return False
            if self._begins is not None and now >= self._begins:
                self._begins = None
                self._visit.say(self._prompt, "none")
                if self._music and not done():
                    heard.start([Music(self._music)])
                continue
            moments = [moment for moment in (self._begins, deadline) if moment is not None]
            heard.wait(min(moments) - now if moments else None)
        return True

    def end(self) -> None:
        """Let nothing sound any more; whoever has hung up hears nothing anyway."""
        if not self._visit.hung_up:
            self._visit.input.silence()
