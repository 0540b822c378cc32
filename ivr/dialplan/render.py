"""The dialplan documents, made from the templates beside this file: dialplans/ holds them with an example's
numbers. lxml does the quoting, so that no value can become an element."""

from __future__ import annotations

import re
from importlib import resources

from lxml import etree

from ivr.dialplan.plan import GUARD_SECONDS, Plan

_ARMS = re.compile(rf"(sched_api[ (]\+){GUARD_SECONDS}(?= )")
EXAMPLE = Plan(numbers=("95598", "+861095598"))
"""What the templates themselves say."""


def entry(plan: Plan) -> bytes:
    """The extension that hands the plan's numbers to Ivory, to be included in their context."""
    document = _template("ivory.xml", plan)
    for condition in document.iter("condition"):
        if condition.get("field") == "destination_number":
            condition.set("expression", plan.expression)
    for action in document.iter("action"):
        data = str(action.get("data"))
        if data.startswith("ivr_flow="):
            action.set("data", f"ivr_flow={plan.flow}")
        elif data.startswith("^^|") and plan.answer:
            action.set("data", f"{data}|ivr_carrier=true")
        elif action.get("application") == "park" and plan.answer:
            _before(action, ("answer", ""), ("playback", "silence_stream://-1"))
    return _bytes(document)


def context(plan: Plan) -> bytes:
    """The context `ivory`: where callers go whom nobody looks after, and the way back."""
    document = _template("context.xml", plan)
    if plan.fallback:
        last = next(action for action in document.iter("action") if action.get("application") == "hangup")
        _before(last, ("set", "transfer_ringback=%(1000,4000,425)"), ("bridge", plan.fallback))
    return _bytes(document)


def _before(element: etree._Element, *actions: tuple[str, str]) -> None:
    """Put actions before an element, each on a line like its own."""
    for name, data in actions:
        action = etree.Element("action", application=name)
        if data:
            action.set("data", data)
        previous = element.getprevious()
        action.tail = previous.tail if previous is not None else None
        element.addprevious(action)


def _template(name: str, plan: Plan) -> etree._ElementTree:
    text = (resources.files("ivr.dialplan") / name).read_bytes()
    document = etree.ElementTree(etree.fromstring(text, etree.XMLParser(resolve_entities=False)))
    for element in document.iter("action", "anti-action"):
        if data := element.get("data"):
            element.set("data", _ARMS.sub(rf"\g<1>{plan.guard}", data))
    return document


def _bytes(document: etree._ElementTree) -> bytes:
    # Each on lines of its own: FreeSWITCH drops a whole line that holds <include>, and with it the end of a
    # comment that stands there, too.
    root = document.getroot()
    before = [
        etree.tostring(one, with_tail=False) for one in reversed(list(root.itersiblings(preceding=True)))
    ]
    return b"\n".join([*before, etree.tostring(root, encoding="utf-8"), b""])
