"""What people call the parts of a plan: its groups, agents, skills and codes, in the language of who reads.

Records and orders have ids, which stay when something is called otherwise. Pages show the names that the plan
in force gives; what has none, or is not in the plan any more, goes by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from ivr import i18n
from ivr.acd.plan import EMPTY, LoadedPlan
from ivr.acd.plan.model import Code
from ivr.acd.plan.types import is_language
from ivr.errors import IvoryError
from ivr.web.routing import plans
from ivr.web.routing.view import words
from ivr.web.site import Site


@dataclass(frozen=True, slots=True)
class Names:
    """Those of a plan."""

    plan: LoadedPlan

    def group(self, id: str) -> str:
        """A group's title."""
        found = self.plan.centre.groups.get(id)
        return words(found.title if found else None, id)

    def groups(self) -> dict[str, str]:
        """The title of each group, by its id."""
        return {id: self.group(id) for id in self.plan.centre.groups}

    def agent(self, id: str) -> str:
        """An agent's name."""
        found = self.plan.plan.agents.get(id)
        return (found.name if found else "") or id

    def person(self, id: str) -> str:
        """An agent's name and, for those who know each other by it, the id: `Wang Fang (1001)`."""
        name = self.agent(id)
        return id if name == id else _more(name, id)

    def skill(self, id: str) -> str:
        """A skill's title, or the language that it is."""
        title = self.plan.centre.skills.get(id)
        return language(id) if not title and is_language(id) else words(title, id)

    def pause(self, id: str) -> str:
        """Why somebody is on a break."""
        return _code(self.plan.centre.breaks, id)

    def disposition(self, id: str) -> str:
        """What became of a contact, as agents say it."""
        return _code(self.plan.centre.dispositions, id)

    def place(self, place: str) -> str:
        """Where somebody was sent: `group:sales`, `agent:1001`, or anywhere else."""
        kind, _colon, id = place.partition(":")
        return self.group(id) if kind == "group" else self.person(id) if kind == "agent" else place


def in_force(site: Site) -> Names:
    """The names that the plan in force gives; none where it cannot be read: what a page is about is there
    without them."""
    try:
        return Names(plans.in_force(site))
    except IvoryError:
        return Names(EMPTY)


def language(tag: str) -> str:
    """What a language is called: `en-US` is American English, 美国英语."""
    locale = get_locale()
    if locale is None:
        return tag
    if whole := locale.languages.get(tag.replace("-", "_")):
        return str(whole)
    name = locale.languages.get(i18n.base(tag))
    where = locale.territories.get(tag.rpartition("-")[2])
    return _more(name, where) if name and where else str(name or tag)


def _code(codes: Mapping[str, Code], id: str) -> str:
    return words(codes[id].title if id in codes else None, id)


def _more(name: str, more: str) -> str:
    return str(_("%(name)s (%(more)s)", name=name, more=more))
