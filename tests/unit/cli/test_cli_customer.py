from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store.records import RecordingRecord
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("IVR_CALLS_RECORDINGS", str(tmp_path / "recordings"))
    return tmp_path


def ivr(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(list(words)) == code, capsys.readouterr()
    told = capsys.readouterr()
    return told.out + told.err


def test_a_list_is_tried_taken_over_and_written_out_again(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    rows = "".join(f"C{number},138{number:08d},客户{number},是\n" for number in range(3000))
    (here / "list.csv").write_bytes(f"客户编号,手机号,姓名,VIP\n{rows}".encode("gbk"))
    assert "3000 customers would be added" in ivr(capsys, "customer", "import", "list.csv", "--dry-run")
    assert "0 of 0 customers" in ivr(capsys, "customer", "list")
    assert "3000 customers added, 0 changed (gb18030)" in ivr(capsys, "customer", "import", "list.csv")
    assert "0 customers added, 3000 changed" in ivr(capsys, "customer", "import", "list.csv")
    exported = ivr(capsys, "customer", "export", "--bom")
    (here / "again.csv").write_text(exported)
    assert exported.startswith("\ufeffid,number,name")
    assert "0 customers added, 3000 changed" in ivr(capsys, "customer", "import", "again.csv")
    shown = json.loads(ivr(capsys, "customer", "show", "138 0000 0007", "--json"))
    assert (shown["customer"]["name"], shown["customer"]["vip"]) == ("客户7", True)


def test_nothing_is_taken_over_while_a_row_is_wrong_unless_that_is_wanted(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    (here / "list.csv").write_text("phone,name\n13800000001,Li\n1.38E+10,Wang\n")
    told = ivr(capsys, "customer", "import", "list.csv", code=1)
    assert "list.csv: line 3: 1.38E+10 was a number before a spreadsheet rounded it" in told
    assert "1 customers would be added" in told
    assert "1 customers added" in ivr(capsys, "customer", "import", "list.csv", "--skip-bad", code=1)


def test_customers_are_added_changed_merged_and_forgotten_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    ivr(capsys, "customer", "add", "13800000001", "--id", "C1", "--name", "Li", "--vip", "--tag", "gold")
    assert 'is customer "C1" already' in ivr(capsys, "customer", "add", "+8613800000001", code=1)
    ivr(capsys, "customer", "add", "13800000002", "--name", "Li Si", "--attribute", "level=A")
    ivr(
        capsys,
        "customer",
        "set",
        "13800000001",
        "--agent",
        "1001",
        "--tags",
        "a,b",
        "--no-vip",
        "--number",
        "95598",
    )
    ivr(capsys, "customer", "merge", "C1", "13800000002")
    shown = json.loads(ivr(capsys, "customer", "show", "C1", "--json"))["customer"]
    assert shown["numbers"] == ["+8613800000001", "+8613800000002", "95598"]
    assert (shown["name"], shown["agent"], shown["vip"], shown["tags"]) == ("Li", "1001", False, ["a", "b"])
    assert shown["attributes"] == {"level": "A"}
    ivr(capsys, "customer", "remove", "95598", "--number")
    ivr(capsys, "customer", "remove", "C1", "--yes")
    assert 'no customer "C1"' in ivr(capsys, "customer", "show", "C1", code=1)
    assert "is no number anybody" in ivr(capsys, "customer", "add", "anonymous", code=2)


def test_recordings_whose_time_is_over_are_removed_and_nothing_else_ever_is(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    (here / "recordings/2026").mkdir(parents=True)
    for name in ("recordings/2026/old.wav", "recordings/2026/new.wav", "precious"):
        (here / name).write_bytes(b"x")
    past = NOW - timedelta(days=100)
    records = [
        RecordingRecord("old", past, path="2026/old.wav", ended=past, keep_until=NOW - timedelta(days=1)),
        RecordingRecord("new", past, path="2026/new.wav", ended=past, keep_until=NOW + timedelta(days=1)),
        RecordingRecord("ever", past, path="2026/new.wav", ended=past),
        RecordingRecord("evil", past, path="../precious", ended=past, keep_until=past),
    ]
    with open_current(f"sqlite:///{here}/ivory.db") as store:
        Upsert(store)([pack(record) for record in records])
    assert "2 recordings would be removed" in ivr(capsys, "recordings", "purge", "--dry-run")
    assert "2 recordings removed" in ivr(capsys, "recordings", "purge")
    assert [path.name for path in here.rglob("*.wav")] == ["new.wav"]
    assert (here / "precious").exists()
    left = json.loads(ivr(capsys, "recordings", "list", "--json"))
    assert sorted(one["id"] for one in left) == ["ever", "new"]
