"""The web phone end to end: people sign in, the page's WebSocket carries their calls, FreeSWITCH knows them
and the numbers they dial only by asking Ivory (mod_xml_curl), and agents talk with those who wait. And then
all that can go wrong with the one who is asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.phone.line import Account
from ivr.phone.sip.line import SipLine
from ivr.speech.asr.tiny import models
from ivr.speech.cache import note_of
from ivr.voip.messages import Answered, Ended, Gone, Incoming, Key, Registered, Unregistered
from tests.freeswitch.asking import DESK, DESK_SECRET, Asking
from tests.freeswitch.browser import Browser, WebLine
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Crm, Ivory, wait_for
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import PROJECT
from tests.freeswitch.people import MUSIC, write_music
from tests.freeswitch.phone import Phone
from tests.phone_lines import DOMAIN, Somebody
from tests.spoken import said

FLOWS = PROJECT / "tests/data/flows_web"
BOUND = "8008"
"""A number that stands in Ivory's book, and in no file."""
ON_DISK = "95598"
"""One that FreeSWITCH's own files hand to Ivory, too."""
AGENT = "2001"
TIMES = 8
"""That are listened for a prompt, three seconds each."""
PLAN = {
    "skills": {"billing": {}},
    "groups": {"billing": {"require": {"billing": 1}}},
    "agents": {"fang": {"extension": AGENT, "groups": ["billing"], "skills": {"billing": 5}}},
}


Changes = Sequence[tuple[str, str]]
Trouble = Callable[["Served"], AbstractContextManager[None]]


