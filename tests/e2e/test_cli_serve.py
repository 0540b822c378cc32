"""`ivr serve` and what it promises callers: a worker may die, stop or drain, and nobody is dropped for it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.switch.callers import Caller, Heard
from ivr.switch.switch import Switch
from tests.e2e.ivr_process import MENU, Ivr, environment, run

Start = Callable[..., Ivr]


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch({"95598": "by_number"}) as running:
        yield running


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "menu.yaml").write_text(MENU)
    return folder


@pytest.fixture
def start(tmp_path: Path, flows: Path) -> Iterator[Start]:
    started: list[Ivr] = []

    def start_one(*args: str, **settings: str) -> Ivr:
        started.append(Ivr(args, environment(tmp_path, IVR_FLOWS_DIR=str(flows), **settings)))
        return started[-1]

    yield start_one
    for one in started:
        one.clean_up()


def serve(start: Start, switch: Switch, *args: str) -> Ivr:
    return start("serve", *args, IVR_SWITCH_PORT=str(switch.listen_port))


def hears_a_prompt(caller: Caller, after: int = 0) -> bool:
    def is_prompt(heard: Heard) -> bool:
        return heard.kind == "file"

    return caller.wait_sound(is_prompt, 10, after=after) is not None


def test_a_caller_outlives_a_worker_that_is_killed(start: Start, switch: Switch) -> None:
    ivr = serve(start, switch)
    worker = ivr.told("worker starts")["pid"]
    ivr.told("switch_up")
    caller = switch.dial("95598")
    assert hears_a_prompt(caller)
    os.kill(worker, signal.SIGKILL)
    assert ivr.told("worker died")["why"] == "SIGKILL"
    heard = len(caller.heard)
    assert ivr.told("worker serves")["pid"] != worker
    assert hears_a_prompt(caller, after=heard)
    assert not caller.ended
    caller.hangup()


def test_a_worker_that_stands_still_is_killed(start: Start, switch: Switch) -> None:
    ivr = serve(start, switch)
    worker = ivr.told("worker serves")["pid"]
    stopped = time.monotonic()
    os.kill(worker, signal.SIGSTOP)
    assert ivr.told("worker does not beat")["pid"] == worker
    assert time.monotonic() - stopped < 10
    assert ivr.told("worker serves")["pid"] != worker


def test_sigterm_lets_live_calls_end_and_takes_no_new_ones(start: Start, switch: Switch) -> None:
    ivr = serve(start, switch)
    ivr.told("switch_up")
    live = switch.dial("95598")
    assert hears_a_prompt(live)
    ivr.process.send_signal(signal.SIGTERM)
    assert ivr.told("worker drains")["calls"] == 1
    late = switch.dial("95598")
    live.press("1")
    heard = len(live.heard)
    assert hears_a_prompt(live, after=heard)
    live.hangup()
    assert ivr.end() == 0
    assert not late.is_answered
    assert not late.ended
    late.hangup()


def test_a_drain_has_an_end(start: Start, switch: Switch) -> None:
    ivr = serve(start, switch, "--drain", "0.5")
    ivr.told("switch_up")
    caller = switch.dial("95598")
    assert hears_a_prompt(caller)
    began = time.monotonic()
    assert ivr.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 8
    assert not caller.ended
    caller.hangup()


@pytest.mark.parametrize("setting", ["speech.engine=none", "flows.dir=/nowhere"])
def test_what_cannot_be_served_is_bad_configuration(tmp_path: Path, setting: str) -> None:
    code, out, err = run(["serve", "--set", setting], environment(tmp_path))
    assert (code, out) == (78, "")
    assert err.count("error: ") == 1


def test_an_edited_flow_serves_the_next_call_after_sighup(start: Start, switch: Switch, flows: Path) -> None:
    ivr = start("serve", IVR_SWITCH_PORT=str(switch.listen_port), IVR_FLOWS_RELOAD_AFTER="1000")
    ivr.told("switch_up")
    (flows / "menu.yaml").write_text(MENU.replace("id: menu", "id: other"))
    ivr.process.send_signal(signal.SIGHUP)
    assert ivr.told("flows read again")["changed"] is True
    caller = switch.dial("95598")
    assert ivr.told("call begins")["flow"] == "other"
    caller.hangup()


def test_a_test_call_through_switch_and_serve_is_told_as_it_goes(
    start: Start, tmp_path: Path, flows: Path
) -> None:
    exchange = start("switch", "--port", "0", "--json")
    address = json.loads(exchange.line())
    assert address["numbers"] == {"95598": "by_number", "menu": "menu"}
    port = address["address"].rpartition(":")[2]
    start("serve", IVR_SWITCH_PORT=port).told("switch_up")
    environ = environment(tmp_path, IVR_SWITCH_PORT=port, IVR_FLOWS_DIR=str(flows))
    code, out, err = run(["call", "95598", "--press", "1 hear:number 123 hear:Thank", "--json"], environ)
    assert code == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["text"] for event in events if event["event"] == "key"] == ["1", "1", "2", "3"]
    assert [event["text"] for event in events if event["event"] == "prompt"][:2] == [
        "Press 1 to leave a number.",
        "Your number please.",
    ]
    assert (events[-1]["event"], events[-1]["text"]) == ("ended", "NORMAL_CLEARING")
    code, out, err = run(["calls", "list", "--json"], environ)
    assert [call["goals"] for call in json.loads(out)["calls"]] == [["number_left"]], err
    assert exchange.end(signal.SIGTERM) == 0


def test_a_test_call_nobody_answers_fails(start: Start, tmp_path: Path) -> None:
    exchange = start("switch", "--port", "0", "--number", "1=x", "--extension", "7=busy")
    environ = environment(tmp_path, IVR_SWITCH_PORT=exchange.line().rpartition(":")[2])
    code, out, _err = run(["call", "404"], environ)
    assert code == 1
    assert "NO_ROUTE_DESTINATION" in out + _err


def test_without_freeswitch_a_test_call_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    code, _out, err = run(["call", "95598"], environment(tmp_path, IVR_SWITCH_PORT="1"))
    assert code == 69
    assert "switch.port" in err
