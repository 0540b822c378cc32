from __future__ import annotations

import fcntl
import json
import os
import resource
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.dialplan import Plan, apply, check, propose, restore
from ivr.dialplan import conf as configuration
from ivr.dialplan.ledger import locked
from ivr.dialplan.uninstall import propose_removal
from ivr.errors import DialplanError
from tests.unit.dialplan.conftest import snapshot

PLAN = Plan(("95598",))
OTHER = Plan(("95598", "95599"), guard=20)
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
ENTRY, CONTEXT = "dialplan/public/ivory.xml", "dialplan/ivory.xml"


def install(conf: Path, plan: Plan = PLAN) -> None:
    apply(propose(conf, plan), NOW)


def test_it_adds_two_files_and_touches_no_other(conf: Path) -> None:
    before = snapshot(conf)
    install(conf)
    after = snapshot(conf)
    assert {name: after[name] for name in before} == before
    assert {name for name in set(after) - set(before) if not name.startswith(".ivory")} == {ENTRY, CONTEXT}
    assert check(conf) == []


def test_freeswitch_finds_what_was_added(conf: Path) -> None:
    install(conf)
    read = configuration.read(conf)
    public, own = read.context("public"), read.context("ivory")
    assert public is not None
    assert own is not None
    assert [one.get("name") for one in public.iter("extension")].count("ivory") == 1
    assert [one.get("name") for one in own.iter("extension")] == [
        "fallback",
        "return",
        "sent",
        "sent_nowhere",
    ]


def test_a_second_time_there_is_nothing_to_do(conf: Path) -> None:
    install(conf)
    before = snapshot(conf)
    proposal = propose(conf, PLAN)
    assert (proposal.changes, proposal.notes) == ((), ())
    apply(proposal)
    assert snapshot(conf) == before


def test_other_numbers_change_the_file_and_the_former_one_is_backed_up_with_its_date(conf: Path) -> None:
    install(conf)
    former = (conf / ENTRY).read_bytes()
    proposal = propose(conf, OTHER)
    assert [(change.path, change.verb, change.edited) for change in proposal.changes] == [
        (CONTEXT, "change", False),
        (ENTRY, "change", False),
    ]
    backups = apply(proposal, NOW)
    assert conf / ".ivory/backups/20261121T120000Z" / ENTRY in backups
    assert (conf / ".ivory/backups/20261121T120000Z" / ENTRY).read_bytes() == former
    apply(propose(conf, PLAN), NOW)
    assert (conf / ".ivory/backups/20261121T120000Z-2" / ENTRY).exists()


@pytest.mark.parametrize("rounds", [1, 2])
def test_uninstalling_brings_back_exactly_what_was_there(conf: Path, rounds: int) -> None:
    (conf / ENTRY).write_text("<include>\n<!-- by hand -->\n</include>\n")
    (conf / ENTRY).chmod(0o640)
    before = snapshot(conf)
    install(conf)
    for _ in range(rounds - 1):
        install(conf, OTHER)
    assert stat.S_IMODE((conf / ENTRY).stat().st_mode) == 0o640
    assert [change.verb for change in restore(conf)] == ["change", "remove"]
    assert snapshot(conf) == before
    assert restore(conf) == ()


def test_a_folder_that_was_made_goes_again(conf: Path) -> None:
    for file in (conf / "dialplan/public").iterdir():
        file.unlink()
    (conf / "dialplan/public").rmdir()
    before = snapshot(conf)
    install(conf)
    restore(conf)
    assert snapshot(conf) == before


def test_what_an_admin_edited_is_kept_beside_when_ivory_goes(conf: Path) -> None:
    install(conf)
    with (conf / CONTEXT).open("a") as file:
        file.write("<!-- my own -->\n")
    mine = (conf / CONTEXT).read_bytes()
    assert [change.edited for change in propose_removal(conf)] == [False, True]
    restore(conf)
    assert not (conf / CONTEXT).exists()
    assert (conf / (CONTEXT + ".ivory-saved")).read_bytes() == mine


def test_the_fallback_that_an_admin_edited_stays_when_only_the_numbers_change(conf: Path) -> None:
    install(conf)
    mine = (conf / CONTEXT).read_bytes().replace(b"NORMAL_TEMPORARY_FAILURE", b"USER_BUSY")
    (conf / CONTEXT).write_bytes(mine)
    proposal = propose(conf, Plan(("95598", "95599")))
    assert [change.path for change in proposal.changes] == [ENTRY]
    assert "stays so" in str(proposal.notes[0])
    apply(proposal, NOW)
    assert (conf / CONTEXT).read_bytes() == mine
    assert [note.severity for note in check(conf)] == ["warning"]


