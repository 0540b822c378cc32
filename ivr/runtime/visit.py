"""What a node has in its hands while a caller is at it: the call, the variables, the flow's words.

A node is handed one `Visit` and returns an outcome's name; everything it may do is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from ivr import i18n
from ivr.call import Call, Piece, Silence
from ivr.errors import ExpressionError, IvoryError
from ivr.flow import phrases, values
from ivr.flow.expressions import Expression
from ivr.flow.listening import Speech
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.flow.scope import TOLD
from ivr.flow.speaker import Speaker
from ivr.flow.template import Template
from ivr.flow.types import Target
from ivr.flow.values import KindError
from ivr.hours import Status
from ivr.log import get
from ivr.runtime import given, signals
from ivr.runtime.ear import Heard, Listener
from ivr.runtime.input import Input, Patience
from ivr.runtime.keys import Grammar
from ivr.runtime.ports import Services, Wish
from ivr.runtime.queued import Queued, packed, unpacked
from ivr.runtime.secrets import MASK, Secrets
from ivr.runtime.state import NOT_BEGUN, State, pack, unpack

log = get(__name__)

SILENCE = "(silence)"
_TELLS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "true or false": lambda value: isinstance(value, bool),
    "list of texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
}
PROBLEM = "node problem"
"""What a line of the log is called that tells of something a call survived."""


class Runnable(Protocol):
    """A node that can be visited; every class of the group `ivr.nodes` is one."""

    def run(self, visit: Visit) -> str:
        """Serve the caller and return the outcome: `next`, one of the node's own, or `error`.

        Raises:
            CallEnded: the caller has gone.
            IvoryError: it could not be done; the visit's outcome is `error`.
        """


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended: completed, transfer, abandoned, rejected, failed; `cause` is the hangup cause."""

    how: str
    cause: str


@dataclass(frozen=True, slots=True)
class Enter:
    """A node's wish to run another flow and come back; `inputs` become its variables."""

    flow: str
    inputs: Mapping[str, Any] = field(repr=False)


