"""What callers press and say, and when it counts: prompts that can be barged into, type-ahead, time-outs.

One `Input` lives as long as its call. Keys that come at any time are kept until a node asks for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.call import Call, Event, Key, Piece, PlayEnded, SpeechBegan, SpeechEnded
from ivr.runtime.ear import Ear, Heard, Listener
from ivr.runtime.keys import Grammar, Judgement, Verdict

MAX_TYPED_AHEAD = 64  # keys; a phone that sends more without being asked is broken or hostile
_NOTHING = Judgement(Verdict.EMPTY)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an input node waits, in seconds, and what stops its prompt."""

    noinput_after: float
    digit_timeout: float
    barge_in: str = "any"

    @property
    def keys_stop_prompt(self) -> bool:
        """Whether any key stops the prompt."""
        return self.barge_in in ("any", "digits")

    @property
    def keys_wait(self) -> bool:
        """Whether keys count only when the prompt has ended."""
        return self.barge_in in ("none", "speech")

    @property
    def speech_stops_prompt(self) -> bool:
        """Whether the prompt stops when the caller begins to speak."""
        return self.barge_in in ("any", "speech")

    @property
    def speech_waits(self) -> bool:
        """Whether what is said counts only when the prompt has ended."""
        return self.barge_in in ("none", "digits")

    @property
    def match_stops_prompt(self) -> bool:
        """Whether the prompt stops only for what means something."""
        return self.barge_in == "match"


