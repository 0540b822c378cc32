"""What Ivory changed in a configuration, kept within it: `.ivory/ledger.json`, and beside it what was there.

A run notes what it is about to write before it writes, so that a run that was killed halfway can be finished
or taken back by the next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.dialplan import files
from ivr.dialplan.files import Rights
from ivr.errors import DialplanError

FOLDER = ".ivory"
_PRIVATE = 0o700
_PATH = r"^dialplan/([A-Za-z0-9_][A-Za-z0-9_.-]{0,63}/)?ivory\.xml$"
_DIR = r"^dialplan(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$"
_BACKUP = r"^backups/[0-9TZ]{16}(-[0-9]+)?/dialplan/([A-Za-z0-9_][A-Za-z0-9_.-]{0,63}/)?ivory\.xml$"


class Original(BaseModel):
    """What was there before Ivory came: a backup's path below `.ivory`, and the file's rights."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    backup: str = Field(pattern=_BACKUP)
    mode: int = Field(ge=0, le=0o777)
    uid: int = Field(ge=0)
    gid: int = Field(ge=0)

    @property
    def rights(self) -> Rights:
        return Rights(self.mode, self.uid, self.gid)


class Row(BaseModel):
    """One file of Ivory's: what was there before (None: nothing), and the digests of what Ivory wrote; two
    while it is being written."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(pattern=_PATH)
    original: Original | None = None
    written: list[str] = []


class Ledger(BaseModel):
    """All of them, and the folders that were made for them.

    Paths are relative to the configuration and of one shape only: whoever may write this file must not
    become able to let an admin's run write elsewhere.
    """

    model_config = ConfigDict(extra="forbid")

    version: int = Field(1, ge=1, le=1)
    rows: list[Row] = []
    folders: list[Annotated[str, Field(pattern=_DIR)]] = Field([], max_length=10)

    def row(self, path: str) -> Row | None:
        """The row of a file, by its path below the configuration."""
        return next((row for row in self.rows if row.path == path), None)


def read(root: Path) -> Ledger | None:
    """The ledger of a configuration; None when Ivory is not installed there.

    Raises:
        DialplanError: it is damaged.
    """
    path = root / FOLDER / "ledger.json"
    text = files.content(path)
    if text is None:
        return None
    try:
        return Ledger.model_validate_json(text)
    except ValidationError:
        raise DialplanError(
            f"{path} is damaged",
            hint="put Ivory's files (dialplan/**/ivory.xml) and .ivory away by hand; backups are in it",
        ) from None


def write(root: Path, ledger: Ledger) -> None:
    """Keep the ledger. Raises DialplanError."""
    text = ledger.model_dump_json(indent=2).encode() + b"\n"
    files.write(root / FOLDER / "ledger.json", text, _own(0o600))


def keep(root: Path, path: str, text: bytes, now: datetime) -> str:
    """Make a dated backup and return its path below `.ivory`. Raises DialplanError."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    name, again = f"backups/{stamp}/{path}", 1
    while (root / FOLDER / name).exists():
        again += 1
        name = f"backups/{stamp}-{again}/{path}"
    target = root / FOLDER / name
    files.make_folder(target.parent, _own(_PRIVATE))
    files.write(target, text, _own(0o600))
    return name


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Work on a configuration alone. Raises DialplanError when somebody else does."""
    folder = root / FOLDER
    if folder.is_symlink():
        raise DialplanError(f"{folder} is a symbolic link", hint="remove it")
    files.make_folder(folder, _own(_PRIVATE))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DialplanError(
            f"somebody else is changing {root}", hint="try again when they are done"
        ) from None
    else:
        try:
            yield
        finally:
            # Not left to close: gevent's may come later.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _own(mode: int) -> Rights:
    return Rights(mode, os.geteuid(), os.getegid())
