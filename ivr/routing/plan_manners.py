"""How the plan wants callers and agents met, in the words the desk asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr import i18n
from ivr.acd.plan import LoadedPlan
from ivr.call import Piece, Silence, Speech
from ivr.flow import phrases
from ivr.flow.prompts import PromptModel
from ivr.flow.speaker import Speaker
from ivr.log import get
from ivr.routing.manners import Manners
from ivr.runtime.ports import Comfort, Notice
from ivr.runtime.waiting import music

log = get(__name__)

PAUSE = 3.0
"""Seconds after which an agent is asked once more to take a call."""
CONFIRMATION = {
    "zh-CN": "{group}来电，接听请按{key}。",
    "en-US": "A call for {group}. Press {key} to take it.",
}


class PlanManners(Manners):
    """The plan's.

    Attributes:
        consent: what callers of a group hear before a contact that will be recorded.

    Args:
        plan: the plan in force.
    """

    def __init__(self, plan: Callable[[], LoadedPlan]) -> None:
        self._plan = plan
        self.consent: Callable[[str, str], PromptModel | None] = lambda _group, _contact: None

    def title(self, group: str) -> str:
        known = self._plan().centre.groups.get(group)
        return i18n.pick(known.title, "") if known and known.title else group

    def whisper(self, group: str, language: str) -> Sequence[Piece]:
        known = self._plan().centre.groups.get(group)
        if known is None or known.whisper is None:
            return ()
        speaker = Speaker(language, {}, {}, lambda tag: phrases.filters(tag), {})
        pieces, errors = speaker.pieces(known.whisper)
        for error in errors:
            log.warning("a whisper cannot be said", group=group, error=str(error))
        return pieces

    def confirmation(self, agent: str, group: str, language: str) -> tuple[str, Sequence[Piece]]:
        profile, known = self._plan().centre.agents.get(agent), self._plan().centre.groups.get(group)
        if profile is None or profile.confirm is None:
            return "", ()
        title = i18n.pick(known.title, language) if known and known.title else group
        words = i18n.pick(CONFIRMATION, language).format(group=title, key=profile.confirm)
        asked = Speech(words, language or next(iter(CONFIRMATION)), fresh=True)
        return profile.confirm, (asked, Silence(PAUSE), asked)

    def comfort(self, group: str, contact: str) -> Comfort:
        known = self._plan().centre.groups.get(group)
        if known is None:
            return Comfort()
        notices = tuple(
            Notice(each.after, each.every, each.say, each.position, each.wait) for each in known.announcements
        )
        return Comfort(music(known.music), self.consent(group, contact), notices)
