"""Ivory's dialplan, taken out again: every file becomes what it was before the first installation."""

from __future__ import annotations

import shutil
from pathlib import Path

from ivr.dialplan import files, ledger
from ivr.dialplan.change import SAVED, Change
from ivr.dialplan.ledger import Ledger, Row
from ivr.errors import DialplanError


def propose_removal(folder: Path) -> tuple[Change, ...]:
    """What taking Ivory's dialplan out of the configuration in `folder` would change; empty: it is not there.

    Raises:
        DialplanError: the ledger is damaged, or a backup is gone.
    """
    root = folder.absolute()
    known = ledger.read(root) or Ledger()
    changes = (_removal(root, row) for row in reversed(known.rows))
    return tuple(change for change in changes if change.before != change.after)


def restore(folder: Path) -> tuple[Change, ...]:
    """Take it out; returns what was changed. A file that was edited is kept as `ivory.xml.ivory-saved`.

    Raises:
        DialplanError: as `propose_removal`, or a file cannot be written. It can be run again then.
    """
    root = folder.absolute()
    if ledger.read(root) is None:
        return ()
    with ledger.locked(root):
        known = ledger.read(root) or Ledger()
        changes = propose_removal(root)
        for change in changes:
            target = root / change.path
            row = known.row(change.path)
            if change.edited:
                files.write(_saved(target), change.before or b"", files.rights(target))
            if change.after is None:
                files.remove(target)
            elif row is not None and row.original is not None:
                files.write(target, change.after, row.original.rights)
        for row in known.rows:
            if (parent := (root / row.path).parent).is_dir():
                files.sweep(parent)
        try:
            for made in reversed(known.folders):
                _remove_if_empty(root / made)
            shutil.rmtree(root / ledger.FOLDER)
        except OSError as error:
            raise DialplanError(f"{root / ledger.FOLDER} cannot be removed: {error.strerror}") from None
    return changes


def _removal(root: Path, row: Row) -> Change:
    before = files.content(root / row.path)
    after = None
    if row.original is not None:
        after = files.content(root / ledger.FOLDER / row.original.backup)
        if after is None:
            raise DialplanError(
                f"the backup {root / ledger.FOLDER / row.original.backup} is gone",
                hint=f"put {root / row.path} back as you want it, then remove {root / ledger.FOLDER}",
            )
    edited = before is not None and before != after and files.digest(before) not in row.written
    return Change(row.path, before, after, edited)


def _saved(target: Path) -> Path:
    name, again = target.with_name(target.name + SAVED), 1
    while name.exists():
        again += 1
        name = target.with_name(f"{target.name}{SAVED}-{again}")
    return name


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
