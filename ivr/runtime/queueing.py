"""A caller who waits for a person, and then talks with them: music, what they are told of their place, keys
that leave the queue; from the moment they take a place to the moment they leave it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ivr.call import Bridged, BridgeEnded, Key, Music, Piece, Speech
from ivr.errors import CallEnded
from ivr.flow.types import Target
from ivr.runtime import waiting
from ivr.runtime.ports import Leave, Place, Wish
from ivr.runtime.visit import Visit
from ivr.runtime.waiting import Announce, Waiting

FIRST: Final = 5.0
"""Seconds until a caller is first told of their place: who is served at once needs not know it."""
AGAIN: Final = 60.0
"""Seconds between two offers of a callback where nothing else is told."""
SILENT: Final = 5.0
"""Seconds between two tries of music that ends by itself, as it cannot be played."""
PARTS: Final = 10.0
"""Seconds in which a talk that is over has ended on the line, too."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller left by a key: where that leads (None: by the outcome), and what it is called."""

    outcome: str
    target: Target | None = None


class Queueing:
    """One stay in one queue."""

    def __init__(self, visit: Visit, options: Waiting) -> None:
        self._visit, self._options = visit, options
        self._now = visit.call.monotonic
        self._talking = False
        self._talked = 0.0
        self._speaking = False
        self._music = Music()
        self._quiet = 0.0  # music is not begun before that
        self._agenda = _Agenda(options, self._now())

    def stay(self, wish: Wish) -> Leave | Pressed:
        """Take a place and stay until it is over.

        Raises:
            CallEnded: the caller has gone.
            IvoryError: there is no such group or agent.
        """
        visit = self._visit
        queues = visit.services.queues
        comfort = queues.comfort(visit.call, wish)
        self._music = Music(self._options.music) if self._options.music else comfort.music
        if comfort.consent is not None and not visit.resumed:
            visit.say(comfort.consent, "none")
        place = queues.enter(visit.call, wish)
        visit.queued(wish)
        try:
            end = self._until_over(place)
        except CallEnded:
            place.give_up("abandoned")
            raise
        except Exception:
            place.give_up("failed")
            raise
        why = "keyed_out"
        if isinstance(end, Pressed) and end.outcome == "callback":
            why = "callback"
        place.give_up(why)
        visit.input.silence()
        visit.input.flush()
        return end

    def _until_over(self, place: Place) -> Leave | Pressed:
        visit, ends = self._visit, 0.0
        while True:
            leave = place.leave()
            if leave is not None:
                if not self._talking:
                    return leave
                ends = ends or self._now() + PARTS
                if self._now() >= ends:
                    visit.call.stop_bridge()
                    return leave
            timeout = None
            if not self._talking and not place.engaged():
                timeout = self._entertain(place)
            event = visit.input.wait(ends - self._now() if ends else timeout)
            match event:
                case Bridged():
                    self._begun(place)
                case BridgeEnded():
                    self._ended(event)
                case Key(key) if not self._talking and (pressed := self._pressed(key)):
                    return pressed

    # The talk -----------------------------------------------------------------------------------------

    def _begun(self, place: Place) -> None:
        visit = self._visit
        self._talking = visit.talked = True
        self._speaking = False
        visit.served(place.agent())
        visit.note(agent=place.agent())

    def _ended(self, event: BridgeEnded) -> None:
        visit = self._visit
        visit.input.flush()
        self._talking, self._quiet = False, 0.0
        self._agenda.begin(self._now())
        if event.result == "answered":
            visit.talked = True
            self._talked += event.talked
            visit.note(talked=round(self._talked, 1))

    # Waiting ------------------------------------------------------------------------------------------

    def _entertain(self, place: Place) -> float | None:
        """Play what is to be heard now; seconds until there is something else, None: nothing is due."""
        sounding = self._visit.input.playing
        if self._speaking and sounding:
            return None
        pieces = self._due(place)
        if pieces or self._speaking:
            self._quiet = 0.0
        self._speaking = bool(pieces)
        if pieces:
            self._visit.input.start(pieces)
        elif not sounding and self._now() >= self._quiet:
            self._quiet = self._now() + SILENT
            self._visit.input.start([self._music])
        return None if pieces else self._agenda.left(self._now(), self._quiet if not sounding else None)

    def _due(self, place: Place) -> list[Piece]:
        """What is to be said now, if it is time for it."""
        options, agenda, now = self._options, self._agenda, self._now()
        pieces: list[Piece] = []
        if agenda.tell is not None and now >= agenda.tell and options.announce is not None:
            agenda.tell = now + options.announce.every
            pieces += self._told(place, options.announce)
        if agenda.offer is not None and now >= agenda.offer:
            agenda.offered = True
            agenda.offer = now + (options.announce.every if options.announce else AGAIN)
            pieces += self._offer()
        return pieces

    def _told(self, place: Place, announce: Announce) -> list[Piece]:
        visit = self._visit
        position = place.position() if announce.position or announce.text else None
        estimate = place.estimate() if announce.estimate or announce.text else None
        if announce.text is not None:
            low, high = waiting.minutes(estimate) if estimate else (None, None)
            return visit.pieces(announce.text, position=position, low=low, high=high)
        text = waiting.told(position, estimate, visit.language)
        return [Speech(text, visit.language, fresh=True)] if text else []

    def _offer(self) -> list[Piece]:
        visit, offer = self._visit, self._options.offer_callback
        if offer is None:
            return []
        if offer.prompt is not None:
            return visit.pieces(offer.prompt)
        text = waiting.offered(offer.key, visit.language)
        return [Speech(text, visit.language)] if text else []

    def _pressed(self, key: str) -> Pressed | None:
        """Where a key leads; one that leads nowhere is forgotten."""
        visit, offer = self._visit, self._options.offer_callback
        visit.input.flush()
        if offer is not None and self._agenda.offered and key == offer.key:
            visit.heard.append(key)
            return Pressed("callback", offer.next)
        if target := self._options.keys.get(key):
            visit.heard.append(key)
            return Pressed(key, target)
        return None


@dataclass
class _Agenda:
    """When the caller is told of their place next, and offered a callback; None: never."""

    options: Waiting
    since: float
    tell: float | None = field(init=False, default=None)
    offer: float | None = field(init=False, default=None)
    offered: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.begin(self.since)
        if self.options.offer_callback is not None:
            self.offer = self.since + self.options.offer_callback.after

    def begin(self, now: float) -> None:
        """Waiting begins, or goes on after somebody else was heard."""
        announce = self.options.announce
        if announce is not None and (announce.position or announce.estimate or announce.text):
            self.tell = now + min(FIRST, announce.every)

    def left(self, now: float, music: float | None) -> float | None:
        """Seconds until something is due; `music` is when that may begin."""
        moments = [moment for moment in (self.tell, self.offer, music) if moment is not None]
        return max(0.0, min(moments) - now) if moments else None
