"""What a node has in its hands while a caller is at it: the call, the variables, the flow's words.

A node is handed one `Visit` and returns an outcome's name; everything it may do is here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Protocol
from urllib.parse import quote

from ivr import i18n
from ivr.call import Call, Piece
from ivr.errors import ExpressionError, IvoryError
from ivr.flow import phrases
from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import PromptModel, RepromptModel, Speaker
from ivr.flow.template import Template
from ivr.flow.types import Target
from ivr.hours import Status
from ivr.log import get
from ivr.runtime.input import Heard, Input, Patience
from ivr.runtime.keys import Grammar

log = get(__name__)

MASK = "••••"


class Runnable(Protocol):
    """A node that can be visited; every class of the group `ivr.nodes` is one."""

    def run(self, visit: Visit) -> str:
        """Serve the caller and return the outcome: `next`, one of the node's own, or `error`.

        Raises:
            CallEnded: the caller has gone.
            IvoryError: it could not be done; the visit's outcome is `error`.
        """


class Answer(Protocol):
    """What an HTTP operation brought back."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def text(self) -> str:
        """The body as text."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with lower-case names."""

    def json(self) -> Any:
        """The body as JSON, numbers exact. Raises FetchError."""


class Services(Protocol):
    """What nodes need of the outside world."""

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Answer:
        """An HTTP request within `deadline` seconds. Raises FetchError."""

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation of the group `ivr.operations`. Raises UnknownPlugin."""

    def begin(self, call: Call, work: Callable[[], Any]) -> Pending:
        """Begin `work` without holding the call up; the call is woken when it is done."""

    def calendar_override(self, flow: str, calendar: str) -> str | None:
        """What an admin switched a calendar to by hand: `open`, `closed`, or None."""


class Pending(Protocol):
    """Work that goes on while the caller is looked after."""

    def done(self) -> bool:
        """Whether there is a result."""

    def wait(self) -> None:
        """Stand still until it is done (there is no caller to look after)."""

    def result(self) -> Any:
        """The result, or raises what the work raised."""

    def abandon(self) -> None:
        """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended: completed, transfer, abandoned, rejected, failed; `cause` is the hangup cause."""

    how: str
    cause: str


@dataclass(frozen=True, slots=True)
class Enter:
    """A node's wish to run another flow and come back; `inputs` become its variables."""

    flow: str
    inputs: Mapping[str, Any]


@dataclass
class State:
    """All of a call's way through its flows that must outlive a worker; plain values only."""

    flow: str
    node: str
    language: str
    variables: dict[str, Any]
    visit: int = 0
    back: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)


