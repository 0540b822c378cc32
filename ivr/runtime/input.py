"""What callers press, and when it counts: prompts that can be barged into, type-ahead, and time-outs.

One `Input` lives as long as its call. Keys that come at any time are kept until a node asks for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.call import Call, Event, Key, Piece, PlayEnded
from ivr.runtime.keys import Grammar, Judgement, Verdict

MAX_TYPED_AHEAD = 64  # keys; a phone that sends more without being asked is broken or hostile


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking. `kind`: entry, noinput, nomatch; `keys` is what was pressed."""

    kind: str
    keys: str = field(default="", repr=False)
    terminated: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an input node waits, in seconds, and what stops its prompt."""

    noinput_after: float
    digit_timeout: float
    barge_in: str = "any"

    @property
    def keys_stop_prompt(self) -> bool:
        return self.barge_in in ("any", "digits")

    @property
    def keys_wait(self) -> bool:
        """Whether keys count only when the prompt has ended."""
        return self.barge_in in ("none", "speech")


class Input:
    """The caller's keys, and the prompts they hear meanwhile."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._keys: deque[Key] = deque(maxlen=MAX_TYPED_AHEAD)
        self._swallow = ("", 0.0)  # a terminator that may still follow a complete entry, and until when
        self._playing: int | None = None

    @property
    def typed(self) -> str:
        """Keys that were pressed and not used yet."""
        return "".join(key.key for key in self._keys)

    def flush(self) -> None:
        """Forget what was typed ahead."""
        self._keys.clear()

    def play(self, pieces: Sequence[Piece], barge_in: str = "any") -> bool:
        """Let the caller hear `pieces`; returns whether they heard them to the end.

        A key stops the prompt where `barge_in` lets it, and is kept for whoever asks next; keys typed
        ahead skip it.
        """
        stops = barge_in in ("any", "digits")
        if not pieces or (stops and self._keys):
            return not pieces
        self.start(pieces)
        complete = True
        while self._playing is not None:
            event = self.wait(None)
            if isinstance(event, PlayEnded):
                complete = event.complete
            elif isinstance(event, Key) and stops:
                self.call.stop()
                complete = False
        return complete

    def ask(self, pieces: Sequence[Piece], grammar: Grammar, patience: Patience) -> Heard:
        """Play `pieces` and take keys until `grammar` is content or `patience` is over."""
        began = self.call.monotonic()
        if pieces and not (patience.keys_stop_prompt and self._keys):
            self.start(pieces)
        silent_since = began
        while True:
            playing = self._playing is not None
            listening = not (playing and patience.keys_wait)
            judgement = grammar.judge(self.typed) if listening else Judgement(Verdict.EMPTY)
            if playing and judgement.verdict is Verdict.WRONG and patience.barge_in == "match":
                self.flush()
                continue
            if playing and self._keys and patience.keys_stop_prompt:
                self.call.stop()
            match judgement.verdict:
                case Verdict.COMPLETE:
                    return self._finish(judgement, grammar, patience)
                case Verdict.WRONG:
                    return self._nomatch()
                case Verdict.EMPTY:
                    deadline = None if playing else silent_since + patience.noinput_after
                case _:
                    deadline = (
                        max(self._keys[-1].at, began if playing else silent_since) + patience.digit_timeout
                    )
            event = self._wait_until(deadline)
            if isinstance(event, PlayEnded):
                silent_since = self.call.monotonic()
            elif event is None:
                match judgement.verdict:
                    case Verdict.GROWING:
                        return self._finish(judgement, grammar, patience)
                    case Verdict.PARTIAL:
                        return self._nomatch()
                    case _:
                        return Heard("noinput")

    def wait(self, timeout: float | None) -> Event | None:
        """The call's next event; keys are kept, and passed on too."""
        deadline = None if timeout is None else self.call.monotonic() + timeout
        return self._wait_until(deadline)

    def silence(self) -> None:
        """Stop what is playing and wait until it has stopped."""
        if self._playing is not None:
            self.call.stop()
            while self._playing is not None:
                self.wait(None)

    def start(self, pieces: Sequence[Piece]) -> None:
        """Begin to play and go on; `silence` ends it."""
        self._playing = self.call.play(pieces)

    def _wait_until(self, deadline: float | None) -> Event | None:
        while True:
            left = None if deadline is None else max(0.0, deadline - self.call.monotonic())
            event = self.call.wait(left)
            if isinstance(event, PlayEnded):
                if event.play != self._playing:
                    continue
                self._playing = None
            elif isinstance(event, Key):
                swallowed, until = self._swallow
                self._swallow = ("", 0.0)
                if event.key == swallowed and event.at <= until:
                    continue
                self._keys.append(event)
            return event

    def _finish(self, judgement: Judgement, grammar: Grammar, patience: Patience) -> Heard:
        last = self._keys[judgement.length - 1]
        for _ in range(judgement.length):
            self._keys.popleft()
        if grammar.terminator and not judgement.terminated:
            if self._keys and self._keys[0].key == grammar.terminator:
                self._keys.popleft()
            else:
                self._swallow = (grammar.terminator, last.at + patience.digit_timeout)
        self.silence()
        return Heard("entry", judgement.entry, judgement.terminated)

    def _nomatch(self) -> Heard:
        keys = self.typed
        self.flush()
        self.silence()
        self.flush()
        return Heard("nomatch", keys)
