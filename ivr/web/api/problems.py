"""What is answered when a request cannot be done: problem details (RFC 9457), for programs and for forms.

Beside `title`, `detail` and `status` a problem has Ivory's `code` and `hint`, and `errors` with a JSON
pointer for each value that does not fit. What people read of it is in the language they ask in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response, request
from pydantic import BaseModel, Field, ValidationError

from ivr.errors import Conflict, Finding, FlowError, Invalid, IvoryError, NotFound, NoWorker, StoreError
from ivr.web.accounts.entrance import NotAllowed, NotLetIn
from ivr.web.routing.unfit import Unfit
from ivr.web.wording import in_words, read, sentence

KIND: Final = "application/problem+json"

_STATUS: Final[tuple[tuple[type[IvoryError], int], ...]] = (
    (NotFound, 404),
    (Conflict, 412),
    (Invalid, 422),
    (NotLetIn, 401),
    (NotAllowed, 403),
    (StoreError, 503),
    (NoWorker, 503),
    (Unfit, 422),
    (FlowError, 409),
)


class Misfit(BaseModel):
    """A value that does not fit."""

    pointer: str = Field(description="Where it stands in what was sent: `/title/zh-CN`.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request was not done."""

    type: str = Field("about:blank", description="A link to what is written about its code.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status.")
    detail: str = Field("", description="What happened, in one sentence.")
    code: str = Field("", description="Ivory's code of it; the same from version to version.")
    hint: str = Field("", description="The way out.")
    errors: list[Misfit] = Field([], description="Values that do not fit.")
    current: str = Field("", description="The ETag it has now, where somebody else changed it.")


def problem(
    status: int,
    detail: str = "",
    *,
    code: str = "",
    hint: str = "",
    errors: Sequence[Misfit] = (),
    current: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that tells of a problem."""
    told = Problem(
        type=f"/docs/errors#{code.lower()}" if code else "about:blank",
        title=in_words(HTTPStatus(status).phrase),
        status=status,
        detail=in_words(detail),
        code=code,
        hint=in_words(hint),
        errors=[one.model_copy(update={"detail": in_words(one.detail)}) for one in errors],
        current=current,
    )
    content = told.model_dump(exclude_defaults=True) | {"title": told.title, "status": status}
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(body, status, mimetype=KIND, headers=dict(headers or {}))


def of(error: IvoryError) -> Response:
    """An error of Ivory's as a problem."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
    if status == HTTPStatus.PRECONDITION_FAILED and request.method == "POST" and not request.if_match:
        status = HTTPStatus.CONFLICT  # nothing was said of what there was before
    if isinstance(error, Unfit) and request.method == "DELETE":
        status = HTTPStatus.CONFLICT  # nothing was sent that might fit
    errors = (
        [Misfit(pointer=pointer, detail=_there(one, bare=bool(pointer))) for pointer, one in error.misfits]
        if isinstance(error, Unfit)
        else [
            Misfit(pointer=f"/{one.place.line}:{one.place.column}", detail=_beside(one))
            for one in error.findings
        ]
        if isinstance(error, FlowError)
        else []
    )
    if isinstance(error, Invalid) and error.field:
        errors.append(Misfit(pointer=f"/{error.field.replace('.', '/')}", detail=error.message))
    current = f'"{error.current}"' if isinstance(error, Conflict) and error.current else ""
    return problem(status, error.message, code=error.code, hint=error.hint, errors=errors, current=current)


def _beside(one: Finding) -> str:
    """A finding with its file's name; in which folder the server has it is nobody's business."""
    return str(replace(read(one), place=replace(one.place, file=Path(one.place.file).name)))


def _there(one: Finding, *, bare: bool) -> str:
    """A finding where a form shows it; with its line where that is elsewhere."""
    words = sentence(one)
    return words if bare else in_words(f"line {one.place.line}: {words}")


def misfits(error: ValidationError) -> Response:
    """What pydantic found as a problem."""
    errors = [
        Misfit(pointer=_pointer(one["loc"]), detail=one["msg"].removeprefix("Value error, "))
        for one in error.errors(include_url=False, include_input=False)
    ]
    return problem(422, "some values do not fit", code="A002", errors=errors)


def _pointer(where: tuple[Any, ...]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in where)
