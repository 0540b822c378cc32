"""What there is to say about a configuration: where, what, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ivr.errors import Place


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that an admin should know.

    Attributes:
        severity: `error` when calls would not reach Ivory or its fallback, else `warning`.
    """

    message: str
    place: Place | None = None
    hint: str = ""
    severity: Literal["error", "warning"] = "warning"

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}: " if self.place else ""
        return f"{where}{self.message}" + (f"; {self.hint}" if self.hint else "")
