"""The OpenAPI 3.1 document, made from the endpoints themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import ivr
from ivr.web.api.endpoint import PREFIX, Endpoint, Resource
from ivr.web.api.examples import BODIES
from ivr.web.api.idempotency import HEADER, KEY
from ivr.web.api.openapi_answers import has_revision, responses
from ivr.web.api.openapi_schemas import SERIALIZATION, VALIDATION, Kind, Schema, Schemas
from ivr.web.api.problems import Problem

_WORDS: Final = """\
Flows, calls, queues, agents and customers of an Ivory installation.

Every problem is told as problem details (RFC 9457, `application/problem+json`) with Ivory's `code`, the way
out in `hint`, and in `errors` a JSON pointer for each value that does not fit.

What can be changed has an `ETag`: sent back as `If-Match`, nobody's change is lost (412). A `POST` with an
`Idempotency-Key` is done once, however often it is sent. Moments are ISO 8601 with an offset, spans are
seconds. Lists that end with `next` go on with `before` (or `after`) set to it.
"""
_TOKEN: Final = "A token, made on the page *Users and tokens* or by `POST /api/v1/tokens`: `Bearer ivory_…`."  # noqa: S105
_SESSION: Final = "The cookie of who has signed in. A change needs the page's token in `X-CSRF-Token`, too."


def document(resources: Sequence[Resource]) -> dict[str, Any]:
    """The document, as JSON has it."""
    schemas = Schemas([(Problem, VALIDATION), *_kinds(resources)])
    paths: dict[str, dict[str, Any]] = {}
    for resource in resources:
        for endpoint in resource.endpoints:
            path = PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.path)
            paths.setdefault(path, {})[endpoint.method.lower()] = _operation(resource, endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ivory",
            "version": ivr.__version__,
            "description": _WORDS,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"url": "/docs/api", "description": "How to be let in, and what goes for all of it."},
        "servers": [{"url": "/", "description": "This installation."}],
        "tags": [{"name": resource.name, "description": resource.words} for resource in resources],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.all.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": _TOKEN},
                "session": {"type": "apiKey", "in": "cookie", "name": "ivory", "description": _SESSION},
            },
        },
    }


def _kinds(resources: Sequence[Resource]) -> Iterator[Kind]:
    for endpoint in (endpoint for resource in resources for endpoint in resource.endpoints):
        if "body" in endpoint.takes and not endpoint.raw:
            yield endpoint.hints["body"], VALIDATION
        if endpoint.returns is not None:
            yield endpoint.returns, SERIALIZATION


def _operation(resource: Resource, endpoint: Endpoint, schemas: Schemas) -> Schema:
    summary, more = _said(inspect.getdoc(endpoint.function) or endpoint.name)
    needs = f"Needs the scope `{endpoint.needs}`." if endpoint.needs else "Open to everybody."
    made: Schema = {
        "operationId": endpoint.name,
        "tags": [resource.name],
        "summary": summary,
        "description": "\n\n".join(filter(None, [more, needs])),
        "parameters": [*_in_path(endpoint, schemas), *_in_query(endpoint, schemas), *_in_headers(endpoint)],
        "responses": responses(endpoint, schemas),
        "security": [{"token": [endpoint.needs]}, {"session": [endpoint.needs]}] if endpoint.needs else [],
    }
    if body := _body(endpoint, schemas):
        made["requestBody"] = {"required": True, "content": body}
    return made


def _said(words: str) -> tuple[str, str]:
    """The first sentence, and what follows."""
    first, _, more = words.partition("\n\n")
    summary, _, rest = " ".join(first.split()).partition(". ")
    return summary.rstrip("."), "\n\n".join(filter(None, [rest, more]))


def _body(endpoint: Endpoint, schemas: Schemas) -> Schema:
    if endpoint.raw:
        return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in endpoint.raw}
    if "body" not in endpoint.takes:
        return {}
    told: Schema = {"schema": schemas.of(endpoint.hints["body"])}
    if examples := BODIES.get(endpoint.name):
        told["examples"] = {name: {"summary": name, "value": value} for name, value in examples.items()}
    return {"application/json": told}


def _in_path(endpoint: Endpoint, schemas: Schemas) -> list[Schema]:
    if "<" not in endpoint.path:
        return []
    return [_parameter(name, "path", schema, True) for name, schema, _ in schemas.fields(endpoint.parts)]


def _in_query(endpoint: Endpoint, schemas: Schemas) -> list[Schema]:
    model = endpoint.hints.get("query")
    if model is None:
        return []
    return [_parameter(name, "query", schema, required) for name, schema, required in schemas.fields(model)]


def _parameter(name: str, where: str, schema: Schema, required: bool) -> Schema:
    words = {"description": schema["description"]} if "description" in schema else {}
    plain = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": where, "required": required, **words, "schema": plain}


def _in_headers(endpoint: Endpoint) -> list[Schema]:
    made = []
    if "match" in endpoint.takes:
        words = (
            "The ETag that was looked at; a change of anything newer is refused. Left out: of whatever it is."
        )
        made.append(_header("If-Match", words))
    if "new" in endpoint.takes:
        made.append(_header("If-None-Match", "`*`: only if there is none yet."))
    elif endpoint.method == "GET" and has_revision(endpoint):
        made.append(_header("If-None-Match", "The ETag of what one has: 304 where it is still so."))
    if endpoint.method == "POST":
        words = "Sent again with the same key within a day, it is not done again. Best a UUID."
        made.append(_header(HEADER, words, pattern=KEY))
    return made


def _header(name: str, words: str, **more: Any) -> Schema:
    return {"name": name, "in": "header", "description": words, "schema": {"type": "string", **more}}