class Visit:
    """One stay of one caller at one node."""

    def __init__(
        self,
        call: Call,
        keys: Input,
        flow: Flow,
        node: Node,
        state: State,
        services: Services,
        caller: Mapping[str, Any],
        *,
        hung_up: bool = False,
    ) -> None:
        self.call = call
        self.input = keys
        self.flow = flow
        self.node = node
        self.state = state
        self.services = services
        self.number = state.visit
        self.heard: list[str] = []
        self.detail: dict[str, Any] = {}
        self.chosen: Target | Enter | End | None = None
        self.hung_up = hung_up
        self._caller = caller
        self._attempt = 1

    # Values -------------------------------------------------------------------------------------------

    @property
    def vars(self) -> dict[str, Any]:
        return self.state.variables

    @property
    def language(self) -> str:
        return self.state.language

    @property
    def key(self) -> str:
        """The Idempotency-Key of what this visit does outside: the same after a crash."""
        return f"{self.call.id}:{self.number}"

    def scope(self, **extra: Any) -> dict[str, Any]:
        """The names an expression sees."""
        call = {
            "id": self.call.id,
            "ani": self.call.ani,
            "dnis": self.call.dnis,
            "language": self.language,
            "started": self.call.started,
            "attempt": self._attempt,
        }
        return {**self.vars, "call": call, "caller": self._caller, "now": self.call.now().astimezone(self.flow.zone), **extra}

    @cached_property
    def functions(self) -> dict[str, Callable[..., Any]]:
        return {"open": self._is_open}

    def eval(self, expression: Expression, **extra: Any) -> Any:
        """The value of an expression. Raises ExpressionError."""
        return expression.evaluate(self.scope(**extra), self.functions, self._filters())

    def text(self, template: Template, **extra: Any) -> str:
        """A text with its values put in, as plain text (for URLs, not for ears). Raises ExpressionError."""
        return template.render(self.scope(**extra), self.functions, self._filters(), plain)

    def url(self, template: Template) -> str:
        """A URL with its values put in, each escaped, so that none can change where it leads."""
        return template.render(
            self.scope(),
            self.functions,
            self._filters(),
            lambda value: quote(plain(value), safe=""),
        )

    def value(self, template: Template) -> Any:
        """A text's value for JSON: a lone `{{ }}` keeps its type."""
        if len(template.parts) == 1 and isinstance(expression := template.parts[0], Expression):
            return self.eval(expression)
        return self.text(template)

    def hours(self, calendar: str) -> Status:
        """How a calendar of the flow stands now."""
        override = self.services.calendar_override(self.flow.id, calendar)
        return self.flow.calendars[calendar].status(self.call.now(), override)

    def _is_open(self, calendar: str) -> bool:
        if calendar not in self.flow.calendars:
            raise ExpressionError(f'there is no calendar "{calendar}"')
        return self.hours(calendar).state == "open"

    def _filters(self) -> Mapping[str, Callable[..., Any]]:
        return phrases.filters(self.language, self.flow.zone)

    # Speaking and listening ---------------------------------------------------------------------------

    def setting(self, name: str) -> Any:
        """An option of the node, or the flow's default for it."""
        value = getattr(self.node, name, None)
        return getattr(self.flow.defaults, name) if value is None else value

    def patience(self) -> Patience:
        """How long this node waits."""
        return Patience(
            self.setting("noinput_after"), self.setting("digit_timeout"), self.setting("barge_in")
        )

    def pieces(self, *prompts: PromptModel | None) -> list[Piece]:
        """What the caller will hear of `prompts`; what cannot be said is logged and passed over."""
        speaker = Speaker(
            language=self.language,
            scope=self.scope(),
            functions=self.functions,
            filters=self._filters(),
            words=partial(spoken, language=self.language),
            named=self.flow.prompts,
        )
        pieces: list[Piece] = []
        for prompt in prompts:
            if prompt is not None:
                some, errors = speaker.pieces(prompt)
                pieces += some
                for error in errors:
                    self.problem("prompt", error)
        return pieces

    def say(self, prompt: PromptModel | None, barge_in: str | None = None) -> bool:
        """Let the caller hear a prompt; returns whether they heard it to the end."""
        return self.input.play(self.pieces(prompt), barge_in or self.setting("barge_in"))

    def ask(self, prompt: Sequence[Piece], grammar: Grammar) -> Heard:
        """Play and take keys, and note what came of it."""
        heard = self.input.ask(prompt, grammar, self.patience())
        secret = getattr(self.node, "sensitive", False)
        shown = MASK if secret and heard.keys else heard.keys
        self.heard.append({"noinput": "(silence)", "nomatch": f"{shown}?"}.get(heard.kind, shown))
        return heard

    def attempts(self) -> Attempts:
        """The tries this node gives a caller."""
        return Attempts(self)

    # What is written down -----------------------------------------------------------------------------

    def note(self, **detail: Any) -> None:
        """Add to the journey's step; values of sensitive variables are masked."""
        self.detail.update({name: self.mask(value) for name, value in detail.items()})

    def problem(self, where: str, error: IvoryError) -> None:
        """Something went wrong that the call survives: logged, and noted in the journey."""
        text = self.mask(str(error))
        log.warning("node problem", call=self.call.id, node=self.state.node, where=where, error=text)
        self.detail.setdefault("problems", []).append(text)

    def mask(self, value: Any) -> Any:
        """`value` without what the caller typed in confidence."""
        if isinstance(value, str):
            for name in self.state.secret:
                secret = plain(self.vars.get(name))
                value = value.replace(secret, MASK) if secret else value
        return value

    def check_alive(self) -> None:
        """Raises CallEnded when the caller has gone."""
        self.input.wait(0)


class Attempts:
    """A caller's tries at one input: no-inputs and no-matches are counted apart, and bounded together."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._counts = {"noinput": 0, "nomatch": 0}
        self._tries = int(visit.setting("tries"))

    def failed(self, kind: str, reprompt: RepromptModel | None) -> list[Piece] | None:
        """What to say after a failed try of `kind`, or None when it was the last."""
        self._counts[kind] += 1
        total = sum(self._counts.values())
        if total >= self._tries:
            self._visit.input.flush()
            return None
        self._visit._attempt = total + 1
        return self._visit.pieces(reprompt.attempt(self._counts[kind])) if reprompt else []


def plain(value: Any) -> str:
    """A value as text for machines."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def spoken(value: Any, language: str) -> str:
    """A bare value as words."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return plain(value)
    name = "datetime" if isinstance(value, datetime) else "date" if isinstance(value, date) else "number"
    try:
        return phrases.filters(language)[name](value)
    except (KeyError, ValueError):
        return plain(value)


def sticky_share(*parts: str) -> float:
    """A number in [0, 100) that is always the same for the same parts."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48 * 100


def language_of(flow: Flow, wish: str) -> str:
    """The language of a flow nearest to `wish`."""
    return i18n.pick({tag: tag for tag in flow.languages}, wish)
