"""A POST with an `Idempotency-Key` is done once, however often it is sent: the answer is kept for a day.

What went wrong on our side (5xx) is not kept, so that it may be tried again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from flask import Response, g, request

from ivr.store import remembered
from ivr.store.remembered import BEGUN, Answer
from ivr.web.api.problems import KIND, problem
from ivr.web.site import Site

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 255
KEY: Final = rf"^[!-~]{{1,{LONGEST}}}$"
"""What a key is made of: no spaces, which are lost at the ends of a header, and ASCII alone."""
KEPT_HEADERS: Final = ("Location", "ETag")


def once(site: Site, do: Callable[[], Response], *, secret: bool = False) -> Response:
    """Do the present request, or give the answer that was given before. One that shows a `secret` is not
    kept: whoever asks again is told that it was done."""
    given = request.headers.get(HEADER)
    if given is None or request.method != "POST":
        return do()
    if not re.fullmatch(KEY, given):
        return problem(400, f"{HEADER} has {LONGEST} printable characters at most", code="A005")
    key = f"{g.who.by}\n{given}"
    asked = hashlib.sha256(f"{request.full_path}\n".encode() + request.get_data()).hexdigest()
    before = site.ask(remembered.begin, key, asked, site.now())
    if before is None:
        return _done(site, key, asked, do, secret)
    if before.request != asked:
        return problem(409, "this key was used for another request", code="A005", hint="take a new one")
    if before.status == BEGUN:
        return problem(
            409,
            "this very request is being done",
            code="A005",
            hint="ask again",
            headers={"Retry-After": "1"},
        )
    headers: dict[str, Any] = {**(before.headers or {}), "Idempotent-Replayed": "true"}
    kind = headers.pop("Content-Type", "application/json")
    return Response(before.body, before.status, mimetype=kind, headers=headers)


def _done(site: Site, key: str, asked: str, do: Callable[[], Response], secret: bool) -> Response:
    try:
        answer = do()
    except BaseException:
        site.ask(remembered.let_go, key)
        raise
    if answer.status_code >= 500 or answer.is_streamed:
        site.ask(remembered.let_go, key)
        return answer
    if secret and answer.status_code < 400:
        told = problem(409, "this was done already; the secret was shown then, and is not kept", code="A005")
        kept = Answer(asked, told.status_code, told.get_data(as_text=True), {"Content-Type": KIND})
        site.ask(remembered.keep, key, kept)
        return answer
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    headers["Content-Type"] = answer.mimetype or "application/json"
    site.ask(remembered.keep, key, Answer(asked, answer.status_code, answer.get_data(as_text=True), headers))
    return answer