def test_an_edited_file_that_must_change_is_kept_beside(conf: Path) -> None:
    install(conf)
    (conf / ENTRY).write_bytes(mine := (conf / ENTRY).read_bytes().replace(b"by_number", b"hotline"))
    proposal = propose(conf, OTHER)
    assert "was edited" in str(proposal.notes[0])
    apply(proposal, NOW)
    assert (conf / (ENTRY + ".ivory-saved")).read_bytes() == mine


def test_a_configuration_that_would_not_include_the_files_is_told_the_line_to_add(conf: Path) -> None:
    public = conf / "dialplan/public.xml"
    public.write_text(public.read_text().replace('data="public/*.xml"', 'data="elsewhere/*.xml"'))
    (note,) = propose(conf, PLAN).errors
    assert note.place is not None
    assert (note.place.file, note.place.line) == (str(public), 3)
    assert '<X-PRE-PROCESS cmd="include" data="public/*.xml"/>' in note.hint
    with pytest.raises(DialplanError):
        apply(propose(conf, PLAN))
    assert not (conf / ".ivory").exists()


def test_a_context_that_is_not_there_is_told_with_those_that_are(conf: Path) -> None:
    (note,) = propose(conf, Plan(("1",), context="outside")).errors
    assert "default, public" in note.hint


def test_a_dialplan_whose_includes_swallow_the_file_is_not_written_to(conf: Path) -> None:
    public = conf / "dialplan/public.xml"
    text = (
        public.read_text()
        .replace("    <X-PRE", "    <!--\n    <X-PRE")
        .replace('public/*.xml"/>', 'public/*.xml"/>\n    -->')
    )
    public.write_text(text)
    assert "does not include" in str(propose(conf, PLAN).errors[0])


def test_somebody_elses_context_of_our_name_forbids_it(conf: Path) -> None:
    (conf / "dialplan/aa.xml").write_text('<include>\n<context name="ivory"/>\n</include>\n')
    (note,) = propose(conf, PLAN).errors
    assert note.place is not None
    assert note.place.file.endswith("dialplan/aa.xml")


