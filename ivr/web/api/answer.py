"""What a function of the API gives back when it has more to say than its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """Content with a status, the revision it has (`etag`, without quotes) and headers."""

    content: Any = None
    status: int = 200
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def created(content: Any, location: str, etag: str = "") -> Answer:
    """Something is there now that was not."""
    return Answer(content, 201, etag, {"Location": location})


NOTHING = Answer(status=204)


def stream(pieces: Any, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that is sent as it comes."""
    return Response(pieces, mimetype=kind, headers={"X-Accel-Buffering": "no", **(headers or {})})
