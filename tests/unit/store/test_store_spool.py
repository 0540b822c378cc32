from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.store import spool as module
from ivr.store.spool import Spool, segments, waiting


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool")
    yield made
    made.close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A disk that is full, as a process sees it: a write is cut short, the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def drain(spool: Spool, count: int = 3) -> list[bytes]:
    read: list[bytes] = []
    while lines := spool.peek(count):
        read += lines
        spool.advance()
    return read


def test_lines_come_back_in_order_and_leave_no_file(spool: Spool, tmp_path: Path) -> None:
    spool.append(["1", "2"])
    spool.append(["3", "4", "5"])
    assert spool.backlog == 5
    assert drain(spool) == [b"1", b"2", b"3", b"4", b"5"]
    assert spool.backlog == 0
    assert list((tmp_path / "spool").iterdir()) == []


def test_lines_that_were_not_taken_out_are_read_again(spool: Spool) -> None:
    spool.append(["1", "2"])
    assert spool.peek(1) == spool.peek(1) == [b"1"]


def test_lines_may_be_added_while_older_ones_are_read(spool: Spool) -> None:
    spool.append(["1", "2"])
    spool.peek(1)
    spool.append(["3"])
    spool.advance()
    assert drain(spool) == [b"2", b"3"]


def test_the_next_process_adopts_what_one_left_without_its_torn_last_line(
    spool: Spool, tmp_path: Path
) -> None:
    spool.append(["1", "2"])
    spool.close()
    (left,) = segments(tmp_path / "spool")
    with left.open("ab") as file:
        file.write(b'{"kind": "ca')
    spool.adopt()
    spool.append(["3"])
    assert spool.backlog == 3
    assert drain(spool) == [b"1", b"2", b"3"]
    assert segments(tmp_path / "spool") == []


def test_a_segment_of_nothing_but_a_torn_line_is_cleared_away(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "000000000001-1.jsonl").write_bytes(b"torn")
    spool.adopt()
    assert segments(tmp_path / "spool") == []


def test_a_living_process_keeps_its_own_lines(spool: Spool, tmp_path: Path) -> None:
    spool.append(["mine"])
    other = Spool(tmp_path / "spool")
    other.adopt()
    assert other.backlog == 0
    spool.close()
    other.adopt()
    assert drain(other) == [b"mine"]


def test_a_full_disk_takes_all_lines_of_a_batch_or_none(spool: Spool) -> None:
    spool.append(["a" * 500])
    with files_no_larger_than(800), pytest.raises(OSError, match="too large"):
        spool.append(["b" * 100, "c" * 500])
    spool.append(["d"])
    assert drain(spool) == [b"a" * 500, b"d"]


def test_the_spool_has_a_bound(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=100)
    spool.append(["x" * 90])
    with pytest.raises(OSError, match="spool is full"):
        spool.append(["y" * 20])
    assert drain(spool) == [b"x" * 90]


def test_read_segments_are_removed_while_others_wait(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEGMENT_BYTES", 10)
    for number in range(5):
        spool.append([f"line {number} of five"])
    assert len(segments(tmp_path / "spool")) == 5
    spool.peek(1)
    spool.advance()
    assert len(segments(tmp_path / "spool")) == 4
    assert drain(spool) == [b"line %d of five" % number for number in range(1, 5)]


def test_a_monstrous_line_does_not_hold_up_the_others(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "000000000001-1.jsonl").write_bytes(b"x" * (3 << 20) + b"\ngood\n")
    spool.adopt()
    assert drain(spool)[-1] == b"good"


def test_a_folder_that_was_removed_is_made_again_and_nothing_is_lost(spool: Spool, tmp_path: Path) -> None:
    spool.append(["1"])
    for path in segments(tmp_path / "spool"):
        path.unlink()
    (tmp_path / "spool").rmdir()
    spool.append(["2"])
    assert drain(spool) == [b"1", b"2"]


def test_what_waits_and_what_was_rejected_can_be_counted_from_outside(spool: Spool, tmp_path: Path) -> None:
    assert waiting(tmp_path / "spool") == (0, 0)
    spool.append(["1", "2"])
    spool.reject([("bad", "why"), ("worse\n", "so")])
    assert waiting(tmp_path / "spool") == (2, 2)


def test_rejected_records_do_not_fill_the_disk(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REJECTED_BYTES", 100)
    spool.reject([("bad", "why")])
    with pytest.raises(OSError, match="too many"):
        spool.reject([("bad" * 30, "why")])
