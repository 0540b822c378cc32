"""The guard on a real FreeSWITCH: no caller waits for an Ivory that is gone, and no talk is torn apart."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, wait_for
from tests.freeswitch.instance import PROJECT, Instance

GUARD = 2
LATE = 1.6  # FreeSWITCH's scheduler counts whole seconds, and looks twice a second
NUMBER = "95598"


class Installed(Instance):
    """A FreeSWITCH into whose own configuration the dialplan was installed, beside other people's files."""

    def template(self) -> str:
        text = super().template()
        text = text.replace("@PROJECT@/dialplans/context.xml", "dialplan/*.xml")
        return text.replace("@PROJECT@/dialplans/ivory.xml", "dialplan/public/*.xml")

    def dialplan(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run `ivr dialplan` for it."""
        conf = ["--conf", str(self.folder / "conf")]
        settings = [f"--set=switch.port={self.port}", f"--set=switch.password={self.password}"]
        return subprocess.run(
            [sys.executable, "-m", "ivr", "dialplan", *command, *conf, *settings],
            cwd=PROJECT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def complaints(self) -> list[str]:
        """What it logged above debug and its usual notices. On a slow machine its own database keeps it
        waiting."""
        log = (self.folder / "run/freeswitch.log").read_text(errors="replace")
        found = re.findall(r"^.*\[(?:WARNING|ERR|CRIT|ALERT)\].*$", log, re.MULTILINE)
        return [line for line in found if "SQLite is BUSY" not in line]


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    assert BINARY is not None
    instance = Installed(BINARY, tmp_path_factory.mktemp("installed"), "all")
    instance.start()
    done = instance.dialplan(
        "install", f"--guard={GUARD}", f"--number={NUMBER}", "--fallback=loopback/1001/public",
        "--yes", "--reload",
    )  # fmt: skip
    assert "FreeSWITCH has read it" in done.stderr, done.stderr
    yield instance
    instance.stop()


class Line(Client):
    """An event-socket login that asks for variables."""

    def var(self, leg: str, name: str) -> str:
        """A channel variable; empty when it is not set, or the channel is gone."""
        answer = self.api(f"uuid_getvar {leg} {name}")
        return "" if answer == "_undef_" or answer.startswith("-ERR") else answer


class Call:
    """A caller: the leg that Ivory gets, and the caller's own end."""

    def __init__(self, client: Line, where: str) -> None:
        self.client, self.phone = client, str(uuid.uuid4())
        variables = f"origination_uuid={self.phone},loopback_bowout=false"
        client._send(f"bgapi originate {{{variables}}}{where} &park()")
        wait_for(lambda: self.client.var(self.phone, "other_loopback_leg_uuid"), 10, "the call came in")
        self.leg = client.var(self.phone, "other_loopback_leg_uuid")
        wait_for(lambda: self.state == "CS_EXECUTE" and self.app == "park", 10, "the call is parked")
        self.begun = time.monotonic()

    def __getitem__(self, variable: str) -> str:
        return self.client.var(self.leg, variable)

    @property
    def state(self) -> str:
        return self._row().get("state", "")

    @property
    def app(self) -> str:
        return self._row().get("application", "")

    def _row(self) -> dict[str, str]:
        return next((row for row in self.client.rows("channels") if row["uuid"] == self.leg), {})

    @property
    def guards(self) -> int:
        """How many timers wait to take the caller away."""
        return sum(row["task_group"] == f"ivr-guard-{self.leg}" for row in self.client.rows("tasks"))

    def run(self, app: str, argument: str = "") -> None:
        """Run an application on the call, as a worker does."""
        self.client._send(
            f"sendmsg {self.leg}\ncall-command: execute\nexecute-app-name: {app}\n"
            f"execute-app-arg: {argument}\nevent-lock: true"
        )

    def seconds_to_fallback(self, timeout: float) -> float:
        """Seconds from now until the caller is in the fallback."""
        begun = time.monotonic()
        wait_for(lambda: self["ivr_state"] == "fallback", timeout, "the fallback")
        return time.monotonic() - begun

    def stays_out_of_the_fallback(self, seconds: float = GUARD + LATE) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self["ivr_state"] == ""
            time.sleep(0.1)


@pytest.fixture
def line(switch: Installed) -> Iterator[Line]:
    with Line(switch) as client:
        client.api("fsctl api_expansion on")
        yield client
        client.api("hupall")
        wait_for(lambda: client.channels() == 0, 10, "every channel gone")


@pytest.fixture
def call(line: Line) -> Call:
    return Call(line, f"loopback/{NUMBER}/public")


def talk(call: Call, where: str = "loopback/1005/public") -> str:
    """Let the caller talk with somebody; returns the other leg."""
    call.run("answer")
    call.run("bridge", where)
    wait_for(lambda: call["bridge_uuid"], 5, "the talk")
    wait_for(lambda: call.guards == 0, 2, "the guard stopped by the talk")
    assert call["ivr_state"] == ""
    return call["bridge_uuid"]


def test_a_caller_whom_nobody_looks_after_is_in_the_fallback_when_the_guard_rings(call: Call) -> None:
    assert (call["ivr_flow"], call.guards) == ("by_number", 1)
    assert GUARD - 1.5 < call.seconds_to_fallback(GUARD + LATE) < GUARD + LATE
    wait_for(lambda: call.guards == 0, 2, "no second guard")
    wait_for(lambda: call["bridge_uuid"], 8, "bridged to the fallback's destination")
    wait_for(lambda: call.state == "", 8, "hung up when that was over")


def test_the_guard_is_off_in_a_talk_and_rings_when_it_is_over(call: Call, line: Line) -> None:
    other = talk(call)
    call.stays_out_of_the_fallback(GUARD + LATE + 1)
    line.api(f"uuid_kill {other}")
    wait_for(lambda: call.guards == 1, 3, "the guard wound up again")
    call.run("set", "parked=yes")
    wait_for(lambda: call["parked"] == "yes", 2, "parked: it takes orders")
    assert call["transfer_history"] == ""
    call.seconds_to_fallback(GUARD + LATE)


def test_an_agent_first_talk_is_guarded_in_the_same_way(call: Call, line: Line) -> None:
    call.run("answer")
    line.api(f"uuid_setvar_multi {call.leg} park_after_bridge=true;uuid_bridge_park_on_cancel=true")
    agent = line.call("1005")
    assert line.api(f"uuid_bridge {call.leg} {agent}").startswith("+OK")
    wait_for(lambda: call.guards == 0, 3, "the guard stopped by the talk")
    call.stays_out_of_the_fallback()
    line.hang_up(agent)
    wait_for(lambda: call.guards == 1, 3, "the guard wound up again")
    call.seconds_to_fallback(GUARD + LATE)


def test_a_caller_who_hangs_up_leaves_nothing_but_a_line_at_debug(
    call: Call, line: Line, switch: Installed
) -> None:
    before = len(switch.complaints())
    talk(call)
    line.hang_up(call.phone)
    wait_for(lambda: line.channels() == 0, 5, "gone")
    wait_for(lambda: call.guards == 0, GUARD + LATE, "the guard rang in vain")
    assert switch.complaints()[before:] == []


def test_a_telephone_that_rings_longer_than_the_guard_is_given_up_for_the_fallback(
    call: Call, line: Line
) -> None:
    call.run("bridge", "loopback/1003/public")
    wait_for(lambda: len(line.rows("channels")) == 4, 2, "it rings")
    call.seconds_to_fallback(GUARD + LATE)
    wait_for(lambda: "1003" not in str(line.rows("channels")), 3, "it rings no more")


def test_who_winds_the_guard_up_in_time_keeps_the_caller(call: Call, line: Line) -> None:
    group = f"ivr-guard-{call.leg}"
    for _ in range(4):
        time.sleep(0.8)
        added = line.api(f"sched_api +{GUARD} {group} uuid_transfer {call.leg} fallback XML ivory")
        assert added.startswith("+OK"), added
        for row in line.rows("tasks"):
            if row["task_group"] == group and row["task_id"] != added.split()[-1]:
                line.api(f"sched_del {row['task_id']}")
        wait_for(lambda: call.guards == 1, 0.8, "FreeSWITCH writes its table of tasks late")
        assert call["ivr_state"] == ""
    call.seconds_to_fallback(GUARD + LATE)


@pytest.mark.parametrize("how", ["uuid_transfer", "refer"])
def test_a_caller_whom_an_agent_transfers_is_not_guarded_any_more(
    call: Call, line: Line, switch: Installed, how: str
) -> None:
    where = f"{{absolute_codec_string=PCMU}}sofia/internal/1005@127.0.0.1:{switch.sip_port}"
    talk(call, where)
    if how == "refer":
        phone = next(row["uuid"] for row in line.rows("channels") if row["dest"] == "1005" and
                     row["direction"] == "inbound")  # fmt: skip
        line.api(f"uuid_deflect {phone} sip:1006@127.0.0.1:{switch.sip_port}")
    else:
        line.api(f"uuid_transfer {call['bridge_uuid']} -bleg 1006 XML public")
    wait_for(lambda: call.app == "playback", 5, "the caller is where they were sent")
    assert (call["api_before_bridge"], call["api_after_bridge"]) == ("", "")
    call.stays_out_of_the_fallback()
    assert call.app == "playback"


def test_a_caller_sent_back_is_ivorys_again(call: Call, line: Line) -> None:
    line.api(f"uuid_transfer {call.leg} 1006 XML public")
    wait_for(lambda: call.app == "playback", 5, "away")
    wait_for(lambda: call.guards == 0, 2, "no guard")
    line.api(f"uuid_transfer {call.leg} return XML ivory")
    wait_for(lambda: call.app == "park", 5, "back")
    assert (call["ivr_flow"], call.guards) == ("by_number", 1)
    other = talk(call)
    line.api(f"uuid_kill {other}")
    wait_for(lambda: call.guards == 1, 3, "the guard wound up after the talk")
    call.seconds_to_fallback(GUARD + LATE)


def test_the_guard_is_wound_up_without_expansion_of_commands_too(line: Line) -> None:
    line.api("fsctl api_expansion off")
    call = Call(line, f"loopback/{NUMBER}/public")
    assert "Permission Denied" in call["ivr_guard"]
    assert (call.guards, call["api_on_pre_originate_ivory"]) == (1, "")
    assert call["api_before_bridge"] == f"sched_del ivr-guard-{call.leg}"
    other = talk(call)
    call.stays_out_of_the_fallback()
    line.api(f"uuid_kill {other}")
    call.seconds_to_fallback(GUARD + LATE)


def test_what_was_installed_checks_out_and_goes_away_again(switch: Installed) -> None:
    assert (switch.dialplan("check").returncode, switch.dialplan("check").stderr) == (0, "nothing wrong\n")
    files = sorted(path.name for path in (switch.folder / "conf").rglob("*") if path.is_file())
    assert files == ["freeswitch.xml", "ivory.xml", "ivory.xml", "ledger.json"]
    shown = json.loads(switch.dialplan("uninstall", "--dry-run", "--json").stdout)
    assert [change["does"] for change in shown["changes"]] == ["remove", "remove"]
    assert switch.dialplan("uninstall", "--yes", "--reload").returncode == 0
    assert [path.name for path in (switch.folder / "conf").rglob("*")] == ["freeswitch.xml"]
    with Line(switch) as client:
        assert "NO_ROUTE_DESTINATION" in client.api(f"originate loopback/{NUMBER}/public &park()")
