"""Versions on this machine's disk: what a worker begins with while the database is away, and where the switch
finds the sounds that belong to a version.

Contents are named by their digest and never change; a manifest is written after all that it names, so that
whoever sees it has everything.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Any

from ivr import registry
from ivr.errors import FlowError, IvoryError
from ivr.flow import loader
from ivr.flow.bundle import ID_LENGTH, Manifest, digest
from ivr.flow.model import LoadedFlow
from ivr.flow.releases import KINDS, Release

Fetch = Callable[[Collection[str]], Mapping[str, bytes]]

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}")


class Mirror:
    """The folder; made when something is put into it. All that it does may wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.expanduser().absolute()

    @property
    def sounds(self) -> Path:
        """Where the sounds of versions are."""
        return self._folder / "sounds"

    # Versions -----------------------------------------------------------------------------------------

    def has(self, version: str) -> bool:
        """Whether a version is here, whole."""
        return _ID.fullmatch(version) is not None and self._manifest(version).is_file()

    def put(self, manifest: Manifest, fetch: Fetch) -> None:
        """Keep a version; `fetch` gives the contents of those digests that are not here yet.

        Raises:
            IvoryError: it cannot be written.
        """
        places = {name: self._flow(name) for name in manifest.flows.values()}
        places |= {name: self._sound(file, name) for file, name in manifest.sounds.items()}
        missing = [name for name, path in places.items() if not path.is_file()]
        contents = fetch(missing)
        for name in missing:
            self._write(places[name], contents[name])
        self._write(self._manifest(manifest.id), manifest.text.encode())

    def load(self, version: str) -> Mapping[str, LoadedFlow]:
        """The flows of a version, with their sounds where the mirror has them.

        Raises:
            IvoryError: it is not here, damaged (then it is forgotten, to be fetched again), or no flow that
                this Ivory can read.
        """
        types = registry.load_all("ivr.nodes")
        try:
            manifest = Manifest.parse(self._manifest(version).read_text())
            texts = {name: self._flow(one).read_bytes() for name, one in manifest.flows.items()}
            sounds = {file: self._sound(file, one) for file, one in manifest.sounds.items()}
        except (OSError, ValueError) as error:
            self._forget(version)
            raise IvoryError(f"version {version} cannot be read in {self._folder}: {error}") from None
        whole = all(digest(texts[name]) == one for name, one in manifest.flows.items())
        if manifest.id != version or not whole or not all(map(Path.is_file, sounds.values())):
            self._forget(version)
            raise IvoryError(f"version {version} is damaged in {self._folder}")
        where = {file: path.as_posix() for file, path in sounds.items()}
        loaded = {}
        for name, text in texts.items():
            try:
                flow, _ = loader.load(text, f"{name}@{version}", types, where)
            except FlowError as error:
                raise IvoryError(f"version {version} cannot serve with this Ivory: {error}") from None
            loaded[name] = LoadedFlow(flow.flow, version, flow.file)
        return MappingProxyType(loaded)

    def _forget(self, version: str) -> None:
        """Take away what is damaged of a version, so that `put` brings it again."""
        if not _ID.fullmatch(version):
            return
        with suppress(OSError, ValueError):
            manifest = Manifest.parse(self._manifest(version).read_text())
            for one in manifest.flows.values():
                with suppress(OSError):
                    if digest(self._flow(one).read_bytes()) != one:
                        self._flow(one).unlink()
        with suppress(OSError):
            self._manifest(version).unlink()

    # The log of releases ------------------------------------------------------------------------------

    def releases(self) -> tuple[Release, ...]:
        """The log as it was kept last; empty when there is none that can be read."""
        try:
            rows = json.loads((self._folder / "releases.json").read_text())
            return tuple(_release(row) for row in rows)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return ()

    def keep(self, releases: Iterable[Release]) -> None:
        """Keep the log. Raises IvoryError when it cannot be written."""
        rows = [{**asdict(release), "at": release.at.isoformat()} for release in releases]
        self._write(self._folder / "releases.json", json.dumps(rows, ensure_ascii=False).encode())

    # Files --------------------------------------------------------------------------------------------

    def _manifest(self, version: str) -> Path:
        return self._folder / "versions" / f"{version}.json"

    def _flow(self, name: str) -> Path:
        return self._folder / "flows" / f"{name}.yaml"

    def _sound(self, file: str, name: str) -> Path:
        ending = PurePosixPath(file).suffix
        return self.sounds / f"{name}{ending if _ENDING.fullmatch(ending) else ''}"

    def _write(self, path: Path, content: bytes) -> None:
        """All of it or nothing, also for those who read meanwhile and when the power goes."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, delete=False) as file:
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                    os.fchmod(file.fileno(), 0o644)  # the switch may be another user
                    os.replace(file.name, path)
                except BaseException:
                    os.unlink(file.name)
                    raise
        except OSError as error:
            raise IvoryError(
                f"{path} cannot be written: {error.strerror}", hint="see flows.published"
            ) from None


def _release(row: dict[str, Any]) -> Release:
    release = Release(**{**row, "at": datetime.fromisoformat(row["at"])})
    if release.kind not in KINDS:
        raise ValueError(release.kind)
    return release
