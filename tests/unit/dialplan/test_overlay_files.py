"""The files in freeswitch/ that an admin includes or copies are in order."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

FREESWITCH = Path(__file__).parents[3] / "freeswitch"
OVERLAYS = sorted(FREESWITCH.rglob("*.xml"))
UNIT = FREESWITCH / "systemd/ivory.service"
DROP_IN = FREESWITCH / "systemd/freeswitch.service.d/ivory.conf"


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.name)
def test_an_overlay_is_xml_without_a_line_that_the_preprocessor_drops_or_obeys(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    etree.fromstring(text.encode())
    lines = text.splitlines()
    dropped = [line for line in lines if "<include>" in line or "</include>" in line or "<?" in line]
    assert dropped in ([], ["<include>", "</include>"])
    assert not any("<x-pre-process" in line.lower() for line in lines)


def test_the_allow_list_names_nothing_that_starts_programs() -> None:
    names = {one.get("name") for one in etree.parse(FREESWITCH / "interface-allowlist.xml").iter("allow")}
    assert {"mod_commands.uuid_transfer", "mod_commands.sched_api", "mod_dptools.park", "mod_sofia"} <= names
    assert not {"mod_commands", "mod_dptools", "mod_lua", "mod_dptools.system", "mod_commands.system"} & names
    assert not [name for name in map(str, names) if name.endswith(("system", "spawn", "spawn_stream"))]


@pytest.mark.parametrize("path", [UNIT, DROP_IN], ids=lambda path: path.name)
def test_a_unit_is_one(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text(encoding="utf-8"))
    assert unit.has_section("Service")
    assert all(value for section in unit.sections() for value in unit[section].values())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze (Debian: systemd)")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("/opt/ivory/.venv/bin/ivr", "/bin/true")
    (tmp_path / UNIT.name).write_text(text, encoding="utf-8")
    (tmp_path / "freeswitch.service").write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    (tmp_path / "freeswitch.service.d").mkdir()
    shutil.copy(DROP_IN, tmp_path / "freeswitch.service.d")
    for name in (UNIT.name, "freeswitch.service"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / name)],
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name in line]
        assert (done.returncode, told) == (0, [])
