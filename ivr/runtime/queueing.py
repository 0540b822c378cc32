"""A caller who waits for a person, and then talks with them: music, what they are told of their place, keys
that leave the queue; from the moment they take a place to the moment they leave it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ivr.call import Bridged, BridgeEnded, Key, Music, Piece, PlayEnded, Speech
from ivr.errors import CallEnded
from ivr.flow.types import Target
from ivr.runtime import waiting
from ivr.runtime.agenda import Agenda
from ivr.runtime.ports import Comfort, Leave, Notice, Place, Wish
from ivr.runtime.visit import Visit
from ivr.runtime.waiting import Waiting

SILENT: Final = 5.0
"""Seconds between two tries of music that ends by itself, as it cannot be played."""
SHORT: Final = 1.0
"""Seconds a sound lasts at least to be taken for music; FreeSWITCH's own takes the place of another."""
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
        self._group = ""
        self._music: Piece = Music()
        self._changed = False  # the music is to be another one
        self._began = 0.0  # when the music did
        self._quiet = 0.0  # music is not begun before that
        self._first: list[Piece] = []  # what is to be said before anything else
        self._agenda = Agenda(options.offer_callback, self._now())

    def stay(self, wish: Wish) -> Leave | Pressed:
        """Take a place and stay until it is over.

        Raises:
            CallEnded: the caller has gone.
            IvoryError: there is no such group or agent.
        """
        visit = self._visit
        queues = visit.services.queues
        comfort = queues.comfort(visit.call, wish)
        if comfort.consent is not None and not visit.resumed:
            visit.say(comfort.consent, "none")
        place = queues.enter(visit.call, wish)
        visit.queued(wish, since=place.since())
        self._group = place.group()
        if self._group != wish.group:  # they were moved before a worker died
            comfort = queues.comfort(visit.call, replace(wish, group=self._group))
        self._meet(place, comfort)
        try:
            end = self._until_over(place, wish)
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

    def _meet(self, place: Place, comfort: Comfort) -> None:
        """From here on they hear what callers of their group hear, unless the flow says otherwise."""
        options = self._options
        music = waiting.music(options.music) if options.music else comfort.music
        if music != self._music:
            self._music, self._changed, self._quiet = music, True, 0.0
        notices = comfort.notices if options.announce is None else options.announce.notices()
        self._agenda.follow(notices, self._now(), place.waited())

    def _moved(self, place: Place, wish: Wish) -> None:
        """Overflow has brought them to another group."""
        visit, self._group = self._visit, place.group()
        comfort = visit.services.queues.comfort(visit.call, replace(wish, group=self._group))
        if comfort.consent is not None:
            self._first = visit.pieces(comfort.consent)
        visit.note(group=self._group)
        self._meet(place, comfort)

    def _until_over(self, place: Place, wish: Wish) -> Leave | Pressed:
        visit, ends = self._visit, 0.0
        while True:
            if place.group() != self._group:
                self._moved(place, wish)
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
                case PlayEnded(complete=True) if not self._speaking:
                    self._music_ended()
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
        self._agenda.interrupted(self._now())
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
        if self._speaking:
            self._speaking, self._quiet = False, 0.0
        if pieces := self._due(place):
            self._speaking = True
            self._visit.input.start(pieces)
            return None
        now = self._now()
        if (not sounding or self._changed) and now >= self._quiet:
            self._began, self._changed = now, False
            self._quiet = now + (SILENT if isinstance(self._music, Music) else SHORT)
            self._visit.input.start([self._music])
            sounding = True
        return self._agenda.left(now, None if sounding and not self._changed else self._quiet)

    def _music_ended(self) -> None:
        """It does, if it is a sound of its own; one that cannot be played ends at once."""
        if self._now() - self._began < SHORT:
            self._music = Music()

    def _due(self, place: Place) -> list[Piece]:
        """What is to be said now, if it is time for it."""
        now = self._now()
        pieces, self._first = self._first, []
        for notice in self._agenda.due(now):
            pieces += self._told(place, notice)
        if self._agenda.offer(now):
            pieces += self._offer()
        return pieces

    def _told(self, place: Place, notice: Notice) -> list[Piece]:
        visit, pieces = self._visit, list[Piece]()
        position = place.position() if notice.position or notice.say else None
        estimate = place.estimate() if notice.estimate or notice.say else None
        if notice.say is not None:
            low, high = waiting.minutes(estimate) if estimate else (None, None)
            pieces += visit.pieces(notice.say, position=position, low=low, high=high)
        text = waiting.told(
            position if notice.position else None, estimate if notice.estimate else None, visit.language
        )
        manner = visit.flow.manner(visit.language)
        return [*pieces, Speech(text, visit.language, True, manner)] if text else pieces

    def _offer(self) -> list[Piece]:
        visit, offer = self._visit, self._options.offer_callback
        if offer is None:
            return []
        if offer.prompt is not None:
            return visit.pieces(offer.prompt)
        text = waiting.offered(offer.key, visit.language)
        return [Speech(text, visit.language, manner=visit.flow.manner(visit.language))] if text else []

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
