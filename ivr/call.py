"""The Call port: all that a flow may ask of a telephone call.

Nodes speak to this and to nothing else, so the same node runs on FreeSWITCH (`ivr.esl.call`) and, on a
virtual clock, in a flow's tests (`ivr.flow.scripted`). Whatever takes time is started and reports back as
an event from `wait`, the only place where a flow stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

KEYS = "0123456789*#ABCD"


# What a caller hears ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manner:
    """How words are spoken, where that is not left to the deployment's settings.

    `voice` is an engine's word for one, `rate` in words a minute, `pitch` from 1 to 99 (50: as the voice is
    made), `pause` the seconds of silence between two sentences. Empty or 0: as the settings say.
    """

    voice: str = ""
    rate: int = 0
    pitch: int = 0
    pause: float = 0.0


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Speech:
    """Words to be spoken.

    `fresh` marks words that are known only at call time (a value put into a sentence): everything else
    is rendered before the first call comes. `manner` is the flow's.
    """

    text: str
    language: str
    fresh: bool = False
    manner: Manner = PLAIN


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound file of the deployment, named relative to its sounds folder (`thanks.wav`)."""

    file: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing, for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone in FreeSWITCH's TGML (`%(500,0,800)`: 500 ms of 800 Hz)."""

    spec: str


@dataclass(frozen=True, slots=True)
class Music:
    """Music without end, by the name of its stream (`default`)."""

    name: str = "default"


Piece = Speech | Audio | Silence | Tone | Music


# What a caller says ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser takes an utterance for. `confidence` is from 0 to 1, in the engine's own measure."""

    words: str
    confidence: float


