"""Where everything in a plan stands, for findings about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ivr.errors import Finding
from ivr.flow.checks import Path
from ivr.flow.yaml import Document
from ivr.registry import did_you_mean


@dataclass(frozen=True)
class Marks:
    """Makes findings about options of one document."""

    document: Document

    def finding(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        severity: str = "error",
        *,
        key: bool = False,
    ) -> Finding:
        """A finding about what stands at `path`, or at the part of it that is written; with `key`, about its
        key. A default that a group took over stands under `defaults`."""
        found = self._written(path)
        if len(path) > 2 and path[0] == "groups" and len(found) < 3:
            usual = self._written(("defaults", *path[2:]))
            found = usual if len(usual) > 1 else found
        return Finding(self.document.place(found, key=key), code, message, hint, severity)

    def unknown(self, path: Path, code: str, kind: str, name: str, known: Collection[str]) -> Finding:
        """The finding of a name that nothing of its `kind` carries."""
        hint = did_you_mean(name, known)
        if not hint.startswith("did"):
            hint = f"add it to `{kind}s:`" + (f"; {hint}" if hint else "")
        return self.finding(path, code, f'there is no {kind} "{name}"', hint)

    def _written(self, path: Path) -> Path:
        """The part of a path that is in the file: a short form has fewer levels."""
        data, written = self.document.data, list[str | int]()
        for step in path:
            listed = isinstance(data, list) and isinstance(step, int) and step < len(data)
            if not listed and not (isinstance(data, dict) and step in data):
                break
            data = data[step]
            written.append(step)
        return tuple(written)
