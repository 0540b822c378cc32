"""Drafts of flows and of their tests: the files of `flows.dir`, read and written whole or not at all.

Designers edit the same files with their own editors, so nothing is remembered here: a file is read when it
is asked for, and one that was changed meanwhile is not written over.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ivr.errors import Conflict, IvoryError, NotFound
from ivr.flow.bundle import digest
from ivr.registry import did_you_mean

NAME: Final = r"^[a-z_][a-z0-9_]{0,63}$"
"""What flows are called, as `ivr.flow.types.Name` has it, short enough for a file."""
MOST_TEXT: Final = 1 << 20
"""Characters of a draft: some twenty thousand lines."""
VERSION: Final = 16
"""Signs of a digest, as `LoadedFlow.version` has them."""

_ID: Final = re.compile(rb"^id:[ \t]*[\"']?([a-z_][a-z0-9_]*)", re.MULTILINE)
_FLOW: Final = re.compile(rb"^flow:[ \t]*[\"']?([a-z_][a-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is now. `version` is that of its content, as a flow's is."""

    name: str
    file: Path
    content: bytes
    changed: datetime

    @property
    def text(self) -> str:
        """As an editor shows it."""
        return self.content.decode("utf-8", "replace")

    @property
    def version(self) -> str:
        return version(self.content)


def version(content: bytes) -> str:
    """The version of a text."""
    return digest(content)[:VERSION]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder of files that each have a name in them: the flows by `id:`, or their tests by `flow:`."""

    folder: Path
    key: re.Pattern[bytes]
    noun: str

    def names(self) -> dict[str, Path]:
        """The files by the names in them; by their own where they do not say. Raises IvoryError."""
        found: dict[str, Path] = {}
        for file in self._files():
            with suppress(OSError):
                found.setdefault(named(file.read_bytes(), self.key) or file.stem, file)
        return found

    def find(self, name: str) -> Draft | None:
        """The file of this name; None where there is none. Raises IvoryError."""
        own = self.folder / f"{name}.yaml"
        try:
            content = own.read_bytes()
            if (named(content, self.key) or name) == name:
                return self._draft(name, own, content)
        except OSError:
            pass  # it may be in another file, or nowhere
        file = self.names().get(name)
        try:
            return self._draft(name, file, file.read_bytes()) if file else None
        except OSError as error:
            raise IvoryError(f"{file} cannot be read: {error.strerror}", hint="look at its rights") from None

    def get(self, name: str) -> Draft:
        """The file of this name. Raises NotFound, IvoryError."""
        found = self.find(name)
        if found is None:
            hint = did_you_mean(name, [*self.names()])
            raise NotFound(f'there is no {self.noun} "{name}" in {self.folder}', hint=hint)
        return found

    def write(
        self, name: str, text: str, match: str = "", *, new: bool = False
    ) -> tuple[Draft | None, Draft]:
        """Keep a text; returns what there was before, and what there is now.

        Args:
            match: the version it must have; empty: any.
            new: there must be none yet.

        Raises:
            Conflict: it has another version, or is there already.
            NotFound: it is not there, and is not to be new.
            IvoryError: the text calls itself otherwise, or cannot be written.
        """
        content = text.encode("utf-8", "replace")
        said = named(content, self.key)
        if said and said != name:
            word = self.key.pattern[1:].partition(b":")[0].decode()
            raise IvoryError(
                f"the text says `{word}: {said}`, and is to be kept as {name}", hint="rename the flow instead"
            )
        before = self.find(name)
        if before is None and not new:
            raise NotFound(f'there is no {self.noun} "{name}" in {self.folder}', hint="make a new one")
        _unchanged(name, before, match, new)
        file = before.file if before else self.folder / f"{name}.yaml"
        if before is None and file.exists():
            raise Conflict(f"{file} is there already, and holds something else")
        self._put(file, content)
        return before, self._draft(name, file, content)

    def remove(self, name: str, match: str = "") -> Draft:
        """Delete a file; returns what it was. Raises NotFound, Conflict, IvoryError."""
        before = self.get(name)
        _unchanged(name, before, match, new=False)
        try:
            before.file.unlink()
        except OSError as error:
            raise IvoryError(f"{before.file} cannot be deleted: {error.strerror}") from None
        return before

    def _put(self, file: Path, content: bytes) -> None:
        """Write a file in one step, with the rights it had. A link stays one, unless it leads elsewhere."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            target, home = file.resolve(), self.folder.resolve()
            if not target.is_relative_to(home):
                raise IvoryError(f"{file} is a link to {target}, and is changed there only")
            rights = target.stat().st_mode & 0o7777 if target.exists() else 0o644
            handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            try:
                with open(handle, "wb") as writing:
                    writing.write(content)
                    os.fchmod(writing.fileno(), rights)
                Path(draft).replace(target)
            except BaseException:
                Path(draft).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise IvoryError(
                f"{file} cannot be written: {error.strerror}", hint="look at its rights"
            ) from None

    def _files(self) -> list[Path]:
        try:
            return sorted(self.folder.glob("*.yaml"))
        except OSError as error:
            raise IvoryError(f"{self.folder} cannot be read: {error.strerror}") from None

    @staticmethod
    def _draft(name: str, file: Path, content: bytes) -> Draft:
        return Draft(name, file, content, datetime.fromtimestamp(file.stat().st_mtime, UTC))


def flows(folder: Path) -> Shelf:
    """The flows of a folder."""
    return Shelf(folder.absolute(), _ID, "flow")


def tests(folder: Path) -> Shelf:
    """The tests of a folder of flows."""
    return Shelf(folder.absolute() / "tests", _FLOW, "file of tests for")


def named(content: bytes, key: re.Pattern[bytes] = _ID) -> str:
    """What a text calls itself, by a look at its first level; empty where it does not say."""
    found = key.search(content)
    return found[1].decode() if found else ""


def renamed(text: str, key: str, name: str) -> str:
    """A text that calls itself otherwise: the value of its first `key:` is `name`, all else stays."""
    return re.sub(rf"(?m)^({key}:[ \t]*)([\"']?)[a-z_][a-z0-9_]*\2", rf"\g<1>{name}", text, count=1)


def _unchanged(name: str, before: Draft | None, match: str, new: bool) -> None:
    if new and before is not None:
        raise Conflict(f'there is a "{name}" already', hint="choose another name", current=before.version)
    if match and before is not None and before.version != match:
        raise Conflict(f'"{name}" was changed meanwhile', current=before.version)
