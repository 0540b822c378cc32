"""`operation`: ask or tell another system, over HTTP or in Python, while the caller is kept company."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ivr.call import Music
from ivr.errors import FetchError
from ivr.flow import values
from ivr.flow.checks import Path
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt
from ivr.flow.types import Duration, Expr, Model, Text, VariableName, refuse, text
from ivr.runtime.ports import Pending
from ivr.runtime.state import plain_data
from ivr.runtime.visit import Visit

IDEMPOTENT = ("GET", "PUT", "DELETE")
OWN_HEADERS = {"connection", "content-length", "host", "idempotency-key", "transfer-encoding"}


class Http(Model):
    """An HTTP request."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("GET", description="Its method.")
    url: Text = Field(
        description="Where it goes: `crm:/accounts/{{ account }}` for a system of the setting"
        " `http.services`, or a whole URL whose host is in `http.allow`. Values in it are escaped."
    )
    headers: dict[str, Text] = Field({}, description="Further headers.")
    query: dict[str, Text] = Field({}, description="Parameters after the `?`, escaped.")
    json_: Any = Field(None, alias="json", description="A JSON body; texts in it may hold values.")
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
    music: str | None = Field(None, description="Music that follows: `default`.")


class Operation(Node):
    """Call another system and take values from its answer. A status other than 2xx is an outcome of its own
    (`404`, or `4xx` for all of a kind), else `error`; a 2xx that `outcomes` names is one, too."""

    own_outcomes = ("timeout", "interrupted")
    assigns = ("save",)
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"save": ("json", "text", "status", "headers")}
    exposes: ClassVar[tuple[Path, ...]] = (("http", "url"), ("http", "query"))

    type: Literal["operation"]
    http: Http | None = Field(None, description="An HTTP request.")
    python: str | None = Field(
        None, description="A Python operation by its name in the group `ivr.operations`."
    )
    with_: dict[VariableName, Expr] = Field(
        {}, alias="with", description="What the Python operation is given."
    )
    save: dict[VariableName, Expr] = Field(
        {}, description="Variable to expression over the answer: `json`, `text`, `status`, `headers`."
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
        if (self.http is None) == (self.python is None):
            raise refuse("F135", "an operation is either `http` or `python`", "give exactly one of them")
        return self

    def needs_caller(self) -> bool:
        return self.meanwhile is not None

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

    def run(self, visit: Visit) -> str:
        if visit.resumed and not self.repeatable:
            visit.note(interrupted=True)
            return "interrupted"
        pending = visit.services.begin(visit.call, self._work(visit))
        try:
            self._accompany(visit, pending)
            answer = pending.result()
        except FetchError as error:
            visit.problem(error.reason, error)
            return "timeout" if error.reason == "timeout" else "error"
        finally:
            pending.abandon()
        if self.python is not None:
            words = answer if isinstance(answer, str) else ""
            self._save(visit, {"json": plain_data(answer), "text": words, "status": 200, "headers": {}})
            return "next"
        visit.note(status=answer.status)
        status = str(answer.status)
        if answer.status // 100 != 2:
            return status
        content = {"text": answer.text, "status": answer.status, "headers": answer.headers, "json": None}
        if any("json" in expression.names for expression in self.save.values()):
            try:
                content["json"] = answer.json()
            except FetchError as error:
                visit.problem(error.reason, error)
                return "error"
        self._save(visit, content)
        return status if self.outcomes.keys() & {status, "2xx"} else "next"

    def _save(self, visit: Visit, content: Mapping[str, Any]) -> None:
        """Take all values or none: half an answer would be told as if it were whole."""
        visit.vars.update({name: visit.eval(expression, **content) for name, expression in self.save.items()})

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
            body = json.dumps(_filled(visit, http.json_), ensure_ascii=False, default=_json)
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

    def _accompany(self, visit: Visit, pending: Pending) -> None:
        """Keep the caller company until the work is done; one who hangs up ends the wait."""
        if visit.hung_up:
            pending.wait()
            return
        if self.meanwhile is not None:
            deadline = visit.call.monotonic() + self.meanwhile.after
            while not pending.done() and (left := deadline - visit.call.monotonic()) > 0:
                visit.input.wait(left)
            if not pending.done():
                visit.say(self.meanwhile.prompt, "none")
                if self.meanwhile.music and not pending.done():
                    visit.input.start([Music(self.meanwhile.music)])
        while not pending.done():
            visit.input.wait(None)
        visit.input.silence()


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


def _json(value: Any) -> Any:
    """What JSON has no word for: a decimal number is a number, where a double holds it exactly."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return float(value)
    return values.text(value)
