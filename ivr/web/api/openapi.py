"""The OpenAPI 3.1 document, made from the endpoints themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

import ivr
from ivr.web.api.endpoint import PREFIX, Endpoint, Resource
from ivr.web.api.idempotency import HEADER, LONGEST
from ivr.web.api.problems import KIND, Problem

VALIDATION: Final = "validation"
SERIALIZATION: Final = "serialization"

_REF: Final = "#/components/schemas/{model}"
_FAILS: Final = {
    401: "Nobody has signed in, and no token was shown.",
    403: "Who asks may not do this.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "The database or the worker is not there just now.",
}


class _Schemas:
    """Schemas of all types that requests bring and answers give, made together, so that two of one name get
    two names."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        kinds: dict[tuple[int, JsonSchemaMode], tuple[JsonSchemaMode, TypeAdapter[Any]]] = {}
        for kind, mode in [(Problem, VALIDATION), *_kinds(resources)]:
            kinds.setdefault((id(kind), mode), (mode, TypeAdapter(kind)))
        wanted = [(key, mode, adapter) for key, (mode, adapter) in kinds.items()]
        self._made, rest = TypeAdapter.json_schemas(wanted, ref_template=_REF)
        self.all: dict[str, Any] = rest.get("$defs", {})

    def of(self, kind: Any, mode: JsonSchemaMode = VALIDATION) -> dict[str, Any]:
        """The schema of a type: a reference where it has a name."""
        return self._made[(id(kind), mode), mode]


def _kinds(resources: Sequence[Resource]) -> Iterator[tuple[Any, JsonSchemaMode]]:
    for endpoint in (endpoint for resource in resources for endpoint in resource.endpoints):
        if "body" in endpoint.takes and not endpoint.raw:
            yield endpoint.hints["body"], VALIDATION
        if endpoint.returns is not None:
            yield endpoint.returns, SERIALIZATION


def document(resources: Sequence[Resource]) -> dict[str, Any]:
    """The document, as JSON has it."""
    schemas = _Schemas(resources)
    problem = schemas.of(Problem)
    paths: dict[str, dict[str, Any]] = {}
    for resource in resources:
        for endpoint in resource.endpoints:
            path = PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.path)
            paths.setdefault(path, {})[endpoint.method.lower()] = _operation(
                resource, endpoint, schemas, problem
            )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ivory",
            "version": ivr.__version__,
            "description": "Flows, calls, queues, agents and customers of an Ivory installation.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": resource.name, "description": resource.words} for resource in resources],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.all.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of the users' page."},
                "session": {"type": "apiKey", "in": "cookie", "name": "ivory"},
            },
        },
    }


def _operation(
    resource: Resource, endpoint: Endpoint, schemas: _Schemas, problem: dict[str, Any]
) -> dict[str, Any]:
    words = inspect.getdoc(endpoint.function) or endpoint.name
    summary, _, more = words.partition("\n\n")
    needs = f"Needs the scope `{endpoint.needs}`." if endpoint.needs else "Open to everybody."
    made: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [resource.name],
        "summary": " ".join(summary.split()).rstrip("."),
        "description": "\n\n".join(filter(None, [more, needs])),
        "parameters": [*_in_path(endpoint, schemas), *_in_query(endpoint, schemas), *_in_headers(endpoint)],
        "responses": _responses(endpoint, schemas, problem),
    }
    if endpoint.needs:
        made["security"] = [{"token": []}, {"session": []}]
    if endpoint.raw:
        made["requestBody"] = {
            "required": True,
            "content": {endpoint.raw: {"schema": {"type": "string", "format": "binary"}}},
        }
    elif "body" in endpoint.takes:
        schema = schemas.of(endpoint.hints["body"])
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return made


def _in_path(endpoint: Endpoint, schemas: _Schemas) -> list[dict[str, Any]]:
    if "<" not in endpoint.path:
        return []
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema, _ in _fields(endpoint.parts, schemas)
    ]


def _in_query(endpoint: Endpoint, schemas: _Schemas) -> list[dict[str, Any]]:
    model = endpoint.hints.get("query")
    if model is None:
        return []
    return [
        {"name": name, "in": "query", "required": required, "schema": schema}
        | ({"description": schema.pop("description")} if "description" in schema else {})
        for name, schema, required in _fields(model, schemas)
    ]


def _fields(model: type[BaseModel], schemas: _Schemas) -> list[tuple[str, dict[str, Any], bool]]:
    made = model.model_json_schema(ref_template=_REF)
    schemas.all.update(made.pop("$defs", {}))
    required = set(made.get("required", ()))
    return [(name, schema, name in required) for name, schema in made.get("properties", {}).items()]


def _in_headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string"}
    made = []
    if "match" in endpoint.takes:
        words = "The ETag that was looked at; a change of anything newer is refused with 412."
        made.append({"name": "If-Match", "in": "header", "schema": text, "description": words})
    if "new" in endpoint.takes:
        words = "`*`: only if there is none yet."
        made.append({"name": "If-None-Match", "in": "header", "schema": text, "description": words})
    if endpoint.method == "POST":
        words = "Sent again with the same key, the request is not done again."
        limits = {**text, "maxLength": LONGEST}
        made.append({"name": HEADER, "in": "header", "schema": limits, "description": words})
    return made


def _responses(endpoint: Endpoint, schemas: _Schemas, problem: dict[str, Any]) -> dict[str, Any]:
    told = {"content": {KIND: {"schema": problem}}}
    good: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.gives:
        good["content"] = {endpoint.gives: {"schema": {"type": "string", "format": "binary"}}}
    elif endpoint.status != HTTPStatus.NO_CONTENT:
        schema = schemas.of(endpoint.returns, SERIALIZATION) if endpoint.returns is not None else {}
        good["content"] = {"application/json": {"schema": schema}}
    made = {str(endpoint.status): good}
    fails = dict(_FAILS)
    if "<" in endpoint.path:
        fails[404] = "There is none of that name."
    if endpoint.method != "GET":
        fails |= {400: "It cannot be read.", 409: "It cannot be done as things are."}
        if "match" in endpoint.takes or "new" in endpoint.takes:
            fails[412] = "Somebody else changed it meanwhile."
    if "body" in endpoint.takes or endpoint.raw:
        fails |= {413: "The body is too large.", 415: "The body is of another type."}
    fails |= {409: "It cannot be done as things are."}
    if "<" in endpoint.path or "body" in endpoint.takes or "query" in endpoint.takes:
        fails[422] = "Some values do not fit."
    if "query" in endpoint.takes:
        fails[404] = "There is none of that name."
    made |= {str(status): {"description": words, **told} for status, words in sorted(fails.items())}
    return made
