"""Who changed what: searched, with before and after side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, render_template, request
from pydantic import ValidationError

from ivr.web.api.audit import Wanted, read
from ivr.web.deeds import DEEDS
from ivr.web.guard import needs
from ivr.web.site import Site


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("audit", __name__)

    @blueprint.get("/audit")
    @needs("audit:read")
    def audit() -> str:
        given = {name: value for name, value in request.args.items() if value and name in Wanted.model_fields}
        try:
            wanted = Wanted.model_validate(given)
        except ValidationError:
            wanted = Wanted()
        entries = read(site, wanted)
        older = entries[-1].at if len(entries) == wanted.limit else None
        return render_template(
            "audit.html", entries=entries, wanted=wanted, older=older, changed=changed, deeds=DEEDS
        )

    return blueprint


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is different: the name, how it was, how it is. What was empty and is so still is no news."""
    names = dict.fromkeys([*before, *after])
    texts = ((name, _text(before.get(name)), _text(after.get(name))) for name in names)
    return [(name, was, now) for name, was, now in texts if was != now]


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
