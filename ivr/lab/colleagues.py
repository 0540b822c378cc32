"""People at the desks of a lab: virtual agents of a small plan, who sign in, answer, talk and take notes.

What they do goes the way of real agents: orders to the worker, and a telephone that the switch rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import gevent

from ivr.errors import IvoryError
from ivr.switch.agents import Agent
from ivr.switch.callers import Caller
from ivr.switch.extensions import Extension

if TYPE_CHECKING:
    from ivr.lab.lab import Lab
    from ivr.lab.talk import Talk

PLAN: Final = """\
title: {zh-CN: 95598 客服中心, en-US: 95598 service centre}
skills:
  billing: {zh-CN: 电费, en-US: Billing}
breaks:
  lunch: {title: {zh-CN: 午餐, en-US: Lunch}, key: 1}
  training: {title: {zh-CN: 培训, en-US: Training}, key: 2}
dispositions:
  solved: {title: {zh-CN: 已解决, en-US: Solved}, key: 1}
  call_back: {title: {zh-CN: 需回访, en-US: To be called back}, key: 2}
groups:
  billing:
    title: {zh-CN: 电费组, en-US: Billing}
    require: {billing: 3}
    wrap_up: 20s
  service:
    title: {zh-CN: 客服组, en-US: Customer service}
  cards:
    title: {zh-CN: 挂失组, en-US: Lost cards}
    overflow: [{on: wait, after: 15s, to: {group: service}}]
  vip:
    title: {zh-CN: 贵宾组, en-US: Premium customers}
  reception:
    title: {zh-CN: 前台, en-US: Reception}
agents:
  1001:
    name: 王芳
    extension: "1001"
    pin: "4711"
    groups: [billing]
    skills: {billing: 8, zh-CN: 10, en-US: 5}
  1002:
    name: 李雷
    extension: "1002"
    pin: "4712"
    groups: [service, cards, {group: billing, level: 2}]
    skills: {billing: 3, zh-CN: 10}
  1003:
    name: 韩梅梅
    extension: "1003"
    pin: "4713"
    groups: [vip, reception, {group: service, level: 2}]
    skills: {billing: 5, zh-CN: 10, en-US: 8}
"""
"""The plan of the demo: whom its flows put callers through to. It has no opening hours: who looks at it at
night wants to see it all the same."""

AGENT: Final = "1001"
NAME: Final = "王芳 Wang Fang"
RINGS: Final = 1.5
TALKS: Final = 3.0
PATIENCE: Final = 30.0
COMES_WITHIN: Final = 300.0
_WRITES: Final = 1.0
_SHOWN: Final = "ivr_show_"


class Colleague:
    """An agent who comes to work when somebody waits, and serves them.

    Args:
        talk: the caller's side, in whose transcript the agent appears.
        after: what the caller has heard when the agent comes.
    """

    def __init__(self, lab: Lab, talk: Talk, after: str) -> None:
        self._lab, self._talk, self._after = lab, talk, after
        self._telephone = Agent(lab.switch, AGENT, Extension(after=RINGS, talks=TALKS))

    def work(self) -> None:
        """From signing in to signing out.

        Raises:
            IvoryError: nobody waits, or the call did not come.
        """
        heard = self._talk.caller.wait_sound(
            lambda sound: self._after in sound.text and sound.until is not None, COMES_WITHIN
        )
        if heard is None:
            raise IvoryError(f'the caller never heard "{self._after}", so nobody came to work')
        self._order("agent.sign_in")
        self._say("签入 · signs in")
        call = self._telephone.wait_ring(PATIENCE)
        if call is None:
            raise IvoryError(f"agent {AGENT} was not rung within {PATIENCE:g} s")
        self._say(f"振铃 · telephone rings, screen shows {screen(call)}")
        if not call.wait_answer(PATIENCE):
            raise IvoryError(f"agent {AGENT} could not answer: {call.cause}")
        self._say("接听 · answers")
        call.wait_end(PATIENCE)
        self._say("挂机 · hangs up")
        gevent.sleep(_WRITES)
        self._order("agent.dispose", code="solved")
        self._order("agent.wrap_up_done")
        self._say("话后处理：已解决 · wraps up: solved")
        self._order("agent.sign_out")

    def _order(self, name: str, **given: str) -> None:
        self._lab.app.centre.orders.give(name, "demo", {"agent": AGENT, **given})

    def _say(self, text: str) -> None:
        self._talk.note("agent", f"{NAME} {text}")


def screen(call: Caller) -> str:
    """What an agent's telephone shows of a call: who calls, for whom, and what the flow says of them."""
    variables, profile = call.line.variables, call.line.profile
    parts = [profile.number, profile.name]
    shown = {name.removeprefix(_SHOWN): value for name, value in variables.items() if name.startswith(_SHOWN)}
    parts += [f"{name}: {value}" for name, value in shown.items()]
    return " · ".join(filter(None, parts))
