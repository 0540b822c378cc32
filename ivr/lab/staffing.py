"""Who works while somebody tries a flow: the people of the routing plan, and a stand-in for every skill group
that has nobody, at any hour of the week.

A flow is tried when its author has time, which is when the centre may be closed; and most flows are written
before anybody wrote a plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import gevent
import yaml

from ivr.acd.plan import load
from ivr.errors import FlowError, IvoryError
from ivr.flow.yaml import parse
from ivr.lab.colleagues import screen
from ivr.lab.words import AGENT
from ivr.log import get
from ivr.nodes.callback import Callback
from ivr.nodes.transfer import Transfer
from ivr.runtime.reading import Flows
from ivr.switch.agents import Agent
from ivr.switch.callers import Caller
from ivr.switch.extensions import Extension

if TYPE_CHECKING:
    from ivr.lab.lab import Lab
    from ivr.lab.talk import Talk

log = get(__name__)

Presence = Literal["there", "busy", "nobody", "full"]
"""Agents who answer; who are all in a talk; none; or none free, and a queue that takes nobody more."""

STAND_IN: Final = "stand_in"
RINGS: Final = 2.0
"""Seconds until somebody answers."""
PATIENCE: Final = 120.0


def staffed(plan: Path, flows: Flows, presence: Presence) -> str:
    """The plan of a lab: as `plan` has it, but always open, with the groups that `flows` wish for, and with
    somebody in each of them. Agents are rung at telephones of the lab's own."""
    data = _read(plan)
    wished = dict.fromkeys(_wished(flows))
    groups = {name: dict(options or {}) for name, options in (data.get("groups") or {}).items()}
    groups |= {name: {} for name in wished if name not in groups}
    for options in (*groups.values(), data.setdefault("defaults", {})):
        options.pop("hours", None)
    if presence == "full":
        for options in groups.values():
            options |= {"max_size": 0, "overflow": []}
    agents = {str(name): dict(profile or {}) for name, profile in (data.get("agents") or {}).items()}
    for name, profile in agents.items():
        profile |= {"extension": str(profile.get("extension", name)), "dial": f"user/{AGENT}{name}"}
    data |= {"groups": groups, "agents": agents}
    if empty := _without(data, groups):
        agents[STAND_IN] = {
            "name": "坐席 Agent",
            "dial": f"user/{AGENT}{STAND_IN}",
            "groups": empty,
            "skills": dict.fromkeys((*(data.get("skills") or {}), *_languages(flows)), 10),
        }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def _read(plan: Path) -> dict[str, Any]:
    """The plan there is; an empty one where there is none, or it cannot serve."""
    try:
        text = plan.read_text(encoding="utf-8")
        load(text, str(plan))
        return dict(parse(text, str(plan)).data)
    except FlowError as error:
        log.warning("the routing plan cannot serve, so stand-ins do", file=str(plan), error=str(error))
    except (OSError, UnicodeDecodeError) as error:
        log.debug("no routing plan", file=str(plan), error=str(error))
    return {}


def _wished(flows: Flows) -> Iterator[str]:
    """The skill groups that flows bring callers to."""
    for loaded in flows.values():
        for node in loaded.flow.nodes.values():
            if isinstance(node, Transfer | Callback) and node.skill:
                yield node.skill
            if isinstance(node, Transfer):
                for relax in node.relax:
                    yield from relax.groups


def _languages(flows: Flows) -> Iterator[str]:
    for loaded in flows.values():
        yield from loaded.flow.languages


def _without(data: Mapping[str, Any], groups: Mapping[str, Any]) -> list[str]:
    """The groups nobody belongs to."""
    there = load(yaml.safe_dump(data, allow_unicode=True), "routing.yaml").plan
    served = {name for agent in there.agents.values() for name in agent.tiers}
    return [name for name in groups if name not in served]


class Staff:
    """Everybody at work, told in the transcript of a talk.

    Args:
        talks: seconds until an agent hangs up by themselves; None: never.
    """

    def __init__(self, lab: Lab, talk: Talk, presence: Presence, talks: float | None = None) -> None:
        self._lab, self._talk = lab, talk
        self._calls: list[Caller] = []
        self._greenlets: list[gevent.Greenlet[..., None]] = []
        for name, profile in lab.app.centre.planning.now.centre.agents.items():
            who = f"{profile.name} ({name})" if profile.name else name
            telephone = Agent(lab.switch, f"{AGENT}{name}", Extension(after=RINGS, talks=talks))
            self._greenlets.append(gevent.spawn(self._work, name, who, telephone))
        talk.part = self.hang_up
        self._come(presence)

    def stop(self) -> None:
        """Everybody goes home."""
        gevent.killall(self._greenlets, timeout=2)

    def hang_up(self) -> bool:
        """Whoever talks with the caller hangs up; whether anybody did."""
        for call in self._calls:
            if call.is_answered and not call.ended:
                call.hangup()
                return True
        return False

    def _come(self, presence: Presence) -> None:
        desk = self._lab.app.centre.desk
        if presence == "nobody":
            return
        for agent in self._lab.app.centre.planning.now.plan.agents:
            desk.sign_in(agent)
            if presence in ("busy", "full"):
                desk.occupied(agent, True)

    def _work(self, agent: str, who: str, telephone: Agent) -> None:
        """Answer one call after the other."""
        rung = 0
        while True:
            call = telephone.wait_ring(PATIENCE, after=rung)
            if call is None:
                continue
            rung = telephone.rung
            self._calls.append(call)
            self._say(who, f"is rung, and sees {screen(call)}")
            if not call.wait_answer(PATIENCE):
                self._say(who, f"is rung no more ({call.cause})")
                continue
            self._say(who, "answers")
            while not call.wait_end(PATIENCE):
                continue
            self._say(who, "is free again")
            try:
                self._lab.app.centre.desk.finish_wrap_up(agent)
            except IvoryError as error:
                log.debug("wrap-up not finished", agent=agent, error=str(error))

    def _say(self, who: str, text: str) -> None:
        self._talk.note("agent", f"{who} {text}")
