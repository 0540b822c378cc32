"""Digits that nobody may see: the switch collects them, and they appear in no event."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.call import Piece, SecretEnded, SecretRule
from ivr.runtime.ear import Heard
from ivr.runtime.visit import Visit


def ask_in_confidence(
    visit: Visit, pieces: Sequence[Piece], shortest: int, longest: int, terminator: str
) -> Heard:
    """Play and take digits; what comes of it is not noted yet, and its digits are not masked yet.

    Asking that a worker before began and that still goes on is not begun again.
    """
    patience = visit.patience()
    rule = SecretRule(shortest, longest, terminator, patience.noinput_after, patience.digit_timeout)
    while True:
        if not visit.goes_on("secret"):
            visit.input.silence()
            visit.call.secret(pieces, rule)
        while not isinstance(ended := visit.input.wait(None), SecretEnded):
            continue
        visit.input.flush()
        # A # pressed out of habit behind a whole entry that was wrong is no entry of its own.
        if ended.digits or not ended.terminated or not visit.input.swallows(terminator):
            break
    if not ended.terminated and len(ended.digits) >= longest:
        visit.input.swallow(terminator, patience.digit_timeout)
    silent = not ended.digits and not ended.terminated
    kind = "noinput" if silent else "entry" if len(ended.digits) >= shortest else "nomatch"
    return Heard(kind, ended.digits)
