"""Every option of a routing plan has an effect: each is given another value, and who serves by it is asked.

What is decided by the router itself is proven in the router's own tests; here it is that the option gets
there. The list below is held against the model, so that no option can be added without somebody who reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from ivr.acd.plan import LoadedPlan, load
from ivr.acd.plan import model as plan
from ivr.acd.plan.hours import opening
from ivr.errors import IvoryError
from ivr.flow.prompts import PromptModel
from ivr.routing.plan_manners import PlanManners
from ivr.routing.recording_policy import policies
from ivr.runtime.people import PlannedPeople
from tests.centre import Centre

Look = Callable[[LoadedPlan], Any]
TUESDAY = datetime(2026, 11, 24, 3, tzinfo=UTC)


def group(name: str) -> Look:
    return lambda loaded: getattr(loaded.plan.groups["g"], name)


def agent(name: str) -> Look:
    return lambda loaded: getattr(loaded.plan.agents["1001"], name)


def policy(name: str) -> Look:
    return lambda loaded: getattr(policies(lambda: loaded.centre)("g"), name)


def rule(loaded: LoadedPlan) -> Any:
    return loaded.plan.groups["g"].overflow


def said(prompt: PromptModel | None) -> Any:
    return prompt and str(prompt.texts)


def notices(loaded: LoadedPlan) -> Any:
    told = PlanManners(lambda: loaded).comfort("g", "c").notices
    return [(said(one.say), one.after, one.every, one.position, one.estimate) for one in told]


def reasons(loaded: LoadedPlan) -> Any:
    return sorted(PlannedPeople(loaded).breaks)


def codes(loaded: LoadedPlan) -> Any:
    """The disposition codes that the agent's last contact takes."""
    centre = Centre(plan=_text(""))
    try:
        centre.plan = loaded
        centre.desk.plan(loaded.plan)
        centre.give("agent.sign_in", agent="1001")
        centre.talks(centre.waits("call", "g"), "1001")
        return [code for code in ("a", "b", "c") if _taken(centre, code)]
    finally:
        centre.stop()


def _taken(centre: Centre, code: str) -> bool:
    try:
        centre.give("agent.dispose", agent="1001", code=code, note="", contact="")
    except IvoryError:
        return False
    return True


