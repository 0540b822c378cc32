"""What callers may say: as designers write it, as recognisers are told, and what recognised words mean.

A designer writes phrases: `(我要|我想)查询{month}月的[通话]详单`. `Pattern` reads one. With the types of its
slots (`SLOTS`, `OneOf`, `Digits`) each becomes a rule, from which everything follows: `Expected.phrases`
and `.jsgf` tell a recogniser what to listen for, `.understand` says which choice the recognised words are
and what fills its slots, `.whole` whether the caller has said it all, and `collisions` finds words that two
choices share. Everything here is pure: words come in, meanings go out.
"""

from __future__ import annotations

from ivr.flow.spoken.collisions import Collision, collisions
from ivr.flow.spoken.expected import Expected, Said, Understood, digits, yes_or_no
from ivr.flow.spoken.patterns import CODES, Pattern
from ivr.flow.spoken.slots import SLOTS, Digits, OneOf, SlotType

__all__ = [
    "CODES",
    "SLOTS",
    "Collision",
    "Digits",
    "Expected",
    "OneOf",
    "Pattern",
    "Said",
    "SlotType",
    "Understood",
    "collisions",
    "digits",
    "yes_or_no",
]
