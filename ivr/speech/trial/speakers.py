"""Who speaks: synthetic voices of different timbre, speed, pitch and loudness, and what telephones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

from ivr.speech.trial.line import Law

# Variants of espeak-ng's voices, those that differ most first; "" is the voice as it is. None of them
# breathes: breath is made of random numbers, which would be others every time.
_VARIANTS = (
    *("", "f4", "m3", "belinda", "m7", "linda", "m5", "Annie"),
    *("m2", "adam", "m8", "aunty", "m4", "ed", "m6", "klatt"),
)
_MANNERS = ((165, 50, 0.0), (145, 55, -5.0), (185, 42, 3.0), (160, 60, -8.0))  # words a minute, pitch, dB
MOST = len(_VARIANTS) * len(_MANNERS)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice (`rate` in words a minute, `pitch` from 1 to 99), dB by which it is louder than usual, and
    which of G.711's laws its line has."""

    voice: str
    rate: int
    pitch: int
    gain: float
    law: Law

    def __str__(self) -> str:
        return f"{self.voice} {self.rate}/{self.pitch}"


def speakers(voice: str, count: int) -> tuple[Speaker, ...]:
    """The first `count` speakers, at most `MOST`, of the language that espeak-ng's `voice` speaks: each the
    same however many there are."""
    laws: tuple[Law, Law] = ("mu", "a")
    turned = (_MANNERS[shift:] + _MANNERS[:shift] for shift in range(len(_MANNERS)))
    pairs = (
        (variant, manners[number % len(manners)])
        for manners, (number, variant) in product(turned, enumerate(_VARIANTS))
    )
    return tuple(
        Speaker(f"{voice}+{variant}" if variant else voice, *manner, law=laws[number % 2])
        for number, (variant, manner) in enumerate(islice(pairs, count))
    )
