"""`operation`: ask or tell another system, over HTTP or in Python, while the caller is kept company."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ivr.errors import FetchError
from ivr.flow import destinations, values
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.expressions import Expression
from ivr.flow.model import Node, Part, walk
from ivr.flow.prompts import Prompt
from ivr.flow.scope import OPERATION_NAMES
from ivr.flow.template import Template
from ivr.flow.types import Duration, Expr, Model, Name, Text, VariableName, refuse, text
from ivr.runtime.company import Company
from ivr.runtime.ports import Pending
from ivr.runtime.state import plain_data
from ivr.runtime.visit import Visit

IDEMPOTENT = ("GET", "PUT", "DELETE")
OWN_HEADERS = ("connection", "content-length", "host", "idempotency-key", "transfer-encoding")

SILENT = 5.0  # seconds of silence after which callers take the line for dead
PATIENT = 60.0  # seconds that callers wait, even in company
WAITS = 300.0  # and for a webhook, as something is done meanwhile that they know of
UNTIL = "until"  # of a visit's progress: the request is done, and the webhook is waited for until then
_ONE_KIND: dict[str, Any] = {
    "oneOf": [
        {"required": ["http"]},
        {"required": ["python"]},
        {
            "required": ["wait_for"],
            "not": {"anyOf": [{"required": ["http"]}, {"required": ["python"]}]},
        },
    ]
}
_COMPANY = "add `meanwhile: {prompt: One moment please.}`"


class Http(Model):
    """An HTTP request."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("GET", description="Its method.")
    url: Text = Field(
        description="Where it goes: `crm:/accounts/{{ account }}` for a system of the setting"
        " `http.services`, or a whole URL whose host is in `http.allow`. Values in it are escaped.",
        examples=["crm:/accounts/{{ account }}", "https://crm.example/api/accounts"],
    )
    headers: dict[str, Text] = Field(
        {},
        description="Further headers.",
        examples=[{"Accept": "application/json"}],
        json_schema_extra={"propertyNames": {"not": {"enum": [*OWN_HEADERS, *map(str.title, OWN_HEADERS)]}}},
    )
    query: dict[str, Text] = Field(
        {}, description="Parameters after the `?`, escaped.", examples=[{"month": "{{ month }}"}]
    )
    json_: Any = Field(
        None,
        alias="json",
        description="A JSON body; texts in it may hold values.",
        examples=[{"account": "{{ account }}"}],
    )
    timeout: Annotated[Duration, Field(ge=0.1, le=120)] = Field(
        5.0, description="How long one try may take, all in all."
    )
    retries: int = Field(0, ge=0, le=5, description="Further tries after a time-out or a refused connection.")

    @field_validator("json_")
    @classmethod
    def _texts(cls, body: Any) -> Any:
        """A JSON body with its texts parsed once, when the flow is loaded."""
        return _templates(body)

    @field_validator("headers")
    @classmethod
    def _harmless(cls, headers: dict[str, Any]) -> dict[str, Any]:
        for name in headers:
            if name.lower() in OWN_HEADERS:
                raise refuse("F136", f'the header "{name}" is set by Ivory itself', "leave it out")
        return headers


class Meanwhile(Model):
    """What the caller hears when it takes long."""

    after: Duration = Field(1.0, description="How long until then.")
    prompt: Prompt | None = Field(None, description="What is said, once.")
    music: str | None = Field(None, description="Music that follows.", examples=["default"])


class WaitFor(Model):
    """A webhook that the flow waits for, after its request or instead of one."""

    model_config = ConfigDict(json_schema_extra={"x-short": "webhook"})

    webhook: Name | None = Field(
        None,
        description="Its name, by which whoever sends it says what it is for; the node's when left out.",
        examples=["paid"],
    )
    timeout: Annotated[Duration, Field(ge=1, le=3600)] = Field(
        60.0, description="How long it is waited for at most."
    )


