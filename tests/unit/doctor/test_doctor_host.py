"""What /proc tells of a FreeSWITCH on this machine, and which folder shuts it out."""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path

import pytest

from ivr.addresses import loopback
from ivr.doctor import host, rights
from ivr.doctor.host import Process

TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: {address}:1F55 {none}:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 1
"""


def test_a_socket_that_listens_is_seen_where_it_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert host.listening(port) == [ipaddress.ip_address("127.0.0.1")]
    assert host.listening(port) == []


@pytest.mark.parametrize(
    ("file", "address", "expected", "inner"),
    [
        ("tcp", "0100007F", "127.0.0.1", True),
        ("tcp", "00000000", "0.0.0.0", False),
        ("tcp6", "00000000000000000000000001000000", "::1", True),
        ("tcp6", "00000000000000000000000000000000", "::", False),
        ("tcp6", "0000000000000000FFFF00000100007F", "::ffff:127.0.0.1", True),
    ],
)
def test_the_kernels_addresses_are_read(
    file: str, address: str, expected: str, inner: bool, tmp_path: Path
) -> None:
    if sys.byteorder != "little":
        pytest.skip("these lines were written by a little-endian machine")
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / file).write_text(TCP.format(address=address, none="0" * len(address), state="0A"))
    [found] = host.listening(8021, tmp_path)
    assert (found, loopback(found)) == (ipaddress.ip_address(expected), inner)
    (tmp_path / "net" / file).write_text(TCP.format(address=address, none="0" * len(address), state="01"))
    assert host.listening(8021, tmp_path) == []


def proc(folder: Path, pid: int, name: str = "freeswitch") -> None:
    own = folder / str(pid)
    own.mkdir(parents=True)
    (own / "comm").write_text(f"{name}\n")
    (own / "status").write_text("Name:\tx\nUid:\t5\t7\t5\t5\nGid:\t5\t8\t5\t5\nGroups:\t20 30 \n")
    (own / "limits").write_text("Limit  Soft Hard Units\nMax open files            1024  4096  files\n")


def test_freeswitch_is_found_by_its_pid_file(tmp_path: Path) -> None:
    proc(tmp_path, 42)
    proc(tmp_path, 43)
    (tmp_path / "freeswitch.pid").write_text("42\0")
    assert host.process(str(tmp_path), tmp_path) == Process(42, 7, frozenset({8, 20, 30}), 1024)


def test_a_number_that_another_process_has_is_not_freeswitch(tmp_path: Path) -> None:
    proc(tmp_path, 42, "bash")
    (tmp_path / "freeswitch.pid").write_text("42")
    assert host.process(str(tmp_path), tmp_path) is None


def test_without_a_readable_pid_file_the_only_one_of_its_name_is_it(tmp_path: Path) -> None:
    proc(tmp_path, 42)
    found = host.process("/nowhere", tmp_path)
    assert found is not None
    assert found.pid == 42
    proc(tmp_path, 43)
    assert host.process("/nowhere", tmp_path) is None


STRANGER = Process(1, 54321, frozenset({54321}), None)


def test_the_folder_that_shuts_out_is_named(tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        folder.chmod(0o755)
    shut = tmp_path / "private"
    (shut / "in").mkdir(parents=True)
    file = shut / "in" / "x.wav"
    file.write_bytes(b"")
    file.chmod(0o644)
    assert rights.obstacle(file, STRANGER, rights.READ) == ""
    assert f"not write {file} (-rw-r--r--" in rights.obstacle(file, STRANGER, rights.WRITE)
    shut.chmod(0o700)
    assert f"not pass through {shut} (drwx------" in rights.obstacle(file, STRANGER, rights.READ)
    assert rights.obstacle(file, Process(1, 0, frozenset(), None), rights.WRITE) == ""


def test_the_first_class_that_fits_decides(tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        folder.chmod(0o755)
    file = tmp_path / "x.wav"
    file.write_bytes(b"")
    file.chmod(0o604)
    group = Process(1, 54321, frozenset({file.stat().st_gid}), None)
    assert "not read" in rights.obstacle(file, group, rights.READ)
    assert rights.obstacle(file, STRANGER, rights.READ) == ""