def test_new_files_can_be_read_by_whoever_reads_the_configuration(conf: Path) -> None:
    (conf / "freeswitch.xml").chmod(0o640)
    old = os.umask(0o077)
    try:
        install(conf)
    finally:
        os.umask(old)
    assert stat.S_IMODE((conf / ENTRY).stat().st_mode) == 0o640
    assert stat.S_IMODE((conf / ".ivory").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_are_those_of_the_configuration(conf: Path) -> None:
    for path in [conf, *conf.rglob("*")]:
        os.chown(path, 65534, 65534)
    install(conf)
    assert [(conf / name).stat().st_uid for name in (ENTRY, CONTEXT)] == [65534, 65534]


@pytest.mark.parametrize("name", [ENTRY, CONTEXT])
def test_ivory_writes_through_no_symbolic_link(conf: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "shadow"
    target.write_text("root:x")
    (conf / name).symlink_to(target)
    with pytest.raises(DialplanError, match="symbolic link"):
        propose(conf, PLAN)
    assert target.read_text() == "root:x"


def test_a_configuration_behind_a_symbolic_link_is_as_good_as_any(conf: Path, tmp_path: Path) -> None:
    link = tmp_path / "etc"
    link.symlink_to(conf)
    install(link)
    assert check(link) == []
    assert (conf / ENTRY).is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes somebody else for a moment")
def test_a_folder_that_cannot_be_written_is_named_and_nothing_changes(conf: Path) -> None:
    for folder in (conf, *conf.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    before, proposal = snapshot(conf), propose(conf, PLAN)
    os.seteuid(65534)
    try:
        with pytest.raises(DialplanError, match="cannot be written"):
            apply(proposal)
    finally:
        os.seteuid(0)
    assert snapshot(conf) == before


def test_a_full_disk_leaves_everything_as_it_was(conf: Path) -> None:
    """The kernel refuses to write more than 2 kB into a file: the ledger has room, the dialplan has not."""
    install(conf)
    before = {name: what for name, what in snapshot(conf).items() if not name.startswith(".ivory")}
    numbers = [f"--number=95{number}" for number in range(1000, 1400)]
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "dialplan", "install", "--conf", str(conf), "--yes", *numbers],
        capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "X001" in done.stderr
    assert "cannot be written: File too large" in done.stderr
    after = {name: what for name, what in snapshot(conf).items() if not name.startswith(".ivory")}
    assert after == before
    install(conf, OTHER)
    assert check(conf) == []


@pytest.mark.parametrize("moment", range(1, 12))
def test_a_run_that_is_killed_at_any_moment_can_be_finished_or_taken_back(
    conf: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Killed in this or that call to the disk: what is in place is whole, and the next run mends the rest."""
    before = snapshot(conf)
    left = moment

    class Killed(BaseException):
        pass

    def dies(original: object) -> object:
        def call(*values: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return original(*values, **named)  # type: ignore[operator]

        return call

    proposal = propose(conf, PLAN)
    with monkeypatch.context() as patch:
        for module, name in ((Path, "replace"), (os, "fsync"), (Path, "unlink")):
            patch.setattr(module, name, dies(getattr(module, name)))
        with pytest.raises(Killed):
            apply(proposal, NOW)
    for name in (ENTRY, CONTEXT):
        assert not (conf / name).exists() or b"</include>" in (conf / name).read_bytes()
    if moment % 2:
        install(conf)
        assert check(conf) == []
        assert not [name for name in snapshot(conf) if "staged" in name and not name.startswith(".ivory")]
    restore(conf)
    leftovers = set(snapshot(conf)) - set(before)
    assert all(".ivory" in name for name in leftovers)
    assert {name: what for name, what in snapshot(conf).items() if name in before} == before


def test_a_file_that_changed_since_the_diff_was_shown_is_not_overwritten(conf: Path) -> None:
    proposal = propose(conf, PLAN)
    (conf / ENTRY).write_text("<include/>")
    with pytest.raises(DialplanError, match="changed meanwhile"):
        apply(proposal)
    assert (conf / ENTRY).read_text() == "<include/>"


def test_two_at_a_time_are_one_too_many(conf: Path) -> None:
    with locked(conf), pytest.raises(DialplanError, match="somebody else"):
        install(conf)
    install(conf)
    descriptor = os.open(conf / ".ivory", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


@pytest.mark.parametrize(
    "ledger",
    [
        "",
        "{",
        "[]",
        '{"rows": [{"path": "../../etc/passwd"}]}',
        '{"rows": [{"path": "dialplan/public/ivory.xml", "original": {"backup": "../x", "mode": 420, '
        '"uid": 0, "gid": 0}}]}',
        '{"folders": ["../../tmp"]}',
    ],
)
def test_a_ledger_that_was_tampered_with_leads_nowhere_else(conf: Path, ledger: str) -> None:
    install(conf)
    before = snapshot(conf)
    (conf / ".ivory/ledger.json").write_text(ledger)
    with pytest.raises(DialplanError, match="damaged"):
        restore(conf)
    with pytest.raises(DialplanError, match="damaged"):
        propose(conf, PLAN)
    assert set(snapshot(conf)) == set(before)


def test_a_backup_that_is_gone_stops_the_removal(conf: Path) -> None:
    (conf / ENTRY).write_text("<include>\n</include>\n")
    install(conf)
    row = json.loads((conf / ".ivory/ledger.json").read_text())["rows"][1]
    (conf / ".ivory" / row["original"]["backup"]).unlink()
    with pytest.raises(DialplanError, match="is gone"):
        restore(conf)
    assert (conf / ENTRY).exists()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda conf: (conf / CONTEXT).unlink(), "is gone"),
        (lambda conf: (conf / ENTRY).write_text("<include>"), "no XML"),
        (lambda conf: (conf / "dialplan/public.xml").write_text(DEFAULT_ONLY), "no context"),
    ],
)
def test_check_tells_what_happened_to_it(conf: Path, damage: object, told: str) -> None:
    install(conf)
    damage(conf)  # type: ignore[operator]
    notes = check(conf)
    assert any(told in str(note) for note in notes), notes
    assert "error" in {note.severity for note in notes}


DEFAULT_ONLY = '<include>\n<context name="other"/>\n</include>\n'


def test_check_takes_a_dialplan_written_by_hand(conf: Path) -> None:
    assert "no extension hands calls" in str(check(conf)[0])
    (conf / ENTRY).write_text(
        '<include>\n<extension name="mine"><condition field="destination_number" expression="^95598$">\n'
        '<action application="set" data="ivr_flow=hotline"/><action application="park"/>\n'
        "</condition></extension>\n</include>\n"
    )
    (note,) = check(conf)
    assert (note.severity, "winds up no guard" in note.message) == ("warning", True)


def test_check_takes_an_extension_whose_calls_freeswitch_ends_itself(conf: Path) -> None:
    (conf / ENTRY).write_text(
        '<include>\n<extension name="agents"><condition field="destination_number" expression="^.7[0-7]$">\n'
        '<action application="set" data="ivr_flow=agents"/>\n'
        '<action application="set" data="park_timeout=120"/>\n'
        '<action application="park"/></condition></extension>\n</include>\n'
    )
    assert check(conf) == []