class Served(Ivory):
    """Ivory with its web process."""

    @property
    def url(self) -> str:
        return f"http://{self.environment['IVR_WEB_LISTEN']}"

    @property
    def web(self) -> int:
        """The web process; 0 when there is none."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        words = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in children}
        return next((pid for pid, said in words.items() if b"web" in said), 0)

    def answers(self) -> bool:
        """Whether the web process listens."""
        host, _, port = self.environment["IVR_WEB_LISTEN"].rpartition(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    assert BINARY is not None
    if not (BINARY.parents[1] / "lib/freeswitch/mod/mod_xml_curl.so").exists():
        pytest.skip("this FreeSWITCH has no mod_xml_curl")
    instance = Asking(BINARY, tmp_path_factory.mktemp("asking"))
    write_music(instance.folder / "music")
    instance.start()
    yield instance
    instance.stop()


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Asking, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("door")
    (folder / "routing.yaml").write_text(yaml.safe_dump(PLAN))
    shutil.copytree(FLOWS, folder / "flows")
    served = Served(freeswitch, folder, folder / "flows", crm, prompt_cache)
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_ASR_ENGINES": '["vosk"]',
        "IVR_ASR_MODELS": json.dumps({tag: str(folder) for tag, folder in models().items()}),
        "IVR_ASR_RUN": str(folder / "ears"),
        "IVR_CALLS_EXTENSION": f"user/{{address}}@{DOMAIN}",
        "IVR_PHONE_SIP": f"127.0.0.1:{freeswitch.sip_port}",
        "IVR_PHONE_DOMAIN": DOMAIN,
        "IVR_WEB_LISTEN": f"127.0.0.1:{freeswitch.door_port}",
        "IVR_WEB_KEY": str(folder / "web.key"),
        "IVR_WEB_XML_TOKEN": freeswitch.token,
        "IVR_WEB_XML_ALLOW": '["127.0.0.1"]',
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def admin(ivory: Served) -> Browser:
    """The first admin, who has bound a number and invited an agent."""
    wait_for(lambda: ivory.said("first_admin="), 60, "the link of the first admin")
    link = re.search(r"first_admin='?([^'\s]+)", ivory.log.read_text())
    assert link is not None
    browser = Browser(ivory.url)
    browser.welcome(link[1], "chief")
    browser.ask("PUT", f"/numbers/{BOUND}", {"flow": "hotline"}, If_None_Match="*")
    wait_for(lambda: ivory.said("numbers=1"), 10, "the number, known to the worker")
    return browser


@pytest.fixture(scope="module")
def fang(ivory: Served, admin: Browser) -> Browser:
    """Wang Fang, who is the agent fang."""
    invited = admin.ask(
        "POST", "/users", {"name": "fang", "role": "agent", "agent": "fang", "display": "Wang Fang"}
    )
    browser = Browser(ivory.url)
    browser.welcome(invited["link"])
    return browser


@pytest.fixture
def client(freeswitch: Asking) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client
        wait_for(lambda: client.channels() == 0, 30, "every channel gone")


@contextmanager
def seated(browser: Browser, agent: str = "", **hello: Any) -> Iterator[tuple[Somebody, WebLine]]:
    somebody = browser.telephone(agent, **hello)
    assert isinstance(somebody.line, WebLine)
    try:
        yield somebody, somebody.line
    finally:
        somebody.close()


def hears_prompt(ivory: Ivory, somebody: Somebody, words: str, folder: Path) -> None:
    """Wait until the prompt that begins so is heard. It is said again and again; a busy machine may lose a
    frame of it."""
    likeness = 0.0
    for _ in range(TIMES):
        enough = len(somebody.frames) + 150
        somebody.until(lambda: len(somebody.frames) >= enough, "three seconds of sound")  # noqa: B023
        with wave.open(str(folder / "heard.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(b"".join(somebody.frames))
        prompts = {note.text: path for path in ivory.cache.rglob("*.wav") if (note := note_of(path))}
        sought = [path for text, path in prompts.items() if text.startswith(words)]
        likeness = max((find(path, folder / "heard.wav").likeness for path in sought), default=0.0)
        if likeness > ENOUGH:
            return
    raise AssertionError(f"what is heard is like the prompt by {likeness:.2f}")


def test_a_number_of_the_book_is_called_in_a_browser_and_an_agent_in_another_answers(
    ivory: Served, admin: Browser, fang: Browser, client: Client, tmp_path: Path
) -> None:
    with seated(fang, "fang") as (agent, desk), seated(admin) as (caller, page):
        assert agent.told(Registered).extension == AGENT
        assert desk.ready["role"] == "agent"

        page.dial(BOUND)
        caller.told(Answered)
        hears_prompt(ivory, caller, "Welcome.", tmp_path)
        page.press("4711")
        assert [caller.told(Key).key for _ in "4711"] == list("4711")
        wait_for(lambda: "wish" in page.walked(), 10, "the menu, told to the page")
        page.press("1")
        wait_for(lambda: "billing" in page.walked(), 10, "the queue, told to the page")
        assert page.walked() == ["account", "wish", "billing"]
        caller.hears(int(MUSIC))

        fang.ask("POST", "/agents/fang/sign-in", {})
        assert agent.told(Incoming).number == "web-chief"
        desk.answer()
        agent.told(Answered)
        caller.speak(500)
        agent.speak(700)
        caller.hears(700)
        agent.hears(500)
        desk.hangup()
        assert agent.told(Ended).cause == "NORMAL_CLEARING"
        assert caller.told(Ended).cause == "NORMAL_CLEARING"
    fang.ask("POST", "/agents/fang/sign-out", {})
    assert [step.node for step in ivory.journey("web-chief").steps] == ["account", "wish", "billing", "bye"]


def answered(freeswitch: Asking, number: str) -> bool:
    """Whether a caller from outside is answered."""
    with Phone(freeswitch.outside, number) as caller:
        return caller.call() == 200


GUESSED = (("$${ivory_xml_token}", "guessed"),)
ELSEWHERE = (('<param name="timeout"', '<param name="bind-local" value="127.0.0.2"/><param name="timeout"'),)


def test_what_is_said_into_a_page_is_understood_and_told_to_it(
    ivory: Served, admin: Browser, client: Client
) -> None:
    with seated(admin) as (caller, page):
        page.dial(BOUND)
        caller.told(Answered)
        page.press("4711")
        wait_for(lambda: "wish" in page.walked(), 10, "the menu, told to the page")
        caller.say(said("billing", noise=0))
        wait_for(lambda: "billing" in page.walked(), 20, "the queue, told to the page")
        assert "“billing”" in [each["input"] for each in page.beside if each["event"] == "input"]


def doctor(ivory: Ivory) -> list[str]:
    """How `ivr doctor` finds the door."""
    command = [sys.executable, "-m", "ivr", "doctor", "--only", "door", "--json"]
    done = subprocess.run(command, env=ivory.environment, cwd=PROJECT, capture_output=True, timeout=60)
    found = [each for each in json.loads(done.stdout)["findings"] if each["check"] == "door"]
    return sorted(f"{each['status']}: {each['seen']}" for each in found)


def test_the_doctor_sees_that_ivory_is_asked_and_why_it_is_not_answered(
    ivory: Served, freeswitch: Asking, client: Client
) -> None:
    well = ["ok: FreeSWITCH asks Ivory for browsers and numbers, and is answered"]
    unknown = "failure: FreeSWITCH asks Ivory, and is not answered: no browser can telephone"
    assert doctor(ivory) == well
    with freeswitch.asks(client, *GUESSED):
        assert doctor(ivory) == [unknown, "failure: FreeSWITCH shows another secret than web.xml_token"]
    with freeswitch.asks(client, *ELSEWHERE):
        assert doctor(ivory) == [unknown]
    assert doctor(ivory) == well


@pytest.mark.parametrize("changes", [GUESSED, ELSEWHERE], ids=["wrong_token", "address_not_allowed"])
def test_a_switch_that_is_not_ours_is_told_nothing_and_its_own_numbers_go_on(
    ivory: Served, admin: Browser, fang: Browser, freeswitch: Asking, client: Client, changes: Changes
) -> None:
    with freeswitch.asks(client, *changes):
        with seated(fang, "fang") as (agent, _), seated(admin) as (caller, page):
            assert "403" in agent.told(Unregistered).reason
            page.dial(BOUND)
            assert caller.told(Ended).cause == "CALL_REJECTED"
        assert not answered(freeswitch, BOUND)
        assert answered(freeswitch, ON_DISK)
    assert answered(freeswitch, BOUND)


def test_a_page_goes_nowhere_but_to_flows_and_is_told_why_nobody_answers(
    ivory: Served, admin: Browser, client: Client
) -> None:
    with seated(admin) as (caller, page):
        for number in ("1006", "+861390000", "1001"):  # they are in a file, for other contexts
            page.dial(number)
            assert caller.told(Ended).cause == "NO_ROUTE_DESTINATION"
        page.dial("fallback")
        wait_for(lambda: page.beside, 5, "the refusal")
        assert page.beside[-1]["event"] == "refused"


def test_nobody_signs_in_as_an_extension_that_has_no_password(
    ivory: Served, fang: Browser, freeswitch: Asking
) -> None:
    with seated(fang, "fang") as (agent, _):
        agent.told(Registered)
        stranger = Somebody(
            lambda account, told: SipLine(account, told, f"127.0.0.1:{freeswitch.sip_port}", DOMAIN),
            Account(AGENT, user=AGENT, password="anything"),
        )
        stranger.line.register()
        assert "403" in stranger.told(Unregistered).reason
        stranger.close()


@contextmanager
def web_process_stands_still(ivory: Served) -> Iterator[None]:
    """As on a machine that swaps: connections are taken, and nobody answers."""
    web = ivory.web
    os.kill(web, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(web, signal.SIGCONT)


@contextmanager
def web_process_is_dead(ivory: Served) -> Iterator[None]:
    """And nobody starts it again yet."""
    assert ivory.process is not None
    os.kill(ivory.process.pid, signal.SIGSTOP)
    os.kill(ivory.web, signal.SIGKILL)
    wait_for(lambda: not ivory.answers(), 5, "its end")
    try:
        yield
    finally:
        os.kill(ivory.process.pid, signal.SIGCONT)
        wait_for(ivory.answers, 60, "the web process again")


@pytest.mark.parametrize("trouble", [web_process_stands_still, web_process_is_dead])
def test_callers_and_desks_that_freeswitchs_own_files_know_need_no_web_process(
    ivory: Served, admin: Browser, freeswitch: Asking, client: Client, trouble: Trouble
) -> None:
    desk = Somebody(
        lambda account, told: SipLine(account, told, f"127.0.0.1:{freeswitch.sip_port}", DOMAIN),
        Account(DESK, user=DESK, password=DESK_SECRET),
    )
    with trouble(ivory):
        began = ivory.count("call begins")
        with Phone(freeswitch.outside, ON_DISK) as caller:
            assert caller.call() == 200
            wait_for(lambda: ivory.count("call begins") > began, 5, "the flow")
        desk.line.register()
        desk.told(Registered)
        assert not answered(freeswitch, BOUND)
    desk.close()
    wait_for(lambda: answered(freeswitch, BOUND), 10, "the number of the book")


def test_a_caller_in_a_browser_does_not_notice_that_a_worker_dies(
    ivory: Served, admin: Browser, client: Client, tmp_path: Path
) -> None:
    with seated(admin) as (caller, page):
        page.dial("hotline")
        caller.told(Answered)
        hears_prompt(ivory, caller, "Welcome.", tmp_path)
        ivory.kill_worker()
        page.press("4711")
        wait_for(lambda: "wish" in page.walked(), 10, "the menu, told to the page")
        caller.frames.clear()
        hears_prompt(ivory, caller, "What can I do for you?", tmp_path)
        page.press("2")
        assert caller.told(Ended).cause == "NORMAL_CLEARING"
    assert [step.node for step in ivory.journey("web-chief").steps] == ["account", "wish", "bye"]


@contextmanager
def customer(ivory: Served, freeswitch: Asking, ani: str) -> Iterator[Phone]:
    """Somebody from outside, who has come to the queue."""
    with Phone(freeswitch.outside, ON_DISK, f'"Customer" <sip:{ani}@127.0.0.1>'.encode()) as phone:
        assert phone.call() == 200
        phone.press("47111")
        wait_for(lambda: ivory.entered(ani, "billing"), 10, "the queue")
        yield phone


def talk(client: Client) -> bool:
    """Whether two people are connected."""
    return any(row.get("b_uuid") for row in client.rows("calls"))


@pytest.mark.parametrize(("end", "within"), [(signal.SIGTERM, 6), (signal.SIGKILL, 30)])
def test_a_customer_whose_agents_web_process_ends_is_led_on_and_the_agent_is_rung_again(
    ivory: Served, fang: Browser, freeswitch: Asking, client: Client, end: signal.Signals, within: float
) -> None:
    """Told to end, it hangs up; dead, FreeSWITCH waits for its sound for a while."""
    first, second = f"1380000{end:02}01", f"1380000{end:02}02"
    with seated(fang, "fang") as (agent, desk), customer(ivory, freeswitch, first):
        agent.told(Registered)
        fang.ask("POST", "/agents/fang/sign-in", {})
        assert agent.told(Incoming).number == first
        desk.answer()
        agent.told(Answered)
        wait_for(lambda: talk(client), 10, "the talk")
        before = ivory.web
        os.kill(before, end)
        agent.told(Gone)
        wait_for(lambda: ivory.entered(first, "bye"), within, "what comes after the talk")
        wait_for(lambda: ivory.web not in (0, before) and ivory.answers(), 60, "the web process again")
    fang.ask("POST", "/agents/fang/ready", {})
    with seated(fang, "fang", resume=desk.ready["token"]) as (agent, desk):
        assert desk.ready["phase"] == "idle"
        agent.told(Registered)
        with customer(ivory, freeswitch, second):
            assert agent.told(Incoming).number == second
            desk.answer()
            agent.told(Answered)
            wait_for(lambda: talk(client), 10, "the talk")
            desk.hangup()
            agent.told(Ended)
    fang.ask("POST", "/agents/fang/sign-out", {})


def test_a_draft_is_heard_in_a_browser_while_callers_hear_what_serves(
    ivory: Served, admin: Browser, client: Client, tmp_path: Path
) -> None:
    admin.ask("POST", "/flows/hotline/publish", {"untested": True})
    draft = admin.ask("GET", "/flows/hotline")["text"].replace("Welcome.", "Good evening, dear customer.")
    admin.ask("PUT", "/flows/hotline", {"text": draft})
    trial = admin.ask("POST", "/flows/hotline/trial")
    with seated(admin) as (tester, tried), seated(admin) as (caller, page):
        tried.dial(trial["number"])
        page.dial(BOUND)
        for somebody, words in ((tester, "Good evening, dear customer."), (caller, "Welcome.")):
            somebody.told(Answered)
            somebody.frames.clear()
            hears_prompt(ivory, somebody, words, tmp_path)
