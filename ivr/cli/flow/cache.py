"""What lint found, kept until something changes that it looked at.

An entry belongs to one request (folder, arguments, environment) and holds, beside the findings, everything
that was looked at: the files with their hashes, the folders' listings, which sounds there were, the code
and the packages. It counts only while all of that is as it was, so it cannot be wrong; and whatever is
amiss with it, lint works as if there were none. Nothing here is slow to import: that is the point of it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ivr
from ivr import folders

FOLDER = folders.CACHE / "lint"
MOST_ENTRIES = 32
MOST_BYTES = 8 << 20  # of an entry
_BEGAN = time.time_ns()
_PACKAGE_MARKS = (".dist-info", ".egg-info", ".egg-link", ".pth")

Stamp = list[int]
"""When a file was changed (ns) and its size: as Python itself judges whether compiled code is stale."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at: the hash of each file's content and each folder's listing; the error's name where
    it cannot be read."""

    files: Mapping[str, str]
    folders: Mapping[str, str]

    @classmethod
    def at(cls, files: Iterable[str], folders: Iterable[str]) -> Looked:
        return cls({file: _content(file) for file in files}, {folder: _listing(folder) for folder in folders})

    def __or__(self, other: Looked) -> Looked:
        return Looked({**self.files, **other.files}, {**self.folders, **other.folders})


class Cache:
    """The entry of one request.

    Args:
        arguments: what the command was asked for.
        folder: where entries are.
        environ: the environment; settings come from it, too.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        given = {name: value for name, value in environ.items() if name.startswith("IVR_")}
        self._folder = FOLDER if folder is None else folder
        self.settings = [
            *map(str, folders.settings_files()),
            *(value for name, value in sorted(given.items()) if name.endswith("_FILE")),
        ]
        """The files that settings come from."""
        here = os.path.realpath(os.curdir)
        request = [ivr.__version__, sys.version, sys.path, here, list(arguments), sorted(given.items())]
        self._entry = self._folder / f"{_hash(json.dumps(request).encode())}.json"

    def recall(self) -> Any:
        """The answer that was kept; None when there is none, or it may not hold any more."""
        try:
            with self._entry.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_uid != os.getuid() or status.st_mode & 0o022 or status.st_size > MOST_BYTES:
                    return None
                entry = json.loads(file.read())
            return entry["answer"] if _holds(entry) else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def keep(self, answer: Any, before: Looked, sounds: Mapping[str, bool]) -> None:
        """Keep an answer that came from what was seen `before` the work, if all that is still so."""
        if Looked.at(before.files, before.folders) != before:
            return
        code = _code()
        if any(changed > _BEGAN for changed, _size in code.values()):
            return  # edited while it ran: who knows which of the two it was
        entry = {
            "files": before.files,
            "folders": before.folders,
            "sounds": sounds,
            "code": code,
            "packages": _packages(),
            "answer": answer,
        }
        content = json.dumps(entry).encode()
        if len(content) <= MOST_BYTES:
            with suppress(OSError):
                self._write(content)

    def _write(self, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._entry.with_suffix(f".{os.getpid()}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            draft.replace(self._entry)
        finally:
            draft.unlink(missing_ok=True)
        entries = sorted(os.scandir(self._folder), key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
        for old in entries[MOST_ENTRIES:]:
            Path(old).unlink(missing_ok=True)


def _holds(entry: Mapping[str, Any]) -> bool:
    """Whether everything is as it was when the entry was made."""
    return (
        all(_stamp(file) == stamp for file, stamp in entry["code"].items())
        and _packages() == entry["packages"]
        and Looked.at(entry["files"], entry["folders"]) == Looked(entry["files"], entry["folders"])
        and all(Path(sound).is_file() == there for sound, there in entry["sounds"].items())
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(file: str) -> str:
    try:
        with open(file, "rb") as source:
            return _hash(source.read())
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")


def _listing(folder: str) -> str:
    """Of the flow files in a folder."""
    try:
        with os.scandir(folder) as entries:
            names = sorted((each.name, each.is_file()) for each in entries if each.name.endswith(".yaml"))
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")
    return _hash(json.dumps(names).encode(errors="surrogatepass"))


def _stamp(file: str) -> Stamp | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]


def _code() -> dict[str, Stamp]:
    """Every module that has been imported, beside Python's own: Ivory, node types, libraries."""
    files = {
        getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    return {file: stamp for file in sorted(filter(None, files)) if (stamp := _stamp(file))}


def _packages() -> str:
    """What is installed: another package may bring another node type."""
    found: list[Any] = []
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError), os.scandir(folder or ".") as entries:
            for each in entries:
                if each.name.endswith(_PACKAGE_MARKS):
                    points = _stamp(os.path.join(each.path, "entry_points.txt"))
                    found.append([each.path, _stamp(each.path) if points is None else points])
    return _hash(json.dumps(sorted(found, key=str)).encode(errors="surrogatepass"))
