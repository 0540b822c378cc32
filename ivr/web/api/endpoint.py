"""One request to the API: what it needs, takes and gives is in the signature of the function that does it.

    @customers.put("/customers/<id>", needs="customers:write")
    def put(site: Site, who: Who, id: Key, body: CustomerIn, match: str, new: bool) -> Answer: ...

`body` and `query` are pydantic models, other names are parts of the path; `match` is the revision of
`If-Match`, `new` whether `If-None-Match: *` was sent. From the same signature comes the OpenAPI document
(`openapi`), so that neither can say what the other does not. A library that does this for Flask exists
(flask-openapi3), but takes bodies of any content type, turns strings into numbers, and knows neither ETags
nor who may do what.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, get_type_hints

from flask import Response, g, request
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model

from ivr.errors import IvoryError
from ivr.web.accounts.roles import SCOPES
from ivr.web.api import problems
from ivr.web.api.answer import Answer
from ivr.web.site import Site

PREFIX: Final = "/api/v1"
GIVEN: Final = ("site", "who", "body", "query", "match", "new", "return")
MAX_BODY: Final = 1 << 20
NO_CONTENT: Final = 204
UNKNOWN: Final = "-"
"""A revision that nothing has."""
EXACT: Final = 1 << 53
"""Up to here every whole number can be told from the next."""

_ETAG: Final = re.compile(r'(?:[Ww]/)?(?:"([^"]*)"|([^\s",]+))')
_ANYTHING: Final[TypeAdapter[Any]] = TypeAdapter(Any)


class In(BaseModel):
    """What a request brings: nothing else than is described is taken."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Endpoint:
    """One row of the API.

    Args:
        needs: the scope of who may ask; empty: everybody may, signed in or not.
        returns: the type of the content of an answer; the function's own where that is no `Answer`.
        raw: content types of a body that is no JSON (`audio/wav`), which the function reads itself.
        gives: content types of an answer that is no JSON, or may be none.
        secret: whether the answer shows a secret, which is kept nowhere.
        also: what it may answer beside what follows from its signature: statuses with what they mean. The
            tests of the web hold every answer against them.
    """

    method: str
    path: str
    function: Callable[..., Any]
    needs: str
    status: int
    returns: Any = None
    raw: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    max_body: int = MAX_BODY
    secret: bool = False
    also: Mapping[int, str] = field(default_factory=dict)
    hints: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        if self.needs and self.needs not in SCOPES:
            raise ValueError(f"{self.path} needs the unknown scope {self.needs}")
        hints = get_type_hints(self.function, include_extras=True)
        object.__setattr__(self, "hints", hints)
        if self.returns is None and hints.get("return") not in (Answer, Response):
            object.__setattr__(self, "returns", hints.get("return"))

    @property
    def name(self) -> str:
        """What it is called, in code and in the OpenAPI document."""
        return f"{self.function.__module__.rpartition('.')[2]}_{self.function.__name__}"

    @cached_property
    def parts(self) -> type[BaseModel]:
        """The parts of the path as a model."""
        names = re.findall(r"<(?:\w+:)?(\w+)>", self.path)
        fields: dict[str, Any] = {name: (self.hints[name], ...) for name in names}
        return create_model(f"{self.name}_path", **fields)

    @property
    def takes(self) -> frozenset[str]:
        """The names of the function's parameters."""
        return frozenset(inspect.signature(self.function).parameters)


