"""`ivr demo`, `ivr flow run`: newcomers and authors talk to flows without a telephone."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import gevent
import pytest
from gevent import subprocess
from gevent.select import select

from tests.e2e.ivr_process import CLI, MENU, PROJECT, environment, run


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "menu.yaml"
    path.write_text(MENU)
    return path


def test_the_demo_fulfils_two_callers_wishes_and_ends_by_itself(tmp_path: Path) -> None:
    code, out, err = run(["demo"], environment(tmp_path))
    assert (code, "error" in err.lower()) == (0, False), err
    chinese, english = out.split("一位客户报修")
    assert "ivr     您好，欢迎致电供电服务热线。" in chinese
    assert "caller  presses 1234567890#" in chinese
    assert "goals: bill_told" in chinese
    assert "ivr     For your bill press 1." in english
    assert "caller  says “There is no power in Garden Street.”" in english
    assert "goals: outage_reported" in english
    assert "ivr flow run hotline" in english


def test_a_demo_whose_caller_is_not_content_fails(tmp_path: Path) -> None:
    curt = "id: hotline\nlanguages: [zh-CN, en-US]\nnodes:\n  bye: {type: hangup, prompt: 再见 Bye}\n"
    (tmp_path / "hotline.yaml").write_text(curt, encoding="utf-8")
    code, _out, err = run(["demo", "--lang", "en", "--flows", str(tmp_path)], environment(tmp_path))
    assert code == 1
    assert "outage_reported" in err


def test_lines_from_a_pipe_are_pressed_prompt_by_prompt(tmp_path: Path, flow: Path) -> None:
    code, out, err = run(["flow", "run", str(flow)], environment(tmp_path), "1\nhear number\n123\n")
    assert (code, err.count("error")) == (0, 0), err
    lines = [line[10:] for line in out.splitlines()[:7]]
    assert lines == [
        "caller  dials 95598",
        "ivr     Press 1 to leave a number.",
        "caller  presses 1",
        "ivr     Your number please.",
        "caller  presses 123",
        "ivr     Thank you for one two three.",
        "switch  the call is over: NORMAL_CLEARING",
    ]
    assert "goals: number_left" in out


def test_a_line_nobody_can_press_is_an_error(tmp_path: Path, flow: Path) -> None:
    code, _out, err = run(["flow", "run", str(flow)], environment(tmp_path), "sing\n")
    assert code == 1
    assert '"sing" is nothing a caller can do' in err


def test_a_flow_with_an_error_is_not_run_but_explained(tmp_path: Path, flow: Path) -> None:
    flow.write_text(MENU.replace("tries:", "trise:"))
    code, out, _err = run(["flow", "run", str(flow)], environment(tmp_path))
    assert code == 1
    assert 'did you mean "tries"?' in out


def test_keys_act_at_once_on_a_terminal_and_q_hangs_up(tmp_path: Path, flow: Path) -> None:
    ours, theirs = pty.openpty()
    arguments = [*CLI, "flow", "run", str(flow)]
    process = subprocess.Popen(
        arguments,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(tmp_path),
        cwd=PROJECT,
    )
    os.close(theirs)
    screen = ""
    try:
        for awaited, typed in (
            ("Press 1 to leave", b"1"),
            ("Your number", b"12"),
            ("presses 12", b"q"),
            ("goals", b""),
        ):
            with gevent.Timeout(20, AssertionError(screen)):
                while awaited not in screen and process.poll() is None:
                    assert process.stdout is not None
                    select([process.stdout], [], [])
                    screen += os.read(process.stdout.fileno(), 4096).decode("utf-8", "replace")
                    if "abandoned" in screen:
                        break
            os.write(ours, typed)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait(5)
        assert process.stdout is not None
        process.stdout.close()
        os.close(ours)
    assert "caller  hangs up" in screen
    assert "abandoned" in screen