class Visit:
    """One stay of one caller at one node.

    Attributes a node may set: `chosen`, where it leads or how the call ends, when its outcome's name does
    not say it; `reached`, false when its `goal` was missed although it leaves by `next`; `talked`, true when
    the caller spoke with somebody.

    `resumed`: an earlier worker died during this visit, so that what it does outside may have been done.
    """

    def __init__(
        self,
        call: Call,
        keys: Input,
        flow: Flow,
        node: Node,
        state: State,
        services: Services,
        caller: Callable[[], Mapping[str, Any]],
        secrets: Secrets,
        *,
        hung_up: bool = False,
        resumed: bool = False,
        keep: Callable[[], None] = lambda: None,
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
        self.reached = True
        self.talked = False
        self.hung_up = hung_up
        self.resumed = resumed
        self._caller = caller
        self._secrets = secrets
        self._keep = keep
        self._attempt = 1

    # Values -------------------------------------------------------------------------------------------

    @property
    def vars(self) -> dict[str, Any]:
        """The flow's variables; a node assigns them here."""
        return self.state.variables

    @property
    def language(self) -> str:
        """The language this flow speaks to this caller."""
        return language_of(self.flow, self.state.language)

    @property
    def key(self) -> str:
        """The Idempotency-Key of what this visit does outside: the same after a crash."""
        return f"{self.call.id}:{self.number}"

    @property
    def again(self) -> str:
        """What tells a visit that a second worker begins anew from the same visit before, in names of files:
        what was recorded then is not written over."""
        return f"-{self.state.adopted}" if self.state.adopted else ""

    def scope(self, **extra: Any) -> Mapping[str, Any]:
        """The names an expression sees; moments are in the flow's own time zone."""
        return _Names(self, extra)

    def name_call(self) -> dict[str, Any]:
        """What expressions see as `call`."""
        return {
            "id": self.call.id,
            "ani": self.call.ani,
            "dnis": self.call.dnis,
            "language": self.language,
            "started": self.call.started.astimezone(self.flow.zone),
            "attempt": self._attempt,
            "agent": self.state.queue.get("agent", ""),
            "group": self.state.queue.get("group", ""),
            "token": signals.token(self.call.id, self.number),
        }

    def name_caller(self) -> Mapping[str, Any]:
        """What expressions see as `caller`."""
        return self._caller()

    def introduce(self, told: Mapping[str, Any]) -> None:
        """An operation told of the caller: known from here on, and for their next call. All of it or nothing.

        Raises:
            IvoryError: something is of another kind than `TOLD` says, or was typed in confidence.
        """
        for name, value in told.items():
            if not _TELLS[TOLD[name]](value) or self._secrets.holds(value):
                kind = "not confidential" if self._secrets.holds(value) else f"a {TOLD[name]}"
                raise IvoryError(f"caller.{name} must be {kind}", hint="see `caller:` of the operation")
        if told:
            self.state.caller = {**self.state.caller, **told}
            self.services.directory.remember(self.call.ani, told)

    def name_now(self) -> datetime:
        """What expressions see as `now`."""
        return self.call.now().astimezone(self.flow.zone)

    @cached_property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions an expression has beside the language's own."""
        return {
            "open": self._is_open,
            "waiting": lambda group: self.services.queues.waiting(_group(group)),
            "available": lambda group: self.services.queues.available(_group(group)),
            "estimate": self._expected_wait,
        }

    def eval(self, expression: Expression, **extra: Any) -> Any:
        """The value of an expression. Raises ExpressionError."""
        return expression.evaluate(self.scope(**extra), self.functions, self._filters(self.language))

    def text(self, template: Template) -> str:
        """A text with its values put in, for machines rather than for ears. Raises ExpressionError."""
        return self._render(template, values.text)

    def words(self, words: str | Mapping[str, str]) -> str:
        """A name that is the same in every language, or stands there in each."""
        return words if isinstance(words, str) else i18n.pick(words, self.language) if words else ""

    def url(self, template: Template) -> str:
        """A URL with its values put in, each escaped, so that none can change where it leads."""
        return self._render(template, lambda value: quote(values.text(value), safe=""))

    def value(self, template: Template) -> Any:
        """A text's value for JSON: a lone `{{ }}` keeps its type."""
        if len(template.parts) == 1 and isinstance(expression := template.parts[0], Expression):
            return self.eval(expression)
        return self.text(template)

    def hours(self, calendar: str) -> Status:
        """How a calendar stands now: the house's, else the flow's. Raises IvoryError: nobody knows it."""
        status = self.services.hours(calendar, self.flow.calendars.get(calendar), self.call.now())
        if status is None:
            raise IvoryError(f'there is no calendar "{calendar}"', hint="`ivr calendar set` makes it")
        return status

    def _render(self, template: Template, to_text: Callable[[Any], str]) -> str:
        return template.render(self.scope(), self.functions, self._filters(self.language), to_text)

    def _is_open(self, calendar: str) -> bool:
        try:
            return self.hours(calendar).state == "open"
        except IvoryError as error:
            raise ExpressionError(error.message) from None

    def _expected_wait(self, group: str) -> int | None:
        seconds = self.services.queues.expected_wait(_group(group))
        return None if seconds is None else round(seconds)

    def _filters(self, language: str) -> Mapping[str, Callable[..., Any]]:
        return phrases.filters(language, self.flow.zone)

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

    def speech(self) -> Speech:
        """How speech is listened to here."""
        own, usual = getattr(self.node, "speech", None), self.flow.defaults.speech
        return usual if own is None else own.over(usual)

    def pieces(self, *prompts: PromptModel | None, **extra: Any) -> list[Piece]:
        """What the caller will hear of `prompts`, which see the names of `extra` as well; what cannot be said
        is logged and passed over."""
        return self._pieces(*prompts, **extra)[0]

    def _pieces(self, *prompts: PromptModel | None, **extra: Any) -> tuple[list[Piece], bool]:
        """What will be heard of `prompts`, and whether that is all of it."""
        scope = self.scope(**extra)
        speaker = Speaker(
            self.language, scope, self.functions, self._filters, self.flow.prompts, self.flow.manner
        )
        pieces: list[Piece] = []
        whole = True
        for prompt in prompts:
            if prompt is not None:
                some, errors = speaker.pieces(prompt)
                pieces += some
                for error in errors:
                    whole = False
                    self.problem("prompt", error)
        return pieces, whole

    def say(self, prompt: PromptModel | None, barge_in: str | None = None) -> bool:
        """Let the caller hear a prompt; returns whether they heard it to the end."""
        return self.input.play(self.pieces(prompt), barge_in or self.setting("barge_in"))

    def tell(self, prompt: PromptModel) -> bool:
        """As `say`, for a node that is there to tell it: its goal is missed unless all of it could be said,
        and there was something to hear."""
        pieces, whole = self._pieces(prompt)
        if all(isinstance(piece, Silence) for piece in pieces):
            whole = False
            self.note(nothing_heard=True)
        self.reached = self.reached and whole
        return self.input.play(pieces, self.setting("barge_in"))

    def ask(self, prompt: Sequence[Piece], grammar: Grammar, listener: Listener | None = None) -> Heard:
        """Play and take keys, and what `listener` makes something of; note what came of it."""
        heard = self.input.ask(prompt, grammar, self.patience(), listener)
        self.hear(heard)
        return heard

    def hear(self, heard: Heard) -> None:
        """Note what the caller did, for the journey."""
        secret = self.node.confidential or getattr(self.node, "sensitive", False)
        shown = MASK if secret and heard.keys else heard.keys
        if heard.words:
            shown = f"“{heard.words}”"
        match heard.kind:
            case "noinput" | "noise" | "too_long":
                shown = {"noinput": SILENCE}.get(heard.kind, f"({heard.kind.replace('_', ' ')})")
            case "nomatch" | "unsure":
                shown += "?"
            case "deaf":
                return
        self.heard.append(shown)

    def attempts(self) -> Attempts:
        """The tries this node gives a caller."""
        return Attempts(self)

    def goes_on(self, kind: str) -> bool:
        """Whether what this visit is about to begin (`record`, `secret`, `bridge`) was begun by the worker
        before and goes on: then its end will be reported, and it is not begun again. True once at most."""
        goes_on = self.resumed and self.call.going_on == kind
        self.resumed = self.resumed and not goes_on
        return goes_on

    # Queues -------------------------------------------------------------------------------------------

    @property
    def queue(self) -> Queued | None:
        """The last queue the caller was in, and who served them; None before there was one."""
        return unpacked(self.state.queue)

    def queued(self, wish: Wish, contact: str = "", since: float | None = None) -> None:
        """The caller has a place: from here on `queue` is that, its place in time `since`, or now. The
        contact is named by the visit where nothing else is said."""
        since = self.call.now().timestamp() if since is None else since
        self.state.queue = packed(wish, since, contact or self.key)

    def served(self, agent: str, contact: str = "") -> None:
        """An agent talks with the caller."""
        self.state.queue = {**self.state.queue, "agent": agent, **({"contact": contact} if contact else {})}

    @property
    def called_back(self) -> bool:
        """Whether this visit was begun in an earlier call, and the caller is called back now."""
        return 0 < self.number == self.state.called

    def recall(self, wish: Wish, since: float) -> str:
        """What another call goes on with, in which the caller is called back: all that this one knows but for
        what was typed in confidence, at this node, and as this visit.

        Raises:
            IvoryError: a variable holds what cannot be kept.
        """
        state = unpack(pack(self.state, self._secrets))
        state.visit, state.called, state.last, state.adopted = self.number - 1, self.number, 0, NOT_BEGUN
        state.answered, state.early, state.talked = None, False, False
        state.goals, state.progress, state.asked, state.lost = [], {}, {}, []
        for frame in state.frames:
            frame["asked"], frame["lost"] = {}, []
        state.queue, state.signals = packed(wish, since, ""), {}
        return pack(state, self._secrets)

    # Webhooks -----------------------------------------------------------------------------------------

    def await_webhook(self, key: str) -> Callable[[], bool]:
        """Wait for a webhook of that `key`, or for one of this visit's own token (`call.token`); what is
        returned says whether it has come. It may have come before. It wakes the call."""
        own = (signals.of_visit(self.number), key)
        if not any(name in self.state.signals for name in own):
            self.services.awaits(self.call, key, partial(self._came, key))
        return lambda: any(name in self.state.signals for name in own)

    def take_webhook(self, key: str) -> Any:
        """What the webhook brought that was waited for, once; null where none came."""
        found = signals.take(self.state, signals.of_visit(self.number), key)
        return found[0] if found is not None else None

    def _came(self, key: str, data: Any) -> None:
        signals.put(self.state, key, given.written(data))
        self.call.wake()

    # What is written down -----------------------------------------------------------------------------

    @property
    def progress(self) -> Mapping[str, Any]:
        """How far this visit has come, for a node of several questions: also for whoever takes it up again
        after a crash."""
        return self.state.progress

    def progressed(self, **done: Any) -> None:
        """This much is done; it is kept with the call at once, with the variables as they are."""
        self.state.progress = {**self.state.progress, **done}
        self._keep()

    def confide(self, value: str) -> None:
        """What the caller typed in confidence: from here on it is masked wherever it turns up."""
        self._secrets.add(value)

    def hidden(self, value: Any) -> Any:
        """`value`, and all that is in it, without what was typed in confidence."""
        return self._secrets.mask(value)

    def keep_secret(self, value: str, variable: str) -> None:
        """What the caller typed in confidence, for `variable`: masked; after a crash this node asks again."""
        self.confide(value)
        self.state.asked[variable] = self.state.node

    def note(self, **detail: Any) -> None:
        """Add to the journey's step."""
        self.detail.update(detail)

    def problem(self, where: str, error: IvoryError) -> None:
        """Something went wrong that the call survives: logged, and noted in the journey."""
        text = self._secrets.mask(self._told(where, error))
        log.warning(PROBLEM, call=self.call.id, node=self.state.node, where=where, error=text)
        self.detail.setdefault("problems", []).append(text)

    def _told(self, where: str, error: IvoryError) -> str:
        """The words for a problem. The value at which an expression failed is among them only in a call in
        which nothing was typed in confidence: of a secret a flow may have made what no mask knows."""
        if not isinstance(error, ExpressionError):
            return str(error)
        confided = self._secrets or self.state.asked or any(frame["asked"] for frame in self.state.frames)
        message = error.message if confided else error.revealing or error.message
        cost = ", so its sentence was not said" if where == "prompt" else ""
        return f"{error.code} {message}{cost}" + (f"; {error.hint}" if error.hint else "")


class _Names(Mapping[str, Any]):
    """The names of a visit, each made up when it is asked for: most prompts ask for none."""

    own: ClassVar[Mapping[str, Callable[[Visit], Any]]] = {
        "call": Visit.name_call,
        "caller": Visit.name_caller,
        "now": Visit.name_now,
    }

    def __init__(self, visit: Visit, extra: Mapping[str, Any]) -> None:
        self._visit = visit
        self._extra = extra

    def __getitem__(self, name: str) -> Any:
        if name in self._extra:
            return self._extra[name]
        if name in self.own:
            return self.own[name](self._visit)
        return self._visit.vars[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._visit.vars, **self.own, **self._extra})

    def __len__(self) -> int:
        return len(list(iter(self)))


class Attempts:
    """A caller's tries at one input: each kind of failure is counted apart, and all are bounded together."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._counts: Counter[str] = Counter()
        self._noise_before = False
        self._tries = int(visit.setting("tries"))

    def failed(self, kind: str, reprompt: RepromptModel | None) -> list[Piece] | None:
        """What to say after a failed try of `kind`, or None when it was the last.

        A noise is nobody's try, once: the question is simply asked again."""
        if kind == "noise" and not self._noise_before:
            self._noise_before = True
            return []
        self._counts[kind] += 1
        total = self._counts.total()
        if total >= self._tries:
            self._visit.input.flush()
            return None
        self._visit._attempt = total + 1
        if reprompt is None:
            return []
        prompt = reprompt.spelled_out(self._visit.flow.prompts).attempt(self._counts[kind])
        return self._visit.pieces(prompt)


def language_of(flow: Flow, wish: str) -> str:
    """The language of a flow nearest to `wish`."""
    return i18n.pick({tag: tag for tag in flow.languages}, wish)


def _group(name: Any) -> str:
    """The name of a skill group, as an expression gives it."""
    if isinstance(name, str):
        return name
    raise KindError(f"{values.kind(name)} stands where the name of a skill group is needed")
