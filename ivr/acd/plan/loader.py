"""From YAML text to a routing plan, with every mistake found at once and shown where it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from ivr.acd.model import Plan
from ivr.acd.plan import lint, pins, references
from ivr.acd.plan.compiled import compiled
from ivr.acd.plan.marks import Marks
from ivr.acd.plan.model import Centre
from ivr.errors import Finding, FlowError, Place
from ivr.flow import shape, yaml
from ivr.flow.checks import Path
from ivr.flow.shape import Subject
from ivr.flow.yaml_builder import Limits

LIMITS = Limits(
    size=8 << 20,
    values=2_000_000,
    what="a routing plan",
    way_out="say what holds for all in `defaults:`",
    at_least="a plan has `groups:` and `agents:`; {} is one of nobody",
)
"""Room for 10,000 agents and more."""
MAX_FINDINGS = 100  # of one file; whoever has more repairs those first


@dataclass(frozen=True)
class LoadedPlan:
    """A routing plan with where it came from.

    Attributes:
        centre: as it is written, defaults filled in: titles, music, PINs, hours and all.
        plan: what the router works with.
        text: the YAML.
        file: its name, for messages.
        turn: its number in the store's log; 0 for a draft.
        findings: what will not work as it is meant: errors and warnings, in the order of the file.
    """

    centre: Centre
    plan: Plan
    text: str = "{}"
    file: str = ""
    turn: int = 0
    findings: tuple[Finding, ...] = ()

    @cached_property
    def _document(self) -> yaml.Document:
        return yaml.parse(self.text, self.file, LIMITS)

    @property
    def data(self) -> dict[str, Any]:
        """The YAML as plain data, read again when it is asked for: who serves by a plan never needs it."""
        return self._document.data or {}

    @property
    def version(self) -> str:
        """The hash of the text: equal plans are equal versions."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def place(self, path: Path) -> Place:
        """Where an option stands."""
        return self._document.place(path)

    def pin_fits(self, agent: str, typed: str) -> bool:
        """Whether somebody typed an agent's PIN; never where the agent has none. Takes some 25 ms: do it in
        a thread."""
        profile = self.centre.agents.get(agent)
        pin = profile.pin if profile else None
        return pin is not None and pins.verify(pin.get_secret_value(), typed)


def load(text: str | bytes, file: str = "routing.yaml", turn: int = 0) -> LoadedPlan:
    """Read a routing plan.

    Args:
        text: the YAML; `{}` is a plan of nobody.
        file: its name, for messages.
        turn: its number in the store's log.

    Raises:
        FlowError: with every finding about options and what they name, in the order of the file. What is
            named well and yet will not work is in `LoadedPlan.findings`.
    """
    raw = text.encode() if isinstance(text, str) else text
    document = yaml.parse(raw, file, LIMITS)
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        hint = "a plan has `groups:` and `agents:`"
        raise FlowError([Finding(document.place(()), "A100", "this is no routing plan", hint)])
    lines = [line.decode(errors="replace") for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines()]
    try:
        centre = Centre.model_validate(data)
    except ValidationError as error:
        subject = Subject(document, lines, data, (), Centre, "the plan")
        raise FlowError(_sorted(list(shape.findings(error, subject)))) from None
    marks = Marks(document)
    if wrong := references.check(marks, centre):
        raise FlowError(_sorted(wrong))
    written = raw.removeprefix(b"\xef\xbb\xbf").decode()
    findings = _sorted(lint.lint(marks, centre))
    return LoadedPlan(centre, compiled(centre, turn), written, file, turn, findings)


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    """In the order of the file."""
    inorder = sorted(findings, key=lambda one: (one.place.line, one.place.column, one.code))
    return tuple(inorder[:MAX_FINDINGS])


EMPTY = LoadedPlan(Centre(), Plan())
"""The plan of a centre with nobody in it."""