def _webhook(value: Any) -> Any:
    """`wait_for: webhook` is short for `wait_for: {}`."""
    return {} if value == "webhook" else value


class Operation(Node):
    """Call another system and take values from its answer. A status other than 2xx is an outcome of its own
    (`404`, or `4xx` for all of a kind), else `error`; a 2xx that `outcomes` names is one, too. With
    `wait_for` the caller waits until that system, or another, sends a webhook.

    For example:

        balance:
          type: operation
          http: {url: "crm:/accounts/{{ account }}", timeout: 3s, retries: 1}
          meanwhile: {after: 1s, prompt: One moment., music: default}
          save: {amount: json.balance}
          next: tell
          outcomes: {404: unknown_account, timeout: try_later, error: sorry}
    """

    model_config = ConfigDict(json_schema_extra=_ONE_KIND)

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "timeout": "No answer came in time, `retries` and all; or not the webhook of `wait_for`.",
        "interrupted": "A worker died over it, and nobody knows whether it was done; it is not done again.",
    }
    assigns = ("save",)
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = dict.fromkeys(("save", "caller"), OPERATION_NAMES)
    exposes: ClassVar[tuple[Path, ...]] = (("http", "url"), ("http", "query"))

    type: Literal["operation"]
    http: Http | None = Field(None, description="An HTTP request.")
    python: str | None = Field(
        None,
        description="A Python operation by its name in the group `ivr.operations`.",
        examples=["write_ticket"],
    )
    wait_for: Annotated[WaitFor, BeforeValidator(_webhook)] | None = Field(
        None,
        description="Wait for a webhook, which brings the answer then: `json`. Whoever sends it needs the"
        " call's id (`call.id`) and its name, or `call.token` alone.",
        examples=["webhook", {"webhook": "paid", "timeout": "2m"}],
    )
    with_: dict[VariableName, Expr] = Field(
        {},
        alias="with",
        description="What the Python operation is given: argument to expression.",
        examples=[{"account": "account"}],
    )
    save: dict[VariableName, Expr] = Field(
        {},
        description="Variable to expression over the answer: `json`, `text`, `status`, `headers`.",
        examples=[{"amount": "json.balance"}],
    )
    caller: dict[Literal["name", "vip", "tags", "agent", "language"], Expr] = Field(
        {},
        description="What the answer tells of the caller, as `save` has it: known as `caller.name` and so on"
        " from here on, and written into the directory of customers. Null says nothing.",
        examples=[{"name": "json.name", "vip": "json.level == 'gold'"}],
    )
    idempotent: bool | None = Field(
        None,
        description="Whether doing it twice is as good as once. GET, PUT and DELETE are taken to be so, POST,"
        " PATCH and Python operations not: when a worker dies over one of those it is `interrupted`, and not"
        " done again.",
    )
    meanwhile: Meanwhile | None = Field(None, description="What the caller hears when it takes long.")

    @model_validator(mode="after")
    def _one_kind(self) -> Operation:
        both = self.http is not None and self.python is not None
        if both or (self.http is None and self.python is None and self.wait_for is None):
            message = "an operation calls by `http` or by `python`, and this one "
            raise refuse(
                "F135", message + ("has both" if both else "has neither"), "keep one" if both else "add one"
            )
        return self

    def needs_caller(self) -> bool:
        return self.meanwhile is not None or self.wait_for is not None

    def lasts(self) -> bool:
        return True

    @property
    def repeatable(self) -> bool:
        """Whether it may be done again when nobody knows whether it was done."""
        usual = self.http is not None and self.http.method in IDEMPOTENT
        return usual if self.idempotent is None else self.idempotent

    def knows_outcome(self, name: str) -> bool:
        status = len(name) == 3 and name[0] in "12345" and (name[1:].isdigit() or name[1:] == "xx")
        return (status and self.http is not None) or super().knows_outcome(name)

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.http is not None:
            yield from destinations.problems(("http", "url"), self.http.url, around.http)
            yield from self._confidential(self.http, around)
        if not around.alone:
            yield from self._waits()

    def _confidential(self, http: Http, around: Around) -> Iterator[Problem]:
        """What was typed in confidence may be sent to the system that knows it, in a body, over TLS."""
        for part in walk(http.headers, ("http", "headers")) if around.secret else ():
            for name in sorted(around.secret & _names(part)):
                message = f'"{name}" is confidential, and headers are written to logs on their way'
                yield Problem(part.path, "F227", message, "send it in the `json` body")
        scheme, host = destinations.host(http.url)
        for part in walk(http.json_, ("http", "json")) if around.secret and scheme == "http" else ():
            for name in sorted(around.secret & _names(part)):
                message = f'"{name}" is confidential and would go to {host} unencrypted'
                yield Problem(part.path, "F227", message, "call it by https://")

    def _waits(self) -> Iterator[Problem]:
        """How long a caller may have to wait, and whether anybody says so."""
        if self.wait_for is not None and self.meanwhile is None:
            message = f"callers may hear nothing for {self.wait_for.timeout:.0f} s here"
            yield Problem(("wait_for",), "F228", message, _COMPANY, "warning", key=True)
            return
        if self.wait_for is not None and self.wait_for.timeout > WAITS:
            message = f"callers may wait for {self.wait_for.timeout:.0f} s here"
            hint = "take a shorter `timeout`, and say so at `timeout`"
            yield Problem(("wait_for",), "F228", message, hint, "warning", key=True)
        if self.http is None and self.python is None:
            return
        if self.http is None:
            if self.meanwhile is None:
                message = "a Python operation takes as long as it takes, and callers hear nothing meanwhile"
                yield Problem(("python",), "F228", message, _COMPANY, "warning", key=True)
            return
        tries = self.http.retries + 1
        longest = self.http.timeout * tries + 0.2 * (2**self.http.retries - 1)  # with the pauses in between
        several = f" ({tries} tries of {self.http.timeout:g} s)" if tries > 1 else ""
        if self.meanwhile is None and longest > SILENT:
            message = f"callers may hear nothing for {longest:.0f} s here{several}"
            yield Problem(("http",), "F228", message, f"{_COMPANY}, or wait less", "warning", key=True)
        elif longest > PATIENT:
            message = f"callers may wait for {longest:.0f} s here{several}"
            hint = "take a shorter `timeout` or fewer `retries`, and say so at `timeout`"
            yield Problem(("http",), "F228", message, hint, "warning", key=True)

    def run(self, visit: Visit) -> str:
        company = self._company(visit)
        content: Mapping[str, Any] | None = None
        if (self.http is not None or self.python is not None) and UNTIL not in visit.progress:
            if visit.resumed and not self.repeatable:
                visit.note(interrupted=True)
                return "interrupted"
            outcome, content = self._ask(visit, company)
            if content is None or (self.wait_for is not None and outcome != "next"):
                company.end()
                return outcome
        else:
            outcome = "next"
        if self.wait_for is not None:
            content = self._awaited(visit, company, self.wait_for)
        company.end()
        if content is None:
            return "timeout"
        self._save(visit, content)
        return outcome

    def _ask(self, visit: Visit, company: Company) -> tuple[str, Mapping[str, Any] | None]:
        """Do what is to be done outside: the outcome, and what the answer holds; None: nothing to save."""
        pending = visit.services.begin(visit.call, self._work(visit))
        try:
            _accompany(visit, pending, company)
            answer = pending.result()
        except FetchError as error:
            visit.problem(error.reason, error)
            return "timeout" if error.reason == "timeout" else "error", None
        finally:
            pending.abandon()
        if self.python is not None:
            words = answer if isinstance(answer, str) else ""
            return "next", {"json": plain_data(answer), "text": words, "status": 200, "headers": {}}
        visit.note(status=answer.status)
        status = str(answer.status)
        if answer.status // 100 != 2:
            return status, None
        content = {"text": answer.text, "status": answer.status, "headers": answer.headers, "json": None}
        wanted = (*self.save.values(), *self.caller.values()) if self.wait_for is None else ()
        if any("json" in each.names for each in wanted):
            try:
                content["json"] = answer.json()
            except FetchError as error:
                visit.problem(error.reason, error)
                return "error", None
        return status if self.outcomes.keys() & {status, "2xx"} else "next", content

    def _awaited(self, visit: Visit, company: Company, wait: WaitFor) -> Mapping[str, Any] | None:
        """Wait for the webhook; what it brought, or None. A worker that takes the call over meanwhile waits
        for the rest of the time."""
        key = wait.webhook or visit.state.node
        now = visit.call.now().timestamp()
        if UNTIL not in visit.progress:
            visit.progressed(**{UNTIL: round(now + wait.timeout, 3)})
        deadline = visit.call.monotonic() + max(0.0, float(visit.progress[UNTIL]) - now)
        came = company.until(visit.await_webhook(key), deadline)
        visit.note(webhook=key, came=came)
        if not came:
            return None
        return {"json": visit.take_webhook(key), "text": "", "status": 200, "headers": {}}

    def _company(self, visit: Visit) -> Company:
        if self.meanwhile is None:
            return Company(visit, None, None, "")
        said, mean = visit.resumed and UNTIL in visit.progress, self.meanwhile
        return Company(visit, 0.0 if said else mean.after, mean.prompt, mean.music or "", said=said)

    def _save(self, visit: Visit, content: Mapping[str, Any]) -> None:
        """Take all values or none: half an answer would be told as if it were whole."""
        saved = {name: visit.eval(expression, **content) for name, expression in self.save.items()}
        told = {name: visit.eval(expression, **content) for name, expression in self.caller.items()}
        visit.introduce({name: value for name, value in told.items() if value is not None})
        visit.vars.update(saved)

    def _work(self, visit: Visit) -> Any:
        if self.http is None:
            operation = visit.services.operation(self.python or "")
            given = {name: visit.eval(expression) for name, expression in self.with_.items()}
            return lambda: operation(**given)
        http = self.http
        url = visit.url(http.url)
        headers = {name: visit.text(value) for name, value in http.headers.items()}
        if http.method not in IDEMPOTENT:
            headers["Idempotency-Key"] = visit.key
        query = {name: visit.text(value) for name, value in http.query.items()}
        body = None
        if http.json_ is not None:
            body = json.dumps(_filled(visit, http.json_), ensure_ascii=False, default=values.json_value)
        visit.note(request=f"{http.method} {url}")
        fetch = visit.services.fetch
        return lambda: fetch(
            http.method,
            url,
            deadline=http.timeout,
            headers=headers,
            query=query,
            body=body,
            retries=http.retries,
        )


def _accompany(visit: Visit, pending: Pending, company: Company) -> None:
    """Keep the caller company until the work is done; one who hangs up ends the wait."""
    if visit.hung_up:
        pending.wait()
    else:
        company.until(pending.done)


def _names(part: Part) -> frozenset[str]:
    return part.value.names if isinstance(part.value, Expression | Template) else frozenset()


def _templates(body: Any) -> Any:
    if isinstance(body, str):
        return text(body)
    if isinstance(body, list | tuple):
        return [_templates(part) for part in body]
    if isinstance(body, dict):
        return {key: _templates(part) for key, part in body.items()}
    return body


def _filled(visit: Visit, body: Any) -> Any:
    if isinstance(body, list):
        return [_filled(visit, part) for part in body]
    if isinstance(body, dict):
        return {key: _filled(visit, part) for key, part in body.items()}
    return body if body is None or isinstance(body, int | float) else visit.value(body)
