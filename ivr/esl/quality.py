"""How well a caller was heard: what FreeSWITCH measured of the audio it received, from the call's last event.

The variables are set when the channel hangs up (`set_stats` in switch_core_media.c), so only
CHANNEL_HANGUP_COMPLETE has them, and only for a leg with RTP of its own: a loopback leg has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.esl.wire import Event

JUDGED_FROM = 50
"""Packets (a second of 20 ms each) from which the figures mean something. Before, FreeSWITCH says 4.50."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The audio that came from a caller.

    Args:
        packets: RTP packets received; 0 means that nothing was ever heard of the caller.
        mos: FreeSWITCH's estimate, 1.0 to 4.5, by the packets that were missing.
        jitter_ms: the largest standard deviation of the packets' spacing in the call so far; one late
            packet near the beginning weighs much.
        loss_percent: packets lost, in whole percent; packets that overtake each other count as lost.
            FreeSWITCH refreshes it every 5 seconds, so the end of a call may be missing.
        flaws: missing and late packets, and penalties for several in a row.
    """

    packets: int
    mos: float
    jitter_ms: float
    loss_percent: float
    flaws: int

    @property
    def judged(self) -> bool:
        """Whether enough was received for the figures to mean something."""
        return self.packets >= JUDGED_FROM


def quality_of(hangup: Event) -> Quality | None:
    """What a CHANNEL_HANGUP_COMPLETE says of the audio; None when the leg had none of its own, or when the
    figures make no sense."""
    try:
        packets = int(_figure(hangup, "packet_count"))
        mos, variance = float(_figure(hangup, "mos")), float(_figure(hangup, "jitter_max_variance"))
        loss, flaws = float(_figure(hangup, "jitter_loss_rate")), int(_figure(hangup, "flaw_total"))
    except ValueError:
        return None
    figures = min(packets, flaws) >= 0 and 1.0 <= mos <= 5.0 and 0.0 <= variance < 1e9 and 0.0 <= loss < 1e6
    if not figures:
        return None
    # Bursts are counted more than once in FreeSWITCH's rate, so that it can exceed 1.
    return Quality(packets, mos, round(variance**0.5, 2), round(min(loss, 1.0) * 100, 2), flaws)


def _figure(hangup: Event, name: str) -> str:
    return hangup.variable("rtp_audio_in_" + name)