def _never(_words: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is listened for, in one language.

    Attributes:
        phrases: what may be said, each written out; words are apart by spaces where the language has them.
            Empty: anything.
        jsgf: the same as a grammar in JSGF (https://www.w3.org/TR/jsgf/), whose public rule is `said`, for
            engines that can follow one exactly.
        silence: seconds of silence after which an utterance is over if it is `whole`.
        patience: seconds of silence after which it is over in any case.
        longest: seconds after which it is cut.
        whole: whether the words so far are all that was to be said; called where the flow runs, never waits.
    """

    language: str
    phrases: tuple[str, ...] = ()
    jsgf: str = ""
    silence: float = 0.5
    patience: float = 1.0
    longest: float = 15.0
    whole: Callable[[str], bool] = field(default=_never, compare=False, repr=False)


# What a call reports ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """The caller pressed a key: one of `0-9 * # A-D`. `at` is on the call's monotonic clock."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """What `play` number `play` started is over. `complete`: to its end, not stopped."""

    play: int
    complete: bool


@dataclass(frozen=True, slots=True)
class RecordEnded:
    """A recording is on disk: its path and length in seconds."""

    path: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class SecretEnded:
    """Digits collected without anybody watching; `terminated` by the terminator key."""

    digits: str = field(repr=False)
    terminated: bool


@dataclass(frozen=True, slots=True)
class Bridged:
    """The other party has answered: two people talk."""


@dataclass(frozen=True, slots=True)
class BridgeEnded:
    """The other party has gone, or was never reached.

    `result`: answered, busy, no_answer, refused, failed. `cause` is FreeSWITCH's own word;
    `talked` is in seconds.
    """

    result: str
    cause: str
    talked: float = 0.0


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The caller began to speak, `at` on the call's monotonic clock; `listening`: the number of `listen`."""

    listening: int
    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """An utterance is over, and this is what was understood, the likeliest first; nothing: it was noise.

    `seconds` is its length without the silence that ended it; `cut`: it was too long and not waited for.
    """

    listening: int
    hypotheses: tuple[Hypothesis, ...]
    seconds: float = 0.0
    cut: bool = False
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Deaf:
    """Nothing is or will be heard by this `listen`: there is no recogniser, for the reason `why`.

    `failed`: there should be one for the language, and it is down; else there is none that knows it.
    """

    listening: int
    why: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class Woken:
    """Somebody called `wake`: work that was waited for is done."""


Event = (
    Key
    | PlayEnded
    | RecordEnded
    | SecretEnded
    | Bridged
    | BridgeEnded
    | SpeechBegan
    | SpeechEnded
    | Deaf
    | Woken
)


@dataclass(frozen=True, slots=True)
class SecretRule:
    """How digits that nobody may see are collected: lengths in digits, times in seconds."""

    min_length: int
    max_length: int
    terminator: str = "#"
    noinput_after: float = 5.0
    digit_timeout: float = 3.0


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to bring the caller to: an `extension` of the house or an outside `number` (E.164)."""

    kind: str
    address: str
    ring_seconds: float = 30.0
    caller_id: str = ""
    digits_after_answer: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the worker before kept with a call: the text it gave to `keep`, and the `keys` that wait."""

    text: str = field(repr=False)
    keys: str = field(default="", repr=False)


class Call(Protocol):
    """One telephone call, from where a flow stands.

    Every method raises `CallEnded` when the caller has gone. One thing sounds at a time: `play`, `record`,
    `secret` and `bridge` each stop what was playing before.
    """

    @property
    def id(self) -> str:
        """The call's UUID."""

    @property
    def ani(self) -> str:
        """The caller's number as the network gave it; empty when withheld."""

    @property
    def dnis(self) -> str:
        """The number that was called."""

    @property
    def started(self) -> datetime:
        """When the call arrived, aware UTC."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Channel variables the switch had when the call arrived."""

    @property
    def kept(self) -> Kept | None:
        """What an earlier worker kept with the call; None for a call that is new."""

    @property
    def going_on(self) -> str:
        """What an earlier worker began in the visit it kept last, and which reports its end here: `record`,
        `secret` or `bridge`; empty when nothing of the kind was."""

    @property
    def going_on_with(self) -> str:
        """The name of the recording that goes on."""

    def keep(self, text: str, keys: str) -> None:
        """Keep `text`, and the keys that wait, with the call: whoever drives it after a crash finds them in
        `kept`. It is on its way before anything that is done later; never waits, never raises."""

    def amend(self, text: str) -> None:
        """Keep `text` in place of what `keep` kept last, as more is known in the same visit: what it began,
        and the keys that wait, stay as they are; never waits, never raises."""

    def keep_keys(self, keys: str) -> None:
        """Keep the keys that wait, beside what `keep` kept last; never waits, never raises."""

    def monotonic(self) -> float:
        """Seconds on the clock that `wait` and `Key.at` use."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""

    def answer(self) -> None:
        """Take the call; does nothing when it was answered before."""

    def pre_answer(self) -> None:
        """Open the way for sound without answering (early media)."""

    def play(self, pieces: Sequence[Piece]) -> int:
        """Start playing; the number returned comes back in `PlayEnded`. A piece that cannot be had is
        passed over, logged and counted: sound that is missing never ends a call."""

    def stop(self) -> None:
        """Stop what is playing; its `PlayEnded` follows. Nothing playing: does nothing."""

    def listen(self, hearing: Hearing) -> int:
        """Listen to the caller from now on, beside whatever sounds; the number returned comes back in
        `SpeechBegan`, `SpeechEnded` (for each utterance) and `Deaf`. What was listened for before no longer
        is. Never waits."""

    def stop_listening(self) -> None:
        """Listen no longer; what is still being understood is forgotten. Not listening: does nothing."""

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        """Record the caller into `name` (a bare file name, `.wav` is added) until `stop_record`,
        `max_seconds`, or `silence_seconds` of silence (0: never); `RecordEnded` follows."""

    def stop_record(self) -> None:
        """End the recording; does nothing when there is none."""

    def secret(self, pieces: Sequence[Piece], rule: SecretRule) -> None:
        """Play and collect digits that appear in no event and no log; `SecretEnded` follows."""

    def bridge(self, target: Target) -> None:
        """Ring `target` and connect it. `Bridged` follows where it answers, `BridgeEnded` in any case, and
        the caller is with the flow again.

        Raises `RefusedInput` when the address may not be dialled."""

    def connect(self, leg: str, refused: Callable[[], object] = ...) -> None:
        """Connect with the party that waits on the channel `leg`; whoever found that party calls this, not
        the flow. `Bridged` follows where they talk, `BridgeEnded` in any case; with the result `failed` they
        never did, the caller is with the flow, and what sounded before is to be started again. `refused` is
        told when the switch does not even try."""

    def stop_bridge(self) -> None:
        """Give up ringing, or end the talk; `BridgeEnded` follows."""

    def wait(self, timeout: float | None) -> Event | None:
        """The next event, or None after `timeout` seconds (None: as long as it takes)."""

    def wake(self) -> None:
        """Make `wait` return `Woken`; for work that goes on beside the call. Never raises."""

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call. An unanswered call is refused with `cause`."""