class Resource:
    """The endpoints of one kind of thing.

    Args:
        words: what it is, for the document.
    """

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, words
        self.endpoints: list[Endpoint] = []

    def _row(self, method: str, path: str, **how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def attach(function: Callable[..., Any]) -> Callable[..., Any]:
            self.endpoints.append(Endpoint(method, path, function, **{"status": 200, **how}))
            return function

        return attach

    def get(self, path: str, **how: Any) -> Callable[..., Any]:
        return self._row("GET", path, **how)

    def post(self, path: str, **how: Any) -> Callable[..., Any]:
        return self._row("POST", path, **how)

    def put(self, path: str, **how: Any) -> Callable[..., Any]:
        return self._row("PUT", path, **how)

    def patch(self, path: str, **how: Any) -> Callable[..., Any]:
        return self._row("PATCH", path, **how)

    def delete(self, path: str, **how: Any) -> Callable[..., Any]:
        return self._row("DELETE", path, **how)


def view(endpoint: Endpoint, site: Site) -> Callable[..., Response]:
    """What Flask calls for an endpoint."""
    parts = endpoint.parts if "<" in endpoint.path else None
    body = TypeAdapter(endpoint.hints["body"]) if "body" in endpoint.takes and not endpoint.raw else None
    query: Any = endpoint.hints.get("query")

    def answer(**path: str) -> Response:
        arguments: dict[str, Any] = {}
        try:
            if parts is not None:
                arguments.update(dict(parts.model_validate(path)))
        except ValidationError:
            return problems.problem(404, "there is nothing of such a name")
        try:
            if query is not None:
                arguments["query"] = query.model_validate(_asked(query))
            if body is not None:
                refusal = _unreadable(endpoint)
                if refusal is not None:
                    return refusal
                arguments["body"] = _read(body, request.get_data())
        except ValidationError as error:
            if error.errors()[0]["type"] == "json_invalid":
                return problems.problem(400, "the body is no JSON", code="A003")
            return problems.misfits(error)
        for name, value in (("site", site), ("who", g.who), ("match", _match()), ("new", _new())):
            if name in endpoint.takes:
                arguments[name] = value
        try:
            return _response(endpoint.function(**arguments), endpoint)
        except IvoryError as error:
            return problems.of(error)

    answer.needs = endpoint.needs  # type: ignore[attr-defined]
    answer.__name__ = endpoint.name
    return answer


def _asked(query: type[BaseModel]) -> dict[str, Any]:
    """The query's values; those that are lists gathered."""
    lists = {name for name, one in query.model_fields.items() if "list" in str(one.annotation)}
    return {name: values if name in lists else values[-1] for name, values in request.args.lists()}


def _unreadable(endpoint: Endpoint) -> Response | None:
    """Why the body is not even looked at."""
    if (request.content_length or 0) > endpoint.max_body:
        return problems.problem(413, f"a body may have {endpoint.max_body} bytes", code="A004")
    if request.mimetype != "application/json":
        return problems.problem(415, "the body must be application/json", code="A003")
    return None


def _read(body: TypeAdapter[Any], data: bytes) -> Any:
    """The body as what it is to be. JSON knows one kind of number: 8.0 is as whole as 8."""
    try:
        return body.validate_json(data, strict=True)
    except ValidationError as error:
        if all(one["type"] != "int_type" for one in error.errors()):
            raise
        whole = json.dumps(json.loads(data, parse_float=_number))
        return body.validate_json(whole, strict=True)


def _number(written: str) -> float | int:
    value = float(written)
    return int(value) if value.is_integer() and abs(value) < EXACT else value


def _match() -> str:
    """The revision in `If-Match`, without quotes; nothing where there is none, or any will do. A weak one is
    as good: some proxies make ETags weak on their way."""
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return ""
    found = _ETAG.match(given)
    return found[1] or found[2] or UNKNOWN if found else UNKNOWN


def _new() -> bool:
    return bool(request.if_none_match.star_tag)


def _response(result: Any, endpoint: Endpoint) -> Response:
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result, endpoint.status)
    headers = dict(answer.headers)
    if answer.etag:
        headers["ETag"] = f'"{answer.etag}"'
        if request.method in ("GET", "HEAD") and answer.etag in request.if_none_match:
            return Response(status=304, headers=headers)
    if answer.status == NO_CONTENT:
        return Response(status=NO_CONTENT, headers=headers)
    body = _ANYTHING.dump_json(answer.content, by_alias=True)
    return Response(body, answer.status, mimetype="application/json", headers=headers)
