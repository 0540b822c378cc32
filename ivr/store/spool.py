"""Lines on disk for records that the database could not take, until it can.

The folder holds segments, each appended to by one process only, which keeps it locked while it lives. Lines
are read back in the order they were written; a segment that was read to its end is removed. What an earlier
process left behind is adopted, its torn last line passed over.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SEGMENT_BYTES = 4 << 20
SPOOL_BYTES = 512 << 20
REJECTED_BYTES = 16 << 20
_READ = 1 << 20
_REJECTED = "rejected.jsonl"


@dataclass(slots=True)
class _Segment:
    path: Path
    fd: int
    end: int
    start: int = 0
    lines: int = 0
    mine: bool = False


class Spool:
    """A first-in, first-out file of lines. Blocks on the disk: for a thread of its own.

    Args:
        folder: where the segments are; made when the first one is.
        max_bytes: what all of them may take together.
    """

    def __init__(self, folder: Path, max_bytes: int = SPOOL_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._segments: list[_Segment] = []
        self._peeked = (0, 0)
        self._number = 0

    @property
    def backlog(self) -> int:
        """Lines that wait."""
        return sum(segment.lines for segment in self._segments)

    def adopt(self) -> None:
        """Take over the segments of processes that are no more.

        Raises:
            OSError: one of them could not be read; the others are taken over.
        """
        trouble: OSError | None = None
        known = {segment.path for segment in self._segments}
        for path in segments(self._folder):
            if path in known:
                continue
            try:
                if segment := _take(path):
                    self._segments.append(segment)
                    if segment.lines == 0:
                        self._remove(segment)
            except OSError as error:
                trouble = error
        self._segments.sort(key=lambda segment: segment.path.name)
        if trouble:
            raise trouble

    def append(self, lines: Sequence[str]) -> None:
        """Add lines and wait until they are on disk: all of them, or none.

        Raises:
            OSError: the disk or the spool is full, or the folder cannot be written.
        """
        data = "".join(line + "\n" for line in lines).encode("ascii")
        if sum(segment.end for segment in self._segments) + len(data) > self._max_bytes:
            raise OSError(errno.ENOSPC, "the spool is full", str(self._folder))
        segment = self._open()
        # What a failed attempt left behind `end` goes first; if that fails too, so does this attempt.
        os.ftruncate(segment.fd, segment.end)
        written = 0
        while written < len(data):
            written += os.pwrite(segment.fd, data[written:], segment.end + written)
        os.fsync(segment.fd)
        segment.end += len(data)
        segment.lines += len(lines)

    def peek(self, count: int) -> list[bytes]:
        """Up to `count` of the oldest lines; `advance` then takes them out.

        Raises:
            OSError: the oldest segment cannot be read. It stays on disk; the next `adopt` tries it again.
        """
        while self._segments:
            segment = self._segments[0]
            try:
                data = os.pread(segment.fd, min(_READ, segment.end - segment.start), segment.start)
            except OSError:
                self._segments.pop(0)
                os.close(segment.fd)
                raise
            lines = data.split(b"\n")[:-1][:count]
            if lines:
                self._peeked = (sum(len(line) + 1 for line in lines), len(lines))
                return lines
            if (
                len(data) == _READ
            ):  # no line of ours is that long: handed out in parts, none of which is a record
                self._peeked = (_READ, 0)
                return [data]
            self._remove(segment)
        return []

    def advance(self) -> None:
        """Forget what `peek` returned last."""
        size, lines = self._peeked
        self._peeked = (0, 0)
        segment = self._segments[0]
        segment.start += size
        segment.lines -= lines
        if segment.lines == 0:  # what may be left is a torn line
            self._remove(segment)

    def reject(self, records: Sequence[tuple[str, str]]) -> None:
        """Set `(line, reason)` aside in `rejected.jsonl`, for a person to look at.

        Raises:
            OSError: it cannot be written, or has grown too large.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        data = "".join(json.dumps({"reason": reason, "record": line}) + "\n" for line, reason in records)
        with (self._folder / _REJECTED).open("a", encoding="ascii") as file:
            if file.tell() + len(data) > REJECTED_BYTES:
                raise OSError(errno.EFBIG, "too many rejected records", str(self._folder / _REJECTED))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the segments; what is in them stays for the next start."""
        for segment in self._segments:
            os.close(segment.fd)
        self._segments.clear()

    def _open(self) -> _Segment:
        last = self._segments[-1] if self._segments else None
        if last and last.mine and last.end < SEGMENT_BYTES and last.path.exists():
            return last
        self._folder.mkdir(parents=True, exist_ok=True)
        # Names sort by age; segments of several processes may mix, those of one never change places.
        newest = max((int(path.name.split("-")[0]) for path in segments(self._folder)), default=0)
        self._number = max(newest, self._number) + 1
        path = self._folder / f"{self._number:012d}-{os.getpid()}.jsonl"
        draft = path.with_suffix(".new")
        fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # before anybody can see it under its name
            draft.replace(path)
            _sync_folder(self._folder)
        except OSError:
            os.close(fd)
            raise
        segment = _Segment(path, fd, end=0, mine=True)
        self._segments.append(segment)
        return segment

    def _remove(self, segment: _Segment) -> None:
        self._segments.remove(segment)
        segment.path.unlink(missing_ok=True)
        os.close(segment.fd)


def segments(folder: Path) -> list[Path]:
    """The segments in a folder, oldest first."""
    return sorted(path for path in folder.glob("*-*.jsonl") if path.name.split("-")[0].isdecimal())


def waiting(folder: Path) -> tuple[int, int]:
    """Lines in a folder's segments that wait for the database, and lines that were rejected."""
    rejected = folder / _REJECTED
    return sum(map(_lines, segments(folder))), _lines(rejected) if rejected.exists() else 0


def _lines(path: Path) -> int:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return _count(iter(lambda: file.read(_READ), b""))
    return 0


def _count(chunks: Iterator[bytes]) -> int:
    return sum(chunk.count(b"\n") for chunk in chunks)


def _take(path: Path) -> _Segment | None:
    """An orphan's segment, locked; None if its owner lives."""
    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return None
        raise
    if not path.exists():  # its owner finished with it between our opening and our locking
        os.close(fd)
        return None
    end = os.fstat(fd).st_size
    return _Segment(path, fd, end=end, lines=_count(iter(lambda: os.read(fd, _READ), b"")))


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
