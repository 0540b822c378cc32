"""The lock that keeps one worker for each FreeSWITCH."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.serving.lock import Lock, lock_file


def test_only_one_has_the_lock(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "a.lock"), Lock(tmp_path / "a.lock")
    assert first.take()
    assert not second.take()
    assert second.holder == str(os.getpid())
    first.release()
    assert second.take()
    second.release()


def test_the_names_of_this_machine_are_one_freeswitch() -> None:
    paths = {lock_file(Path("/l"), host, 8021) for host in ("localhost", "127.0.0.1", "::1")}
    assert len(paths) == 1


def test_two_freeswitches_have_two_locks_in_one_folder() -> None:
    one, other = lock_file(Path("/l"), "../fs/1", 8021), lock_file(Path("/l"), "fs2", 8021)
    assert one != other
    assert one.parent == other.parent == Path("/l")


def test_a_lock_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IvoryError, match=r"file/a\.lock"):
        Lock(tmp_path / "file" / "a.lock").take()


def test_a_link_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IvoryError, match="cannot be opened"):
        Lock(tmp_path / "a.lock").take()
    assert not (tmp_path / "elsewhere").exists()
