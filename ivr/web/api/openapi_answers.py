"""The answers of a request, as the OpenAPI document has them: what comes when it is done, and each problem.

They follow from the signature, with what `also` adds, and nothing is told that cannot happen: the tests of
the web hold every answer they get against this.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from ivr.web.api.answer import Answer
from ivr.web.api.endpoint import Endpoint
from ivr.web.api.openapi_schemas import SERIALIZATION, VALIDATION, Schema, Schemas
from ivr.web.api.problems import KIND, Problem

_FAILS: Final = {
    401: "Nobody has signed in, and no token was shown.",
    403: "Who asks may not do this.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "The database or the worker is not there just now; try again.",
}
_CHANGES: Final = {
    400: "It cannot be read: no JSON, or a header that makes no sense.",
    409: "It cannot be done as things are.",
}
_BRINGS: Final = {413: "The body is too large.", 415: "The body is of another type."}
_UNFIT: Final = {422: "Some values do not fit; `errors` points at each."}
_MISSING: Final = {404: "There is none of that name."}
_CHANGED: Final = {412: "Somebody else changed it meanwhile; `current` is the ETag it has now."}


def _header(words: str) -> Schema:
    return {"description": words, "schema": {"type": "string"}}


_ETAG: Final = {"ETag": _header("The revision it has. Send it back as `If-Match` with a change.")}
_LOCATION: Final = {"Location": _header("Where it is from now on.")}
_AGAIN: Final = {"Idempotent-Replayed": _header("`true`: the answer of the first time, from the same key.")}
_LATER: Final = {"Retry-After": _header("Seconds after which to come again.")}
_NEVER_KEPT: Final = (401, 403, 429, 503)
"""Such a POST was not done: sent again with the same key, it may be."""
_WHO: Final = {"WWW-Authenticate": _header("`Bearer`: a token would do.")}


def responses(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    """All answers of an endpoint, by status."""
    done = {endpoint.status: HTTPStatus(endpoint.status).phrase}
    done |= {status: words for status, words in endpoint.also.items() if status < HTTPStatus.BAD_REQUEST}
    made = {status: _done(endpoint, status, words, schemas) for status, words in done.items()}
    if has_revision(endpoint) and endpoint.method == "GET":
        made[304] = {"description": "It is still what `If-None-Match` says.", "headers": _ETAG}
    made |= {status: _failed(endpoint, status, words, schemas) for status, words in fails(endpoint).items()}
    return {str(status): answer for status, answer in sorted(made.items())}


def fails(endpoint: Endpoint) -> dict[int, str]:
    """What may be answered when it is not done."""
    found = dict(_FAILS)
    if endpoint.method != "GET":
        found |= _CHANGES
    if "<" in endpoint.path:
        found |= _MISSING
    if endpoint.takes & {"match", "new"}:
        found |= _CHANGED
    if "body" in endpoint.takes or endpoint.raw:
        found |= _BRINGS | _UNFIT
    if "query" in endpoint.takes:
        found |= _UNFIT
    return found | {
        status: words for status, words in endpoint.also.items() if status >= HTTPStatus.BAD_REQUEST
    }


def has_revision(endpoint: Endpoint) -> bool:
    """A `GET` that gives more than content gives an ETag, and so does a change of what has one."""
    if endpoint.status == HTTPStatus.NO_CONTENT or not _chooses_headers(endpoint):
        return False
    return (
        endpoint.method == "GET"
        or bool(endpoint.takes & {"match", "new"})
        or endpoint.status == HTTPStatus.CREATED
    )


def _done(endpoint: Endpoint, status: int, words: str, schemas: Schemas) -> Schema:
    headers: Schema = {}
    if has_revision(endpoint):
        headers |= _ETAG
    if status == HTTPStatus.CREATED and _chooses_headers(endpoint):
        headers |= _LOCATION
    if endpoint.method == "POST":
        headers |= _AGAIN
    made: Schema = {"description": words} | ({"headers": headers} if headers else {})
    content = {kind: {"schema": _bytes(kind)} for kind in endpoint.gives}
    if endpoint.returns is not None:
        content["application/json"] = {"schema": schemas.of(endpoint.returns, SERIALIZATION)}
    return made | ({"content": content} if content and status != HTTPStatus.NO_CONTENT else {})


def _bytes(kind: str) -> Schema:
    """What is no model: anything, where it is JSON."""
    return {} if kind == "application/json" else {"type": "string", "format": "binary"}


def _failed(endpoint: Endpoint, status: int, words: str, schemas: Schemas) -> Schema:
    headers = {401: _WHO, 409: _LATER, 429: _LATER, 503: _LATER}.get(status, {})
    if endpoint.method == "POST" and status not in _NEVER_KEPT:
        headers = headers | _AGAIN
    told = {KIND: {"schema": schemas.of(Problem, VALIDATION)}}
    return {"description": words, "content": told} | ({"headers": headers} if headers else {})


def _chooses_headers(endpoint: Endpoint) -> bool:
    return endpoint.hints.get("return") is Answer
