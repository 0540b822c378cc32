"""Files that are to become different, shown as a diff before anything is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SAVED = ".ivory-saved"
"""Ends the name of a file that an admin edited and Ivory had to replace; FreeSWITCH does not include it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file.

    Attributes:
        path: below the configuration.
        before, after: contents; None when there is no file.
        edited: whether somebody changed what Ivory had written, so that `before` is kept beside it.
    """

    path: str
    before: bytes | None
    after: bytes | None
    edited: bool = False

    @property
    def verb(self) -> str:
        """What happens to the file."""
        if self.before is None:
            return "add"
        return "remove" if self.after is None else "change"


def diff(changes: Iterable[Change]) -> str:
    """The changes as a unified diff."""
    parts: list[str] = []
    for change in changes:
        old, new = (
            (content or b"").decode("utf-8", "replace").splitlines()
            for content in (change.before, change.after)
        )
        names = (
            "/dev/null" if change.before is None else f"a/{change.path}",
            "/dev/null" if change.after is None else f"b/{change.path}",
        )
        parts.extend(difflib.unified_diff(old, new, *names, lineterm=""))
    return "\n".join(parts)