class Input:
    """The caller's keys, and the prompts they hear meanwhile."""

    def __init__(self, call: Call, typed: str = "") -> None:
        self.call = call
        self._keys: deque[Key] = deque(Key(key, call.monotonic()) for key in typed)
        self._restored = len(typed)  # keys that an earlier worker had taken, and nobody used yet
        self._kept = typed  # the keys that were last kept with the call
        self._keep_ahead = False
        self._swallow = ("", 0.0)  # a terminator that may still follow a complete entry, and until when
        self._playing: int | None = None
        self.deaf_told = False
        """Whether the caller knows that only keys can be understood now."""

    @property
    def typed(self) -> str:
        """Keys that were pressed and not used yet."""
        return "".join(key.key for key in self._keys)

    @property
    def playing(self) -> bool:
        """Whether something sounds, or is about to."""
        return self._playing is not None

    def flush(self) -> None:
        """Forget what was typed ahead."""
        self._keys.clear()

    def swallow(self, terminator: str, seconds: float) -> None:
        """Let a `terminator` that comes within `seconds` mean nothing: it ends an entry that was complete."""
        self._swallow = (terminator, self.call.monotonic() + seconds)

    def swallows(self, key: str) -> bool:
        """Whether a key that was pressed now is such a terminator. True once."""
        swallowed, until = self._swallow
        self._swallow = ("", 0.0)
        return bool(key) and key == swallowed and self.call.monotonic() <= until

    def remember(self, ahead: bool) -> str:
        """The keys to be kept with the call now. From here on those of an entry are kept as they come, and
        those that were typed `ahead` of any, if they may be."""
        self._keep_ahead = ahead
        self._kept = self.typed if ahead else ""
        return self._kept

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
                complete = complete and event.complete
            elif isinstance(event, Key) and stops and self._keys and complete:
                self.call.stop()
                complete = False
        return complete

    def ask(
        self,
        pieces: Sequence[Piece],
        grammar: Grammar,
        patience: Patience,
        listener: Listener | None = None,
    ) -> Heard:
        """Play `pieces` and take keys until `grammar` is content, or speech that `listener` makes something
        of, or until `patience` is over."""
        ear = Ear(self.call, listener, forgiving=self.deaf_told)
        try:
            return self._ask(pieces, grammar, patience, ear)
        finally:
            ear.close()

    def _ask(self, pieces: Sequence[Piece], grammar: Grammar, patience: Patience, ear: Ear) -> Heard:
        began = silent_since = self.call.monotonic()
        old, self._restored = self._restored, 0  # who was cut off over an entry hears the prompt again
        if pieces and (old or not self._skips(grammar, patience)):
            self.start(pieces)
        stopped = False
        while True:
            playing = self._playing is not None
            judgement = _NOTHING if playing and patience.keys_wait else grammar.judge(self.typed)
            if judgement.verdict is Verdict.WRONG and playing and patience.match_stops_prompt:
                self._drop(judgement.length)
                continue
            if len(self._keys) > old:
                ear.close()
            elif not (playing and patience.speech_waits):
                ear.open()
            if playing and len(self._keys) > old and patience.keys_stop_prompt and not stopped:
                self.call.stop()
                stopped = True
            match judgement.verdict:
                case Verdict.COMPLETE:
                    return self._finish(judgement, grammar, patience)
                case Verdict.WRONG:
                    return self._nomatch()
                case Verdict.EMPTY if ear.hears:
                    deadline = ear.until
                case Verdict.EMPTY:
                    deadline = None if playing else silent_since + patience.noinput_after
                case _ if playing and len(self._keys) == old:
                    deadline = None
                case _:
                    since = began if playing else silent_since
                    deadline = max(self._keys[-1].at, since) + patience.digit_timeout
            begun = judgement.verdict in (Verdict.PARTIAL, Verdict.GROWING)
            event = self._wait_until(deadline, entry=begun)
            if isinstance(event, PlayEnded | SpeechEnded):
                silent_since = self.call.monotonic()
            if event is not None:
                heard = ear.take(event)
                if isinstance(event, SpeechBegan) and ear.hears and playing and not stopped:
                    if stopped := patience.speech_stops_prompt:
                        self.call.stop()
                elif heard is not None and self._counts(heard, patience):
                    self.silence()
                    return heard
            elif ear.hears:
                ear.lost()
                silent_since = self.call.monotonic()
            else:
                match judgement.verdict:
                    case Verdict.GROWING:
                        return self._finish(judgement, grammar, patience)
                    case Verdict.PARTIAL if playing and patience.match_stops_prompt:
                        self.flush()
                    case Verdict.PARTIAL:
                        return self._nomatch()
                    case _:
                        return Heard("noinput")

    def _counts(self, heard: Heard, patience: Patience) -> bool:
        """Whether what was heard ends the question: where a match stops the prompt, nothing else does."""
        over = self._playing is None or not patience.match_stops_prompt
        return over or heard.kind in ("spoken", "unsure", "deaf")

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

    def _skips(self, grammar: Grammar, patience: Patience) -> bool:
        """Whether what was typed ahead makes the prompt needless."""
        if patience.match_stops_prompt:
            return grammar.judge(self.typed).verdict is Verdict.COMPLETE
        return patience.keys_stop_prompt and bool(self._keys)

    def _wait_until(self, deadline: float | None, *, entry: bool = False) -> Event | None:
        if (typed := self.typed if entry or self._keep_ahead else "") != self._kept:
            self._kept = typed
            self.call.keep_keys(typed)
        while True:
            left = None if deadline is None else max(0.0, deadline - self.call.monotonic())
            event = self.call.wait(left)
            if isinstance(event, PlayEnded):
                if event.play != self._playing:
                    continue
                self._playing = None
            elif isinstance(event, Key) and not self._take(event):
                continue
            return event

    def _take(self, key: Key) -> bool:
        """Keep a key, unless it only ends the entry before or there are too many. The first ones stay: they
        are what the caller meant."""
        swallowed, until = self._swallow
        self._swallow = ("", 0.0)
        if (key.key == swallowed and key.at <= until) or len(self._keys) >= MAX_TYPED_AHEAD:
            return False
        self._keys.append(key)
        return True

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._keys.popleft()

    def _finish(self, judgement: Judgement, grammar: Grammar, patience: Patience) -> Heard:
        until = self._keys[judgement.length - 1].at + patience.digit_timeout
        self._drop(judgement.length)
        if grammar.terminator and not judgement.terminated and not self._keys:
            self._swallow = (grammar.terminator, until)
        self.silence()
        return Heard("entry", judgement.entry)

    def _nomatch(self) -> Heard:
        keys = self.typed
        self.flush()
        self.silence()
        self.flush()
        return Heard("nomatch", keys)
