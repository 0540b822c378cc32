"""A pipe is read to its end, whoever listens, and nothing of it is left.

Each story is told in a Python of its own: the relay lives without gevent's patches.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.speech.ears import pipe
from ivr.speech.ears.pipe import Pipe


class Read:
    """What a pipe gave."""

    def __init__(self, path: Path, *, made: bool = False) -> None:
        self.frames: list[bytes] = []
        self.over = asyncio.Event()
        self.pipe = Pipe(path, self.frames.append, self.over.set, made=made)


async def frames_come_whole(path: Path) -> None:
    read = Read(path)
    end = os.open(path, os.O_WRONLY)
    os.write(end, b"x" * 100)
    await asyncio.sleep(0.01)
    os.write(end, b"x" * 700)
    os.close(end)
    await read.over.wait()
    assert [len(frame) for frame in read.frames] == [320, 320]
    assert not path.exists()


async def one_that_was_let_go_is_read_to_its_end(path: Path) -> None:
    read = Read(path)
    end = os.open(path, os.O_WRONLY)
    read.pipe.let_go()
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, os.write, end, bytes(1 << 20)) == 1 << 20
    os.close(end)
    await read.over.wait()
    assert read.frames == []


async def one_that_nobody_opened_is_removed(path: Path) -> None:
    read = Read(path)
    pipe.GRACE = 0.05  # type: ignore[misc]
    read.pipe.let_go()
    assert path.exists()
    await read.over.wait()
    assert not path.exists()


async def one_that_another_left_behind_is_read_on(path: Path) -> None:
    first = Read(path)
    end = os.open(path, os.O_WRONLY)
    asyncio.get_running_loop().remove_reader(first.pipe._end)
    os.close(first.pipe._end)  # as if its process had been killed
    with pytest.raises(BrokenPipeError):
        os.write(end, bytes(320))
    second = Read(path, made=True)
    os.write(end, bytes(320))
    os.close(end)
    await second.over.wait()
    assert len(second.frames) == 1


async def a_folder_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Read(path.parent / "nowhere" / path.name)


STORIES = (
    frames_come_whole,
    one_that_was_let_go_is_read_to_its_end,
    one_that_nobody_opened_is_removed,
    one_that_another_left_behind_is_read_on,
    a_folder_that_is_not_there_is_told,
)


@pytest.mark.parametrize("story", [story.__name__ for story in STORIES])
def test_pipe(story: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, __file__, story, str(tmp_path / "a.r8")], capture_output=True, timeout=30, text=True
    )
    assert told.returncode == 0, told.stderr


if __name__ == "__main__":
    found = next(story for story in STORIES if story.__name__ == sys.argv[1])
    asyncio.run(asyncio.wait_for(found(Path(sys.argv[2])), 10))
