"""Applications that make sound: playback and gentones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.applications.table import application
from ivr.switch.playback import play
from ivr.switch.sounds import Piece
from ivr.switch.tones import tone_seconds

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.digits import Digit

_RESPONSES = {
    "done": "FILE PLAYED",
    "break": "FILE PLAYED",
    "missing": "FILE NOT FOUND",
    "gone": "PLAYBACK ERROR",
}
_ANY = "1234567890*#"


def terminates(channel: Channel, digit: Digit) -> bool:
    """Whether a key is one of `playback_terminators` (default `*`); if so it is noted as the one used."""
    keys = channel.variables.get("playback_terminators") or "*"
    keys = {"any": _ANY, "none": ""}.get(keys.lower(), keys)
    if digit.key not in keys:
        return False
    channel.variables.set("playback_terminator_used", digit.key)
    return True


@application("playback", needs_media=True)
def playback(channel: Channel, argument: str) -> None:
    """Play a file, a file_string, silence, a tone or music."""
    channel.variables.set("playback_terminator_used", None)
    end = play(channel, argument, lambda digit: terminates(channel, digit))
    channel.variables.set("current_application_response", _RESPONSES[end])


@application("gentones", needs_media=True)
def gentones(channel: Channel, argument: str) -> None:
    """Play a tone given in TGML; no PLAYBACK events."""
    spec = argument.partition("|")[0]
    piece = Piece("tone", spec, tone_seconds(spec))
    channel.party.sound_began(channel, piece)
    with channel.displaced.carried():
        end = channel.idle(piece.seconds, lambda digit: terminates(channel, digit))
    channel.party.sound_ended(channel, piece, complete=end == "done")
