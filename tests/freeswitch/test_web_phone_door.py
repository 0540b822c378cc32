"""The web phone end to end: people sign in, the page's WebSocket carries their calls, FreeSWITCH knows them
and the numbers they dial only by asking Ivory (mod_xml_curl), and agents talk with those who wait. And then
all that can go wrong with the one who is asked.
"""

from __future__ import annotations

import re
import socket
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.speech.cache import note_of
from ivr.voip.messages import Answered, Ended, Incoming, Key, Registered
from tests.freeswitch.asking import Asking
from tests.freeswitch.browser import Browser, WebLine
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Crm, Ivory, wait_for
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import PROJECT
from tests.freeswitch.people import MUSIC, write_music
from tests.phone_lines import DOMAIN, Somebody

FLOWS = PROJECT / "tests/data/flows_web"
BOUND = "8008"
"""A number that stands in Ivory's book, and in no file."""
ON_DISK = "95598"
"""One that FreeSWITCH's own files hand to Ivory, too."""
AGENT = "2001"
PLAN = {
    "skills": {"billing": {}},
    "groups": {"billing": {"require": {"billing": 1}}},
    "agents": {"fang": {"extension": AGENT, "groups": ["billing"], "skills": {"billing": 5}}},
}


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
    served = Served(freeswitch, folder, FLOWS, crm, prompt_cache)
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_CALLS_EXTENSION": f"user/{{address}}@{DOMAIN}",
        "IVR_PHONE_SIP": f"127.0.0.1:{freeswitch.sip_port}",
        "IVR_PHONE_DOMAIN": DOMAIN,
        "IVR_WEB_LISTEN": f"127.0.0.1:{freeswitch.door_port}",
        "IVR_WEB_KEY": str(folder / "web.key"),
        "IVR_WEB_XML_TOKEN": freeswitch.token,
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
    """Wait for three seconds of sound; fails unless the prompt that begins so is in them."""
    somebody.until(lambda: len(somebody.frames) > 150, "three seconds of the prompt")
    file = folder / "heard.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(somebody.frames))
    prompts = {note.text: path for path in ivory.cache.rglob("*.wav") if (note := note_of(path))}
    likeness = max(find(path, file).likeness for text, path in prompts.items() if text.startswith(words))
    assert likeness > ENOUGH


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
