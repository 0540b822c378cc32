"""Repairing flow files on disk: what `ivr flow lint --fix` does, and what `--diff` shows of it."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ivr import registry
from ivr.errors import Finding, FlowError, IvoryError
from ivr.flow import lint, loader
from ivr.flow.fix import Repair, repair
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file that was looked at: as it is on disk, and as it would be."""

    file: Path
    before: bytes
    repair: Repair

    @property
    def changed(self) -> bool:
        return self.repair.content != self.before

    def diff(self) -> str:
        """What changes, as a unified diff."""
        before, after = (raw.decode().splitlines(keepends=True) for raw in (self.before, self.repair.content))
        name = str(self.file).lstrip("/")
        lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def write(self) -> None:
        """Put the repaired file in its place, whole or not at all, with the rights it had.

        Raises:
            IvoryError: it cannot be written, or somebody else has changed it meanwhile.
        """
        target = self.file.resolve()
        try:
            if target.read_bytes() != self.before:
                raise IvoryError(f"{self.file} was changed meanwhile", hint="try again")
            rights = target.stat()
            draft, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            try:
                with open(draft, "wb") as file:
                    file.write(self.repair.content)
                    os.fchmod(file.fileno(), rights.st_mode & 0o7777)
                    with suppress(PermissionError):
                        os.fchown(file.fileno(), rights.st_uid, rights.st_gid)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise IvoryError(f"{self.file} cannot be written: {error.strerror}") from None


def fixed(asked: Sequence[Path], beside: Sequence[Path], settings: Settings) -> Iterator[Fixed]:
    """Each of these files, repaired as far as it can be, among its neighbours as they then are. A file that
    cannot be read is passed over."""
    types = registry.load_all("ivr.nodes")
    sources: dict[str, lint.Source] = {}
    contents: dict[Path, bytes] = {}

    def load(file: Path, content: bytes) -> Sequence[Finding]:
        """Take a file in as it is; what is wrong with its shape."""
        sources.pop(str(file), None)
        try:
            sources[str(file)] = lint.Source(*loader.load(content, str(file), types))
        except FlowError as error:
            return error.findings
        return ()

    for file in (*asked, *beside):
        with suppress(OSError):
            contents[file] = file.read_bytes()
            load(file, contents[file])
    for file in filter(contents.__contains__, asked):

        def check(content: bytes, file: Path = file) -> Sequence[Finding]:
            return load(file, content) or lint.lint(
                dict(sorted(sources.items())),
                lambda name: (settings.flows.sounds / name).is_file(),
                http=settings.http,
                only=[str(file)],
            )

        done = repair(contents[file], check)
        load(file, done.content)
        yield Fixed(file, contents[file], done)
