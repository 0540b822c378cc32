"""Writing a file so that a reader, a full disk or a crash never sees half of it."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import DialplanError

STAGED = ".ivory-staged-"
"""Begins the names of files that are not in place yet; FreeSWITCH includes only what ends in .xml."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Who owns a file and who may read it."""

    mode: int
    uid: int
    gid: int


def digest(content: bytes) -> str:
    """What a content is recognised by."""
    return hashlib.sha256(content).hexdigest()


def content(path: Path) -> bytes | None:
    """What a file holds; None when there is none.

    Raises:
        DialplanError: it is something else than a plain file, or cannot be read.
    """
    try:
        kind = path.lstat().st_mode
        if stat.S_ISLNK(kind):
            raise DialplanError(
                f"{path} is a symbolic link to {path.readlink()}",
                hint="Ivory writes through none; put the file itself there, or remove the link",
            )
        if not stat.S_ISREG(kind):
            raise DialplanError(f"{path} is no file")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DialplanError(f"{path} cannot be read: {error.strerror}", hint="try with sudo") from None


def rights(path: Path) -> Rights:
    """Those of a file or folder that is there."""
    status = path.stat()
    return Rights(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def stage(path: Path, text: bytes, wanted: Rights) -> Path:
    """Write `text` beside `path`, down to the disk, and return where; `place` puts it there.

    Raises:
        DialplanError: no room, no right to write here, or none to give the file to its owner.
    """
    staged: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=STAGED, dir=path.parent)
        staged = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            own = os.fstat(file.fileno())
            if (own.st_uid, own.st_gid) != (wanted.uid, wanted.gid):
                os.fchown(file.fileno(), wanted.uid, wanted.gid)
            os.fchmod(file.fileno(), wanted.mode)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if staged is not None:
            staged.unlink(missing_ok=True)
        raise _failed(path, error) from None
    return staged


def place(staged: Path, path: Path) -> None:
    """Let a staged file take its place. Raises DialplanError."""
    try:
        staged.replace(path)
        _sync(path.parent)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise _failed(path, error) from None


def write(path: Path, text: bytes, wanted: Rights) -> None:
    """Write a file at once. Raises DialplanError."""
    place(stage(path, text, wanted), path)


def remove(path: Path) -> None:
    """Take a file away. Raises DialplanError."""
    try:
        path.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise _failed(path, error) from None


def make_folder(path: Path, wanted: Rights) -> list[Path]:
    """Make a folder with those above it that are missing; returns the new ones, outermost first."""
    missing: list[Path] = []
    while not path.is_dir():
        missing.insert(0, path)
        path = path.parent
    for folder in missing:
        try:
            folder.mkdir()
            if (os.geteuid(), os.getegid()) != (wanted.uid, wanted.gid):
                os.chown(folder, wanted.uid, wanted.gid)
            folder.chmod(wanted.mode)
        except OSError as error:
            raise _failed(folder, error) from None
    return missing


def sweep(folder: Path) -> None:
    """Remove what an earlier run that was killed left half-written. Raises DialplanError."""
    for left in folder.glob(f"{STAGED}*"):
        remove(left)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(path: Path, error: OSError) -> DialplanError:
    hint = "try with sudo" if isinstance(error, PermissionError) else "nothing of it is half-written"
    return DialplanError(f"{path} cannot be written: {error.strerror}", hint=hint)
