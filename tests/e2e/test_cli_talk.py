"""`ivr demo`, `ivr flow run`: newcomers and authors talk to flows without a telephone."""

from __future__ import annotations

import os
import pty
import wave
from pathlib import Path

import gevent
import pytest
from gevent import subprocess
from gevent.select import select

from tests.e2e.ivr_process import CLI, MENU, PROJECT, environment, run
from tests.spoken import said


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "menu.yaml"
    path.write_text(MENU)
    return path


SPOKEN = {"^No power": ("No power.", "en-US"), "^故障报修$": ("故障报修", "zh-CN")}
"""What is said to be understood; all other sentences are short tones."""


@pytest.fixture
def heard(tmp_path: Path) -> dict[str, str]:
    """An environment in which callers have a voice that recognisers understand."""
    script = ""
    for number, (sentence, words) in enumerate(SPOKEN.items()):
        file = tmp_path / f"said{number}.wav"
        with wave.open(str(file), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(said(*words))
        script += f'grep -q \'{sentence}\' "$1" && exec cp {file} "$2"\n'
    script += f'grep -q Garden "$1" && exec cp {tmp_path}/long.wav "$2"\nexec cp {tmp_path}/short.wav "$2"\n'
    (tmp_path / "say.sh").write_text(script, encoding="utf-8")
    return environment(
        tmp_path,
        IVR_SPEECH_COMMAND=f"sh {tmp_path}/say.sh {{text_file}} {{wav}}",
        IVR_ASR_ENGINES='["vosk", "pocketsphinx"]',
    )


def test_the_demo_fulfils_its_callers_wishes_and_ends_by_itself(heard: dict[str, str]) -> None:
    code, out, err = run(["demo"], heard, within=150)
    assert (code, "error" in err.lower()) == (0, False), err
    chinese, _, english = out.partition("says that the power is out")
    assert "ivr     您好，欢迎致电供电服务热线。" in chinese
    assert "caller  presses 1234567890#" in chinese
    assert "agent   王芳 Wang Fang 签入 · signs in" in chinese
    assert "screen shows 13800000000 · 电费组 · account: 1234567890" in chinese
    assert "agent   王芳 Wang Fang 话后处理：已解决 · wraps up: solved" in chinese
    assert "goals: bill_told" in chinese
    assert "ivr     For your bill press 1." in english
    assert "caller  says “There is no power in Garden Street.”" in english
    assert "goals: outage_reported" in english
    assert "caller  says “No power.”" in english
    assert "caller  says “故障报修”" in english
    assert english.count("goals: outage_reported") == 2
    assert "ivr flow run hotline" in english


def test_a_caller_whom_nobody_understands_does_not_call(tmp_path: Path) -> None:
    code, out, err = run(["demo", "--lang", "en"], environment(tmp_path))
    assert code == 0, err
    assert "nobody here understands spoken en-US yet" in err
    assert "says that the power is out" not in out


def test_a_demo_whose_caller_is_not_content_fails(tmp_path: Path) -> None:
    curt = "id: hotline\nlanguages: [zh-CN, en-US]\nnodes:\n  bye: {type: hangup, prompt: 再见 Bye}\n"
    (tmp_path / "hotline.yaml").write_text(curt, encoding="utf-8")
    heard = environment(tmp_path, IVR_ASR_ENGINES='["pocketsphinx"]')
    code, _out, err = run(["demo", "--lang", "en", "--flows", str(tmp_path)], heard)
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


TOLD = """
id: told
languages: [en-US]
vars: {eta: afternoon}
nodes:
  tell: {type: play, prompt: PROMPT, barge_in: none, goal: told, next: more}
  more: {type: menu, prompt: Press 1., options: {1: end}, tries: 1, outcomes: {exhausted: end}}
"""


def test_the_number_that_is_dialled_chooses_what_a_flow_of_feature_codes_does(tmp_path: Path) -> None:
    (tmp_path / "routing.yaml").write_text('agents: {"1001": {name: Wang}}')
    words = ["flow", "run", str(PROJECT / "flows/agents.yaml"), "--ani", "1001"]
    plan = ["--set", f"acd.plan={tmp_path / 'routing.yaml'}"]
    code, out, err = run([*words, "--dnis", "*72", *plan], environment(tmp_path), "")
    assert (code, "error" in err.lower()) == (0, False), err
    assert "caller  dials *72" in out
    assert "ivr     已签出。" in out
    code, _out, err = run([*words, "--dnis", "*7;2", *plan], environment(tmp_path), "")
    assert code == 1
    assert "the number to dial" in err


def test_what_a_caller_waits_to_hear_is_heard_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(TOLD.replace("PROMPT", "We open on Monday."))
    environ = environment(tmp_path, IVR_FLOWS_DIR=str(tmp_path))
    code, out, _err = run(["flow", "run", "told"], environ, "hear monday\nhang_up\n")
    assert code == 0
    assert "goals: told" in out


def test_a_problem_is_a_line_of_the_talk_and_costs_the_goal(tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(TOLD.replace("PROMPT", '["Due {{ eta | date }}.", Goodbye.]'))
    environ = environment(tmp_path, IVR_FLOWS_DIR=str(tmp_path))
    code, out, err = run(["flow", "run", "told"], environ, "hear Goodbye\nhangup\n")
    assert (code, "node problem" in err, "crm:" in err, "goals:" in out) == (0, False, False, False)
    problem = 'E014 eta is "afternoon", not a date such as 2026-12-01, so its sentence was not said'
    assert f"ivr     ! {problem}\n" in out


def test_a_flow_that_is_not_there_is_missed_before_anything_starts(tmp_path: Path, flow: Path) -> None:
    environ = environment(tmp_path, IVR_FLOWS_DIR=str(flow.parent))
    code, out, err = run(["flow", "run", "menus"], environ)
    assert (code, out) == (1, "")
    assert err == f'error: I000 there is no flow "menus" in {tmp_path}; did you mean "menu"? there is menu\n'


def test_a_named_flow_with_an_error_is_explained(tmp_path: Path, flow: Path) -> None:
    flow.write_text(MENU.replace("tries:", "trise:"))
    code, out, err = run(["flow", "run", "menu"], environment(tmp_path, IVR_FLOWS_DIR=str(flow.parent)))
    assert code == 1
    assert 'did you mean "tries"?' in out
    assert err == "1 flow: 1 error, no warnings\n"


def test_a_line_nobody_can_press_is_an_error(tmp_path: Path, flow: Path) -> None:
    code, _out, err = run(["flow", "run", str(flow)], environment(tmp_path), "sing\n")
    assert code == 1
    assert '"sing" is nothing a caller can do' in err


def test_a_flow_with_an_error_is_not_run_but_explained(tmp_path: Path, flow: Path) -> None:
    flow.write_text(MENU.replace("tries:", "trise:"))
    code, out, _err = run(["flow", "run", str(flow)], environment(tmp_path))
    assert code == 1
    assert 'did you mean "tries"?' in out


DESK = """
id: desk
languages: [en-US]
nodes:
  billing:
    type: transfer
    skill: unheard_of
    show_agent: {account: "12345"}
    next: thanks
    outcomes: {full: sorry, error: sorry, timeout: sorry, closed: sorry, no_agent: sorry, failed: sorry}
  thanks: {type: hangup, prompt: Thank you.}
  sorry: {type: hangup, prompt: Everybody is busy.}
"""


def test_somebody_answers_a_skill_group_although_nobody_wrote_a_plan(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(DESK)
    lines = "hear talking\nwait 1\nagent_hangs_up\nhear Thank you\n"
    environ = environment(tmp_path, IVR_ACD_PLAN=str(tmp_path / "none.yaml"))
    code, out, err = run(["flow", "run", str(tmp_path / "desk.yaml")], environ, lines)
    assert code == 0, err
    assert "(stand_in) is rung, and sees 13800000000" in out
    assert "account: 12345" in out
    assert "(stand_in) answers" in out
    assert "Thank you." in out


@pytest.mark.parametrize(
    ("agents", "hears"), [("full", "Everybody is busy."), ("busy", "[music: default]"), ("nobody", "[music:")]
)
def test_it_is_said_who_is_at_work(tmp_path: Path, agents: str, hears: str) -> None:
    (tmp_path / "desk.yaml").write_text(DESK)
    environ = environment(tmp_path, IVR_ACD_PLAN=str(tmp_path / "none.yaml"))
    arguments = ["flow", "run", str(tmp_path / "desk.yaml"), "--agents", agents]
    _code, out, err = run(arguments, environ, "wait 3\nhang_up\n")
    assert hears in out, err
    assert "is rung" not in out


QUEUE = """
id: queue
languages: [en-US]
nodes:
  billing:
    type: transfer
    skill: unheard_of
    waiting: {announce: {position: true}, keys: {9: left}}
    next: sorry
    outcomes: {full: sorry, error: sorry, timeout: sorry, closed: sorry, no_agent: sorry, failed: sorry}
  left: {type: hangup, prompt: You have left., goal: left}
  sorry: {type: hangup, prompt: Everybody is busy.}
"""


@pytest.mark.parametrize(
    ("lines", "end"),
    [("wait 3\n9\n", "goals: left"), ("hear You are next\n9\n", "goals: left"), ("", "abandoned")],
)
def test_a_script_goes_on_in_a_queue_and_ends_there(tmp_path: Path, lines: str, end: str) -> None:
    (tmp_path / "queue.yaml").write_text(QUEUE)
    environ = environment(tmp_path, IVR_ACD_PLAN=str(tmp_path / "none.yaml"))
    arguments = ["flow", "run", str(tmp_path / "queue.yaml"), "--agents", "busy"]
    code, out, err = run(arguments, environ, lines, within=40)
    assert (code, end in out) == (0, True), out + err
    assert "[music: default] " not in out


def test_settings_that_it_has_of_its_own_are_refused(tmp_path: Path, flow: Path) -> None:
    for command in (["demo", "--once"], ["flow", "run", str(flow)]):
        code, _out, err = run([*command, "--set", "store.url=sqlite:///x.db"], environment(tmp_path))
        assert (code, "store.url cannot be set here" in err) == (2, True), err


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