GROUP: dict[str, tuple[str, Look]] = {
    "strategy": ("least_talk", group("strategy")),
    "rank": ("grade", lambda loaded: str(loaded.plan.groups["g"].rank)),
    "order": ("priority", group("order")),
    "weight": ("30s", group("weight")),
    "service_level": ("70% in 30s", lambda loaded: (group("target")(loaded), group("target_share")(loaded))),
    "ring": ("5s", group("ring")),
    "wrap_up": ("5s", group("wrap_up")),
    "max_size": ("3", group("max_size")),
    "max_wait": ("30s", group("max_wait")),
    "hours": ("never", lambda loaded: "g" in opening(loaded.centre, TUESDAY).closed),
    "relax": ("[{after: 5s, groups: [h]}]", group("relax")),
    "overflow": ("[{on: closed, to: {group: h}}]", rule),
    "last_agent": ("30d", group("last_agent_within")),
    "tier_wait": ("5s", group("tier_wait")),
    "busy_delay": ("6s", group("busy_delay")),
    "reject_delay": ("6s", group("reject_delay")),
    "no_answer_delay": ("6s", group("no_answer_delay")),
    "unregistered_delay": ("6s", group("unregistered_delay")),
    "max_no_answer": ("7", group("max_no_answer")),
    "progressive": ("6s", group("progressive")),
    "music": ("jazz.wav", lambda loaded: PlanManners(lambda: loaded).comfort("g", "c").music),
    "announcements": ("[{say: Soon.}]", notices),
    "whisper": ("A call.", lambda loaded: PlanManners(lambda: loaded).whisper("g", "en-US")),
    "recording": ("{calls: all}", policy("share")),
    "dispositions": ("[a]", codes),
    "title": ("Bills", lambda loaded: PlanManners(lambda: loaded).title("g")),
    "require": ("{s: 3}", group("require")),
    "match": ("grade > 1", lambda loaded: str(loaded.plan.groups["g"].match)),
    "agents": (
        "[1002]",
        lambda loaded: {name for name, one in loaded.plan.agents.items() if "g" in one.tiers},
    ),
}
AGENT: dict[str, tuple[str, Look]] = {
    "name": ("Fang", agent("name")),
    "groups": ("[h]", agent("tiers")),
    "skills": ("{s: 8}", agent("skills")),
    "grade": ("3", agent("grade")),
    "extension": ("'2001'", agent("dial")),
    "dial": ("user/2001", agent("dial")),
    "confirm": ("'1'", lambda loaded: PlanManners(lambda: loaded).confirmation("1001", "g", "en-US")),
    "pin": ("'4711'", lambda loaded: loaded.pin_fits("1001", "4711")),
    "capacity": ("{voice: 1, chat: 3}", agent("capacity")),
    "total": ("2", agent("total")),
    "costs": ("{chat: 0.2}", agent("costs")),
}
ANNOUNCEMENT = {"say": "Soon.", "after": "10s", "every": "10s", "position": "true", "wait": "true"}
RECORDING: dict[str, tuple[str, Look]] = {
    "calls": ("20%", policy("share")),
    "announce": ("You are recorded.", lambda loaded: said(policy("announce")(loaded))),
    "retention": ("90d", policy("keep")),
    "pause_for_sensitive": ("false", policy("pause")),
    "stereo": ("false", policy("stereo")),
    "beep": ("true", policy("beep")),
}
OVERFLOW = {
    "on": "{on: no_agent, to: {group: h}}",
    "after": "{on: wait, after: 10s, to: {group: h}}",
    "above": "{on: estimate, above: 10s, to: {group: h}}",
    "size": "{on: size, size: 4, to: {group: h}}",
    "to": "{on: closed, to: {flow: f}}",
}
ELSEWHERE = {
    "group": "h", "agent": "1002", "number": "+861012345678", "extension": "'2001'", "flow": "f",
    "voicemail": "f",
}  # fmt: skip
RELAX = {
    "after": "{after: 9s}",
    "require": "{after: 1s, require: {s: 0}}",
    "groups": "{after: 1s, groups: [h]}",
}
PLACE = {
    "agent": "{agent: 1002}",
    "level": "{agent: 1001, level: 2}",
    "position": "{agent: 1001, position: 2}",
}
CENTRE: dict[str, tuple[str, Look]] = {
    "breaks": ("{lunch: Lunch}", reasons),
    "dispositions": ("{b: B}", codes),
    "defaults": ("{ring: 5s}", group("ring")),
}
SHOWN = {"title", "skills"}
"""Of a centre: what people call it, and its skills; lint and lists alone read them."""


def _text(options: str, person: str = "", beside: str = "dispositions: {a: A, b: B}") -> str:
    return f"""
skills: [s]
calendars: {{never: {{timezone: UTC, mon-sun: closed}}}}
{beside}
groups:
  g: {{{options}}}
  h: {{}}
agents:
  1001: {{{person if "groups" in person else f"groups: [g], {person}"}}}
  1002: {{groups: [h]}}
"""


def loaded(options: str = "", person: str = "", beside: str = "dispositions: {a: A, b: B}") -> LoadedPlan:
    return load(_text(options, person, beside))


@pytest.mark.parametrize("option", GROUP)
def test_an_option_of_a_group(option: str) -> None:
    value, look = GROUP[option]
    assert look(loaded(f"{option}: {value}")) != look(loaded())


