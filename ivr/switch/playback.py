"""Play a sound on a channel in the time it really takes, with the events and variables that belong to it.

(switch_ivr_play_file, and the file_string format of mod_dptools.) What the far end hears is told to its party
piece by piece.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ivr.switch.digits import Digit
from ivr.switch.events import Headers
from ivr.switch.sounds import Piece, Sound, resolve

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

OnDigit = Callable[[Digit], bool]


def play(channel: Channel, text: str, on_digit: OnDigit | None) -> str:
    """Play until the end, a break, or a key that `on_digit` ends it with.

    Returns:
        `done`, `break` (stopped by uuid_break or a key), `missing` or `gone`.
    """
    if not text or not channel.pre_answer() or not channel.ready:
        return "gone"
    sound = find(channel, text)
    if sound is None:
        # FreeSWITCH resets the session here: keys typed ahead are lost with the missing file.
        channel.reset()
        return "missing"

    about = [("Playback-File-Path", sound.path)]
    if sound.kind:
        about.insert(0, ("Playback-File-Type", sound.kind))
    items = open_items(channel, sound)
    piece: Piece | None = next(items)
    channel.fire("PLAYBACK_START", about)
    began = time.monotonic()
    with channel.displaced.carried():
        end = channel.idle(sound.lead, on_digit) if sound.lead else "done"
        while piece is not None and end == "done":
            end = _play_piece(channel, piece, on_digit)
            piece = next(items, None) if end == "done" else None
    played = time.monotonic() - began
    if end == "done":
        played = sound.lead + sum(item.piece.seconds for item in sound.items if item.piece)
    _account(channel, played)
    if end == "digit":
        end = "break"
    elif end == "gone" and channel.commands.hung_up:
        # Hung up by a command that was taken while playing: the frame in hand ends as if all had been played.
        end = "done"
    channel.fire("PLAYBACK_STOP", [*about, ("Playback-Status", "break" if end == "break" else "done")])
    return end


def _play_piece(channel: Channel, piece: Piece, on_digit: OnDigit | None) -> str:
    channel.party.sound_began(channel, piece)
    end = channel.idle(piece.seconds, on_digit)
    channel.party.sound_ended(channel, piece, complete=end == "done")
    return end


def sound_prefix(channel: Channel) -> str:
    """The folder that relative paths start from."""
    return channel.variable("sound_prefix") or channel.switch.globals["base_dir"]


def find(channel: Channel, text: str) -> Sound | None:
    """What this argument plays; None: nothing, and a string of files tells of each that is missing."""
    sound = resolve(text, sound_prefix(channel))
    if sound is None and text.lower().startswith("file_string://"):
        for part in text[len("file_string://") :].split("!"):
            _string_event(channel, "fail", part)
    return sound


def open_items(channel: Channel, sound: Sound) -> Iterator[Piece]:
    """The pieces of a sound, each opened when its turn comes."""
    for item in sound.items:
        if item.piece is None:
            _string_event(channel, "fail", item.written)
            continue
        if sound.string:
            _string_event(channel, "open", item.written)
        yield item.piece
        if sound.string:
            _string_event(channel, "close", item.written)


def _string_event(channel: Channel, what: str, file: str) -> None:
    channel.switch.bus.fire("CUSTOM", Headers([("File", file)]), subclass=f"filestring::{what}")


def _account(channel: Channel, seconds: float) -> None:
    samples = 0 if math.isinf(seconds) else round(seconds * 8000)
    variables = channel.variables
    variables.set("playback_last_offset_pos", str(samples))
    variables.set("playback_seconds", str(samples // 8000))
    variables.set("playback_ms", str(samples // 8))
    variables.set("playback_samples", str(samples))
