"""A pipe is read to its end, whoever listens, and nothing of it is left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ivr.speech.ears import pipe
from ivr.speech.ears.pipe import Pipe


class Read:
    """What a pipe gave."""

    def __init__(self, path: Path, *, made: bool = False) -> None:
        self.frames: list[bytes] = []
        self.over = asyncio.Event()
        self.pipe = Pipe(path, self.frames.append, self.over.set, made=made)


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(story(), 10)

    asyncio.run(bounded())


def test_frames_come_whole_however_they_were_written(tmp_path: Path) -> None:
    async def story() -> None:
        read = Read(tmp_path / "a.r8")
        end = os.open(tmp_path / "a.r8", os.O_WRONLY)
        os.write(end, b"x" * 100)
        await asyncio.sleep(0.01)
        os.write(end, b"x" * 700)
        os.close(end)
        await read.over.wait()
        assert [len(frame) for frame in read.frames] == [320, 320]
        assert not (tmp_path / "a.r8").exists()

    run(story)


def test_one_that_was_let_go_is_read_to_its_end(tmp_path: Path) -> None:
    async def story() -> None:
        read = Read(tmp_path / "a.r8")
        end = os.open(tmp_path / "a.r8", os.O_WRONLY)
        read.pipe.let_go()
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, os.write, end, bytes(1 << 20)) == 1 << 20
        os.close(end)
        await read.over.wait()
        assert read.frames == []

    run(story)


def test_one_that_nobody_opened_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "GRACE", 0.05)

    async def story() -> None:
        read = Read(tmp_path / "a.r8")
        read.pipe.let_go()
        assert (tmp_path / "a.r8").exists()
        await read.over.wait()
        assert not (tmp_path / "a.r8").exists()

    run(story)


def test_one_that_another_left_behind_is_read_on(tmp_path: Path) -> None:
    async def story() -> None:
        first = Read(tmp_path / "a.r8")
        end = os.open(tmp_path / "a.r8", os.O_WRONLY)
        asyncio.get_running_loop().remove_reader(first.pipe._end)
        os.close(first.pipe._end)  # as if its process had been killed
        with pytest.raises(BrokenPipeError):
            os.write(end, bytes(320))
        second = Read(tmp_path / "a.r8", made=True)
        os.write(end, bytes(320))
        os.close(end)
        await second.over.wait()
        assert len(second.frames) == 1

    run(story)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        with pytest.raises(FileNotFoundError):
            Read(tmp_path / "nowhere" / "a.r8")

    run(story)