@pytest.mark.parametrize("option", GROUP.keys() & plan.GroupDefaults.model_fields.keys())
def test_a_default_holds_for_a_group(option: str) -> None:
    value, look = GROUP[option]
    beside = f"dispositions: {{a: A, b: B}}\ndefaults: {{{option}: {value}}}"
    assert look(loaded(beside=beside)) == look(loaded(f"{option}: {value}"))


@pytest.mark.parametrize("option", AGENT)
def test_an_option_of_an_agent(option: str) -> None:
    value, look = AGENT[option]
    assert look(loaded(person=f"{option}: {value}")) != look(loaded())


@pytest.mark.parametrize("option", ANNOUNCEMENT)
def test_an_option_of_an_announcement(option: str) -> None:
    plain = {"after": "30s", "position": "false", "say": "Later."}
    first, then = plain, plain | {option: ANNOUNCEMENT[option]}
    written = [", ".join(f"{name}: {value}" for name, value in one.items()) for one in (first, then)]
    one, other = (notices(loaded(f"announcements: [{{{text}}}]")) for text in written)
    assert one != other


@pytest.mark.parametrize("option", RECORDING)
def test_an_option_of_recording(option: str) -> None:
    value, look = RECORDING[option]
    assert look(loaded(f"recording: {{{option}: {value}}}")) != look(loaded())


@pytest.mark.parametrize(
    "text", [*OVERFLOW.values(), *(f"{{on: closed, to: {{{a}: {b}}}}}" for a, b in ELSEWHERE.items())]
)
def test_an_option_of_an_overflow(text: str) -> None:
    assert rule(loaded(f"overflow: [{text}]")) != rule(
        loaded("overflow: [{on: size, size: 9, to: {group: h}}]")
    )


@pytest.mark.parametrize("text", RELAX.values())
def test_an_option_of_a_relaxation(text: str) -> None:
    asked = "require: {s: 2}, relax: "
    assert group("relax")(loaded(f"{asked}[{text}]")) != group("relax")(loaded(f"{asked}[{{after: 1s}}]"))


@pytest.mark.parametrize("text", PLACE.values())
def test_an_option_of_a_place_in_a_group(text: str) -> None:
    def tiers(loaded: LoadedPlan) -> Any:
        return {name: one.tiers for name, one in loaded.plan.agents.items()}

    assert tiers(loaded(f"agents: [{text}]", "groups: [h]")) != tiers(loaded("agents: [1001]", "groups: [h]"))


def test_how_long_a_last_agent_is_waited_for() -> None:
    given = loaded("last_agent: {within: 30d, wait: 40s}").plan.groups["g"]
    assert (given.last_agent_within, given.last_agent_wait) == (30 * 86_400, 40.0)


@pytest.mark.parametrize("option", CENTRE)
def test_an_option_of_a_centre(option: str) -> None:
    value, look = CENTRE[option]
    plain = "dispositions: {a: A, b: B}\n" if option != "dispositions" else ""
    before = loaded(beside=plain or "dispositions: {a: A, b: B}")
    assert look(loaded(beside=f"{plain}{option}: {value}")) != look(before)


@pytest.mark.parametrize(
    ("model", "tested"),
    [
        (plan.SkillGroup, GROUP.keys()),
        (plan.AgentProfile, AGENT.keys()),
        (plan.Announcement, ANNOUNCEMENT.keys()),
        (plan.Recording, RECORDING.keys()),
        (plan.OverflowRule, OVERFLOW.keys()),
        (plan.Elsewhere, ELSEWHERE.keys()),
        (plan.Relaxation, RELAX.keys()),
        (plan.AgentPlace, PLACE.keys()),
        (plan.LastAgent, {"within", "wait"}),
        (plan.Centre, CENTRE.keys() | SHOWN | {"calendars", "groups", "agents"}),
    ],
)
def test_no_option_is_left_out(model: type[BaseModel], tested: set[str]) -> None:
    assert set(tested) == model.model_fields.keys()
